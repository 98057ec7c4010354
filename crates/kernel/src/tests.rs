//! Stories about the organisation, told through the kernel's two doors; then properties, counts,
//! and the museum of everything that was ever kept.

mod acceptances;
mod annulments;
mod answering;
mod audits;
mod authority;
mod breakdowns;
mod change_sets;
mod changes;
mod codes;
mod counts;
mod decisions;
mod delegations;
mod differences;
mod duties;
mod establishment;
mod evidence;
mod figures;
mod findings;
mod forecast;
mod gaps;
mod handovers;
mod local;
mod mappings;
mod may;
mod model;
mod museum;
mod numbers;
mod objectives;
mod occurrences;
mod open;
mod overrides;
mod raised;
mod rebases;
mod records;
mod recurrence;
mod refusals;
mod risks;
mod schedules;
mod signals;
mod snapshots;
mod standings;
mod stop_lists;
mod thread;
mod thresholds;
mod timelines;
mod trees;
mod variation;
mod warnings;
mod watch;
mod weather;
mod whatever;

use jiff::{Timestamp, civil::Date};
use serde_json::{Value as Json, json};

use crate::{
    Act, By, Command, Event, Fact, Ref, State,
    id::{Id, PersonId, PostId, TenureId},
    read::{thread::Step, view::View, who},
    status::Standing,
};

/// The day on which stories begin, and things in them.
const FIRST: &str = "2024-01-01";
/// The day on which stories look around, unless they say otherwise.
const TODAY: &str = "2025-01-01";

