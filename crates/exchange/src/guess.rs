//! What a plain table is about, and what each of its columns becomes, guessed from its headings, its
//! name and its cells; each with the reason, in a few words, and with how sure it is.
//!
//! Not here: what is recorded already, and what somebody chose (it comes in and goes before any
//! guess). The words of other people stand in `words`, once.
//!
//! Always true: a field has at most one column and a column at most one field; a column that nobody
//! knows is left out and said to be; the same table gives the same guess.

mod fields;
mod looks;
mod target;
mod words;

use kernel::{Field, Kind, Shape};

use self::{
    fields::FIELDS,
    looks::Looks,
    words::{ANYWHERE, KINDS, WORKED_OUT},
};
pub use self::{
    looks::meaning,
    target::{Target, What, targets},
};
use crate::table::{Table, bare};

/// How sure a guess is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sure {
    /// Nobody knows.
    No,
    Unsure,
    Likely,
    Certain,
    /// Somebody said so.
    Chosen,
}

impl Sure {
    pub fn word(self) -> &'static str {
        match self {
            Sure::No => "not known",
            Sure::Unsure => "unsure",
            Sure::Likely => "likely",
            Sure::Certain => "certain",
            Sure::Chosen => "chosen",
        }
    }
}

/// A table with what was guessed of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    pub file: String,
    /// Of a workbook: the sheet that was read, and those that look like tables.
    pub sheet: Option<String>,
    pub sheets: Vec<String>,
    pub heading_row: u32,
    pub rows: usize,
    /// Nothing when nobody can tell.
    pub kind: Option<Kind>,
    pub sure: Sure,
    pub why: String,
    pub columns: Vec<Column>,
    /// What a new record cannot do without and no column holds.
    pub missing: Vec<Target>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its place in the table.
    pub at: usize,
    /// As people tell it from the others.
    pub heading: String,
    pub samples: Vec<String>,
    /// Nothing: it is left out.
    pub becomes: Option<Target>,
    pub sure: Sure,
    pub why: String,
}

/// What somebody chose.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    pub kind: Option<Kind>,
    /// Heading to target; nothing leaves the column out.
    pub columns: Vec<(String, Option<String>)>,
}

/// A column's heading as it is told from the others: two of one name are numbered, one without a
/// name is called by its letter.
pub fn headings(table: &Table) -> Vec<String> {
    let mut all: Vec<String> = Vec::with_capacity(table.headings.len());
    for (at, heading) in table.headings.iter().enumerate() {
        let heading = heading.split_whitespace().collect::<Vec<_>>().join(" ");
        let heading = if heading.is_empty() { format!("column {}", letters(at)) } else { heading };
        let mut one = heading.clone();
        let mut n = 1;
        while all.contains(&one) {
            n += 1;
            one = format!("{heading} ({n})");
        }
        all.push(one);
    }
    all
}

fn letters(at: usize) -> String {
    let last = char::from(b'A' + u8::try_from(at % 26).unwrap_or(0));
    if at < 26 { last.to_string() } else { format!("{}{last}", letters(at / 26 - 1)) }
}

/// Guesses a table. `name` is the file's or the sheet's.
pub fn guess(table: &Table, names: &[&str], chosen: &Chosen) -> Guess {
    let headings = headings(table);
    let looks: Vec<Looks> = (0..headings.len()).map(|at| Looks::of(&table.rows, at)).collect();
    let seen = Seen { headings: &headings, looks: &looks };
    let (kind, sure, why) = match chosen.kind {
        Some(kind) => (Some(kind), Sure::Chosen, "as chosen".to_owned()),
        None => seen.kind(names),
    };
    let (mut columns, mut missing) = (Vec::new(), Vec::new());
    match kind {
        Some(kind) => {
            columns = seen.columns(kind, &chosen.columns);
            let has = |it: &Target| {
                columns.iter().any(|column: &Column| column.becomes.as_ref() == Some(it))
            };
            missing = targets(kind).into_iter().filter(|it| it.required() && !has(it)).collect();
        }
        None => columns.extend((0..headings.len()).map(|at| seen.left_out(at))),
    }
    columns.retain(|it| !(it.samples.is_empty() && table.headings[it.at].trim().is_empty()));
    Guess {
        file: String::new(),
        sheet: table.sheet.clone(),
        sheets: table.sheets.clone(),
        heading_row: table.heading_row,
        rows: table.rows.len(),
        kind,
        sure,
        why,
        columns,
        missing,
    }
}

struct Seen<'a> {
    headings: &'a [String],
    looks: &'a [Looks],
}

