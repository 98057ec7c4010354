//! Dice: random commands over a handful of records and days, so that they collide and refer to one another.

use jiff::civil::Date;
use serde_json::{Value as Json, json};

use super::{super::*, ACTS, DAYS, RECORDS, TIMES, ZONES, nth};
use crate::{Field, Kind, Shape, tenure::Capacity};

/// Schedules that come round within the days in play.
const SCHEDULES: [&str; 3] = ["FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY"];

/// Numbers drawn from one seed, so that a command shrinks to a simpler one as a whole.
pub(in crate::tests) struct Dice(pub(in crate::tests) u64);

impl Dice {
    /// From 0 to `n` - 1 (SplitMix64).
    pub(in crate::tests) fn roll(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }

    pub(in crate::tests) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len() as u64) as usize]
    }

    pub(in crate::tests) fn day(&mut self) -> String {
        nth(self.roll(DAYS)).to_string()
    }

    pub(in crate::tests) fn reference(&mut self, kind: Kind) -> String {
        // Low numbers more often: they exist.
        let n = self.roll(RECORDS).min(self.roll(RECORDS));
        format!("{}-{}", kind.prefix(), 1 + n)
    }

    pub(in crate::tests) fn value(&mut self, field: &Field) -> Json {
        if !field.required
            && !matches!(field.shape, Shape::Flag | Shape::Choice(_) | Shape::Found(_))
            && self.roll(4) == 0
        {
            return match field.shape {
                Shape::Links(_) | Shape::Lines => json!([]),
                Shape::Wording => json!({}),
                _ => Json::Null,
            };
        }
        match field.shape {
            Shape::Line if field.name == "act" => json!(self.pick(&ACTS)),
            Shape::Line if field.name == "schedule" => json!(self.pick(&SCHEDULES)),
            Shape::Line if field.name == "zone" => json!(self.pick(&ZONES).0),
            Shape::Line if field.name == "time" => json!(self.pick(&TIMES).0),
            Shape::Lines if ["choices", "passing"].contains(&field.name) => json!(["a", "b"]),
            Shape::Line | Shape::Prose | Shape::Sealed => json!(self.pick(&["a", "b", "c"])),
            // Any other words would be refused each time.
            Shape::Lines if field.name == "capacities" => {
                let n = self.roll(3);
                json!((0..n).map(|_| *self.pick(Capacity::WORDS)).collect::<Vec<_>>())
            }
            Shape::Wording => self.wording(),
            Shape::Lines => json!(["top", "middle"]),
            Shape::Flag => json!(self.roll(2) == 0),
            Shape::Day => json!(self.day()),
            Shape::Amount => json!(self.pick(&["0", "1", "20", "20.5", "21", "-3"])),
            Shape::Whole => json!(self.roll(4)),
            Shape::Choice(words) | Shape::Found(words) => json!(self.pick(words)),
            Shape::Link(kind) => json!(self.reference(kind)),
            Shape::Links(kind) => {
                let n = self.roll(3);
                json!((0..n).map(|_| self.reference(kind)).collect::<Vec<_>>())
            }
            Shape::AnyOf(kinds) => {
                let kind = *self.pick(kinds);
                json!(self.reference(kind))
            }
        }
    }

    /// What a proposal may say of some record, right or wrong.
    fn wording(&mut self) -> Json {
        let kinds = [Kind::Post, Kind::Unit, Kind::Objective, Kind::Duty, Kind::Tenure];
        let kind = *self.pick(&kinds);
        self.some_terms(kind)
    }

    pub(in crate::tests) fn command(&mut self) -> Said {
        const BUSY: [Kind; 29] = [
            Kind::Post,
            Kind::Tenure,
            Kind::Duty,
            Kind::Objective,
            Kind::Objective,
            Kind::Anchor,
            Kind::Anchor,
            Kind::Indicator,
            Kind::Initiative,
            Kind::Action,
            Kind::Requirement,
            Kind::Mapping,
            Kind::Framework,
            Kind::Obligation,
            Kind::Control,
            Kind::Rule,
            Kind::Decision,
            Kind::Authority,
            Kind::Delegation,
            Kind::Delegation,
            Kind::Procedure,
            Kind::Step,
            Kind::Question,
            Kind::Finding,
            Kind::Audit,
            Kind::Risk,
            Kind::Threshold,
            Kind::Succession,
            Kind::Unit,
        ];
        match self.roll(8) {
            0 => self.measurement(),
            1 => {
                let kind = *self.pick(&Kind::ALL);
                self.about(kind)
            }
            _ => {
                let kind = *self.pick(&BUSY);
                self.about(kind)
            }
        }
    }

    pub(in crate::tests) fn measurement(&mut self) -> Said {
        let (indicator, on) = (self.reference(Kind::Indicator), self.day());
        match self.roll(6) {
            4 => {
                let reason = self.pick(&[json!("a"), json!("b"), json!(null)]).clone();
                rebase(&indicator, &on, reason)
            }
            5 => {
                let reason = self.pick(&[json!("a"), json!("b"), json!(null)]).clone();
                exclude(&indicator, &on, reason)
            }
            0 if self.roll(3) == 0 => {
                let also = json!([self.day()]);
                withdraw(&indicator, &on).with("also", also)
            }
            0 => withdraw(&indicator, &on),
            _ => {
                let value = *self.pick(&["0", "19.5", "20", "20.25", "21", "22"]);
                let mut reading = json!({ "on": on, "value": value });
                if self.roll(2) == 0 {
                    reading["denominator"] = json!(self.pick(&["1", "2", "3.5", "-1"]));
                }
                if self.roll(4) == 0 {
                    reading["next_release"] = json!(self.day());
                }
                measure_all(&indicator, json!([reading]))
            }
        }
    }

    pub(in crate::tests) fn about(&mut self, kind: Kind) -> Said {
        let (what, from, was) = (self.reference(kind), self.day(), self.day());
        match self.roll(8) {
            0..=2 => {
                let mut it = establish(kind.word(), json!({})).from(&from);
                // What is worked out is given by nobody.
                let given = |it: &&Field| !matches!(it.shape, Shape::Found(_)) && it.name != "was";
                for field in kind.fields().iter().filter(given) {
                    if field.required || self.roll(2) == 0 {
                        it = it.its(field.name, self.value(field));
                    }
                }
                // A delegation without an end is always refused.
                if kind == Kind::Delegation || self.roll(3) == 0 { it.until(&was) } else { it }
            }
            3 | 4 => {
                let terms = self.some_terms(kind);
                change(&what, &from, terms)
            }
            5 | 6 => {
                let terms = self.some_terms(kind);
                // Most often the beginning: what else is corrected is rarely hit by chance.
                let was = if self.roll(2) == 0 { nth(0).to_string() } else { was };
                correct(&what, &was, &from, terms)
            }
            _ if self.roll(2) == 0 => annul(&what),
            _ => end(&what, &from),
        }
    }

    /// Something that only a holder may say, and who says it; most often they may.
    pub(in crate::tests) fn holding(&mut self, state: &State, today: Date) -> Option<(By, Said)> {
        let tenures: Vec<_> =
            state.records().tenures.iter().map(|(id, row)| (id, row.clone())).collect();
        let (id, row) = self.pick(&tenures).clone();
        let by = By::Postholder { person: row.person.0, post: row.post.0, tenure: id };
        let (on, mine) = (today.to_string(), json!(id.to_string()));
        let from = |it: Said| it.from(&on);
        let acceptance = self.reference(Kind::Acceptance);
        let handover = self.reference(Kind::Handover);
        let said = match self.roll(9) {
            0..=2 => {
                let terms =
                    json!({ "duty": self.reference(Kind::Duty), "tenure": mine, "reason": "a" });
                let answer = *self.pick(crate::acceptance::Answer::WORDS);
                from(establish("acceptance", terms).its("answer", answer))
            }
            3 => {
                let answer = *self.pick(crate::acceptance::Answer::WORDS);
                change(&acceptance, &on, json!({ "answer": answer }))
            }
            4 => {
                let ruling = *self.pick(crate::acceptance::Ruling::WORDS);
                change(&acceptance, &on, json!({ "ruling": ruling, "ruling_reason": "b" }))
            }
            5 => {
                let mut terms = json!({ "post": row.post.0.to_string() });
                terms["outgoing"] = json!(self.reference(Kind::Tenure));
                from(establish("handover", terms))
            }
            6 => change(&handover, &on, json!({ "given_by": mine })),
            7 => change(&handover, &on, json!({ "taken_by": mine })),
            _ => {
                let (incoming, words) = (self.reference(Kind::Tenure), json!("c"));
                match self.roll(2) {
                    0 => change(&handover, &on, json!({ "incoming": incoming })),
                    _ => change(&handover, &on, json!({ "judgement": words })),
                }
            }
        };
        Some((by, said))
    }

    pub(in crate::tests) fn some_terms(&mut self, kind: Kind) -> Json {
        let mut terms = json!({});
        // What only goes together is rarely hit by chance.
        if kind.fields().iter().any(|it| it.name == "override_word") && self.roll(4) == 0 {
            let word = *self.pick(crate::status::overrides::Overridden::WORDS);
            return json!({ "override_word": word, "override_reason": "a", "override_until": self.day() });
        }
        if kind == Kind::Indicator && self.roll(3) == 0 {
            let whole = self.reference(Kind::Indicator);
            return match self.roll(3) {
                0 => json!({ "roll_up": self.pick(crate::indicator::RollUp::WORDS) }),
                _ => json!({ "part_of": whole, "dimension": self.pick(&["a", "b"]), "part": "a" }),
            };
        }
        for _ in 0..self.roll(3) {
            let field = *self.pick(kind.fields());
            terms[field.name] = self.value(&field);
        }
        if self.roll(4) == 0 {
            terms["live"] = json!(self.roll(2) == 0);
        }
        terms
    }
}
