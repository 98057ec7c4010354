//! Drafts to commands: what has to be done so that the organisation holds what a file says.
//!
//! Not here: formats. Matching, comparing and doing nothing twice are written once, for all of them.
//!
//! Always true: the plan of the same drafts on the state that it led to is empty; no command in it
//! is refused by the state it was made for, because each was tried on a copy of it, and what was
//! refused became a finding; a record is never ended for being absent from a file.

mod appointments;
mod crosswalk;
mod editions;
mod find;
mod fit;
mod found;
mod holders;
mod missing;
mod readings;
pub mod renumbered;
mod terms;

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;
use kernel::{
    Act, Command, Fact, Kind, Ref, State, Text, Value,
    id::PersonId,
    register::Facet,
    spoken::{self, Verb},
};

use crate::{
    draft::{Begin, Draft, Drafts, End, Given, Identity, Item, Place, Target},
    finding::{Finding, Grade, shown},
    limits::{FINDINGS_MAX, PREVIEW_LINES_MAX},
    plan::find::Index,
    wire::Told,
};

/// What an import comes to.
#[derive(Debug, Default)]
pub struct Plan {
    pub steps: Vec<Told>,
    /// By the plural of what is counted; only what the file speaks of.
    pub counts: BTreeMap<Counted, Count>,
    pub findings: Vec<Finding>,
    /// Records that the file should name and does not.
    pub missing: Vec<Ref>,
    /// Records that the file speaks of, in its order; those that it establishes with the reference
    /// they will have.
    pub records: Vec<Ref>,
    /// What becomes of those that do not stay as they are, in the order of the file, as many as are
    /// listed.
    pub lines: Vec<Line>,
    /// For each organisation whose posts were renumbered: which is which.
    pub successors: Vec<renumbered::SuccessorMap>,
    findings_left_off: usize,
}

/// What becomes of one record that is new, changes or ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub of: Ref,
    /// What people know it by, if anything.
    pub name: Option<Text>,
    pub outcome: Outcome,
    pub place: Place,
    pub changes: Vec<Change>,
}

/// What a field says and what it will say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub label: &'static str,
    pub was: String,
    pub becomes: String,
}

/// What is counted: records of a kind, or measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    Records(Kind),
    Measurements,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub new: usize,
    pub changed: usize,
    pub ended: usize,
    pub unchanged: usize,
}

impl Counted {
    pub fn word(self) -> &'static str {
        match self {
            Counted::Records(kind) => kind.plural(),
            Counted::Measurements => "measurements",
        }
    }
}

impl Plan {
    pub fn total(&self) -> Count {
        self.counts.values().fold(Count::default(), |sum, it| Count {
            new: sum.new + it.new,
            changed: sum.changed + it.changed,
            ended: sum.ended + it.ended,
            unchanged: sum.unchanged + it.unchanged,
        })
    }

    /// Questions that have to be answered before anything is recorded.
    pub fn unanswered(&self) -> usize {
        self.findings.iter().filter(|it| it.ask.as_ref().is_some_and(|it| it.must)).count()
    }

    pub fn graded(&self, grade: Grade) -> usize {
        self.findings.iter().filter(|it| it.grade == grade).count()
    }
}

/// What becomes of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Unchanged,
    Changed,
    Ended,
    New,
}

impl Outcome {
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Unchanged => "unchanged",
            Outcome::Changed => "changed",
            Outcome::Ended => "ended",
            Outcome::New => "new",
        }
    }
}

/// The names of people, which the kernel does not know.
pub type Names<'a> = &'a dyn Fn(PersonId) -> Option<Text>;

/// How many of the drafts are planned: done, and of how many.
pub type Progress<'a> = &'a dyn Fn(usize, usize);

/// Drafts between two words of progress.
const PROGRESS_EVERY: usize = 1024;

struct Planner<'a> {
    /// A copy on which every command is tried before it is planned.
    state: State,
    act: &'a Act,
    names: Names<'a>,
    drafts: &'a Drafts,
    /// The record of each draft, as far as there is one.
    placed: Vec<Option<Ref>>,
    taken: HashMap<Ref, (Place, Outcome)>,
    changes: HashMap<Ref, Vec<Change>>,
    index: Index,
    /// Posts that have a new number, by the draft that has it.
    renumbered: HashMap<usize, Ref>,
    /// The numbers that the file has for posts, organisation by organisation.
    in_file: HashSet<(Ref, Text)>,
    plan: Plan,
}

