//! What of the ledger is asked for, and the looking for it: from the newest backwards, a bounded stretch at
//! a time, because the ledger has no index of who did what.

use host::{Archive, Failure};
use jiff::{Timestamp, ToSpan, civil::Date};
use kernel::{By, Fact, Kind, Ref};
use maud::{Markup, html};

use super::kinds;
use crate::{
    App, Problem, Scene,
    pages::{Pen, Wrong, terms},
};

/// Entries on a page.
const PAGE_ENTRIES: usize = 100;
/// Entries looked through for one page.
const LOOKED_MAX: u64 = 20_000;
/// Entries read at once.
const READ_MAX: u64 = 1_000;

pub(super) const NAMES: [&str; 5] = ["by", "about", "kind", "from", "to"];

#[derive(Debug, Default, Clone)]
pub(super) struct Narrowed {
    /// A person, or a post in whose name it was done.
    by: Option<Ref>,
    about: Option<Ref>,
    kind: Option<Kind>,
    from: Option<Date>,
    to: Option<Date>,
    before: Option<u64>,
}

/// What was found, the newest first.
#[derive(Debug, Default)]
pub(super) struct Looked {
    pub(super) found: Vec<(u64, Fact)>,
    /// Where to look on, if there is more.
    pub(super) next: Option<u64>,
}

impl Narrowed {
    /// What the address asks for, and what of it cannot be understood.
    pub(super) fn by(pen: &Pen<'_>) -> (Narrowed, Wrong) {
        let (mut it, mut wrong) = (Narrowed::default(), Wrong::default());
        let given =
            |name: &str| pen.scene.here.get(name).map(str::trim).filter(|it| !it.is_empty());
        let mut record = |name: &str, kinds: &[Kind]| {
            let found = given(name).map(|text| terms::record(pen, kinds, text)).transpose();
            found.unwrap_or_else(|says| {
                wrong.put(name, says);
                None
            })
        };
        it.by = record("by", &[Kind::Person, Kind::Post]);
        it.about = record("about", &Kind::ALL);
        let mut day = |name: &str| {
            let found = given(name).map(terms::day).transpose();
            found.unwrap_or_else(|says| {
                wrong.put(name, says);
                None
            })
        };
        (it.from, it.to) = (day("from"), day("to"));
        it.kind = given("kind").and_then(Kind::named);
        it.before = given("before").and_then(|it| it.parse().ok());
        (it, wrong)
    }

    pub(super) async fn read(&self, app: &App, scene: &Scene) -> Result<Looked, Problem> {
        let it = self.clone();
        let head = scene.state.seq();
        // A moment before a day's midnight is the last of the day before it.
        let before = |day: Date| -> Option<Timestamp> {
            let midnight = day.to_zoned(scene.zone.clone()).ok()?.timestamp();
            midnight.checked_sub(1.nanosecond()).ok()
        };
        let (from, to) =
            (self.from.and_then(before), self.to.and_then(|it| before(it.tomorrow().ok()?)));
        // What a record's history knows need not be looked for.
        let known: Option<Vec<u64>> =
            self.about.map(|it| scene.state.records().history(it).rev().collect());
        let looked = app.wait(move |host| {
            let archive = host.archive();
            let last = to.map_or(Ok(head), |it| archive.recorded_by(head, it))?;
            let last = it.before.map_or(last, |it| last.min(it.saturating_sub(1)));
            let first = from.map_or(Ok(0), |it| archive.recorded_by(head, it))? + 1;
            match known {
                Some(known) => it.among(archive, &known, first, last),
                None => it.through(archive, first, last),
            }
        });
        Ok(looked.await?)
    }

    /// What the page changes with. New entries come only onto the newest page; which of them belong there
    /// is known beforehand where one record or one kind was asked for. Earlier entries stay as they are but
    /// for what their records are called.
    pub(super) fn subjects(&self, looked: &Looked, today: Date) -> Vec<String> {
        let over = self.before.is_some() || self.to.is_some_and(|it| it < today);
        match (self.about, self.kind) {
            _ if over => {
                let subjects = looked.found.iter().map(|it| it.1.event.subject());
                subjects.map(|it| it.to_string()).collect()
            }
            (Some(about), _) => vec![about.to_string()],
            (None, Some(kind)) => vec![kind.plural().to_owned()],
            (None, None) => vec!["*".to_owned()],
        }
    }

