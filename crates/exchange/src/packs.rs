//! Rule packs: files of rules that come with the program, and how one is fitted to an establishment.
//!
//! A pack is a spreadsheet of rules in our own format (docs/rules.md), with one column more: the
//! words by which the title of a post says that it fulfils the rule. It is brought in like any file
//! of rules, so it can be looked at first, undone, and brought in again in a later edition.
//!
//! Always true: what is recorded already is changed only where the pack, or whoever loads it, says
//! something else; where several posts could be meant, none is chosen and somebody is asked.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::{
    Act, Kind, Ref, State,
    id::{PostId, RuleId},
    read::view::View,
};

use crate::{
    Finding, Findings, Source,
    finding::shown,
    import::{self, Options, Request},
    plan::{self, Plan},
    sheet::Row,
    table::Table,
    wire,
};

/// A pack that the program brings along.
#[derive(Debug, Clone, Copy)]
pub struct Pack {
    /// As in addresses and on the command line.
    pub key: &'static str,
    /// As its rules say where they come from.
    pub name: &'static str,
    /// When somebody last read it against the law.
    pub edition: &'static str,
    pub about: &'static str,
    text: &'static str,
}

pub const PACKS: [Pack; 5] = [
    Pack {
        key: "council",
        name: "Council (England)",
        edition: "2026-11",
        about: "Statutory officers of principal councils, and which of them one person may not be.",
        text: include_str!("../packs/council.csv"),
    },
    Pack {
        key: "health-board",
        name: "Health board (Wales)",
        edition: "2026-11",
        about: "Officer members of a local health board.",
        text: include_str!("../packs/health-board.csv"),
    },
    Pack {
        key: "foundation-trust",
        name: "NHS foundation trust (England)",
        edition: "2026-11",
        about: "Directors and officers that a foundation trust must have.",
        text: include_str!("../packs/foundation-trust.csv"),
    },
    Pack {
        key: "financial-firm",
        name: "Financial firm (FCA and PRA)",
        edition: "2026-11",
        about: "Senior management functions, chair and chief executive apart, and the twelve weeks of cover.",
        text: include_str!("../packs/financial-firm.csv"),
    },
    Pack {
        key: "construction",
        name: "Construction and buildings (England)",
        edition: "2026-11",
        about: "Dutyholders of construction work and of occupied buildings.",
        text: include_str!("../packs/construction.csv"),
    },
];

/// The pack that a key names.
pub fn named(key: &str) -> Option<&'static Pack> {
    PACKS.iter().find(|it| it.key == key)
}

/// Which posts somebody chose for a rule, by the rule's number in the pack. No post at all is a
/// choice too.
pub type Chosen = BTreeMap<String, Vec<PostId>>;

/// A rule of a pack beside what is recorded.
#[derive(Debug, Clone)]
pub struct Entry {
    pub code: String,
    pub name: String,
    pub sort: String,
    pub source: String,
    pub about: String,
    /// The rule as it is recorded, if it is.
    pub recorded: Option<RuleId>,
    /// Posts that it names already.
    pub named: Vec<PostId>,
    /// Posts whose title says that they could fulfil it, the likeliest first.
    pub suggested: Vec<PostId>,
    /// Whether the first of those is plainly meant.
    pub sure: bool,
    row: usize,
}

impl Entry {
    /// Whether it needs to be told which post fulfils it.
    pub fn wants_post(&self) -> bool {
        self.sort == "required post"
    }

    /// The posts that it would be given if nobody chose: those that it has, else one that is plainly meant.
    pub fn fits(&self) -> &[PostId] {
        match (self.named.is_empty(), self.sure) {
            (false, _) => &self.named,
            (true, true) => &self.suggested[..1],
            (true, false) => &[],
        }
    }
}

/// A pack as it fits an establishment.
#[derive(Debug, Clone)]
pub struct Fitted {
    pub pack: &'static Pack,
    pub entries: Vec<Entry>,
    /// Recorded rules of this pack that it no longer has.
    pub gone: Vec<RuleId>,
    table: Table,
}

