//! Undoing what was recorded together: an import, by the entries that it wrote.
//!
//! The ledger only grows, so an undo is further entries: what was established is annulled, what was
//! changed goes back to what it was before, what was ended stands again, figures are withdrawn.
//!
//! Not here: which entries belong together; whoever asks knows.
//!
//! Always true: today's views after an undo are those from before the entries, as far as nothing is
//! kept; what was recorded since is never undone along with it, but keeps what it rests on; every
//! command was tried on a copy, in an order in which each is allowed.

mod back;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use kernel::{Act, Command, Event, Fact, Kind, Ref, State, Text, id::IndicatorId, register::Facet};
use serde_json::{Map, Value as Json, json};

use crate::plan::Counted;
use back::{Back, Deed};

/// What an undo comes to.
#[derive(Debug, Default, Clone)]
pub struct Undo {
    pub steps: Vec<Command>,
    pub counts: BTreeMap<Counted, Count>,
    /// What cannot be undone, and why.
    pub kept: Vec<Kept>,
    /// The first records that it touches, for a look.
    pub sample: Vec<(Ref, Option<Text>, &'static str)>,
}

/// How many are undone, by how.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// They never stood; figures: withdrawn.
    pub annulled: usize,
    /// As they were before.
    pub put_back: usize,
    pub kept: usize,
}

/// Something that stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub of: Ref,
    pub why: Why,
    /// The newest entry about it since, where there is one.
    pub entry: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It was changed, corrected or ended since.
    ChangedSince,
    /// Figures of it were recorded or withdrawn since.
    MeasuredSince,
    /// That leads to it and stays.
    LedTo(Ref),
    /// The vault holds one name of a person, and that is the later one.
    Name,
    /// The rules do not allow it.
    Refused(String),
}

impl Why {
    /// Why it stays, of the record.
    pub fn says(&self) -> String {
        match self {
            Why::ChangedSince => "was changed, corrected or ended since".into(),
            Why::MeasuredSince => "was measured again since".into(),
            Why::LedTo(by) => format!("is what {by} leads to, which stays"),
            Why::Name => "has another name since, and the vault keeps only that one".into(),
            Why::Refused(why) => format!("cannot go back: {why}"),
        }
    }
}

/// Records in a sample.
const SAMPLE_MAX: usize = 20;
/// Times that the rest is tried again without what was refused.
const TRIES_MAX: usize = 20;

/// Whether entries can be undone together: they were recorded at one moment by one hand.
pub fn belong_together(facts: &[Fact]) -> bool {
    facts.windows(2).all(|it| it[0].at == it[1].at && it[0].by == it[1].by)
}

/// Works out how to undo `facts`, which followed on `before`, so that `act` can do it on `now`.
pub fn undo(before: &State, facts: &[Fact], now: &State, act: &Act) -> Undo {
    let mut after = before.clone();
    let mut backs: Vec<(Ref, Back)> = Vec::with_capacity(facts.len());
    let mut touched: BTreeMap<Ref, Touched> = BTreeMap::new();
    for fact in facts {
        let of = fact.event.subject();
        touched.entry(of).or_default().note(&fact.event);
        backs.push((of, back::of(&after, &fact.event)));
        after.apply(fact);
    }
    let mut undoing = Undoing { before, after: &after, now, touched, kept: BTreeMap::new() };
    undoing.compare();
    for _ in 0..TRIES_MAX {
        undoing.close();
        match undoing.attempt(&backs, act) {
            Ok(steps) => return undoing.finish(steps),
            Err((of, why)) => undoing.keep(of, Why::Refused(why)),
        }
    }
    for of in undoing.touched.keys().copied().collect::<Vec<_>>() {
        undoing.keep(of, Why::ChangedSince);
    }
    undoing.finish(Vec::new())
}

/// What the entries did to a record.
#[derive(Debug, Default)]
struct Touched {
    established: bool,
    lived: bool,
    name: bool,
    fields: BTreeSet<&'static str>,
    days: BTreeSet<Date>,
}

impl Touched {
    fn note(&mut self, event: &Event) {
        // What is worked out is no part of what was said.
        let fields = event.subject().kind.fields().iter();
        let found = fields.filter(|it| matches!(it.shape, kernel::Shape::Found(_)));
        let found: Vec<&str> = found.map(|it| it.name).collect();
        let given = event.given().into_iter().map(|it| it.0);
        self.fields.extend(given.filter(|it| !found.contains(it)));
        match back::deed(event) {
            Deed::Established => self.established = true,
            Deed::Changed { live, .. } | Deed::Corrected { live, .. } => {
                self.lived |= live.is_some();
                self.name |= event.given().iter().any(|it| it.0 == "sealed_name");
            }
            Deed::Ended { .. } | Deed::Annulled => self.lived = true,
            Deed::Measured => self.days.extend(back::days(event)),
        }
        if let Deed::Corrected { was, from, .. } = back::deed(event)
            && was != from
        {
            // The beginning may have moved, and everything with it.
            self.lived = true;
            let all = event.subject().kind.fields().iter().map(|it| it.name);
            self.fields.extend(all.filter(|it| !found.contains(it)));
        }
    }
}