/// A column and a target that may belong together.
struct Pair {
    at: usize,
    to: usize,
    score: i32,
    sure: Sure,
    /// How much it says about the kind.
    tells: i32,
    why: String,
}

/// Below this a guess is none.
const SCORE_MIN: i32 = 35;
/// Below this nobody can tell what a table is.
const KIND_MIN: i32 = 60;
/// As far ahead of the next kind, a guess is likely.
const AHEAD_MIN: i32 = 40;

impl Seen<'_> {
    fn kind(&self, names: &[&str]) -> (Option<Kind>, Sure, String) {
        let of_ours = (0..self.headings.len()).find_map(|at| {
            let ours = bare(&self.headings[at]) == "reference";
            ours.then(|| self.looks[at].references()).flatten()
        });
        if let Some(kind) = of_ours {
            let why = format!("its references are those of {}", kind.plural());
            return (Some(kind), Sure::Certain, why);
        }
        let mut scored: Vec<(i32, Kind, String)> =
            crate::import::plain().map(|kind| self.score(kind, names)).collect();
        scored.sort_by_key(|it| (std::cmp::Reverse(it.0), it.1));
        let (best, kind, why) = scored.swap_remove(0);
        let next = scored.iter().map(|it| it.0).max().unwrap_or(0);
        if best < KIND_MIN {
            return (None, Sure::No, "its headings fit no kind of record".into());
        }
        let sure = if best - next >= AHEAD_MIN { Sure::Likely } else { Sure::Unsure };
        (Some(kind), sure, why)
    }

    fn score(&self, kind: Kind, names: &[&str]) -> (i32, Kind, String) {
        let all = targets(kind);
        let pairs = self.settled(self.pairs(kind, &all));
        let mut telling: Vec<&Pair> = pairs.iter().filter(|it| it.tells > 15).collect();
        telling.sort_by_key(|it| std::cmp::Reverse(it.tells));
        let mut score: i32 = pairs.iter().map(|it| it.tells).sum();
        for it in all.iter().filter(|it| it.required()) {
            let has = pairs.iter().any(|pair| all[pair.to] == *it);
            score -= match has {
                true => 0,
                false if matches!(it.name.as_str(), "name" | "subject" | "person") => 90,
                false => 40,
            };
        }
        let named = names.iter().any(|name| names_kind(name, kind));
        // A table of nothing but names, under a name that says of what.
        score += if named { 70 } else { 0 };
        // There is one organisation; whoever means it writes its reference.
        score -= if kind == Kind::Organisation { 120 } else { 0 };
        let quoted: Vec<String> =
            telling.iter().take(3).map(|it| format!("“{}”", self.headings[it.at])).collect();
        let why = match (&quoted[..], named) {
            ([], _) => "its name says so".to_owned(),
            ([one], false) => format!("{one} is a column of {}", kind.plural()),
            ([one], true) => format!("its name and {one} say so"),
            (many, named) => {
                let (last, rest) = many.split_last().expect("two or more");
                let name = if named { ", and its name says so" } else { "" };
                format!("{} and {last} are columns of {}{name}", rest.join(", "), kind.plural())
            }
        };
        (score, kind, why)
    }

    /// Every column with every target that it may become.
    fn pairs(&self, kind: Kind, all: &[Target]) -> Vec<Pair> {
        let ours = (0..self.headings.len()).any(|at| {
            bare(&self.headings[at]) == "reference" && self.looks[at].references() == Some(kind)
        });
        let mut pairs = Vec::new();
        for at in 0..self.headings.len() {
            for (to, target) in all.iter().enumerate() {
                // What our lists work out from other records beside a record's own fields.
                let worked_out = matches!(
                    target.what,
                    What::Accountable
                        | What::Serves
                        | What::Holder
                        | What::HolderFrom
                        | What::FirstName
                );
                if ours && worked_out {
                    continue;
                }
                pairs.extend(self.pair(kind, at, to, target, ours));
            }
        }
        pairs
    }

    fn pair(&self, kind: Kind, at: usize, to: usize, target: &Target, ours: bool) -> Option<Pair> {
        let (heading, looks) = (self.headings[at].as_str(), &self.looks[at]);
        let fit = looks.fit(&target.name, target.shape());
        let exact = |written: &str| bare(written) == bare(heading);
        // Our own headings are the names of fields, and such files have references.
        let ours_written = self.headings.iter().any(|it| bare(it) == "reference");
        let by_name = exact(&target.name);
        let said = by_name || exact(target.label);
        let ours_head = ours && target.name == "name" && bare(heading) == bare(kind.word());
        let dates = matches!(target.what, What::From if exact("since"))
            || matches!(target.what, What::Until if exact("until"));
        let generic = is_generic(&target.name);
        let weaker = by_name && !exact(target.label) && !ours_written;
        let (score, sure, tells, why) = if said || ours_head || (ours && dates) {
            // “Name” is a person where another column is the post’s title, and the names of our
            // fields mean other things elsewhere.
            let score = match said {
                _ if ours => 100,
                true if kind == Kind::Post && target.name == "name" => 85,
                true if exact(target.label) || ours_written || target.name == "name" => 100,
                _ => 80,
            };
            let label = target.label;
            let why = match said {
                true => "the heading is the field’s own".to_owned(),
                false => format!("our lists head “{label}” so"),
            };
            let sure = if weaker { Sure::Likely } else { Sure::Certain };
            (score, sure, if generic { 15 } else { 45 }, why)
        } else if ours {
            return None;
        } else {
            let (score, sure, tells, word) = self.worded(kind, heading, target)?;
            let why = match sure {
                Sure::Likely => format!("another word for “{}”", target.label),
                _ => format!("“{word}” is in the heading"),
            };
            (score, sure, tells, why)
        };
        let honorific = looks.are_addresses() && target.name == "name";
        if honorific || (fit < 0 && !ours && sure != Sure::Certain) {
            return None;
        }
        let (score, tells, why) = match (fit, target.shape()) {
            (1, Shape::Day) => (score + 4, tells + 2, format!("{why}; the cells are dates")),
            (1, Shape::Choice(_)) => (score + 4, tells + 10, format!("{why}; so are the cells")),
            (1, Shape::Link(_) | Shape::Links(_) | Shape::AnyOf(_)) => {
                (score + 4, tells + 10, format!("{why}; the cells are references"))
            }
            (-1, _) => (score - 10, tells - 10, format!("{why}, though the cells do not look so")),
            _ => (score, tells, why),
        };
        (score >= SCORE_MIN).then_some(Pair { at, to, score, sure, tells, why })
    }

    /// What other people's words say: the score, and the word.
    fn worded(
        &self,
        kind: Kind,
        heading: &str,
        target: &Target,
    ) -> Option<(i32, Sure, i32, &'static str)> {
        let own = FIELDS.iter().filter(|it| it.0 == kind && it.1 == target.name).map(|it| it.2);
        let any = ANYWHERE.iter().filter(|it| it.0 == target.name).map(|it| it.1);
        let written = bare(heading);
        let words = words_of(heading);
        let mut best: Option<(i32, Sure, i32, &'static str)> = None;
        let mut better = |it: (i32, Sure, i32, &'static str)| {
            if best.is_none_or(|best| it.0 > best.0) {
                best = Some(it);
            }
        };
        for (list, exact, within, tells) in own
            .map(|it| (it, 92, 55, 40))
            .chain(any.map(|it| (it, 70, 40, if is_generic(&target.name) { 5 } else { 12 })))
        {
            for (n, word) in list.iter().enumerate() {
                // Up to ten points for how early it stands.
                let late = i32::try_from(n * 10 / list.len()).unwrap_or(0);
                // “Date” alone tells nothing of the kind.
                let dates = matches!(target.what, What::From | What::Until);
                let tells = if dates && !word.contains(' ') { 8 } else { tells };
                if bare(word) == written {
                    better((exact - late, Sure::Likely, tells, word));
                } else if holds(&words, word) {
                    better((within - late, Sure::Unsure, tells / 2, word));
                }
            }
        }
        let label = target.label.to_lowercase();
        let field = matches!(target.what, What::Field(_)) && !is_generic(&target.name);
        if best.is_none() && field && label.len() > 4 && holds(&words, &label) {
            best = Some((50, Sure::Unsure, 20, target.label));
        }
        best
    }

    /// The best pairs, each column and each target once.
    fn settled(&self, mut pairs: Vec<Pair>) -> Vec<Pair> {
        pairs.sort_by_key(|it| (std::cmp::Reverse(it.score), it.at, it.to));
        let mut kept: Vec<Pair> = Vec::new();
        for pair in pairs {
            if !kept.iter().any(|it| it.at == pair.at || it.to == pair.to) {
                kept.push(pair);
            }
        }
        kept
    }

    fn columns(&self, kind: Kind, chosen: &[(String, Option<String>)]) -> Vec<Column> {
        let all = targets(kind);
        let said = |at: usize| {
            let heading = &self.headings[at];
            let written = chosen.iter().find(|it| it.0.trim() == heading.as_str());
            written.or_else(|| chosen.iter().find(|it| bare(&it.0) == bare(heading)))
        };
        let to = |name: &str| all.iter().position(|it| it.name == name);
        let mut taken: Vec<usize> = Vec::new();
        let mut by_hand: Vec<Option<Option<usize>>> = Vec::new();
        for at in 0..self.headings.len() {
            let it =
                said(at).map(|it| it.1.as_deref().and_then(to).filter(|it| !taken.contains(it)));
            taken.extend(it.flatten());
            by_hand.push(it);
        }
        let mut pairs = self.pairs(kind, &all);
        pairs.retain(|it| by_hand[it.at].is_none() && !taken.contains(&it.to));
        let mut pairs = self.settled(pairs);
        let has = |name: &str, pairs: &[Pair]| {
            let to = to(name);
            to.is_some_and(|to| taken.contains(&to) || pairs.iter().any(|it| it.to == to))
        };
        // Without a holder there is nothing that could be held since.
        if !has("holder", &pairs) {
            if let (Some(since), Some(from)) = (to("holder_from"), to("from"))
                && !has("from", &pairs)
            {
                for it in pairs.iter_mut().filter(|it| it.to == since) {
                    it.to = from;
                    it.why = it.why.replace("Held since", "Begins on");
                }
            }
            let unheld = [to("holder_from"), to("first_name")];
            let person = kind == Kind::Person;
            pairs.retain(|it| person || !unheld.contains(&Some(it.to)));
        }
        let column = |at: usize| {
            if let Some(hand) = by_hand[at] {
                let becomes = hand.map(|it| all[it].clone());
                let why = "as chosen".to_owned();
                return Column { becomes, sure: Sure::Chosen, why, ..self.left_out(at) };
            }
            match pairs.iter().find(|it| it.at == at) {
                Some(pair) => Column {
                    becomes: Some(all[pair.to].clone()),
                    sure: pair.sure,
                    why: pair.why.clone(),
                    ..self.left_out(at)
                },
                None => self.left_out(at),
            }
        };
        (0..self.headings.len()).map(column).collect()
    }

    fn left_out(&self, at: usize) -> Column {
        Column {
            at,
            heading: self.headings[at].clone(),
            samples: self.looks[at].samples.clone(),
            becomes: None,
            sure: Sure::No,
            why: "no field is known by this heading".into(),
        }
    }
}

