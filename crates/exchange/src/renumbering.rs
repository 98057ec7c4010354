//! Which recorded post is which post of a list in which the numbers are new.
//!
//! Not here: what is recorded and what a file says (`plan/renumbered.rs` gathers both), nor what somebody answers.
//!
//! Evidence is counted in bits: how many times likelier it is to see this of one post than of two, as powers of two.
//! What agrees counts by how rare it is, so that the only “Chief Analyst” says much and one of forty “Deputy
//! Directors” little. What differs counts as often as it differs between two deliveries that kept their numbers
//! (docs/imports.md says how often that was).
//!
//! Always true: a pair is sure only if much speaks for it, and far more than for any other pair of either post; a
//! holder alone makes no pair, for people change posts; each post stands in at most one sure pair; what is not sure is
//! shown and never taken; nobody's name leaves here.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

/// Bits by which a sure pair beats chance.
const SURE_BITS: f64 = 5.0;
/// Bits by which it beats every other pair of either post.
const AHEAD_BITS: f64 = 4.0;
/// Bits from which a pair is worth looking at.
const LIKELY_BITS: f64 = 0.0;
/// Pairs that are shown of a post that has no sure one.
const LIKELY_MAX: usize = 3;
/// Pairs of one word, name or line that are weighed; what more posts share says nothing.
const ALIKE_MAX: usize = 400;
/// Pairs that are weighed at all, the rarest words first.
const PAIRS_MAX: usize = 1_000_000;
/// Rounds in which sure pairs speak for those beneath them.
const ROUNDS_MAX: usize = 10;
/// Sure pairs from which a rule of numbering is told.
const RULE_PAIRS_MIN: usize = 3;
/// Words that every title may have.
const PLAIN: &[&str] =
    &["and", "of", "the", "for", "to", "in", "on", "with", "by", "at", "an", "or"];
/// What stands before names in one delivery and not in the next.
const STYLES: &[&str] = &["mr", "mrs", "ms", "miss", "dr", "sir", "dame", "prof", "professor"];

/// By how alike two titles are, from 1 to 0: bits.
const TITLES: &[(f64, f64)] =
    &[(0.85, 5.0), (0.6, 2.5), (0.4, 1.0), (0.3, -0.3), (0.2, -1.5), (0.1, -3.0), (0.0, -4.0)];
/// The same of what they do.
const FUNCTIONS: &[(f64, f64)] = &[(0.7, 4.0), (0.2, 2.5), (0.1, 0.5), (0.0, -2.5)];
/// The same of units.
const UNITS: &[(f64, f64)] = &[(0.3, 2.0), (0.0, -2.5)];
/// From here on titles, and what posts do, are alike.
const TITLE_ALIKE: f64 = 0.4;
const FUNCTION_ALIKE: f64 = 0.2;
/// Posts that may be described in the same words and still be told by them.
const FUNCTION_POSTS_MAX: f64 = 2.5;
/// How often each stays as it is between two deliveries.
const TITLE_STAYS: f64 = 0.82;
const FUNCTION_STAYS: f64 = 0.6;
const UNIT_STAYS: f64 = 0.76;
const GRADE_STAYS: f64 = 0.99;
const HOLDER_STAYS: f64 = 0.86;
const LINE_STAYS: f64 = 0.79;
const TOP_STAYS: f64 = 0.9;
/// Bits of what differs.
const OTHER_GRADE: f64 = -4.0;
const OTHER_FTE: f64 = -1.5;
const OTHER_HOLDER: f64 = -2.7;
const OTHER_LINE: f64 = -2.3;
const OTHER_TOP: f64 = -4.0;
/// What was written anew, or called otherwise, everywhere says little by differing.
const REWRITTEN: f64 = -0.5;
/// Bits beyond chance of numbers that differ by what stands before them, where most sure pairs do.
const SAME_DIGITS: f64 = 4.0;
const OTHER_DIGITS: f64 = -3.0;

/// A post, recorded or in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Post {
    pub number: String,
    pub title: String,
    /// What it does.
    pub about: String,
    pub unit: String,
    pub grade: String,
    pub fte: String,
    pub holders: Vec<String>,
    pub line: Line,
}

/// Where a post reports to, among those of its own list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Line {
    #[default]
    Unknown,
    Top,
    Under(usize),
}