struct Undoing<'a> {
    before: &'a State,
    after: &'a State,
    now: &'a State,
    touched: BTreeMap<Ref, Touched>,
    kept: BTreeMap<Ref, Why>,
}

impl Undoing<'_> {
    fn keep(&mut self, of: Ref, why: Why) {
        self.kept.entry(of).or_insert(why);
    }

    /// Finds what is not any more as the entries left it.
    fn compare(&mut self) {
        let mut found = Vec::new();
        let mut undone = Vec::new();
        for (of, touched) in &self.touched {
            let rows = [self.before, self.after, self.now].map(|it| it.records().facet(*of));
            let [was, Some(then), Some(now)] = rows else { continue };
            if self.now.records().is_annulled(*of) {
                undone.push(*of);
            } else if touched.established {
                if differ(then, now, now.fields().iter().map(|it| it.name), true) {
                    found.push((*of, Why::ChangedSince));
                } else if self.measured_since(*of) {
                    found.push((*of, Why::MeasuredSince));
                } else if let Some(by) = self.led_to_since(*of) {
                    found.push((*of, Why::LedTo(by)));
                }
            } else {
                let fields = || touched.fields.iter().copied();
                let since = differ(then, now, fields(), touched.lived);
                let gone_back = was.is_some_and(|it| same_days(it, now, fields(), touched.lived));
                if gone_back && self.figures_gone_back(*of, touched) {
                    undone.push(*of);
                } else if touched.name {
                    found.push((*of, Why::Name));
                } else if since && !gone_back {
                    found.push((*of, Why::ChangedSince));
                } else if touched.days.iter().any(|on| {
                    self.reading(self.after, *of, *on) != self.reading(self.now, *of, *on)
                }) {
                    found.push((*of, Why::MeasuredSince));
                }
            }
        }
        for of in undone {
            self.touched.remove(&of);
        }
        for (of, why) in found {
            self.keep(of, why);
        }
    }

    fn reading(&self, state: &State, of: Ref, on: Date) -> Option<kernel::measurement::Reading> {
        IndicatorId::try_from(of).ok().and_then(|it| state.records().series(it).on(on))
    }

    fn figures_gone_back(&self, of: Ref, touched: &Touched) -> bool {
        let back =
            |on: &Date| self.reading(self.before, of, *on) == self.reading(self.now, of, *on);
        touched.days.iter().all(back)
    }

    fn measured_since(&self, of: Ref) -> bool {
        let Ok(it) = IndicatorId::try_from(of) else { return false };
        self.after.records().series(it) != self.now.records().series(it)
    }

    /// Something that stands, is not of these entries, and did not lead to `of` when they were done.
    fn led_to_since(&self, of: Ref) -> Option<Ref> {
        let records = self.now.records();
        // That it warned meanwhile keeps nothing: whatever warns of it ends with it. Nor does a draft.
        let bystanders = [Kind::Signal, Kind::Proposal];
        let kinds = Kind::ALL.into_iter().filter(|it| !bystanders.contains(it));
        let mut leading = kinds.flat_map(|kind| records.inbound(of, kind));
        leading.find(|by| {
            let ours = self.touched.get(by).is_some_and(|it| it.established);
            let leads = |state: &State| {
                let row = state.records().facet(*by);
                row.is_some_and(|it| ever_stands(it) && links(it).contains(&of))
            };
            !ours && leads(self.now) && !leads(self.after)
        })
    }

    /// What stays keeps what it leads to.
    fn close(&mut self) {
        let mut open: Vec<Ref> = self.kept.keys().copied().collect();
        while let Some(of) = open.pop() {
            let Some(row) = self.now.records().facet(of) else { continue };
            for to in links(row) {
                let ours = self.touched.get(&to).is_some_and(|it| it.established);
                if ours && !self.kept.contains_key(&to) {
                    self.keep(to, Why::LedTo(of));
                    open.push(to);
                }
            }
        }
    }

    /// The commands, each tried; or what was refused and why.
    fn attempt(&self, backs: &[(Ref, Back)], act: &Act) -> Result<Vec<Command>, (Ref, String)> {
        let mut state = self.now.clone();
        let mut steps = Vec::with_capacity(backs.len());
        let doing = |of: &Ref| self.touched.contains_key(of) && !self.kept.contains_key(of);
        for (of, back) in backs.iter().rev().filter(|it| doing(&it.0)) {
            let commands = back.commands(*of).map_err(|why| (*of, why))?;
            for command in commands {
                let event = state.decide(act, &command).map_err(|it| (*of, it.to_string()))?;
                state.apply(&Fact { at: act.at, by: act.by, event });
                steps.push(command);
            }
        }
        Ok(steps)
    }

    fn finish(self, steps: Vec<Command>) -> Undo {
        let mut undo = Undo { steps, ..Undo::default() };
        for (of, touched) in &self.touched {
            let stays = self.kept.contains_key(of);
            if !touched.days.is_empty() {
                let count = undo.counts.entry(Counted::Measurements).or_default();
                for on in &touched.days {
                    match self.reading(self.before, *of, *on) {
                        _ if stays => count.kept += 1,
                        Some(_) => count.put_back += 1,
                        None => count.annulled += 1,
                    }
                }
            }
            if !touched.established && touched.fields.is_empty() && !touched.lived {
                continue;
            }
            let count = undo.counts.entry(Counted::Records(of.kind)).or_default();
            let says = match (stays, touched.established) {
                (true, _) => {
                    count.kept += 1;
                    continue;
                }
                (false, true) => {
                    count.annulled += 1;
                    "will never have stood"
                }
                (false, false) => {
                    count.put_back += 1;
                    "goes back to what it was"
                }
            };
            if undo.sample.len() < SAMPLE_MAX {
                undo.sample.push((*of, self.now.records().latest_name(*of), says));
            }
        }
        let last = self.after.seq();
        let records = self.now.records();
        let kept = self.kept.into_iter().map(|(of, why)| {
            let entry = records.history(of).next_back().filter(|it| *it > last);
            Kept { of, why, entry }
        });
        undo.kept = kept.collect();
        undo
    }
}