/// Lays a pack beside what is recorded.
pub fn fit(view: &View<'_>, pack: &'static Pack) -> Fitted {
    let mut findings = Findings::about(pack.key);
    let source = Source::new(pack.key, pack.text.as_bytes());
    let table = Table::read(source, &mut findings).unwrap_or_default();
    let titles = titles(view);
    let entry = |(at, row): (usize, &Row)| {
        let cell =
            |name: &str| column(&table, name).map_or("", |it| row.cell(it)).trim().to_owned();
        let code = cell("code");
        let recorded = recorded(view, &code);
        let rule = recorded.and_then(|it| view.records().rules.get(it));
        let named = rule.map(|it| it.posts.near(view.on()).to_vec()).unwrap_or_default();
        let (suggested, sure) = suggest(&titles, &cell("words"));
        Entry {
            name: cell("name"),
            sort: cell("sort"),
            source: cell("source"),
            about: cell("about"),
            code,
            recorded,
            named,
            suggested,
            sure,
            row: at,
        }
    };
    let entries: Vec<Entry> = table.rows.iter().enumerate().map(entry).collect();
    let ours = view.list(Kind::Rule, false).filter_map(|it| RuleId::try_from(it).ok());
    let gone = ours.filter(|it| {
        let rule = view.records().rules.get(*it);
        rule.is_some_and(|it| it.pack.near(view.on()).as_deref() == Some(pack.name))
            && !entries.iter().any(|entry| entry.recorded == Some(*it))
    });
    let gone = gone.collect();
    Fitted { pack, entries, gone, table }
}

impl Fitted {
    /// The file of rules that comes of it, to be imported; and what somebody should look at.
    pub fn file(&self, view: &View<'_>, chosen: &Chosen) -> (String, Vec<Finding>) {
        let mut findings = Vec::new();
        let words = column(&self.table, WORDS);
        let kept = |row: &Row| -> Vec<String> {
            let cells = (0..self.table.headings.len()).filter(|it| Some(*it) != words);
            cells.map(|it| row.cell(it).to_owned()).collect()
        };
        let mut heading: Vec<String> = self.table.headings.clone();
        if let Some(words) = words {
            heading.remove(words);
        }
        heading.push("posts".into());
        let mut rows = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            let Some(row) = self.table.rows.get(entry.row) else { continue };
            let mut cells = kept(row);
            let posts = match chosen.get(&entry.code) {
                Some(posts) => posts.as_slice(),
                None => entry.fits(),
            };
            if entry.wants_post() && posts.is_empty() {
                findings.push(entry.asks(view));
            }
            // A blank cell would leave what is recorded as it is.
            let emptied = posts.is_empty() && !entry.named.is_empty();
            let posts: Vec<String> = posts.iter().map(PostId::to_string).collect();
            cells.push(if emptied { "(none)".into() } else { posts.join("; ") });
            rows.push(cells);
        }
        for it in &self.gone {
            let name = view.name((*it).into()).unwrap_or_default();
            let says =
                format!("{it}, {}, came from this pack, which no longer has it.", shown(&name));
            let finding = Finding::question("rule-not-in-pack", says).value(&it.to_string());
            findings.push(finding.todo("End it if it is no longer law. It was left as it is."));
        }
        (wire::csv(&heading, &rows), findings)
    }

    /// What the file is called.
    pub fn file_name(&self) -> String {
        format!("{}-{}.csv", self.pack.key, self.pack.edition)
    }
}

impl Entry {
    fn asks(&self, view: &View<'_>) -> Finding {
        let name = &self.name;
        let says = match self.suggested.len() {
            0 => format!("No title says which post is {}.", shown(name)),
            _ => {
                let them = self.suggested.iter().take(NAMED_MAX);
                let called = |it: &PostId| match view.name((*it).into()) {
                    Some(name) => format!("{} ({it})", shown(&name)),
                    None => it.to_string(),
                };
                let them: Vec<String> = them.map(called).collect();
                format!("Which post is {}? It could be {}.", shown(name), them.join(", "))
            }
        };
        let finding = Finding::question("post-not-matched", says).column("posts").value(&self.code);
        finding.todo("Say which post it is. Until then the watch counts it as missing.")
    }
}

/// Candidates that a question names.
const NAMED_MAX: usize = 5;
/// The column that rules do not have.
const WORDS: &str = "words";
/// Posts that are suggested for a rule.
pub const SUGGESTED_MAX: usize = 12;
/// Whoever has one of these words in the title helps, and is not the one.
const HELPERS: [&str; 11] = [
    "deputy",
    "assistant",
    "associate",
    "adviser",
    "advisor",
    "support",
    "secretary",
    "pa",
    "to",
    "administrator",
    "trainee",
];

fn column(table: &Table, name: &str) -> Option<usize> {
    table.headings.iter().position(|it| it == name)
}

fn recorded(view: &View<'_>, code: &str) -> Option<RuleId> {
    let found = view.records().with_code(Kind::Rule, &code.into());
    let mut found: Vec<Ref> = found.collect();
    found.sort_by_key(|it| !view.stands(*it));
    found.first().and_then(|it| RuleId::try_from(*it).ok())
}

/// Words of a title or of what a post is for: small letters and digits.
fn bare(text: &str) -> Vec<String> {
    let text: String = text.chars().filter(|it| !matches!(it, '\'' | '’')).collect();
    let words = text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    words.map(str::to_lowercase).collect()
}