/// Something that speaks for a pair, or against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sign {
    Title,
    LikeTitle,
    OtherTitle,
    Function,
    LikeFunction,
    OtherFunction,
    Holder,
    OtherHolder,
    Unit,
    LikeUnit,
    OtherUnit,
    Grade,
    OtherGrade,
    OtherFte,
    Line,
    OtherLine,
    Top,
    Digits,
    OtherDigits,
}

impl Sign {
    pub fn word(self) -> &'static str {
        match self {
            Sign::Title => "same title",
            Sign::LikeTitle => "like title",
            Sign::OtherTitle => "another title",
            Sign::Function => "same function",
            Sign::LikeFunction => "like function",
            Sign::OtherFunction => "another function",
            Sign::Holder => "same holder",
            Sign::OtherHolder => "another holder",
            Sign::Unit => "same unit",
            Sign::LikeUnit => "like unit",
            Sign::OtherUnit => "another unit",
            Sign::Grade => "same grade",
            Sign::OtherGrade => "another grade",
            Sign::OtherFte => "another FTE",
            Sign::Line => "under the same post",
            Sign::OtherLine => "under another post",
            Sign::Top => "both at the top",
            Sign::Digits => "same number behind another beginning",
            Sign::OtherDigits => "another number behind its beginning",
        }
    }

    pub fn speaks_for(self) -> bool {
        matches!(
            self,
            Sign::Title
                | Sign::LikeTitle
                | Sign::Function
                | Sign::LikeFunction
                | Sign::Holder
                | Sign::Unit
                | Sign::LikeUnit
                | Sign::Grade
                | Sign::Line
                | Sign::Top
                | Sign::Digits
        )
    }
}

/// A recorded post and one of the file, by their places.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    pub old: usize,
    pub new: usize,
    pub signs: Vec<Sign>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// By the place of the new one.
    pub sure: Vec<Pair>,
    /// For each new post without a sure pair: those worth looking at, the likeliest first.
    pub open: Vec<(usize, Vec<Pair>)>,
}

/// A text as it is compared: letters and digits, small, words parted by one space.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.ends_with(' ') && !out.is_empty() {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// A name as it is compared, whichever part of it stands first.
fn named(name: &str) -> String {
    let name = folded(name);
    let mut parts: Vec<&str> = name.split(' ').filter(|it| !STYLES.contains(it)).collect();
    parts.sort_unstable();
    parts.join(" ")
}

/// Words by number, each once, in order.
type Words = Vec<u32>;

/// What of a post is compared.
struct Seen {
    title: String,
    about: String,
    unit: String,
    grade: String,
    fte: String,
    holders: Vec<String>,
    title_words: Words,
    about_words: Words,
    unit_words: Words,
    line: Line,
}

struct Weighed {
    old: usize,
    new: usize,
    bits: f64,
    signs: Vec<Sign>,
    /// The posts themselves are alike, not only whoever holds them.
    alike: bool,
}

struct Recogniser<'a> {
    posts: (&'a [Post], &'a [Post]),
    old: Vec<Seen>,
    new: Vec<Seen>,
    /// Bits of each word by how rare it is.
    rare: Vec<f64>,
    /// How great a share of the posts has a value, on the side where it is greater.
    titles: HashMap<String, f64>,
    functions: HashMap<String, f64>,
    units: HashMap<String, f64>,
    grades: HashMap<String, f64>,
    holders: HashMap<String, f64>,
    /// How great a share of each list reports there.
    lines: [HashMap<Line, f64>; 2],
    /// Units that both lists have.
    shared_units: HashSet<String>,
    /// Hardly any function is worded as it was.
    rewritten: bool,
}

/// Finds which posts of `new` are posts of `old`.
pub fn recognise(old: &[Post], new: &[Post]) -> Found {
    if old.is_empty() || new.is_empty() {
        return Found::default();
    }
    let recogniser = Recogniser::new(old, new);
    let mut pairs = recogniser.candidates();
    let mut chosen = recogniser.choose(&pairs, &HashMap::new(), false);
    let alike = chosen.iter().filter(|it| same_digits(&old[*it.0].number, &new[*it.1].number));
    let rule = chosen.len() >= RULE_PAIRS_MIN && alike.count() * 10 >= chosen.len() * 6;
    for _ in 0..ROUNDS_MAX {
        recogniser.beneath(&chosen, &mut pairs);
        let next = recogniser.choose(&pairs, &chosen, rule);
        if next == chosen {
            break;
        }
        chosen = next;
    }
    recogniser.found(&pairs, &chosen, rule)
}

