//! A view: the state as recorded, seen on a date. Every page and answer is drawn from one.

use std::{borrow::Cow, sync::OnceLock};

use jiff::civil::Date;

use crate::{
    Kind, Records, Ref, State, Text, Value,
    decision::Judged,
    derived::Derived,
    evidence::{self, Approval, Outcome},
    field::Field,
    handover::Stage,
    id::{
        AcceptanceId, ControlId, DutyId, EvidenceId, FindingId, HandoverId, Id, ObligationId,
        OccurrenceId, PostId, RequirementId, RiskId, SignalId,
    },
    read::{
        acceptances, findings, may, raised, risks, run,
        signals::Sort,
        weather::{Condition, Conditions, Weather},
        who::{self, Cover},
    },
    status::Standing,
    threshold::{Bar, Thresholds},
};

pub use crate::read::weather::Clause;

/// The state on a date. `known` is settled by which state it is; `at` by the date.
#[derive(Debug)]
pub struct View<'a> {
    state: &'a State,
    on: Date,
    derived: Cow<'a, Derived>,
    conditions: Conditions,
    thresholds: OnceLock<Thresholds>,
}

/// How a record stands, in whatever way its kind can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Indicators, objectives, plans, initiatives, actions.
    Standing(Standing),
    /// Posts.
    Cover(Cover),
    /// Obligations.
    Clause(Clause),
    /// Controls.
    Weather(Weather),
    /// Occurrences.
    Run(run::Word),
    /// Evidence, with what became of its approval.
    Evidence(Outcome, Approval),
    /// Findings.
    Finding(findings::Stage),
    /// Risks.
    Risk(risks::Score),
    /// Signals.
    Signal(raised::Word),
    /// Acceptances, and duties that somebody holds: the one that asks most of their holders.
    Answer(acceptances::Word),
    /// Handovers.
    Handover(Stage),
    /// A decision that whoever recorded it had no authority for.
    Outside,
    /// A delegation that stands and gives nothing any more.
    Lapsed,
    /// Everything else: it stands, will stand, or has ended.
    Life(Life),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    Begins(Date),
    Stands {
        since: Date,
    },
    Ended(Date),
    /// It was recorded by mistake and never stood.
    Annulled,
}

impl<'a> View<'a> {
    /// The state on its own day, or on another.
    pub fn new(state: &'a State, on: Date) -> View<'a> {
        let derived = if on == state.derived().today() {
            Cow::Borrowed(state.derived())
        } else {
            Cow::Owned(Derived::evaluate(state.records(), on))
        };
        View { state, on, derived, conditions: Conditions::default(), thresholds: OnceLock::new() }
    }

    pub fn on(&self) -> Date {
        self.on
    }

    pub fn state(&self) -> &'a State {
        self.state
    }