/// A post with the words of its title, and those of the first sentence about it.
type Titled = (PostId, Vec<String>, Vec<String>);

fn titles(view: &View<'_>) -> Vec<Titled> {
    let posts = view.list(Kind::Post, false).filter_map(|it| PostId::try_from(it).ok());
    posts
        .filter_map(|id| {
            let row = view.records().posts.get(id)?;
            let about = row.about.near(view.on()).as_deref().unwrap_or_default();
            let first = about.split(['.', ':', ';']).next().unwrap_or_default();
            Some((id, bare(row.name.near(view.on())), bare(first)))
        })
        .collect()
}

/// The posts that could be meant by `phrases`, and whether the first of them plainly is.
fn suggest(titles: &[Titled], phrases: &str) -> (Vec<PostId>, bool) {
    let phrases: Vec<Vec<String>> =
        phrases.split(';').map(bare).filter(|it| !it.is_empty()).collect();
    let is = |words: &[String]| phrases.iter().position(|it| it == words);
    let has = |words: &[String]| {
        let helps = |phrase: &[String]| {
            words.iter().any(|it| HELPERS.contains(&it.as_str()) && !phrase.contains(it))
        };
        phrases.iter().position(|it| it.iter().all(|it| words.contains(it)) && !helps(it))
    };
    let mut found: Vec<(usize, usize, PostId)> = Vec::new();
    for (post, title, about) in titles {
        let rank = match (is(title), is(about), has(title)) {
            (Some(n), _, _) => (0, n),
            (_, Some(n), _) => (1, n),
            (_, _, Some(n)) => (2, n),
            _ => continue,
        };
        found.push((rank.0, rank.1, *post));
    }
    found.sort_unstable();
    let sure = match found[..] {
        [] => false,
        [_] => true,
        // Several that only have the words are a question; one that says just that is not.
        [first, second, ..] => first.0 < second.0 && first.0 < 2,
    };
    found.truncate(SUGGESTED_MAX);
    (found.into_iter().map(|it| it.2).collect(), sure)
}

/// Reads a choice as somebody writes it: `council.monitoring-officer=POST-12` or, for several,
/// `POST-12;POST-14`.
pub fn choice(
    view: &View<'_>,
    fitted: &Fitted,
    written: &str,
) -> Result<(String, Vec<PostId>), String> {
    let (code, posts) = written
        .split_once('=')
        .ok_or_else(|| format!("`{written}` is no choice: write it as RULE-NUMBER=POST-12"))?;
    let code = code.trim();
    let known = |it: &&Entry| it.code == code || it.code.rsplit('.').next() == Some(code);
    let entry = fitted.entries.iter().find(known).ok_or_else(|| {
        let all: Vec<&str> = fitted.entries.iter().map(|it| it.code.as_str()).collect();
        format!("the pack has no rule `{code}`; it has {}", all.join(", "))
    })?;
    Ok((entry.code.clone(), posts_of(view, posts)?))
}

/// Posts by reference, parted by semicolons.
pub fn posts_of(view: &View<'_>, written: &str) -> Result<Vec<PostId>, String> {
    let mut posts = Vec::new();
    for it in written.split(';').map(str::trim).filter(|it| !it.is_empty()) {
        let of: Ref = it.parse().map_err(|it: kernel::id::NotAReference| it.to_string())?;
        let post = PostId::try_from(of).map_err(|_| format!("{of} is no post"))?;
        if view.records().posts.get(post).is_none() {
            return Err(format!("there is no {of}"));
        }
        posts.push(post);
    }
    Ok(posts)
}

/// What bringing a pack in comes to: as an import of its rules, with the questions of the fitting first.
pub fn plan(
    state: &State,
    act: &Act,
    names: plan::Names<'_>,
    (pack, chosen, from): (&'static Pack, &Chosen, Option<Date>),
) -> Plan {
    let on = from.unwrap_or(act.today);
    let view = View::new(state, on);
    let fitted = fit(&view, pack);
    let (text, mut said) = fitted.file(&view, chosen);
    let name = fitted.file_name();
    let options = Options::from([("from".to_owned(), on.to_string())]);
    let files = vec![Source::new(&name, text.as_bytes())];
    let request = Request { kind: Kind::Rule.plural(), files, options: &options, today: act.today };
    let imported = import::read(&request);
    let mut plan = plan::plan(state, act, names, &imported.drafts, &|_, _| ());
    said.extend(imported.findings);
    plan.findings.splice(0..0, said);
    plan.findings.sort_by_key(|it| it.grade);
    plan
}
