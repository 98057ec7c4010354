//! A pen for the demonstration: names the records it makes, and sends what it wrote month by month.

use anyhow::{Context, Result};
use host::{Ask, Step, Writer, clock::Set};
use jiff::{civil::Date, tz::TimeZone};
use kernel::{
    Amount, By, Command, Ref, action, anchor, control, decision, duty, framework, id::*, indicator,
    initiative, measurement, objective, obligation, person, plan, post, register::Command as It,
    requirement, tenure, unit,
};
use ledger::Sqlite;

use crate::outside;

pub(crate) struct Maker {
    writer: Writer<Sqlite>,
    clock: Set,
    /// The real day; nothing is recorded later.
    pub(crate) today: Date,
    /// The day that the pen stands at.
    pub(crate) on: Date,
    pub(crate) steps: Vec<Step>,
    rows: [usize; kernel::Kind::ALL.len()],
    dice: u64,
}

impl Maker {
    pub(crate) fn new(writer: Writer<Sqlite>, clock: Set, today: Date) -> Maker {
        let rows = [0; kernel::Kind::ALL.len()];
        Maker { writer, clock, today, on: today, steps: Vec::new(), rows, dice: 20_260 }
    }

    /// Puts pen and clock to a day.
    pub(crate) fn at(&mut self, on: Date) {
        self.on = on.min(self.today);
        // A quiet hour of that day; the last one stays in the past of the real clock.
        let hour = self.on.at(1, 0, 0, 0).to_zoned(TimeZone::UTC);
        self.clock.put(hour.expect("every day has one o'clock in UTC").timestamp());
    }

    /// Counts records that were made by other means.
    pub(crate) fn counted(&mut self, organisations: usize, units: usize, posts: usize) {
        self.rows[kernel::Kind::Organisation as usize] += organisations;
        self.rows[kernel::Kind::Unit as usize] += units;
        self.rows[kernel::Kind::Post as usize] += posts;
    }

    /// Records what has been written, in one commit.
    pub(crate) fn record(&mut self) -> Result<()> {
        let steps = std::mem::take(&mut self.steps);
        if steps.is_empty() {
            return Ok(());
        }
        let ask = Ask::steps(outside::key(), By::Console, steps);
        self.writer.run(&[ask]).pop().context("the ledger gave no answer")??;
        Ok(())
    }

    fn next<I: Id>(&mut self) -> I {
        let row = &mut self.rows[I::KIND as usize];
        *row += 1;
        I::at_row(*row - 1)
    }

    pub(crate) fn say(&mut self, command: impl Into<Command>) {
        self.steps.push(Step { command: command.into(), name: None });
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

    pub(crate) fn person(&mut self, name: &str) -> PersonId {
        let terms = person::Terms::default();
        let command = Command::Person(It::Establish { from: self.on, until: None, terms });
        self.steps.push(Step { command, name: Some(name.into()) });
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

    pub(crate) fn measure(&mut self, indicator: IndicatorId, on: Date, hundredths: i64) {
        let value = Amount(hundredths * 10_000);
        let reading = measurement::Reading { on, value, numerator: None, denominator: None };
        let readings = vec![reading];
        self.say(Command::Measurement(measurement::Command::Record { indicator, readings }));
    }
}

macro_rules! makes {
    ($($verb:ident($room:ident) -> $Id:ident;)*) => {
        impl Maker {$(
            pub(crate) fn $verb(&mut self, terms: $room::Terms) -> $Id {
                let from = self.on;
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
    framework(framework) -> FrameworkId;
    requirement(requirement) -> RequirementId;
    obligation(obligation) -> ObligationId;
    control(control) -> ControlId;
    initiative(initiative) -> InitiativeId;
    action(action) -> ActionId;
    decision(decision) -> DecisionId;
}

impl Maker {
    /// Appoints somebody from a day that may lie before the pen's.
    pub(crate) fn appoint(
        &mut self,
        person: PersonId,
        post: PostId,
        from: Date,
        capacity: tenure::Capacity,
        until: Option<Date>,
    ) -> TenureId {
        let terms = tenure::Terms {
            post: Some(post),
            person: Some(person),
            capacity: Some(capacity),
            ..tenure::Terms::default()
        };
        self.say(Command::Tenure(It::Establish { from, until, terms }));
        self.next()
    }
}
