//! A pen for the demonstration: names the records it makes, and sends what it wrote in commits.
//!
//! It has two times, as everything has: the day on which it writes, and the day from which what it
//! writes holds.

use std::sync::Arc;

use anyhow::{Context, Result};
use exchange::packs::{self, Chosen, Pack};
use host::{Ask, Step, Writer, clock::Set};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use kernel::{
    Act, Amount, By, Command, Ref, State, action, anchor, audit, authority, control, decision,
    delegation, duty, evidence, finding, framework, handover, id::*, indicator, initiative,
    measurement, objective, obligation, occurrence, person, plan, post, procedure, question,
    register::Command as It, requirement, rule, step, tenure, threshold, unit,
};
use ledger::Sqlite;

use crate::outside;

pub(crate) struct Maker {
    writer: Writer<Sqlite>,
    clock: Set,
    /// The moment at which the history ends; nothing is recorded later.
    now: Timestamp,
    /// The first day of the history.
    pub(crate) begins: Date,
    /// The day on which the pen writes.
    pub(crate) on: Date,
    /// The day from which what it writes holds.
    pub(crate) from: Date,
    by: By,
    /// What is not recorded yet, by whom.
    written: Vec<(By, Vec<Step>)>,
    rows: [usize; kernel::Kind::ALL.len()],
    pub(crate) dice: u64,
}

impl Maker {
    pub(crate) fn new(writer: Writer<Sqlite>, clock: Set, now: Timestamp, begins: Date) -> Maker {
        Maker {
            writer: writer.with_signals(),
            clock,
            now,
            begins,
            on: begins,
            from: begins,
            by: By::Console,
            written: Vec::new(),
            rows: [0; kernel::Kind::ALL.len()],
            dice: 20_260,
        }
    }

    /// The first day of a month of the history.
    pub(crate) fn month(&self, month: i32) -> Date {
        self.begins + month.months()
    }

    /// The day on which the history ends.
    pub(crate) fn today(&self) -> Date {
        self.now.to_zoned(TimeZone::UTC).date()
    }

    /// Puts pen and clock to a day; what is written holds from then on.
    pub(crate) fn at(&mut self, on: Date, hour: i8) {
        self.on = on.min(self.today());
        self.from = self.on;
        let minute = (self.on.day() * 3 + self.on.month() * 2) % 60;
        let then = self.on.at(hour, minute, 0, 0).to_zoned(TimeZone::UTC);
        let then = then.expect("every hour of every day is one in UTC").timestamp();
        self.clock.put(then.min(self.now));
    }

    /// From here on nothing is on the disk before [`finish`](Self::finish): half a council is no use to anybody.
    pub(crate) fn hurry(&mut self) -> Result<()> {
        Ok(self.writer.book().store_mut().hurry()?)
    }

    pub(crate) fn finish(mut self) -> Result<()> {
        Ok(self.writer.book().store_mut().settle()?)
    }

    /// Lets the day come, as the host does: what falls due on it is recorded by nobody.
    pub(crate) fn comes(&mut self) {
        self.writer.tick();
        self.writer.record_due();
        // Those were not counted here.
        let state = self.writer.published().state;
        self.rows[kernel::Kind::Occurrence as usize] = state.records().occurrences.len();
    }

    /// As [`comes`](Self::comes), and shows what warns by then.
    pub(crate) fn warns(&mut self) {
        self.comes();
        self.writer.raise_signals();
    }

    /// Whose hand it is from here on.
    pub(crate) fn by(&mut self, by: By) {
        self.by = by;
    }

    /// Counts records that were made by other means.
    pub(crate) fn counted(&mut self, organisations: usize, units: usize, posts: usize) {
        self.rows[kernel::Kind::Organisation as usize] += organisations;
        self.rows[kernel::Kind::Unit as usize] += units;
        self.rows[kernel::Kind::Post as usize] += posts;
    }

    /// Records what has been written, in one commit.
    pub(crate) fn record(&mut self) -> Result<()> {
        let written = std::mem::take(&mut self.written);
        let asks: Vec<Ask> =
            written.into_iter().map(|it| Ask::steps(outside::key(), it.0, it.1)).collect();
        if asks.is_empty() {
            return Ok(());
        }
        let answers = self.writer.run(&asks);
        let count = answers.len();
        answers
            .into_iter()
            .try_for_each(|it| it.map(drop))
            .with_context(|| format!("on {}", self.on))?;
        (count == asks.len()).then_some(()).context("the ledger gave no answer")
    }

    /// The duties of a post, as far as they are recorded, on the day from which the pen's words hold.
    pub(crate) fn duties_of(&self, post: PostId) -> Vec<DutyId> {
        let state = self.writer.published().state;
        duty::of_post(state.records(), post, self.from).map(|it| it.1.duty).collect()
    }

    /// What is recorded.
    pub(crate) fn state(&self) -> Arc<State> {
        self.writer.published().state
    }

    /// Brings a pack of rules in, as the screen would.
    pub(crate) fn load(&mut self, pack: &'static Pack, chosen: &Chosen) {
        let state = self.writer.published().state;
        let act = Act { by: self.by, at: Timestamp::UNIX_EPOCH, today: self.on };
        let plan = packs::plan(&state, &act, &|_| None, (pack, chosen, Some(self.from)));
        self.rows[kernel::Kind::Rule as usize] += plan.total().new;
        for (command, name) in plan.steps {
            self.step(Step { command, name });
        }
    }