/// Fields that say nothing about the kind, because many have them.
fn is_generic(name: &str) -> bool {
    matches!(name, "name" | "code" | "about" | "from" | "until" | "reference" | "due" | "done")
}

/// Whether a heading is known of any kind.
pub(crate) fn is_known(heading: &str) -> bool {
    let written = bare(heading);
    let phrases = FIELDS.iter().map(|it| it.2).chain(ANYWHERE.iter().map(|it| it.1));
    written == "reference" || phrases.flatten().any(|it| bare(it) == written)
}

/// Whether a column is one that our lists work out, or the head of one.
pub(crate) fn is_worked_out(kind: Kind, heading: &str) -> bool {
    let written = bare(heading);
    let given = |name: &str| kind.given().any(|it| it.name == name);
    let sealed = |it: &&Field| matches!(it.shape, Shape::Sealed);
    let mut found = kind.fields().iter().filter(|it| !given(it.name) && !sealed(it));
    written == bare(kind.word())
        || WORKED_OUT.iter().any(|it| bare(it) == written)
        || found.any(|it| bare(it.name) == written || bare(it.label) == written)
}

/// Whether the name of a sheet names a kind.
pub(crate) fn is_named(name: &str) -> bool {
    crate::import::plain().any(|kind| names_kind(name, kind))
}

/// `KPI list 2026.xlsx` names indicators.
fn names_kind(name: &str, kind: Kind) -> bool {
    let words = words_of(name);
    let known = KINDS.iter().find(|it| it.0 == kind).map_or(&[][..], |it| it.1);
    let plural = kind.plural();
    words.iter().any(|it| it == plural || it == kind.word() || known.contains(&it.as_str()))
}

/// Words in small letters, whatever parts them: `JobTitle`, `job_title`, `Job title (new)`.
fn words_of(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in text.chars() {
        let parts = !c.is_alphanumeric() || (c.is_uppercase() && before.is_lowercase());
        if parts && words.last().is_some_and(|it| !it.is_empty()) {
            words.push(String::new());
        }
        if let Some(last) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            last.extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|it| !it.is_empty());
    words
}

/// Whether all words of a phrase stand in a heading; one short word alone says too little.
fn holds(words: &[String], phrase: &str) -> bool {
    let mut wanted = phrase.split(' ').peekable();
    let lone = !phrase.contains(' ') && phrase.len() < 5 && !matches!(phrase, "fte" | "kpi");
    !lone && wanted.peek().is_some() && wanted.all(|it| words.iter().any(|word| word == it))
}