/// Whether rows say different things on some day.
fn differ<'a>(
    one: &dyn Facet,
    other: &dyn Facet,
    fields: impl Iterator<Item = &'a str>,
    lives: bool,
) -> bool {
    (lives && one.life() != other.life())
        || fields.into_iter().any(|it| one.spans(it) != other.spans(it))
}

/// Whether rows say the same on every day, however it is put together.
fn same_days<'a>(
    one: &dyn Facet,
    other: &dyn Facet,
    fields: impl Iterator<Item = &'a str>,
    lives: bool,
) -> bool {
    let mut fields = fields;
    let lived = !lives || {
        let days = one.life().entries().chain(other.life().entries()).map(|it| it.0);
        days.into_iter().all(|on| one.life().is(on) == other.life().is(on))
    };
    lived
        && fields.all(|name| {
            let spans = [one.spans(name), other.spans(name)];
            let mut days = spans.iter().flatten().map(|it| it.0.start);
            days.all(|on| one.read(name, on) == other.read(name, on))
        })
}

fn ever_stands(row: &dyn Facet) -> bool {
    row.life().entries().any(|it| it.1)
}

fn links(row: &dyn Facet) -> Vec<Ref> {
    let spans = row.fields().iter().flat_map(|it| row.spans(it.name));
    spans.flat_map(|it| it.1.links().to_vec()).collect()
}

impl Undo {
    /// Tells one look from another: what would be done, and what stays.
    pub fn mark(&self) -> String {
        format!("{}-{}", self.steps.len(), self.kept.len())
    }

    pub fn total(&self) -> Count {
        self.counts.values().fold(Count::default(), |sum, it| Count {
            annulled: sum.annulled + it.annulled,
            put_back: sum.put_back + it.put_back,
            kept: sum.kept + it.kept,
        })
    }

    /// As JSON: the same for the API and the command line.
    pub fn json(&self) -> Json {
        let one = |it: Count| json!({ "annulled": it.annulled, "put_back": it.put_back, "kept": it.kept });
        let counts: Map<String, Json> =
            self.counts.iter().map(|(what, it)| (what.word().to_owned(), one(*it))).collect();
        let kept = self.kept.iter().map(|it| {
            let by = match it.why {
                Why::LedTo(by) => Some(by.to_string()),
                _ => None,
            };
            json!({ "reference": it.of.to_string(), "says": it.why.says(), "by": by, "entry": it.entry })
        });
        json!({
            "total": one(self.total()),
            "counts": counts,
            "kept": kept.collect::<Json>(),
            "commands": self.steps.len(),
        })
    }
}