    fn among(
        &self,
        archive: &Archive,
        known: &[u64],
        first: u64,
        last: u64,
    ) -> Result<Looked, Failure> {
        let mut looked = Looked::default();
        for seq in known.iter().copied().filter(|it| (first..=last).contains(it)) {
            if looked.found.len() == PAGE_ENTRIES {
                looked.next = Some(seq + 1);
                break;
            }
            let fact = archive.fact(seq)?.filter(|it| self.fits(it));
            looked.found.extend(fact.map(|it| (seq, it)));
        }
        Ok(looked)
    }

    fn through(&self, archive: &Archive, first: u64, last: u64) -> Result<Looked, Failure> {
        let mut looked = Looked::default();
        let lowest = first.max((last + 1).saturating_sub(LOOKED_MAX));
        let mut end = last;
        while end >= lowest && end > 0 {
            let begin = lowest.max((end + 1).saturating_sub(READ_MAX));
            let count = usize::try_from(end + 1 - begin).unwrap_or(0);
            for (seq, fact) in archive.facts(begin - 1, count)?.into_iter().rev() {
                if !self.fits(&fact) {
                    continue;
                }
                if looked.found.len() == PAGE_ENTRIES {
                    looked.next = Some(seq + 1);
                    return Ok(looked);
                }
                looked.found.push((seq, fact));
            }
            end = begin - 1;
        }
        looked.next = (lowest > first).then_some(lowest);
        Ok(looked)
    }

    fn fits(&self, fact: &Fact) -> bool {
        let by = self.by.is_none_or(|wanted| match fact.by {
            By::Console | By::Schedule => false,
            By::Postholder { person, post, .. } | By::Delegate { person, post, .. } => {
                [person.into(), post.into()].contains(&wanted)
            }
        });
        by && self.kind.is_none_or(|it| it == fact.event.subject().kind)
    }
}

/// The form that narrows the list.
pub(super) fn tools(pen: &Pen<'_>, wrong: &Wrong) -> Markup {
    let here = &pen.scene.here;
    let value = |name: &str| here.get(name).unwrap_or_default().to_owned();
    // A reference that was followed here reads as a name.
    let shown = |name: &str| match value(name).parse::<Ref>() {
        Ok(it) if pen.view().exists(it) => pen.shown(it),
        _ => value(name),
    };
    let names: Vec<&str> = NAMES.into_iter().chain(["before"]).collect();
    let narrowed = NAMES.iter().any(|it| here.get(it).is_some());
    html! {
        div.list-tools {
            form method="get" action=(here.path) role="search" aria-label="Narrow the entries" {
                (here.hidden(&names))
                @for (name, label) in [("by", "Person or post"), ("about", "Record")] {
                    label for={ "narrow-" (name) } { (label)
                        input id={ "narrow-" (name) } name=(name) value=(shown(name)) placeholder="Name or reference"
                            aria-invalid=[wrong.at(name).map(|_| "true")]
                            aria-describedby=[wrong.at(name).map(|_| format!("narrow-{name}-wrong"))];
                        @if let Some(says) = wrong.at(name) { span.wrong id={ "narrow-" (name) "-wrong" } { (says) } }
                    }
                }
                label for="narrow-kind" { "Kind"
                    select #narrow-kind name="kind" {
                        option value="" { "All" }
                        @for (plural, text) in kinds() { option value=(plural) selected[value("kind") == plural] { (text) } }
                    }
                }
                @for (name, label) in [("from", "Recorded from"), ("to", "Recorded to")] {
                    label for={ "narrow-" (name) } { (label)
                        input id={ "narrow-" (name) } type="date" name=(name) value=(value(name));
                        @if let Some(says) = wrong.at(name) { span.wrong { (says) } }
                    }
                }
                button { "Show" }
                @if narrowed { a href=(super::all(here).href()) { "Show all" } }
            }
        }
    }
}