/// Plans `drafts` on `state`, as `act` would carry them out.
pub fn plan(
    state: &State,
    act: &Act,
    names: Names<'_>,
    drafts: &Drafts,
    progress: Progress<'_>,
) -> Plan {
    let mut planner = Planner {
        state: state.clone(),
        act,
        names,
        drafts,
        placed: Vec::with_capacity(drafts.items.len()),
        taken: HashMap::with_capacity(drafts.items.len()),
        changes: HashMap::new(),
        index: Index::default(),
        renumbered: HashMap::new(),
        in_file: HashSet::new(),
        plan: Plan::default(),
    };
    let followed = planner.follow_ups(drafts);
    planner.drafts = &followed;
    for (n, item) in followed.items.iter().enumerate() {
        if n.is_multiple_of(PROGRESS_EVERY) {
            progress(n, followed.items.len());
        }
        let placed = match item {
            Item::Record(draft) => planner.record(draft),
            Item::Renumbered => {
                planner.look_for_renumbered();
                None
            }
            Item::Holders(holders) => {
                planner.holders(holders);
                None
            }
            Item::Released(it) => {
                planner.released(it);
                None
            }
            Item::Readings(readings) => {
                planner.readings(readings);
                None
            }
            Item::Crosswalk(crosswalk) => {
                planner.crosswalk(crosswalk);
                None
            }
            Item::Found(it) => {
                planner.found(it);
                None
            }
            // It stands for drafts, which are in its place by now.
            Item::Edition(_) | Item::Scoping(_) => None,
            Item::Appointments(register) => {
                planner.appointments(register);
                None
            }
        };
        planner.placed.push(placed);
    }
    progress(followed.items.len(), followed.items.len());
    planner.missing();
    planner.finish()
}

