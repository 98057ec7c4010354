//! The rooms on one screen: every kind of record, its words, and the way to its file.

use std::{fmt, num::NonZeroU32};

use imbl::{OrdMap, OrdSet};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    By, Ref, Refusal, Table, Text,
    field::Value,
    id::*,
    index::{History, Links},
    local, measurement, occurrence, register,
    register::Facet,
    signed::Said,
    spoken::{self, Verb},
};

/// Finds the table of an id's kind; what lets generic code stay generic.
pub trait TableOf: Id {
    type Row;
    fn table(records: &Records) -> &Table<Self, Self::Row>;
    fn table_mut(records: &mut Records) -> &mut Table<Self, Self::Row>;
}

macro_rules! rooms {
    ($($Kind:ident($room:ident, $Id:ident, $table:ident): $word:literal, $plural:literal, $prefix:literal;)*) => {
        /// A kind of record.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "u8", try_from = "u8")]
        #[repr(u8)]
        pub enum Kind { $($Kind,)* }

        impl Kind {
            pub const ALL: [Kind; [$($word),*].len()] = [$(Kind::$Kind),*];

            pub fn word(self) -> &'static str {
                match self { $(Kind::$Kind => $word,)* }
            }

            /// Also the name in addresses, in the API and of its spreadsheet.
            pub fn plural(self) -> &'static str {
                match self { $(Kind::$Kind => $plural,)* }
            }

            pub fn prefix(self) -> &'static str {
                match self { $(Kind::$Kind => $prefix,)* }
            }

            pub fn fields(self) -> &'static [crate::Field] {
                match self { $(Kind::$Kind => <crate::$room::$Kind as register::Record>::FIELDS,)* }
            }

            /// The field that names the record above, where this kind forms a tree.
            pub fn tree(self) -> Option<&'static str> {
                match self { $(Kind::$Kind => <crate::$room::$Kind as register::Record>::TREE,)* }
            }
        }

        /// Ground state: what the log says, and nothing that could be computed from a date.
        #[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
        pub struct Records {
            $(pub $table: Table<$Id, crate::$room::$Kind>,)*
            pub(crate) series: measurement::AllSeries,
            /// Which record points at which.
            pub(crate) inbound: Links,
            /// Every code that a record has ever had in the outside world.
            pub(crate) codes: OrdSet<(Kind, Text, NonZeroU32)>,
            /// Which facts are about which record.
            pub(crate) history: History,
            /// Records that were recorded by mistake and never stood.
            pub(crate) annulled: OrdSet<Ref>,
            /// Who overruled a computation, by record, what was said, and for which day.
            pub(crate) signed: OrdMap<(Ref, Said, Date), By>,
            /// What is open; worked out of the rest, so no snapshot holds it.
            #[serde(skip)]
            pub(crate) open: occurrence::Open,
            /// Where and when they are looked at.
            #[serde(skip)]
            pub(crate) here: local::Here,
        }

        $(impl TableOf for $Id {
            type Row = crate::$room::$Kind;
            fn table(records: &Records) -> &Table<$Id, Self::Row> {
                &records.$table
            }
            fn table_mut(records: &mut Records) -> &mut Table<$Id, Self::Row> {
                &mut records.$table
            }
        })*

        /// What someone wants to happen, room by room.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Command {
            $(#[serde(rename = $word)] $Kind(crate::$room::Command),)*
            Measurement(measurement::Command),
        }

        /// What did happen, room by room.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Event {
            $(#[serde(rename = $word)] $Kind(crate::$room::Event),)*
            Measurement(measurement::Event),
        }

        $(impl From<crate::$room::Command> for Command {
            fn from(it: crate::$room::Command) -> Command {
                Command::$Kind(it)
            }
        })*

        impl Event {
            /// The record that it is about.
            pub fn subject(&self) -> Ref {
                match self {
                    $(Event::$Kind(it) => it.id().into(),)*
                    Event::Measurement(it) => it.indicator().into(),
                }
            }

            /// The terms it gives, by name.
            pub fn given(&self) -> Vec<(&'static str, Value)> {
                use crate::register::Event as It;
                match self {
                    $(Event::$Kind(
                        It::Established { terms, .. } | It::Changed { terms, .. } | It::Corrected { terms, .. },
                    ) => <crate::$room::$Kind as register::Record>::given(terms),)*
                    _ => Vec::new(),
                }
            }

            /// What it did, in a word, and the date from which it holds.
            pub fn deed(&self) -> (&'static str, Option<Date>) {
                use crate::register::Event as It;
                match self {
                    $(
                        Event::$Kind(It::Established { from, .. }) => ("established", Some(*from)),
                        Event::$Kind(It::Changed { from, .. }) => ("changed", Some(*from)),
                        Event::$Kind(It::Corrected { from, .. }) => ("corrected", Some(*from)),
                        Event::$Kind(It::Ended { on, .. }) => ("ended", Some(*on)),
                        Event::$Kind(It::Annulled { .. }) => ("annulled", None),
                    )*
                    Event::Measurement(it) => it.deed(),
                }
            }
        }

        impl Command {
            /// The existing record it is about; none for one that is to be established.
            pub fn subject(&self) -> Option<Ref> {
                use crate::register::Command as It;
                match self {
                    $(
                        Command::$Kind(It::Establish { .. }) => None,
                        Command::$Kind(
                            It::Change { id, .. }
                            | It::Correct { id, .. }
                            | It::End { id, .. }
                            | It::Annul { id },
                        ) => Some((*id).into()),
                    )*
                    Command::Measurement(it) => Some(it.indicator().into()),
                }
            }

            /// The kind of record it is about.
            pub fn kind(&self) -> Kind {
                match self {
                    $(Command::$Kind(_) => Kind::$Kind,)*
                    Command::Measurement(_) => Kind::Indicator,
                }
            }

            /// As [`spoken`](crate::spoken): what is said by the names of fields, as a command.
            ///
            /// # Errors
            ///
            /// A sentence, where a term does not fit its field.
            pub fn spoken(kind: Kind, verb: Verb, terms: &spoken::Terms) -> Result<Command, String> {
                match kind {
                    $(Kind::$Kind => {
                        spoken::spoken::<$Id, crate::$room::Terms>(verb, terms).map(Command::$Kind)
                    })*
                }
            }

            /// What is to happen, and when; nothing of a measurement.
            pub fn verb(&self) -> Option<Verb> {
                use crate::register::Command as It;
                Some(match self {
                    $(Command::$Kind(it) => match it {
                        It::Establish { from, until, .. } => Verb::Establish { from: *from, until: *until },
                        It::Change { id, from, .. } => Verb::Change { of: (*id).into(), from: *from },
                        It::Correct { id, was, from, .. } => {
                            Verb::Correct { of: (*id).into(), was: *was, from: *from }
                        }
                        It::End { id, on } => Verb::End { of: (*id).into(), on: *on },
                        It::Annul { id } => Verb::Annul { of: (*id).into() },
                    },)*
                    Command::Measurement(_) => return None,
                })
            }

            /// The terms it gives, by name.
            pub fn given(&self) -> Vec<(&'static str, Value)> {
                use crate::register::Command as It;
                match self {
                    $(Command::$Kind(
                        It::Establish { terms, .. } | It::Change { terms, .. } | It::Correct { terms, .. },
                    ) => <crate::$room::$Kind as register::Record>::given(terms),)*
                    _ => Vec::new(),
                }
            }

            /// What it would leave behind if no rule spoke against it; nothing of what never can be.
            pub(crate) fn unruled(&self, records: &Records) -> Option<Event> {
                use crate::register::{Command as It, Event as Made};
                match self {
                    $(Command::$Kind(it) => {
                        let event = match it.clone() {
                            It::Establish { from, until, terms } => {
                                Made::Established { id: records.$table.next_id(), from, until, terms }
                            }
                            It::Change { id, from, terms } => Made::Changed { id, from, terms },
                            It::End { id, on } => Made::Ended { id, on },
                            It::Correct { .. } | It::Annul { .. } => return None,
                        };
                        Some(Event::$Kind(event))
                    })*
                    Command::Measurement(_) => None,
                }
            }

            /// The links it gives, by the field's name.
            pub fn links(&self) -> Vec<(&'static str, Ref)> {
                let given = self.given();
                let links = |(name, it): (&'static str, Value)| {
                    it.links().iter().map(|it| (name, *it)).collect::<Vec<_>>()
                };
                given.into_iter().flat_map(links).collect()
            }
        }

        impl Records {
            pub(crate) fn decide(&self, command: &Command) -> Result<Event, Refusal> {
                match command {
                    $(Command::$Kind(it) => {
                        register::decide::<crate::$room::$Kind>(self, it).map(Event::$Kind)
                    })*
                    Command::Measurement(it) => {
                        measurement::decide(self, it).map(Event::Measurement).map_err(Refusal::from)
                    }
                }
            }

            pub(crate) fn apply(&mut self, event: &Event) {
                match event {
                    $(Event::$Kind(it) => register::apply::<crate::$room::$Kind>(self, it),)*
                    Event::Measurement(it) => measurement::apply(self, it),
                }
            }

            /// A record of whatever kind, if it exists.
            pub fn facet(&self, it: Ref) -> Option<&dyn Facet> {
                match it.kind {
                    $(Kind::$Kind => {
                        self.$table.get($Id::new(it.n)).map(|row| row as &dyn Facet)
                    })*
                }
            }

            /// How many records of `kind` there are or have been.
            pub fn count(&self, kind: Kind) -> usize {
                match kind { $(Kind::$Kind => self.$table.len(),)* }
            }

            /// Whether a page of records of `kind` is the very same here and in `other`.
            pub fn shares(&self, other: &Records, kind: Kind, page: usize) -> bool {
                match kind { $(Kind::$Kind => self.$table.shares(&other.$table, page),)* }
            }

            pub(crate) fn audit(&self) -> Vec<String> {
                let mut broken = measurement::audit(self);
                $(broken.extend(register::audit::<crate::$room::$Kind>(self));)*
                broken
            }
        }
    };
}

