//! An establishment as drafts: a unit for each organisation, units in it, posts from the top down,
//! who holds them, and groups of junior posts.
//!
//! Always true: a post stands after the one it reports to; a line that closes a circle is left out
//! and asked about; nobody's name is in a finding.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use kernel::{Amount, Kind, Text, Value};

use crate::{
    draft::{Draft, DraftId, Drafts, End, Holder, Holders, Identity, Item, Place, Target, Whole},
    figure::Figure,
    finding::{Finding, shown},
    organogram::{Establishment, Holder as Said, PostState, ReportsTo, SeniorPost},
};

/// Positions of the two files among those of the import.
const SENIOR: usize = 0;
const JUNIOR: usize = 1;

struct Drafting<'a> {
    establishment: &'a Establishment,
    on: Date,
    drafts: &'a mut Drafts,
    top: DraftId,
    organisations: HashMap<&'a str, DraftId>,
    units: HashMap<(&'a str, &'a str), DraftId>,
    /// By position among the establishment's posts.
    posts: Vec<Option<DraftId>>,
    findings: Vec<Finding>,
}

pub(crate) fn draft(
    establishment: &Establishment,
    on: Date,
    drafts: &mut Drafts,
    findings: &mut Vec<Finding>,
) {
    if establishment.posts.is_empty() && establishment.juniors.is_empty() {
        return;
    }
    let mut top = Draft::new(Kind::Unit, Identity::Top, on, place(SENIOR, None))
        .is("name", Value::Text("The organisation".into()));
    top.keep = true;
    let top = drafts.add(top);
    let mut drafting = Drafting {
        establishment,
        on,
        drafts,
        top,
        organisations: HashMap::new(),
        units: HashMap::new(),
        posts: vec![None; establishment.posts.len()],
        findings: Vec::new(),
    };
    drafting.structure();
    drafting.drafts.items.push(Item::Renumbered);
    let above = drafting.lines();
    for at in super::from_the_top(&above) {
        drafting.post(at, above[at]);
    }
    drafting.tenures();
    drafting.groups();
    drafting.say_counts();
    let said = std::mem::take(&mut drafting.findings);
    findings.extend(said);
}

fn place(file: usize, row: Option<u32>) -> Place {
    Place { file, row }
}

impl<'a> Drafting<'a> {
    fn structure(&mut self) {
        for organisation in &self.establishment.organisations {
            let name = organisation.name.as_str();
            let id = if name.is_empty() { self.top } else { self.unit(name, self.top) };
            self.organisations.insert(name, id);
            for unit in &organisation.units {
                let below = if unit == name { id } else { self.unit(unit, id) };
                self.units.insert((name, unit), below);
            }
        }
    }

    fn unit(&mut self, name: &str, within: DraftId) -> DraftId {
        let unit = Draft::new(Kind::Unit, Identity::Name, self.on, place(SENIOR, None))
            .is("name", Value::Text(name.into()))
            .link("within", Target::Draft(within));
        self.drafts.add(unit)
    }

    fn unit_of(&self, organisation: &str, unit: &str) -> DraftId {
        let named = self.units.get(&(organisation, unit));
        named.or_else(|| self.organisations.get(organisation)).copied().unwrap_or(self.top)
    }

    /// The post above each, without what is eliminated and without the links that close circles.
    fn lines(&mut self) -> Vec<Option<usize>> {
        let posts = &self.establishment.posts;
        let places: HashMap<(&str, &str), usize> = posts
            .iter()
            .enumerate()
            .map(|(at, post)| ((post.organisation.as_str(), post.code.as_str()), at))
            .collect();
        let mut above: Vec<Option<usize>> = posts
            .iter()
            .map(|post| match &post.reports_to {
                ReportsTo::Post { organisation, code } => {
                    let at = places.get(&(organisation.as_str(), code.as_str())).copied()?;
                    (posts[at].state != PostState::Eliminated).then_some(at)
                }
                ReportsTo::Top | ReportsTo::Unknown(_) => None,
            })
            .collect();
        let mut walk_of = vec![0; posts.len()];
        for start in 0..posts.len() {
            let (mut at, mut last) = (start, None);
            while walk_of[at] == 0 {
                walk_of[at] = start + 1;
                last = Some(at);
                match above[at] {
                    Some(next) => at = next,
                    None => break,
                }
            }
            if let Some(last) = last.filter(|it| walk_of[at] == start + 1 && above[*it] == Some(at))
            {
                self.say_cut(&posts[last], &posts[at]);
                above[last] = None;
            }
        }
        above
    }

