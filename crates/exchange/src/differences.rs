//! Differences in words, as JSON and as rows: one telling for pages, API, command line and spreadsheets.
//!
//! Not here: what differs (`kernel::read::differences`).
//!
//! Always true: a sentence says names and never references; what stood is called as it was called then, what
//! stands as it is called now.

use kernel::{
    Kind, Ref, Text, Value, day,
    read::differences::{Change, Difference, Fate, Moment, Told, UNTIL},
};
use serde_json::{Map, Value as Json, json};

use crate::wire::{self, Names};

/// Characters of a value within a sentence.
const VALUE_CHARS_MAX: usize = 160;
/// Differences of one group in one answer.
pub const EACH_MAX: usize = 1000;

/// The heading of the rows.
pub const HEADINGS: [&str; 8] =
    ["group", "what", "kind", "reference", "name", "since", "says", "entries"];

/// The two moments, with what records are called at each.
pub struct Telling<'a> {
    pub was: Moment<'a>,
    pub now: Moment<'a>,
    pub names_was: Names<'a>,
    pub names_now: Names<'a>,
}

/// At which of the two moments.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Was,
    Now,
}

impl std::fmt::Debug for Telling<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Telling").field("was", &self.was.on).field("now", &self.now.on).finish()
    }
}

impl Telling<'_> {
    /// A difference in sentences, without their full stops: one of what came or went, one for each change.
    pub fn says(&self, it: &Difference) -> Vec<String> {
        match it.fate {
            Fate::New => vec![self.came(it.of)],
            Fate::Ended => vec![self.went(it.of)],
            _ => it.changes.iter().map(|change| self.changed(it.of, change)).collect(),
        }
    }

    /// What a record is called: now, or then if it stands no longer.
    pub fn called(&self, it: &Difference) -> String {
        self.title(it.of, if it.fate == Fate::Ended { At::Was } else { At::Now })
    }

    fn read(&self, of: Ref, field: &str, at: At) -> Value {
        let Moment { state, on } = if at == At::Was { self.was } else { self.now };
        state.records().facet(of).map_or(Value::Nothing, |it| it.read(field, on))
    }

    fn name(&self, of: Ref, at: At) -> String {
        let names = if at == At::Was { self.names_was } else { self.names_now };
        names(of).map_or_else(|| of.kind.word().to_owned(), |it: Text| it.to_string())
    }

    /// The name of what a field points at.
    fn part(&self, of: Ref, field: &str, at: At) -> Option<String> {
        match self.read(of, field, at) {
            Value::Link(it) => Some(self.name(it, at)),
            _ => None,
        }
    }

    fn part_or(&self, of: Ref, field: &str, at: At) -> String {
        self.part(of, field, at).unwrap_or_else(|| "nobody".into())
    }

    fn title(&self, of: Ref, at: At) -> String {
        match of.kind {
            Kind::Tenure => {
                format!("{} as {}", self.part_or(of, "person", at), self.part_or(of, "post", at))
            }
            Kind::Authority => {
                format!("{} of {}", self.name(of, at), self.part_or(of, "post", at))
            }
            Kind::Delegation => {
                format!("{} to {}", self.part_or(of, "post", at), self.part_or(of, "to", at))
            }
            Kind::Duty => self.duty(of, at, "is"),
            Kind::Anchor => self.anchor(of, at, ""),
            _ => self.name(of, at),
        }
    }

    fn duty(&self, of: Ref, at: At, is: &str) -> String {
        let role = match self.read(of, "role", at) {
            Value::Choice("consulted") => "consulted on",
            Value::Choice("informed") => "informed of",
            Value::Choice("responsible") => "responsible for",
            _ => "accountable for",
        };
        format!("{} {is} {role} {}", self.part_or(of, "post", at), self.part_or(of, "subject", at))
    }

    /// `no_longer` or nothing.
    fn anchor(&self, of: Ref, at: At, no_longer: &str) -> String {
        let risk = self.read(of, "from", at).links().iter().any(|it| it.kind == Kind::Risk);
        let serves = if risk { "threatens" } else { "serves" };
        let (from, to) = (self.part_or(of, "from", at), self.part_or(of, "serves", at));
        format!("{from} {no_longer}{serves} {to}")
    }

    fn came(&self, of: Ref) -> String {
        let at = At::Now;
        let name = self.title(of, at);
        let part = |field: &str, before: &str| {
            self.part(of, field, at).map(|it| format!("{before}{it}")).unwrap_or_default()
        };
        match of.kind {
            Kind::Unit => format!("{name} is a new unit{}", part("within", " within ")),
            Kind::Post => format!(
                "{name} is a new post{}{}",
                part("unit", " in "),
                part("reports_to", ", reporting to ")
            ),
            Kind::Tenure => {
                let capacity = match self.read(of, "capacity", at) {
                    Value::Choice("substantive") | Value::Nothing => String::new(),
                    it => format!(" ({})", wire::cell(&it)),
                };
                let (person, post) = (self.part_or(of, "person", at), part("post", ""));
                format!("{person} holds {post}{capacity}")
            }
            Kind::Authority => self.may(of, at, "may"),
            Kind::Delegation => {
                format!("{} lets {} act for it", part("post", ""), part("to", ""))
            }
            Kind::Duty | Kind::Anchor => name,
            Kind::Objective => match self.part(of, "parent", at) {
                Some(above) => format!("{name} is a new objective under {above}"),
                None => format!("{name} is a new objective{}", part("plan", " of ")),
            },
            Kind::Decision => format!("“{name}” was decided"),
            kind => format!("{name} is a new {}", kind.word()),
        }
    }

    fn went(&self, of: Ref) -> String {
        let at = At::Was;
        let part = |field: &str| self.part_or(of, field, at);
        match of.kind {
            Kind::Tenure => format!("{} no longer holds {}", part("person"), part("post")),
            Kind::Authority => self.may(of, at, "may no longer"),
            Kind::Delegation => {
                format!("{} no longer lets {} act for it", part("post"), part("to"))
            }
            Kind::Duty => self.duty(of, at, "is no longer"),
            Kind::Anchor => self.anchor(of, at, "no longer "),
            Kind::Post => format!("The post {} in {} has ended", self.name(of, at), part("unit")),
            kind => format!("The {} {} has ended", kind.word(), self.name(of, at)),
        }
    }

    fn may(&self, of: Ref, at: At, may: &str) -> String {
        let act = self.name(of, at);
        let mut first = act.chars();
        let act: String =
            first.next().into_iter().flat_map(char::to_lowercase).chain(first).collect();
        let limit = match (self.read(of, "limit", at), self.read(of, "measure", at)) {
            (Value::Nothing, _) => String::new(),
            (limit, measure) => format!(" up to {} {}", wire::cell(&limit), wire::cell(&measure))
                .trim_end()
                .to_owned(),
        };
        format!("{} {may} {act}{limit}", self.part_or(of, "post", at))
    }

    fn changed(&self, of: Ref, it: &Change) -> String {
        let name = self.title(of, At::Now);
        let link = |value: &Value, at: At| match value {
            Value::Link(it) => self.name(*it, at),
            _ => "nobody".to_owned(),
        };
        let (was, now) = (link(&it.was, At::Was), link(&it.now, At::Now));
        match (of.kind, it.name) {
            (_, "name") => {
                format!(
                    "“{}” is now called “{}”",
                    self.words(&it.was, At::Was),
                    self.words(&it.now, At::Now)
                )
            }
            (_, UNTIL) => match (&it.was, &it.now) {
                (Value::Day(was), Value::Day(now)) => {
                    format!(
                        "{name}: was to end on {} and is now to end on {}",
                        day(*was),
                        day(*now)
                    )
                }
                (_, Value::Day(now)) => format!("{name}: is now to end on {}", day(*now)),
                (Value::Day(was), _) => {
                    format!("{name}: was to end on {} and now has no end", day(*was))
                }
                _ => name,
            },
            (Kind::Post, "reports_to") => {
                format!("{name} reported to {was} and now reports to {now}")
            }
            (Kind::Post, "unit") => format!("{name} was in {was} and is now in {now}"),
            (Kind::Unit, "within") => match (&it.was, &it.now) {
                (_, Value::Nothing) => format!("{name} was within {was} and is now at the top"),
                (Value::Nothing, _) => format!("{name} was at the top and is now within {now}"),
                _ => format!("{name} was within {was} and is now within {now}"),
            },
            (Kind::Objective, "parent") => match (&it.was, &it.now) {
                (_, Value::Nothing) => format!("{name} was under {was} and is now at the top"),
                (Value::Nothing, _) => format!("{name} was at the top and is now under {now}"),
                _ => format!("{name} was under {was} and is now under {now}"),
            },
            (Kind::Duty, "post") => format!("{}; it was {was}", self.duty(of, At::Now, "is now")),
            (Kind::Authority, "post") => {
                format!("{} belonged to {was} and now belongs to {now}", self.name(of, At::Now))
            }
            _ => self.otherwise(&name, it),
        }
    }

    /// A field of whatever sort.
    fn otherwise(&self, name: &str, it: &Change) -> String {
        let label = it.label;
        if let (Value::Links(was), Value::Links(now)) = (&it.was, &it.now) {
            let only = |these: &[Ref], those: &[Ref], at: At| {
                let only = these.iter().filter(|it| !those.contains(it));
                short(&only.map(|it| self.title(*it, at)).collect::<Vec<_>>().join(", "))
            };
            let (come, gone) = (only(now, was, At::Now), only(was, now, At::Was));
            return match (come.is_empty(), gone.is_empty()) {
                (false, true) => format!("{label} of {name}: also {come}"),
                (true, false) => format!("{label} of {name}: no longer {gone}"),
                _ => format!("{label} of {name}: also {come}; no longer {gone}"),
            };
        }
        let (was, now) = (self.words(&it.was, At::Was), self.words(&it.now, At::Now));
        match (was.is_empty(), now.is_empty()) {
            (true, false) => format!("{label} of {name} was not said and is now {now}"),
            (false, true) => format!("{label} of {name} was {was} and is no longer said"),
            _ => format!("{label} of {name} was {was} and is now {now}"),
        }
    }

    /// A value within a sentence; empty where nothing is said.
    fn words(&self, value: &Value, at: At) -> String {
        match value {
            Value::Text(it) => short(it),
            Value::Day(it) => day(*it).to_string(),
            Value::Link(it) => self.title(*it, at),
            Value::Texts(them) => short(&them.join(", ")),
            other => wire::cell(other),
        }
    }

    /// Everything as JSON. `entries` are those that said a difference, where they are known.
    pub fn json(&self, told: &[Told], entries: &dyn Fn(&Difference) -> Vec<u64>) -> Json {
        let mut names = Map::new();
        let mut named = |value: &Value, at: At| {
            for it in value.links() {
                names.insert(it.to_string(), json!(self.name(*it, at)));
            }
            wire::value(value)
        };
        let mut all = Vec::new();
        for it in told.iter().flat_map(|it| &it.all) {
            let changes: Vec<Json> = it
                .changes
                .iter()
                .map(|change| {
                    let (was, now) = (named(&change.was, At::Was), named(&change.now, At::Now));
                    json!({ "field": change.name, "label": change.label, "was": was, "now": now })
                })
                .collect();
            all.push(json!({
                "group": it.group.word(),
                "what": it.fate.word(),
                "reference": it.of.to_string(),
                "kind": it.of.kind.word(),
                "name": self.called(it),
                "since": it.since.map(|it| it.to_string()),
                "says": self.says(it),
                "changes": changes,
                "entries": entries(it),
            }));
        }
        let counts: Map<String, Json> = told
            .iter()
            .map(|it| {
                let count = it.all.len() + it.more;
                (it.group.word().to_owned(), json!({ "count": count, "left_out": it.more }))
            })
            .collect();
        json!({ "counts": counts, "differences": all, "names": names })
    }

    /// A row each, under [`HEADINGS`].
    pub fn rows(
        &self,
        told: &[Told],
        entries: &dyn Fn(&Difference) -> Vec<u64>,
    ) -> Vec<Vec<String>> {
        let row = |it: &Difference| {
            let numbers: Vec<String> = entries(it).iter().map(u64::to_string).collect();
            vec![
                it.group.word().to_owned(),
                it.fate.word().to_owned(),
                it.of.kind.word().to_owned(),
                it.of.to_string(),
                self.called(it),
                it.since.map(|it| it.to_string()).unwrap_or_default(),
                self.says(it).join("; "),
                numbers.join("; "),
            ]
        };
        told.iter().flat_map(|it| &it.all).map(row).collect()
    }
}

fn short(text: &str) -> String {
    let short: String = text.chars().take(VALUE_CHARS_MAX).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}