impl<'a> Recogniser<'a> {
    fn new(old: &'a [Post], new: &'a [Post]) -> Recogniser<'a> {
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut words = |text: &str| -> Words {
            let kept = text.split(' ').filter(|it| it.chars().nth(1).is_some());
            let kept = kept.filter(|it| !PLAIN.contains(it));
            let mut all: Words = kept
                .map(|it| {
                    let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                    *numbers.entry(it.to_owned()).or_insert(next)
                })
                .collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let mut seen = |it: &Post| {
            let (title, about, unit) = (folded(&it.title), folded(&it.about), folded(&it.unit));
            let holders = it.holders.iter().map(|it| named(it)).filter(|it| !it.is_empty());
            Seen {
                title_words: words(&title),
                about_words: words(&about),
                unit_words: words(&unit),
                grade: folded(&it.grade),
                fte: it.fte.clone(),
                holders: holders.collect(),
                line: it.line,
                title,
                about,
                unit,
            }
        };
        let mut before: Vec<Seen> = old.iter().map(&mut seen).collect();
        let mut after: Vec<Seen> = new.iter().map(&mut seen).collect();
        let all = (before.len() + after.len()) as f64;
        let mut count = vec![0_usize; numbers.len()];
        for it in before.iter().chain(&after) {
            let mut words: Words = [&it.title_words, &it.about_words, &it.unit_words]
                .into_iter()
                .flatten()
                .copied()
                .collect();
            words.sort_unstable();
            words.dedup();
            for word in words {
                count[word as usize] += 1;
            }
        }
        // What stands in every description tells no two of them apart.
        let plenty = (before.len() + after.len()).div_euclid(4).max(2);
        for it in before.iter_mut().chain(&mut after) {
            it.about_words.retain(|it| count[*it as usize] <= plenty);
        }
        let rare = count.iter().map(|it| (1.0 + all / (*it).max(1) as f64).log2()).collect();
        let units =
            |them: &[Seen]| -> HashSet<String> { them.iter().map(|it| it.unit.clone()).collect() };
        let worded: HashSet<&str> = before.iter().map(|it| it.about.as_str()).collect();
        let kept = after.iter().filter(|it| worded.contains(it.about.as_str())).count();
        let shares = |of: &dyn Fn(&Seen) -> Vec<String>| shares(&before, &after, of);
        Recogniser {
            titles: shares(&|it| vec![it.title.clone()]),
            functions: shares(&|it| vec![it.about.clone()]),
            units: shares(&|it| vec![it.unit.clone()]),
            grades: shares(&|it| vec![it.grade.clone()]),
            holders: shares(&|it| it.holders.clone()),
            lines: [lines(&before), lines(&after)],
            shared_units: units(&before).intersection(&units(&after)).cloned().collect(),
            rewritten: kept * 10 < after.len(),
            posts: (old, new),
            rare,
            old: before,
            new: after,
        }
    }

    /// Pairs that have anything rare in common, each once, weighed.
    fn candidates(&self) -> Vec<Weighed> {
        let mut keys: HashMap<String, (Vec<usize>, Vec<usize>)> = HashMap::new();
        for (side, posts) in [&self.old, &self.new].into_iter().enumerate() {
            for (at, it) in posts.iter().enumerate() {
                let words = it.title_words.iter().map(|it| format!("w{it}"));
                let about = it.about_words.iter().map(|it| format!("w{it}"));
                let names = it.holders.iter().map(|it| format!("h{it}"));
                let whole = [format!("t{}", it.title), format!("a{}", it.about)];
                let mut mine: Vec<String> = words
                    .chain(about)
                    .chain(names)
                    .chain(whole)
                    .filter(|it| it.len() > 1)
                    .collect();
                mine.sort_unstable();
                mine.dedup();
                for key in mine {
                    let them = keys.entry(key).or_default();
                    if side == 0 { them.0.push(at) } else { them.1.push(at) }
                }
            }
        }
        let mut groups: Vec<(usize, String)> = keys
            .iter()
            .map(|(key, it)| (it.0.len() * it.1.len(), key.clone()))
            .filter(|it| (1..=ALIKE_MAX).contains(&it.0))
            .collect();
        groups.sort_unstable();
        let mut met: HashSet<(usize, usize)> = HashSet::new();
        let mut pairs = Vec::new();
        for (_, key) in groups {
            let (old, new) = &keys[&key];
            for old in old {
                for new in new {
                    if pairs.len() < PAIRS_MAX && met.insert((*old, *new)) {
                        pairs.push(self.weigh(*old, *new));
                    }
                }
            }
        }
        pairs
    }