    pub fn records(&self) -> &'a Records {
        self.state.records()
    }

    pub fn derived(&self) -> &Derived {
        &self.derived
    }

    /// When the rule of a sort of signals warns of a subject, as this organisation chose it.
    pub fn threshold(&self, sort: Sort, subject: Ref) -> Bar<'_> {
        let all = self.thresholds.get_or_init(|| Thresholds::of(self.records()));
        all.at(self.records(), sort, subject)
    }

    pub fn exists(&self, it: Ref) -> bool {
        self.records().facet(it).is_some()
    }

    pub fn stands(&self, it: Ref) -> bool {
        self.records().stands(it, self.on)
    }

    /// Its name on the date of this view; a record that has none is called by its kind.
    pub fn name(&self, of: Ref) -> Option<Text> {
        self.records().name(of, self.on)
    }

    /// The value of one field on the date of this view.
    pub fn value(&self, of: Ref, field: &str) -> Value {
        self.records().facet(of).map_or(Value::Nothing, |it| it.read(field, self.on))
    }

    /// Every field of a record with its value.
    pub fn values(&self, of: Ref) -> Vec<(&'static Field, Value)> {
        let Some(record) = self.records().facet(of) else { return Vec::new() };
        of.kind.fields().iter().map(|it| (it, record.read(it.name, self.on))).collect()
    }

    pub fn status(&self, of: Ref) -> Status {
        match of.kind {
            _ if self.records().is_annulled(of) => Status::Life(Life::Annulled),
            Kind::Post => {
                // Known already for posts that stand; one that is gone is asked about.
                let post = PostId::new(of.n);
                let cover = self.derived.cover(post);
                Status::Cover(cover.unwrap_or_else(|| who::cover(self.records(), post, self.on)))
            }
            Kind::Duty | Kind::Acceptance => match self.answer(of) {
                Some(it) => Status::Answer(it),
                None => Status::Life(self.life(of)),
            },
            Kind::Handover if self.stands(of) => match self.handover(of) {
                Some(it) => Status::Handover(it),
                None => Status::Life(self.life(of)),
            },
            Kind::Obligation => Status::Clause(self.clause(ObligationId::new(of.n))),
            Kind::Control => {
                let id = ControlId::new(of.n);
                match self.control(id) {
                    Some(it) => Status::Weather(it.weather),
                    None => Status::Life(self.life(of)),
                }
            }
            Kind::Occurrence => match run::run(self.records(), OccurrenceId::new(of.n), self.on) {
                Some(it) => Status::Run(it.word),
                None => Status::Life(self.life(of)),
            },
            Kind::Evidence => {
                let id = EvidenceId::new(of.n);
                match self.records().evidence.get(id) {
                    Some(it) => {
                        let approval = evidence::approval(self.records(), id, self.on);
                        Status::Evidence(it.outcome.0, approval)
                    }
                    None => Status::Life(self.life(of)),
                }
            }
            Kind::Finding => match findings::stage(self.records(), FindingId::new(of.n), self.on) {
                Some(it) => Status::Finding(it),
                None => Status::Life(self.life(of)),
            },
            Kind::Risk => match risks::score(self.records(), RiskId::new(of.n), self.on) {
                Some(it) => Status::Risk(it),
                None => Status::Life(self.life(of)),
            },
            Kind::Signal => match raised::word(self.records(), SignalId::new(of.n), self.on) {
                Some(it) => Status::Signal(it),
                None => Status::Life(self.life(of)),
            },
            Kind::Decision if self.stands(of) && self.is_outside(of) => Status::Outside,
            Kind::Delegation if self.stands(of) && !may::gives(self.state, of, self.on) => {
                Status::Lapsed
            }
            _ => match self.derived.standing(of).filter(|_| self.stands(of)) {
                Some(it) => Status::Standing(it),
                None => Status::Life(self.life(of)),
            },
        }
    }

    fn answer(&self, of: Ref) -> Option<acceptances::Word> {
        let records = self.records();
        if !self.stands(of) {
            return None;
        }
        match of.kind {
            Kind::Duty => {
                let all = acceptances::of_duty(records, DutyId::new(of.n), self.on).into_iter();
                all.map(|it| it.word).min()
            }
            _ => Some(records.acceptances.get(AcceptanceId::new(of.n))?.word(self.on)),
        }
    }

    fn handover(&self, of: Ref) -> Option<Stage> {
        self.records().handovers.get(HandoverId::new(of.n)).map(|it| it.stage(self.on))
    }

    fn is_outside(&self, of: Ref) -> bool {
        self.value(of, "judged") == Value::Choice(Judged::Outside.word())
    }

    pub fn life(&self, of: Ref) -> Life {
        let Some(record) = self.records().facet(of) else { return Life::Ended(self.on) };
        if self.records().is_annulled(of) {
            return Life::Annulled;
        }
        let life = record.life();
        if self.on < life.begins() {
            return Life::Begins(life.begins());
        }
        match life.ended(self.on) {
            Some(on) => Life::Ended(on),
            None => Life::Stands { since: life.since(self.on).unwrap_or(self.on) },
        }
    }

    /// How an obligation stands.
    pub fn clause(&self, id: ObligationId) -> Clause {
        self.conditions.clause(self.records(), id, self.on)
    }

    /// How a control stands; none while it does not stand.
    pub fn control(&self, id: ControlId) -> Option<Condition> {
        self.conditions.control(self.records(), id, self.on)
    }

    /// Controls whose evidence this view has gone through: each once at most, whatever was asked.
    pub fn controls_evaluated(&self) -> usize {
        self.conditions.evaluated()
    }

    /// The obligation that brings a requirement into scope, if it stands.
    pub fn obligation_for(&self, requirement: RequirementId) -> Option<ObligationId> {
        let mut all = self.records().pointing::<ObligationId>(requirement);
        all.find(|it| self.stands((*it).into()))
    }

    /// Records of `kind`, those that stand on the date only or all that ever were, in order. What was
    /// annulled never was.
    pub fn list(&self, kind: Kind, all: bool) -> impl Iterator<Item = Ref> {
        let rows = 0..self.records().count(kind);
        rows.map(move |row| Ref { kind, n: PostId::at_row(row).n() })
            .filter(move |it| (all && !self.records().is_annulled(*it)) || self.stands(*it))
    }
}

impl Status {
    /// In a word or a few, as programs and spreadsheets read it: a date is an ISO date.
    pub fn word(&self) -> String {
        match self {
            Status::Standing(it) => it.says(),
            Status::Cover(Cover::Vacant { since }) => format!("vacant since {since}"),
            Status::Cover(it) => it.word().into(),
            Status::Clause(it) => it.words(),
            Status::Weather(it) => it.words(),
            Status::Run(it) => it.word().into(),
            Status::Evidence(_, Approval::Waiting) => "waits for approval".into(),
            Status::Evidence(_, Approval::SentBack(_)) => Outcome::SentBack.word().into(),
            Status::Evidence(it, _) => it.word().into(),
            Status::Finding(it) => it.word().into(),
            Status::Risk(it) => it.words(),
            Status::Signal(it) => it.words(),
            Status::Answer(it) => it.word().into(),
            Status::Handover(it) => it.word().into(),
            Status::Outside => Judged::Outside.word().into(),
            Status::Lapsed => "lapsed".into(),
            Status::Life(Life::Begins(on)) => format!("begins {on}"),
            Status::Life(Life::Stands { .. }) => "stands".into(),
            Status::Life(Life::Ended(on)) => format!("ended {on}"),
            Status::Life(Life::Annulled) => "annulled".into(),
        }
    }
}