    fn say_cut(&mut self, post: &SeniorPost, above: &SeniorPost) {
        let (code, to) = (shown(&post.code), shown(&above.code));
        let says = format!(
            "The line from post {code} to {to} closes a circle: both came in, that line did not."
        );
        let todo = "Name the post that is really above it, here or in the file.";
        let finding = Finding::question("line-left-out", says).value(&post.code).todo(todo);
        self.findings.push(self.drafts.placed(finding, place(SENIOR, Some(post.row))));
    }

    fn post(&mut self, at: usize, above: Option<usize>) {
        let post = &self.establishment.posts[at];
        let within = self.organisations.get(post.organisation.as_str()).copied();
        let code: Text = post.code.as_str().into();
        let identity = Identity::Code { code, within: within.map(Target::Draft) };
        let mut draft = Draft::new(Kind::Post, identity, self.on, place(SENIOR, Some(post.row)));
        if post.state == PostState::Eliminated {
            draft.end = End::Gone;
            self.posts[at] = Some(self.drafts.add(draft));
            return;
        }
        draft.end = End::Stands;
        let unit = self.unit_of(&post.organisation, &post.unit);
        let mut draft = draft
            .is("name", Value::Text(self.title(post).into()))
            .text("code", &post.code)
            .text("about", &post.function)
            .link("unit", Target::Draft(unit))
            .text("grade", &post.grade);
        match (above.and_then(|it| self.posts[it]), &post.reports_to) {
            (Some(above), _) => draft = draft.link("reports_to", Target::Draft(above)),
            (None, ReportsTo::Top) => draft = draft.is("reports_to", Value::Nothing),
            // Unknown, eliminated or in a circle: the line stays as it is.
            (None, _) => (),
        }
        if let Some(fte) = fte_of(post) {
            draft = draft.is("fte", Value::Amount(Amount(fte.0)));
        }
        self.posts[at] = Some(self.drafts.add(draft));
    }

    fn title(&mut self, post: &SeniorPost) -> String {
        if !post.title.is_empty() {
            return post.title.clone();
        }
        let name = format!("Post {}", post.code);
        let says = format!("The post has no title; it was called {}.", shown(&name));
        let finding = Finding::question("title-missing", says).todo("Give it a title.");
        self.findings.push(self.drafts.placed(finding, place(SENIOR, Some(post.row))));
        name
    }

    fn tenures(&mut self) {
        for (at, post) in self.establishment.posts.iter().enumerate() {
            let Some(id) = self.posts[at] else { continue };
            let shared = post.holders().nth(1).is_some();
            let holders = post.holders().map(|entry| Holder {
                name: match &entry.holder {
                    Said::Named(name) => Some(name.clone()),
                    _ => None,
                },
                share: entry.fte.filter(|_| shared).and_then(share),
                place: place(SENIOR, Some(entry.row)),
            });
            let holders = match post.state {
                PostState::Eliminated => Vec::new(),
                PostState::Filled | PostState::Vacant => holders.collect(),
            };
            let place = place(SENIOR, Some(post.row));
            self.drafts.items.push(Item::Holders(Holders {
                post: id,
                on: self.on,
                holders,
                place,
            }));
        }
        for organisation in self.organisations.values() {
            let whole =
                Whole { kind: Kind::Post, within: *organisation, on: self.on, file: SENIOR };
            self.drafts.whole.push(whole);
        }
        self.drafts.whole.sort_unstable_by_key(|it| it.within.0);
    }

