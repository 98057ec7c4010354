//! An organisation in memory that imports land in, as they would through the host.

use std::collections::BTreeMap;

use exchange::{
    Source,
    import::{self, Options, Request},
    plan::{self, Plan},
};
use jiff::{Timestamp, civil::Date};
use kernel::{
    Act, By, Command, Fact, Kind, State, Text,
    id::PersonId,
    read::{view::View, who},
};

pub(crate) const TODAY: &str = "2026-11-30";

#[derive(Default)]
pub(crate) struct Landing {
    pub(crate) state: State,
    pub(crate) names: BTreeMap<PersonId, Text>,
    /// Everything that happened, in order.
    pub(crate) facts: Vec<Fact>,
}

pub(crate) fn act() -> Act {
    Act { by: By::Console, at: Timestamp::UNIX_EPOCH, today: day(TODAY) }
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn options(pairs: &[(&str, &str)]) -> Options {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

impl Landing {
    /// An organisation with a name and a unit at its top.
    pub(crate) fn new() -> Landing {
        let mut landing = Landing::default();
        for json in [
            r#"{"organisation":{"establish":{"from":"2000-01-01","terms":{"name":"Testshire"}}}}"#,
            r#"{"unit":{"establish":{"from":"2000-01-01","terms":{"name":"Testshire"}}}}"#,
        ] {
            let command: Command = serde_json::from_str(json).unwrap();
            landing.run(&command, None);
        }
        landing.state.advance(day(TODAY));
        landing
    }

    pub(crate) fn plan(&self, kind: &str, files: &[(&str, &[u8])], options: &Options) -> Plan {
        let files = files.iter().map(|(name, bytes)| Source::new(name, bytes)).collect();
        let request = Request { kind, files, options, today: day(TODAY) };
        let imported = import::read(&request);
        let names = |it: PersonId| self.names.get(&it).cloned();
        let mut plan = plan::plan(&self.state, &act(), &names, &imported.drafts, &|_, _| ());
        plan.findings.splice(0..0, imported.findings);
        plan
    }

    /// Plans, carries out every step, checks all invariants, and that the same again is nothing.
    pub(crate) fn import(
        &mut self,
        kind: &str,
        files: &[(&str, &[u8])],
        options: &Options,
    ) -> Plan {
        let plan = self.plan(kind, files, options);
        for (command, name) in &plan.steps {
            self.run(command, name.as_deref());
        }
        assert_eq!(self.state.audit(), Vec::<String>::new(), "after {kind}");
        let again = self.plan(kind, files, options);
        assert!(again.steps.is_empty(), "the same again would do {:?}", first(&again));
        let total = again.total();
        assert_eq!((total.new, total.changed, total.ended), (0, 0, 0), "{:?}", again.counts);
        plan
    }

    pub(crate) fn run(&mut self, command: &Command, name: Option<&str>) {
        self.run_by(By::Console, TODAY, command, name);
    }

    /// The same, by somebody, on a day.
    pub(crate) fn run_by(&mut self, by: By, today: &str, command: &Command, name: Option<&str>) {
        let act = Act { by, today: day(today), ..act() };
        let event = self
            .state
            .decide(&act, command)
            .unwrap_or_else(|refusal| panic!("{command:?} was refused: {refusal}"));
        let subject = event.subject();
        let fact = Fact { at: Timestamp::UNIX_EPOCH, by, event };
        self.state.apply(&fact);
        self.facts.push(fact);
        if let (Ok(person), Some(name)) = (PersonId::try_from(subject), name) {
            self.names.insert(person, name.into());
        }
    }

    pub(crate) fn covers(&self, on: Date) -> BTreeMap<&'static str, usize> {
        let mut covers = BTreeMap::new();
        for post in View::new(&self.state, on).list(Kind::Post, true) {
            let cover = who::cover(self.state.records(), post.try_into().unwrap(), on);
            *covers.entry(cover.word()).or_default() += 1;
        }
        covers
    }
}

fn first(plan: &Plan) -> Vec<&exchange::wire::Told> {
    plan.steps.iter().take(3).collect()
}