    /// Adds pairs of posts that report to a sure pair, which may have nothing rare in common.
    fn beneath(&self, chosen: &HashMap<usize, usize>, pairs: &mut Vec<Weighed>) {
        let below = |them: &[Seen]| {
            let mut below: HashMap<usize, Vec<usize>> = HashMap::new();
            for (at, it) in them.iter().enumerate() {
                if let Line::Under(above) = it.line {
                    below.entry(above).or_default().push(at);
                }
            }
            below
        };
        let (old, new) = (below(&self.old), below(&self.new));
        let mut met: HashSet<(usize, usize)> = pairs.iter().map(|it| (it.old, it.new)).collect();
        let mut above: Vec<(&usize, &usize)> = chosen.iter().collect();
        above.sort_unstable();
        for (before, after) in above {
            let (Some(old), Some(new)) = (old.get(before), new.get(after)) else { continue };
            if old.len() * new.len() > ALIKE_MAX {
                continue;
            }
            for old in old {
                for new in new {
                    if pairs.len() < PAIRS_MAX && met.insert((*old, *new)) {
                        pairs.push(self.weigh(*old, *new));
                    }
                }
            }
        }
    }

    /// All that two posts say by themselves.
    fn weigh(&self, old: usize, new: usize) -> Weighed {
        let (a, b) = (&self.old[old], &self.new[new]);
        let mut it = Weighed { old, new, bits: 0.0, signs: Vec::new(), alike: false };
        self.titles(a, b, &mut it);
        self.functions(a, b, &mut it);
        self.units(a, b, &mut it);
        if !a.grade.is_empty() && !b.grade.is_empty() {
            match a.grade == b.grade {
                true => it.agrees(Sign::Grade, GRADE_STAYS, self.grades.get(&b.grade)),
                false => it.says(Sign::OtherGrade, OTHER_GRADE),
            }
        }
        if !a.fte.is_empty() && !b.fte.is_empty() && a.fte != b.fte {
            it.says(Sign::OtherFte, OTHER_FTE);
        }
        if !a.holders.is_empty() && !b.holders.is_empty() {
            let both = a.holders.iter().filter(|it| b.holders.contains(it));
            let share = both.filter_map(|it| self.holders.get(it)).min_by(|a, b| a.total_cmp(b));
            match share {
                Some(share) => it.agrees(Sign::Holder, HOLDER_STAYS, Some(share)),
                None => it.says(Sign::OtherHolder, OTHER_HOLDER),
            }
        }
        it
    }

    fn titles(&self, a: &Seen, b: &Seen, it: &mut Weighed) {
        if a.title.is_empty() || b.title.is_empty() {
            return;
        }
        if a.title == b.title {
            it.alike = true;
            return it.agrees(Sign::Title, TITLE_STAYS, self.titles.get(&b.title));
        }
        let Some(likeness) = self.likeness(&a.title_words, &b.title_words) else { return };
        it.alike |= likeness >= TITLE_ALIKE;
        let sign = if likeness >= TITLE_ALIKE { Sign::LikeTitle } else { Sign::OtherTitle };
        it.says(sign, bits(TITLES, likeness));
    }

    fn functions(&self, a: &Seen, b: &Seen, it: &mut Weighed) {
        let Some(likeness) = self.likeness(&a.about_words, &b.about_words) else { return };
        if a.about == b.about {
            let share = self.functions.get(&b.about).copied().unwrap_or(1.0);
            it.alike |= share * self.old.len().max(self.new.len()) as f64 <= FUNCTION_POSTS_MAX;
            return it.agrees(Sign::Function, FUNCTION_STAYS, self.functions.get(&b.about));
        }
        it.alike |= likeness >= FUNCTION_ALIKE;
        let sign =
            if likeness >= FUNCTION_ALIKE { Sign::LikeFunction } else { Sign::OtherFunction };
        let bits = bits(FUNCTIONS, likeness);
        it.says(sign, if self.rewritten { bits.max(REWRITTEN) } else { bits });
    }