    fn groups(&mut self) {
        let posts = &self.establishment.posts;
        let places: HashMap<(&str, &str), usize> = posts
            .iter()
            .enumerate()
            .filter(|(_, post)| post.state != PostState::Eliminated)
            .map(|(at, post)| ((post.organisation.as_str(), post.code.as_str()), at))
            .collect();
        for group in &self.establishment.juniors {
            let unit = self.unit_of(&group.organisation, &group.unit);
            let title = if group.title.is_empty() { "Junior posts" } else { &group.title };
            let place = place(JUNIOR, Some(group.row));
            let mut draft = Draft::new(Kind::Post, Identity::Alike, self.on, place)
                .is("name", Value::Text(title.into()))
                .is("group", Value::Flag(true))
                .link("unit", Target::Draft(unit))
                .text("grade", &group.grade);
            if let ReportsTo::Post { organisation, code } = &group.reports_to {
                let at = places.get(&(organisation.as_str(), code.as_str()));
                if let Some(above) = at.and_then(|it| self.posts[*it]) {
                    draft = draft.link("reports_to", Target::Draft(above));
                }
            }
            if let Some(fte) = group.fte {
                draft = draft.is("fte", Value::Amount(Amount(fte.0)));
            }
            self.drafts.add(draft);
        }
    }

    /// What holds for many rows is said once.
    fn say_counts(&mut self) {
        let posts = &self.establishment.posts;
        let withheld = posts
            .iter()
            .flat_map(SeniorPost::holders)
            .filter(|it| !matches!(it.holder, Said::Named(_)))
            .count();
        let mut named = HashSet::new();
        let again = posts
            .iter()
            .flat_map(SeniorPost::holders)
            .filter(|it| matches!(&it.holder, Said::Named(name) if !named.insert(name)))
            .count();
        let mut say = |count: usize, code, says: String, todo: &str| {
            if count > 0 {
                let finding = Finding::note(code, says).todo(todo);
                self.findings.push(self.drafts.placed(finding, place(SENIOR, None)));
            }
        };
        say(
            withheld,
            "name-withheld",
            format!(
                "{withheld} holders have no name in the file: each is recorded as a person without one, unless the post has a holder already."
            ),
            "Give names by hand where you know them.",
        );
        say(
            again,
            "name-again",
            format!(
                "{again} holders have the name of another post's holder. They are recorded as different people, because the file does not tell namesakes apart."
            ),
            "Where it is one person, appoint that person to both posts.",
        );
        let unposted = self.establishment.unposted.len();
        say(
            unposted,
            "paid-not-in-post",
            format!(
                "{unposted} rows are of people who are paid and hold no post (reference 0). They were not imported."
            ),
            "Record them by hand if they answer for anything.",
        );
        let gone = posts.iter().filter(|it| it.state == PostState::Eliminated).count();
        say(
            gone,
            "eliminated",
            format!(
                "{gone} posts are eliminated: each ends if it is recorded, and is not established if it is not."
            ),
            "",
        );
    }
}

/// How much work a post is: of a shared one, what its holders make together.
fn fte_of(post: &SeniorPost) -> Option<Figure> {
    let mut sum: Option<i64> = None;
    let holders: Vec<_> = post.holders().collect();
    let entries = if holders.is_empty() { post.entries.iter().take(1).collect() } else { holders };
    for fte in entries.iter().filter_map(|it| it.fte) {
        sum = Some(sum.unwrap_or(0).saturating_add(fte.0));
    }
    sum.map(Figure)
}

/// A share in per cent, where it is one.
fn share(fte: Figure) -> Option<u16> {
    let whole = Figure::ONE.0;
    let per_cent = (fte.0 * 100 + whole / 2) / whole;
    u16::try_from(per_cent).ok().filter(|_| fte.0 < whole).filter(|it| (1..100).contains(it))
}