rooms! {
    Organisation(organisation, OrganisationId, organisations): "organisation", "organisations", "ORG";
    Unit(unit, UnitId, units): "unit", "units", "UNIT";
    Post(post, PostId, posts): "post", "posts", "POST";
    Person(person, PersonId, people): "person", "people", "PERSON";
    Tenure(tenure, TenureId, tenures): "tenure", "tenures", "TEN";
    Duty(duty, DutyId, duties): "duty", "duties", "DUTY";
    Plan(plan, PlanId, plans): "plan", "plans", "PLAN";
    Objective(objective, ObjectiveId, objectives): "objective", "objectives", "OBJ";
    Anchor(anchor, AnchorId, anchors): "anchor", "anchors", "ANC";
    Indicator(indicator, IndicatorId, indicators): "indicator", "indicators", "IND";
    Framework(framework, FrameworkId, frameworks): "framework", "frameworks", "FWK";
    Requirement(requirement, RequirementId, requirements): "requirement", "requirements", "REQ";
    Obligation(obligation, ObligationId, obligations): "obligation", "obligations", "OBL";
    Control(control, ControlId, controls): "control", "controls", "CTL";
    Initiative(initiative, InitiativeId, initiatives): "initiative", "initiatives", "INI";
    Action(action, ActionId, actions): "action", "actions", "ACT";
    Decision(decision, DecisionId, decisions): "decision", "decisions", "DEC";
    Acceptance(acceptance, AcceptanceId, acceptances): "acceptance", "acceptances", "ACC";
    Handover(handover, HandoverId, handovers): "handover", "handovers", "HAND";
    Rule(rule, RuleId, rules): "rule", "rules", "RULE";
    Authority(authority, AuthorityId, authorities): "authority", "authorities", "AUTH";
    Delegation(delegation, DelegationId, delegations): "delegation", "delegations", "DEL";
    Mapping(mapping, MappingId, mappings): "mapping", "mappings", "MAP";
    Procedure(procedure, ProcedureId, procedures): "procedure", "procedures", "PROC";
    Step(step, StepId, steps): "step", "steps", "STEP";
    Question(question, QuestionId, questions): "question", "questions", "QUES";
    Occurrence(occurrence, OccurrenceId, occurrences): "occurrence", "occurrences", "OCC";
    Evidence(evidence, EvidenceId, evidence): "evidence", "evidence", "EVID";
    Finding(finding, FindingId, findings): "finding", "findings", "FIND";
    Audit(audit, AuditId, audits): "audit", "audits", "AUD";
    Risk(risk, RiskId, risks): "risk", "risks", "RISK";
    Threshold(threshold, ThresholdId, thresholds): "threshold", "thresholds", "THR";
    Signal(signal, SignalId, signals): "signal", "signals", "SIG";
    ChangeSet(change_set, ChangeSetId, change_sets): "change set", "change-sets", "SET";
    Proposal(proposal, ProposalId, proposals): "proposal", "proposals", "PROP";
    Succession(succession, SuccessionId, successions): "succession", "successions", "SUC";
}