    fn units(&self, a: &Seen, b: &Seen, it: &mut Weighed) {
        if a.unit.is_empty() || b.unit.is_empty() {
            return;
        }
        if a.unit == b.unit {
            return it.agrees(Sign::Unit, UNIT_STAYS, self.units.get(&b.unit));
        }
        let bits = bits(UNITS, self.likeness(&a.unit_words, &b.unit_words).unwrap_or(0.0));
        let both = [a, b].into_iter().all(|it| self.shared_units.contains(&it.unit));
        let sign = if bits > 0.0 { Sign::LikeUnit } else { Sign::OtherUnit };
        // One that the other list does not have was renamed or divided.
        it.says(sign, if both { bits } else { bits.max(REWRITTEN) });
    }

    /// How much of what both say is the same, the rare words counting most; nothing if one says nothing.
    fn likeness(&self, a: &Words, b: &Words) -> Option<f64> {
        if a.is_empty() || b.is_empty() {
            return None;
        }
        let weight = |it: &u32| self.rare[*it as usize];
        let both: f64 = a.iter().filter(|it| b.binary_search(it).is_ok()).map(weight).sum();
        let all: f64 = a.iter().chain(b).map(weight).sum::<f64>() - both;
        Some(if all > 0.0 { both / all } else { 0.0 })
    }

    /// What the lines say, once some pairs are sure.
    fn line(
        &self,
        it: &Weighed,
        chosen: &HashMap<usize, usize>,
        taken: &HashSet<usize>,
    ) -> Option<(Sign, f64)> {
        let says = |sign, stays: f64, old: Line, new: Line| {
            let share =
                |side: usize, line: Line| self.lines[side].get(&line).copied().unwrap_or(1.0);
            Some((sign, (stays / share(0, old).max(share(1, new))).log2().max(0.0)))
        };
        match (self.old[it.old].line, self.new[it.new].line) {
            (Line::Unknown, _) | (_, Line::Unknown) => None,
            (Line::Top, Line::Top) => says(Sign::Top, TOP_STAYS, Line::Top, Line::Top),
            (Line::Top, _) | (_, Line::Top) => Some((Sign::OtherLine, OTHER_TOP)),
            (Line::Under(a), Line::Under(b)) => match chosen.get(&a) {
                Some(to) if *to == b => {
                    says(Sign::Line, LINE_STAYS, Line::Under(a), Line::Under(b))
                }
                None if !taken.contains(&b) => None,
                _ => Some((Sign::OtherLine, OTHER_LINE)),
            },
        }
    }

    /// What lines and, where there is a rule, numbers add.
    fn more(
        &self,
        it: &Weighed,
        chosen: &HashMap<usize, usize>,
        taken: &HashSet<usize>,
        rule: bool,
    ) -> Vec<(Sign, f64)> {
        let mut more: Vec<(Sign, f64)> = self.line(it, chosen, taken).into_iter().collect();
        if rule {
            let (old, new) = (&self.posts.0[it.old].number, &self.posts.1[it.new].number);
            more.push(match same_digits(old, new) {
                true => (Sign::Digits, self.chance() + SAME_DIGITS),
                false => (Sign::OtherDigits, OTHER_DIGITS),
            });
        }
        more
    }

    /// The pairs that are sure, given those that were.
    fn choose(
        &self,
        pairs: &[Weighed],
        sure: &HashMap<usize, usize>,
        rule: bool,
    ) -> HashMap<usize, usize> {
        let taken: HashSet<usize> = sure.values().copied().collect();
        let bits = |it: &Weighed| -> f64 {
            it.bits + self.more(it, sure, &taken, rule).iter().map(|it| it.1).sum::<f64>()
        };
        let totals: Vec<f64> = pairs.iter().map(bits).collect();
        let mut of_old = vec![Best::default(); self.old.len()];
        let mut of_new = vec![Best::default(); self.new.len()];
        for (at, it) in pairs.iter().enumerate() {
            of_old[it.old].meet(at, totals[at]);
            of_new[it.new].meet(at, totals[at]);
        }
        let needed = self.chance() + SURE_BITS;
        let mut chosen = HashMap::new();
        for (at, it) in pairs.iter().enumerate() {
            let (a, b) = (&of_old[it.old], &of_new[it.new]);
            let best = a.at == Some(at) && b.at == Some(at);
            let ahead = totals[at] - a.next.max(b.next) >= AHEAD_BITS;
            let numbered =
                rule && same_digits(&self.posts.0[it.old].number, &self.posts.1[it.new].number);
            if best && ahead && totals[at] >= needed && (it.alike || numbered) {
                chosen.insert(it.old, it.new);
            }
        }
        chosen
    }