/// As sentences say it.
fn said(day_text: &str) -> String {
    crate::day(day(day_text)).to_string()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn at(text: &str) -> Ref {
    text.parse().unwrap()
}

fn id<I: Id>(text: &str) -> I {
    I::try_from(at(text)).unwrap_or_else(|_| panic!("{text} is of another kind"))
}

/// A command in the making, in the words that the API uses.
#[derive(Debug, Clone)]
struct Said {
    kind: &'static str,
    deed: &'static str,
    body: Json,
}

impl Said {
    fn with(mut self, key: &str, value: impl Into<Json>) -> Said {
        self.body[key] = value.into();
        self
    }

    fn from(self, date: &str) -> Said {
        self.with("from", date)
    }

    fn until(self, date: &str) -> Said {
        self.with("until", date)
    }

    /// One of its terms.
    fn its(mut self, field: &str, value: impl Into<Json>) -> Said {
        self.body["terms"][field] = value.into();
        self
    }

    fn json(&self) -> Json {
        json!({ self.kind: { self.deed: self.body } })
    }
}

impl From<Said> for Command {
    fn from(it: Said) -> Command {
        let json = it.json();
        serde_json::from_value(json.clone()).unwrap_or_else(|error| panic!("{json}: {error}"))
    }
}

fn establish(kind: &'static str, terms: Json) -> Said {
    Said { kind, deed: "establish", body: json!({ "from": FIRST, "terms": terms }) }
}

fn change(what: &str, from: &str, terms: Json) -> Said {
    let body = json!({ "id": what, "from": from, "terms": terms });
    Said { kind: at(what).kind.word(), deed: "change", body }
}

fn correct(what: &str, was: &str, from: &str, terms: Json) -> Said {
    let body = json!({ "id": what, "was": was, "from": from, "terms": terms });
    Said { kind: at(what).kind.word(), deed: "correct", body }
}

fn end(what: &str, on: &str) -> Said {
    Said { kind: at(what).kind.word(), deed: "end", body: json!({ "id": what, "on": on }) }
}

fn annul(what: &str) -> Said {
    Said { kind: at(what).kind.word(), deed: "annul", body: json!({ "id": what }) }
}

fn measure(indicator: &str, on: &str, value: &str) -> Said {
    measure_all(indicator, json!([{ "on": on, "value": value }]))
}

fn measure_all(indicator: &str, readings: Json) -> Said {
    let body = json!({ "indicator": indicator, "readings": readings });
    Said { kind: "measurement", deed: "record", body }
}

fn withdraw(indicator: &str, on: &str) -> Said {
    let body = json!({ "indicator": indicator, "on": on });
    Said { kind: "measurement", deed: "withdraw", body }
}

fn rebase(indicator: &str, on: &str, reason: impl Into<Json>) -> Said {
    let body = json!({ "indicator": indicator, "on": on, "reason": reason.into() });
    Said { kind: "measurement", deed: "rebase", body }
}

fn exclude(indicator: &str, on: &str, reason: impl Into<Json>) -> Said {
    let body = json!({ "indicator": indicator, "on": on, "reason": reason.into() });
    Said { kind: "measurement", deed: "exclude", body }
}

fn named(kind: &'static str, name: &str) -> Said {
    establish(kind, json!({ "name": name }))
}

fn unit(name: &str) -> Said {
    named("unit", name)
}

/// A post in the first unit.
fn post(name: &str) -> Said {
    named("post", name).its("unit", "UNIT-1")
}

fn person() -> Said {
    establish("person", json!({}))
}

fn tenure(person: &str, post: &str) -> Said {
    establish("tenure", json!({ "person": person, "post": post }))
}

fn duty(post: &str, subject: &str) -> Said {
    establish("duty", json!({ "post": post, "subject": subject, "role": "accountable" }))
}

fn plan(name: &str) -> Said {
    named("plan", name)
}

/// An objective in the first plan.
fn objective(name: &str) -> Said {
    named("objective", name).its("plan", "PLAN-1")
}

fn indicator(name: &str, target: &str) -> Said {
    named("indicator", name).its("target", target)
}

fn anchor(from: &str, serves: &str) -> Said {
    establish("anchor", json!({ "from": from, "serves": serves }))
}

/// An organisation in a test: `given` what happened, `when` someone acts, `then` we look.
#[derive(Debug, Clone)]
struct Story {
    state: State,
    facts: Vec<Fact>,
    by: By,
    /// When what is said is recorded.
    at: Timestamp,
    today: Date,
    answer: String,
}

/// What happened before. None of it may be refused.
#[track_caller]
fn given(commands: impl IntoIterator<Item = Said>) -> Story {
    let start = Story {
        state: State::default(),
        facts: Vec::new(),
        by: By::Console,
        at: Timestamp::UNIX_EPOCH,
        today: day(TODAY),
        answer: String::new(),
    };
    commands.into_iter().fold(start.on(TODAY), Story::and)
}

impl Story {
    /// Time goes on until `today`.
    fn on(mut self, today: &str) -> Story {
        self.today = day(today);
        self.state.advance(self.today);
        self
    }

    /// From now on, `person` acts as `post` by `tenure`.
    fn by(mut self, person: &str, post: &str, tenure: &str) -> Story {
        let (person, post, tenure) =
            (id::<PersonId>(person), id::<PostId>(post), id::<TenureId>(tenure));
        self.by = By::Postholder { person, post, tenure };
        self
    }

    fn when(mut self, command: impl Into<Command>) -> Story {
        let act = Act { by: self.by, at: self.at, today: self.today };
        self.answer = match self.state.decide(&act, &command.into()) {
            Ok(event) => {
                self.happen(act, event);
                "done".into()
            }
            Err(refusal) => refusal.to_string(),
        };
        self
    }

    fn happen(&mut self, act: Act, event: Event) {
        let fact = Fact { at: act.at, by: act.by, event };
        self.state.apply(&fact);
        assert_eq!(self.state.audit(), Vec::<String>::new(), "after {fact:?}");
        self.facts.push(fact);
    }

    #[track_caller]
    fn then(self, answer: &str) -> Story {
        assert_eq!(self.answer, answer);
        self
    }

    /// And that happened as well.
    #[track_caller]
    fn and(self, command: impl Into<Command>) -> Story {
        self.when(command).then("done")
    }

    #[track_caller]
    fn refuses(self, command: impl Into<Command>, sentence: &str) -> Story {
        let before = self.state.clone();
        let after = self.when(command).then(sentence);
        assert_eq!(after.state.records, before.records);
        after
    }

    fn view(&self, on: &str) -> View<'_> {
        View::new(&self.state, day(on))
    }

    /// A field of a record on a day, as text.
    fn value(&self, of: &str, field: &str, on: &str) -> String {
        match self.view(on).value(at(of), field) {
            crate::Value::Nothing => "nothing".into(),
            crate::Value::Text(it) => it.to_string(),
            crate::Value::Link(it) => it.to_string(),
            other => format!("{other:?}"),
        }
    }

    fn status(&self, of: &str, on: &str) -> String {
        self.view(on).status(at(of)).word()
    }

    fn standing(&self, of: &str, on: &str) -> Standing {
        self.view(on).derived().standing(at(of)).unwrap()
    }

    /// Who answers, in one line.
    fn who(&self, of: &str, on: &str) -> String {
        match who::who(self.state.records(), at(of), day(on)) {
            Err(none) => none.to_string(),
            Ok(it) => {
                let people: Vec<_> = it
                    .holders
                    .iter()
                    .map(|it| format!("{} ({})", it.person, it.capacity.word()))
                    .collect();
                let people = if people.is_empty() { "nobody".into() } else { people.join(", ") };
                let answering = match it.answering {
                    Some(post) if post != it.post => format!(" as {post}"),
                    _ => String::new(),
                };
                let since = it.uncovered_since.map(|it| format!(", uncovered since {it}"));
                format!("{}: {people}{answering}{}", it.post, since.unwrap_or_default())
            }
        }
    }

    fn orphans(&self, on: &str) -> String {
        list(self.view(on).derived().orphans().iter())
    }

    fn starved(&self, on: &str) -> String {
        list(self.view(on).derived().starved().iter())
    }
}

fn list<T: ToString>(them: impl IntoIterator<Item = T>) -> String {
    let them: Vec<String> = them.into_iter().map(|it| it.to_string()).collect();
    if them.is_empty() { "none".into() } else { them.join(" ") }
}

/// A thread drawn as text, one step a line.
fn drawn(steps: &[Step]) -> String {
    fn draw(steps: &[Step], depth: usize, lines: &mut Vec<String>) {
        for step in steps {
            lines.push(format!("{}{} {}", "  ".repeat(depth), step.by, step.of));
            draw(&step.beyond, depth + 1, lines);
        }
    }
    let mut lines = Vec::new();
    draw(steps, 0, &mut lines);
    lines.join("\n")
}