    fn next<I: Id>(&mut self) -> I {
        let row = &mut self.rows[I::KIND as usize];
        *row += 1;
        I::at_row(*row - 1)
    }

    pub(crate) fn say(&mut self, command: impl Into<Command>) {
        self.step(command.into().into());
    }

    pub(crate) fn step(&mut self, step: Step) {
        match self.written.last_mut() {
            Some((by, steps)) if *by == self.by => steps.push(step),
            _ => self.written.push((self.by, vec![step])),
        }
    }

    /// From 0 to 1, the same every time.
    pub(crate) fn chance(&mut self) -> f64 {
        // Splitmix64.
        self.dice = self.dice.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.dice;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        #[expect(clippy::cast_precision_loss, reason = "a share of 2^53 is exact")]
        let share = ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64;
        share
    }

    /// A whole number from `low` to `high`, both possible.
    pub(crate) fn between(&mut self, low: i32, high: i32) -> i32 {
        let share = self.chance() * f64::from(high - low + 1);
        #[expect(clippy::cast_possible_truncation, reason = "rounding down is meant")]
        let steps = share as i32;
        low + steps
    }

    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        let last = i32::try_from(of.len()).expect("lists here are short") - 1;
        let n = usize::try_from(self.between(0, last)).expect("it is not below 0");
        of[n]
    }

    pub(crate) fn person(&mut self, name: &str) -> PersonId {
        let terms = person::Terms::default();
        let command = Command::Person(It::Establish { from: self.from, until: None, terms });
        self.step(Step { command, name: Some(name.into()) });
        self.next()
    }

    pub(crate) fn accountable(&mut self, post: PostId, subject: impl Into<Ref>) -> DutyId {
        self.duty(duty::Terms {
            post: Some(post),
            subject: Some(subject.into()),
            role: Some(duty::Role::Accountable),
            live: None,
        })
    }

    pub(crate) fn serves(&mut self, from: impl Into<Ref>, objective: ObjectiveId) {
        self.anchor(anchor::Terms {
            from: Some(from.into()),
            serves: Some(objective),
            ..anchor::Terms::default()
        });
    }

    /// Enters a figure for the period that ends on `on`.
    pub(crate) fn measure(
        &mut self,
        indicator: IndicatorId,
        on: Date,
        value: Amount,
        of: Option<(Amount, Amount)>,
    ) {
        let (numerator, denominator) = of.unzip();
        let readings = vec![measurement::Reading {
            on,
            value,
            numerator,
            denominator,
            ..measurement::Reading::default()
        }];
        self.say(Command::Measurement(measurement::Command::Record { indicator, readings }));
    }

    /// Lets somebody act for a post, until a day.
    pub(crate) fn delegation(&mut self, terms: delegation::Terms, until: Date) -> DelegationId {
        self.say(It::Establish { from: self.from, until: Some(until), terms });
        self.next()
    }

    /// Opens an audit, until a day.
    pub(crate) fn audit(&mut self, terms: audit::Terms, until: Date) -> AuditId {
        self.say(It::Establish { from: self.from, until: Some(until), terms });
        self.next()
    }

    /// Appoints somebody, from the day from which the pen's words hold.
    pub(crate) fn appoint(
        &mut self,
        person: PersonId,
        post: PostId,
        capacity: tenure::Capacity,
        until: Option<Date>,
        share: Option<u16>,
    ) -> TenureId {
        let terms = tenure::Terms {
            post: Some(post),
            person: Some(person),
            capacity: Some(capacity),
            share: Some(share),
            live: None,
        };
        self.say(Command::Tenure(It::Establish { from: self.from, until, terms }));
        self.next()
    }
}

macro_rules! makes {
    ($($verb:ident($room:ident) -> $Id:ident;)*) => {
        impl Maker {$(
            pub(crate) fn $verb(&mut self, terms: $room::Terms) -> $Id {
                let from = self.from;
                self.say(It::Establish { from, until: None, terms });
                self.next()
            }
        )*}
    };
}

makes! {
    unit(unit) -> UnitId;
    post(post) -> PostId;
    duty(duty) -> DutyId;
    plan(plan) -> PlanId;
    objective(objective) -> ObjectiveId;
    anchor(anchor) -> AnchorId;
    indicator(indicator) -> IndicatorId;
    procedure(procedure) -> ProcedureId;
    step_of(step) -> StepId;
    question(question) -> QuestionId;
    occurrence(occurrence) -> OccurrenceId;
    evidence(evidence) -> EvidenceId;
    framework(framework) -> FrameworkId;
    requirement(requirement) -> RequirementId;
    obligation(obligation) -> ObligationId;
    control(control) -> ControlId;
    initiative(initiative) -> InitiativeId;
    action(action) -> ActionId;
    decision(decision) -> DecisionId;
    finding(finding) -> FindingId;
    handover(handover) -> HandoverId;
    authority(authority) -> AuthorityId;
    rule(rule) -> RuleId;
    threshold(threshold) -> ThresholdId;
}