    /// Bits that it takes to find one post among all.
    fn chance(&self) -> f64 {
        (self.old.len().max(self.new.len()) as f64).log2()
    }

    fn found(&self, pairs: &[Weighed], chosen: &HashMap<usize, usize>, rule: bool) -> Found {
        let taken: HashSet<usize> = chosen.values().copied().collect();
        let mut found = Found::default();
        let mut likely: HashMap<usize, Vec<(f64, Pair)>> = HashMap::new();
        for it in pairs {
            let sure = chosen.get(&it.old) == Some(&it.new);
            if !sure && (chosen.contains_key(&it.old) || taken.contains(&it.new)) {
                continue;
            }
            let more = self.more(it, chosen, &taken, rule);
            let bits = it.bits + more.iter().map(|it| it.1).sum::<f64>() - self.chance();
            let mut signs = it.signs.clone();
            signs.extend(more.iter().map(|it| it.0));
            signs.sort_unstable();
            let pair = Pair { old: it.old, new: it.new, signs };
            if sure {
                found.sure.push(pair);
            } else if bits >= LIKELY_BITS {
                likely.entry(it.new).or_default().push((bits, pair));
            }
        }
        found.sure.sort_by_key(|it| it.new);
        for new in (0..self.new.len()).filter(|it| !taken.contains(it)) {
            let mut them = likely.remove(&new).unwrap_or_default();
            them.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.old.cmp(&b.1.old)));
            them.truncate(LIKELY_MAX);
            found.open.push((new, them.into_iter().map(|it| it.1).collect()));
        }
        found
    }
}

impl Weighed {
    fn says(&mut self, sign: Sign, bits: f64) {
        self.signs.push(sign);
        self.bits += bits;
    }

    /// Both have the same, which so great a share of the posts has.
    fn agrees(&mut self, sign: Sign, stays: f64, share: Option<&f64>) {
        let bits = share.map_or(0.0, |share| (stays / share).log2());
        self.says(sign, bits.max(0.0));
    }
}

/// The best pair of a post, and how good its next best is.
#[derive(Clone)]
struct Best {
    at: Option<usize>,
    bits: f64,
    next: f64,
}

impl Default for Best {
    fn default() -> Best {
        Best { at: None, bits: f64::NEG_INFINITY, next: f64::NEG_INFINITY }
    }
}

impl Best {
    fn meet(&mut self, at: usize, bits: f64) {
        if bits > self.bits {
            (self.at, self.bits, self.next) = (Some(at), bits, self.bits);
        } else {
            self.next = self.next.max(bits);
        }
    }
}

fn bits(bands: &[(f64, f64)], likeness: f64) -> f64 {
    bands.iter().find(|it| likeness >= it.0).map_or(0.0, |it| it.1)
}

fn shares(old: &[Seen], new: &[Seen], of: &dyn Fn(&Seen) -> Vec<String>) -> HashMap<String, f64> {
    let mut shares: HashMap<String, f64> = HashMap::new();
    for them in [old, new] {
        let mut count: HashMap<String, usize> = HashMap::new();
        for value in them.iter().flat_map(of) {
            *count.entry(value).or_default() += 1;
        }
        for (value, count) in count {
            let share = shares.entry(value).or_default();
            *share = share.max(count as f64 / them.len() as f64);
        }
    }
    shares
}

fn lines(them: &[Seen]) -> HashMap<Line, f64> {
    let mut lines: HashMap<Line, f64> = HashMap::new();
    for it in them {
        *lines.entry(it.line).or_default() += 1.0 / them.len() as f64;
    }
    lines
}

/// Whether one number is the other with something before it, such as `PB15` and `15`.
fn same_digits(old: &str, new: &str) -> bool {
    let ends = |long: &str, short: &str| {
        let Some(before) = long.strip_suffix(short) else { return false };
        let parted = |it: char| !it.is_alphanumeric();
        match (before.chars().next_back(), short.chars().next()) {
            (Some(last), Some(first)) => {
                parted(last) || (last.is_alphabetic() && first.is_ascii_digit())
            }
            _ => false,
        }
    };
    old != new && (ends(old, new) || ends(new, old))
}