impl Planner<'_> {
    fn record(&mut self, draft: &Draft) -> Option<Ref> {
        let gone = |it: &(&'static str, Given)| match it.1 {
            Given::Link(Target::Draft(it)) => self.placed.get(it.0).copied().flatten().is_none(),
            _ => false,
        };
        if draft.beside && draft.terms.iter().any(gone) {
            return None;
        }
        let addressed = match &draft.identity {
            Identity::Is(target) => Some(self.addressed(draft, target)?),
            _ => None,
        };
        let terms = self.terms(draft, addressed)?;
        let existing = match addressed {
            Some(it) => Some(it),
            None => self.find(draft, &terms)?,
        };
        let amends = matches!(draft.identity, Identity::Is(Target::Draft(_)));
        match existing {
            Some(of) if draft.keep => {
                // The unit at the top is only where others hang: the file does not speak of it.
                if draft.identity != Identity::Top {
                    self.take(of, draft.place, Outcome::Unchanged);
                }
                Some(of)
            }
            Some(of) if !amends && self.taken.contains_key(&of) => {
                self.twice(draft, of);
                None
            }
            Some(of) => {
                self.compare(draft, of, terms);
                Some(of)
            }
            None if draft.end == End::Gone => None,
            None => self.establish(draft, terms),
        }
    }

    fn establish(&mut self, draft: &Draft, mut terms: Vec<(&'static str, Value)>) -> Option<Ref> {
        let from = match draft.begin {
            Begin::Unsaid => draft.on,
            Begin::IfNew(from) | Begin::On(from) | Begin::ByLatest(from) => from,
        };
        let until = match draft.end {
            End::On(until) => Some(until),
            _ => None,
        };
        let verb = Verb::Establish { from, until };
        let of = self.attempt(draft, verb, &mut terms, draft.name.as_ref())?;
        self.take(of, draft.place, Outcome::New);
        self.index.note(of, draft, &terms);
        Some(of)
    }

    /// Compares what is recorded with what the draft says, and plans the difference.
    fn compare(&mut self, draft: &Draft, of: Ref, mut terms: Vec<(&'static str, Value)>) {
        self.take(of, draft.place, Outcome::Unchanged);
        let Some(mut begins) = self.facet(of).map(|it| it.life().begins()) else { return };
        let other = match draft.begin {
            Begin::On(from) => Some(from).filter(|it| *it != begins),
            Begin::ByLatest(from) => Some(from).filter(|it| *it < begins),
            Begin::Unsaid | Begin::IfNew(_) => None,
        };
        if let Some(from) = other {
            let verb = Verb::Correct { of, was: begins, from };
            if self.attempt(draft, verb, &mut Vec::new(), None).is_some() {
                self.take(of, draft.place, Outcome::Changed);
                self.changes.entry(of).or_default().push(Change {
                    label: "Begins on",
                    was: begins.to_string(),
                    becomes: from.to_string(),
                });
                begins = from;
            }
        }
        let Some(row) = self.state.records().facet(of) else { return };
        terms.retain(|(name, value)| row.read(name, draft.on) != *value);
        let name = draft.name.as_ref().filter(|it| self.is_new_name(of, it));
        if draft.on < begins {
            if !terms.is_empty() || name.is_some() {
                self.say_older(draft, of, begins);
            }
            return;
        }
        if self.revives(draft, of) {
            terms.push(("live", Value::Flag(true)));
        }
        let fixed = |it: &(&'static str, Value)| {
            draft.kind.fields().iter().any(|field| field.name == it.0 && field.fixed)
        };
        let (mut fixed, mut dated): (Vec<_>, Vec<_>) = terms.into_iter().partition(fixed);
        if draft.on == begins {
            fixed.append(&mut dated);
        }
        let had = |them: &[(&'static str, Value)]| -> Vec<Value> {
            them.iter().map(|it| self.value(of, it.0, draft.on)).collect()
        };
        let (was_fixed, was_dated) = (had(&fixed), had(&dated));
        let said: Vec<&'static str> = fixed.iter().chain(&dated).map(|it| it.0).collect();
        let was: Vec<(&'static str, Value)> =
            said.into_iter().zip(was_fixed.into_iter().chain(was_dated)).collect();
        let mut done: Vec<(&'static str, Value)> = Vec::new();
        let mut changed = false;
        if !fixed.is_empty() || (name.is_some() && draft.on == begins) {
            let verb = Verb::Correct { of, was: begins, from: begins };
            let name = name.filter(|_| draft.on == begins);
            if self.attempt(draft, verb, &mut fixed, name).is_some() {
                changed = true;
                done.extend(fixed.iter().cloned());
            }
        }
        if !dated.is_empty() || (name.is_some() && draft.on > begins) {
            let verb = Verb::Change { of, from: draft.on };
            if self.attempt(draft, verb, &mut dated, name).is_some() {
                changed = true;
                done.extend(dated.iter().cloned());
            }
        }
        self.note_changes(draft.kind, of, &was, &done);
        fixed.append(&mut dated);
        self.index.note(of, draft, &fixed);
        if changed {
            self.take(of, draft.place, Outcome::Changed);
        }
        if self.end(draft, of) {
            self.take(of, draft.place, Outcome::Ended);
        }
    }

    /// Keeps what each term said and says now, in words.
    fn note_changes(
        &mut self,
        kind: Kind,
        of: Ref,
        was: &[(&'static str, Value)],
        done: &[(&'static str, Value)],
    ) {
        if done.is_empty() || self.changes.len() >= PREVIEW_LINES_MAX {
            return;
        }
        let words = |it: &Value| match it {
            Value::Link(to) => called(&self.state, *to),
            Value::Links(them) => {
                them.iter().map(|to| called(&self.state, *to)).collect::<Vec<_>>().join("; ")
            }
            other => shown(&crate::wire::cell(other)),
        };
        let change = |(name, value): &(&'static str, Value)| {
            let field = kind.fields().iter().find(|it| it.name == *name);
            let before = was.iter().find(|it| it.0 == *name).map_or(&Value::Nothing, |it| &it.1);
            let label = field.map_or("Stands", |it| it.label);
            Change { label, was: words(before), becomes: words(value) }
        };
        let changes: Vec<Change> = done.iter().map(change).collect();
        self.changes.entry(of).or_default().extend(changes);
    }

    /// Whether a record that had ended has to stand again; asks about it.
    fn revives(&mut self, draft: &Draft, of: Ref) -> bool {
        let ended = self.facet(of).and_then(|it| it.life().ended(draft.on));
        let Some(ended) = ended.filter(|_| draft.end == End::Stands) else { return false };
        let says = format!("{of} had ended on {ended} and is in the file again: it stands again.");
        let todo = "If it is another one, give it a number of its own in the file.";
        self.say(draft.place, Finding::question("stands-again", says).todo(todo));
        true
    }

    /// Ends the record if the draft says so. Whether anything was planned.
    fn end(&mut self, draft: &Draft, of: Ref) -> bool {
        let Some(life) = self.facet(of).map(Facet::life) else { return false };
        match draft.end {
            End::Unsaid | End::Stands => false,
            End::Gone => life.is(draft.on) && self.stop(draft.place, of, draft.on),
            End::On(on) => {
                let next = life.ends_after(draft.on);
                let said = life.ended(draft.on).or((next != Date::MAX).then_some(next));
                said != Some(on) && self.stop(draft.place, of, on)
            }
        }
    }

    /// Ends a record on a day; one that began on that day never was.
    fn stop(&mut self, place: Place, of: Ref, on: Date) -> bool {
        let Some(begins) = self.facet(of).map(|it| it.life().begins()) else { return false };
        let ended = if let Some(was) = self.ended_too_early(of, on) {
            // It had ended earlier, and that was wrong.
            let terms = [("live", Value::Flag(false))];
            self.carry_out(of.kind, Verb::Correct { of, was, from: on }, &terms, None)
        } else if on > begins {
            self.carry_out(of.kind, Verb::End { of, on }, &[], None)
        } else {
            let terms = [("live", Value::Flag(false))];
            self.carry_out(of.kind, Verb::Correct { of, was: begins, from: begins }, &terms, None)
        };
        match &ended {
            Err(why) => self.say(place, refused(of.kind, why)),
            Ok(_) => self.changes.entry(of).or_default().push(Change {
                label: "Ends on",
                was: String::new(),
                becomes: on.to_string(),
            }),
        }
        ended.is_ok()
    }

    /// The day on which a record came to its last end, if that is before `on`.
    fn ended_too_early(&self, of: Ref, on: Date) -> Option<Date> {
        let life = self.facet(of)?.life();
        let (was, stands) = life.entries().next_back()?;
        (!stands && life.begins() < *was && *was < on && life.ended(on) == Some(*was))
            .then_some(*was)
    }

    /// Tries a command. If the place in a tree is what is wrong, tries it without.
    fn attempt(
        &mut self,
        draft: &Draft,
        verb: Verb,
        terms: &mut Vec<(&'static str, Value)>,
        name: Option<&String>,
    ) -> Option<Ref> {
        let why = match self.carry_out(draft.kind, verb, terms, name) {
            Ok(of) => return Some(of),
            Err(why) => why,
        };
        let line = draft.kind.tree().filter(|tree| terms.iter().any(|it| it.0 == *tree));
        if let Some(line) = line {
            let kept: Vec<_> = terms.iter().filter(|it| it.0 != line).cloned().collect();
            let needed = !kept.is_empty() || matches!(verb, Verb::Establish { .. });
            if needed && let Ok(of) = self.carry_out(draft.kind, verb, &kept, name) {
                *terms = kept;
                let says = format!("{why} Everything else of this {} came in.", draft.kind.word());
                let todo = "Name the right one above it, or change the line by hand first.";
                self.say(draft.place, Finding::question("line-refused", says).todo(todo));
                return Some(of);
            }
        }
        let mut finding = refused(draft.kind, &why);
        if let Identity::Code { code, .. } = &draft.identity {
            finding = finding.value(code);
        }
        self.say(draft.place, finding);
        None
    }

    /// Plans one command, if the state it meets takes it.
    fn carry_out(
        &mut self,
        kind: Kind,
        verb: Verb,
        terms: &spoken::Terms,
        name: Option<&String>,
    ) -> Result<Ref, String> {
        self.run(Command::spoken(kind, verb, terms)?, name.cloned())
    }

    fn run(&mut self, command: Command, name: Option<String>) -> Result<Ref, String> {
        let event = self.state.decide(self.act, &command).map_err(|it| it.to_string())?;
        let of = event.subject();
        self.state.apply(&Fact { at: self.act.at, by: self.act.by, event });
        if let Some(name) = name.as_ref().filter(|_| of.kind == Kind::Person) {
            self.index.note_person(of, name);
        }
        self.plan.steps.push((command, name));
        Ok(of)
    }

    fn facet(&self, of: Ref) -> Option<&dyn Facet> {
        self.state.records().facet(of)
    }

    fn is_new_name(&self, of: Ref, name: &str) -> bool {
        PersonId::try_from(of).is_ok_and(|it| (self.names)(it).as_deref() != Some(name))
    }

    /// Counts what becomes of a record; what it was first taken for stays if it says more.
    fn take(&mut self, of: Ref, place: Place, outcome: Outcome) {
        let entry = self.taken.entry(of).or_insert_with(|| {
            self.plan.records.push(of);
            (place, outcome)
        });
        entry.1 = entry.1.max(outcome);
    }

    fn say(&mut self, place: Place, finding: Finding) {
        if self.plan.findings.len() >= FINDINGS_MAX {
            self.plan.findings_left_off += 1;
            return;
        }
        self.plan.findings.push(self.drafts.placed(finding, place));
    }

    fn twice(&mut self, draft: &Draft, of: Ref) {
        let first = self.taken.get(&of).and_then(|it| it.0.row);
        let before = first.map_or(String::new(), |row| format!(", as row {row} is"));
        let says = format!("This is about {of}{before}; what came first was kept.");
        let todo = "Delete one of the two, or give them different numbers.";
        self.say(draft.place, Finding::question("same-record", says).todo(todo));
    }

    fn say_older(&mut self, draft: &Draft, of: Ref, begins: Date) {
        let says = format!(
            "{of} is recorded from {begins} on, and the file speaks of {}: it was left as it is.",
            draft.on
        );
        let todo = "Import older files first, or correct the day on which the record begins.";
        self.say(draft.place, Finding::question("file-is-older", says).todo(todo));
    }

    /// What people know a record by; what joins others, by those.
    fn known_by(&self, of: Ref) -> Option<Text> {
        let to = |field: &str| match self.value(of, field, self.act.today) {
            Value::Link(to) => {
                self.known_by(to).map_or_else(|| to.to_string(), |it| it.to_string())
            }
            _ => String::new(),
        };
        match of.kind {
            Kind::Person => self.names_of(of).pop(),
            Kind::Tenure => Some(format!("{}: {}", to("post"), to("person")).into()),
            Kind::Duty => Some(format!("{}: {}", to("post"), to("subject")).into()),
            Kind::Anchor => Some(format!("{}: {}", to("from"), to("serves")).into()),
            Kind::Obligation => Some(to("requirement").into()),
            _ => self.state.records().latest_name(of),
        }
    }

    fn finish(mut self) -> Plan {
        let told = self.plan.records.iter().filter_map(|of| {
            let (place, outcome) = *self.taken.get(of)?;
            (outcome > Outcome::Unchanged).then_some((*of, place, outcome))
        });
        let lines = told.take(PREVIEW_LINES_MAX).map(|(of, place, outcome)| Line {
            of,
            name: self.known_by(of),
            outcome,
            place,
            changes: self.changes.get(&of).cloned().unwrap_or_default(),
        });
        self.plan.lines = lines.collect();
        for (of, (_, outcome)) in &self.taken {
            let count = self.plan.counts.entry(Counted::Records(of.kind)).or_default();
            match outcome {
                Outcome::New => count.new += 1,
                Outcome::Changed => count.changed += 1,
                Outcome::Ended => count.ended += 1,
                Outcome::Unchanged => count.unchanged += 1,
            }
        }
        if self.plan.findings_left_off > 0 {
            let says = format!("{} more findings are not shown.", self.plan.findings_left_off);
            let todo = "Mend what is shown first, then import the file again.";
            self.plan.findings.push(Finding::note("more-findings", says).todo(todo));
        }
        self.plan
    }
}

fn refused(kind: Kind, why: &str) -> Finding {
    Finding::fault("refused", format!("This {} was left out: {why}", kind.word()))
        .todo("The rest of the file is not affected. Mend this and import the file again.")
}

/// A record as findings name it; never a person by name.
fn called(state: &State, of: Ref) -> String {
    match state.records().latest_name(of) {
        Some(name) => format!("{} ({of})", shown(&name)),
        None => of.to_string(),
    }
}