impl From<Kind> for u8 {
    fn from(it: Kind) -> u8 {
        it as u8
    }
}

impl TryFrom<u8> for Kind {
    type Error = &'static str;
    fn try_from(it: u8) -> Result<Kind, &'static str> {
        Kind::ALL.get(usize::from(it)).copied().ok_or("no such kind of record")
    }
}

impl Kind {
    /// What somebody says for themselves, as the holder of a post, what nobody says, and what is only drafted:
    /// no file and no other hand brings it in.
    pub const SAID: [Kind; 7] = [
        Kind::Acceptance,
        Kind::Handover,
        Kind::Occurrence,
        Kind::Evidence,
        Kind::Signal,
        Kind::ChangeSet,
        Kind::Proposal,
    ];

    /// Fields that are worked out, or said by an act of its own, and that no form and no file gives.
    fn not_typed(self) -> &'static [&'static str] {
        match self {
            Kind::Occurrence => &crate::occurrence::WORKED_OUT,
            Kind::Evidence => &crate::evidence::WORKED_OUT,
            Kind::Finding => &crate::finding::NOT_TYPED,
            Kind::Signal => &crate::signal::WORKED_OUT,
            Kind::ChangeSet => &crate::change_set::NOT_TYPED,
            _ => &[],
        }
    }

    /// Fields that somebody can give, in a form or a file.
    pub fn given(self) -> impl Iterator<Item = &'static crate::Field> {
        let not_typed = self.not_typed();
        let all = self.fields().iter();
        all.filter(move |it| it.shape.is_given() && !not_typed.contains(&it.name))
    }

    /// Several of them, in words; [`plural`](Kind::plural) is for addresses.
    pub fn words(self) -> &'static str {
        match self {
            Kind::ChangeSet => "change sets",
            it => it.plural(),
        }
    }

    /// The kind whose plural or word this is.
    pub fn named(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|it| it.plural() == word || it.word() == word)
    }
}

impl Records {
    /// Records of `kind` that point at `target`, now or at some time.
    pub fn inbound(&self, target: impl Into<Ref>, kind: Kind) -> impl Iterator<Item = Ref> {
        self.inbound.of(target.into(), kind)
    }

    /// As [`inbound`](Records::inbound), typed.
    pub fn pointing<I: Id>(&self, target: impl Into<Ref>) -> impl Iterator<Item = I> {
        self.inbound(target, I::KIND).map(|it| I::new(it.n))
    }

    /// Every record of `kind` that has or had this code in the outside world.
    pub fn with_code<'a>(&'a self, kind: Kind, code: &Text) -> impl Iterator<Item = Ref> + use<'a> {
        let code = Text::clone(code);
        let bound = |n| (kind, Text::clone(&code), n);
        let range = bound(NonZeroU32::MIN)..=bound(NonZeroU32::MAX);
        let found = self.codes.range(range).map(move |it| Ref { kind, n: it.2 });
        // The index also knows codes that were corrected away, and those it never had.
        found.filter(|it| !self.is_annulled(*it)).filter(move |it| {
            let spans = self.facet(*it).map(|it| it.spans("code")).unwrap_or_default();
            spans.iter().any(|it| matches!(&it.1, Value::Text(had) if *had == code))
        })
    }

    /// Sequence numbers of the facts about a record, oldest first.
    pub fn history(&self, of: Ref) -> impl DoubleEndedIterator<Item = u64> {
        self.history.of(of)
    }

    /// Its name on `date`. What has none of its own borrows that of what it stands for; a person
    /// has none here at all, because names live in the vault.
    pub fn name(&self, of: Ref, date: Date) -> Option<Text> {
        let record = self.facet(of)?;
        if of.kind == Kind::Person {
            return None;
        }
        if matches!(of.kind, Kind::Signal | Kind::Threshold) {
            return self.warned(record, date);
        }
        if of.kind == Kind::Proposal {
            return self.proposed(ProposalId(of.n), date);
        }
        if let Some(it) = SuccessionId::try_from(of).ok().and_then(|it| self.successions.get(it)) {
            let called = |it: Ref| self.name(it, date).unwrap_or_else(|| it.to_string().into());
            return Some(format!("{} → {}", called(it.old.0), called(it.new.0)).into());
        }
        let borrowed = match of.kind {
            Kind::Obligation => record.read("requirement", date),
            // What it lets a post do is what it is called.
            Kind::Authority => record.read("act", date),
            Kind::Occurrence => record.read("procedure", date),
            Kind::Evidence => record.read("step", date),
            _ => Value::Nothing,
        };
        match (borrowed, record.read("name", date)) {
            (Value::Link(it), _) => self.name(it, date),
            (Value::Text(name), _) | (_, Value::Text(name)) => Some(name),
            _ => None,
        }
    }

    /// What a proposal is called: what happens, and to what.
    fn proposed(&self, id: ProposalId, date: Date) -> Option<Text> {
        let row = self.proposals.get(id)?;
        let kind = row.about_kind()?;
        let called = match (row.subject.0, row.terms.0.get("name").or(row.terms.0.get("act"))) {
            (Some(it), _) => self.name(it, date).map(|it| it.to_string()),
            (None, Some(crate::wording::Said::Text(it))) => Some(it.to_string()),
            _ => None,
        };
        let deed = row.deed.0.word();
        let deed = deed[..1].to_uppercase() + &deed[1..];
        Some(match called {
            Some(it) => format!("{deed} {} {it}", kind.word()).into(),
            None => format!("{deed} {}", kind.word()).into(),
        })
    }

    /// What a signal or a threshold is called: what it warns of, and of what.
    fn warned(&self, record: &dyn Facet, date: Date) -> Option<Text> {
        let Value::Choice(sort) = record.read("sort", date) else { return None };
        let subject = match record.read("subject", date) {
            Value::Link(it) => Some(self.name(it, date).unwrap_or_else(|| it.to_string().into())),
            _ => None,
        };
        let mut name: String = sort[..1].to_uppercase() + &sort[1..];
        if let Some(subject) = subject {
            name.push_str(": ");
            name.push_str(&subject);
        }
        Some(name.into())
    }

    /// Its name as it will last be known, for sentences that have no date.
    pub fn latest_name(&self, of: Ref) -> Option<Text> {
        self.name(of, Date::MAX)
    }

    /// Whether it stands on `date`.
    pub fn stands(&self, it: Ref, date: Date) -> bool {
        self.facet(it).is_some_and(|it| it.life().is(date))
    }

    /// Whether it was recorded by mistake: it never stood.
    pub fn is_annulled(&self, it: Ref) -> bool {
        self.annulled.contains(&it)
    }

    pub(crate) fn remember(&mut self, event: &Event, seq: u64) {
        let subject = event.subject();
        self.history.insert(subject, seq);
        // That a step was done is part of what happened to its occurrence and to what it exercises.
        if let Event::Evidence(_) = event {
            let told = event.given().into_iter();
            for (_, value) in told.filter(|it| ["occurrence", "exercised"].contains(&it.0)) {
                value.links().iter().for_each(|it| self.history.insert(*it, seq));
            }
        }
        // That it warned, and what was said to that, is part of what happened to its subject.
        if let Event::Signal(it) = event {
            let given = event.given();
            // Who read it is told with the signal alone.
            if !given.iter().any(|it| it.0 == "reader") {
                let about = self.signals.get(it.id()).map(|it| it.subject.0);
                let with = given.iter().filter(|it| it.0 == "response").flat_map(|it| it.1.links());
                let them: Vec<Ref> = about.into_iter().chain(with.copied()).collect();
                them.into_iter().for_each(|it| self.history.insert(it, seq));
            }
        }
        // A tenure is part of its post's history and of its person's; that a post was established in a
        // unit is not part of the unit's.
        if matches!(
            event,
            Event::Tenure(_)
                | Event::Duty(_)
                | Event::Anchor(_)
                | Event::Acceptance(_)
                | Event::Handover(_)
                | Event::Authority(_)
                | Event::Delegation(_)
                | Event::Mapping(_)
        ) {
            for (_, value) in event.given() {
                value.links().iter().for_each(|it| self.history.insert(*it, seq));
            }
        }
    }
}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_map();
        for kind in Kind::ALL {
            list.entry(&kind.plural(), &self.count(kind));
        }
        list.finish()
    }
}
