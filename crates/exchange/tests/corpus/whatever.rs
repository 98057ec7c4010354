//! Random drafts: whatever a file says, no command of the plan is refused, all invariants hold, and
//! the same again is nothing.

use exchange::{
    draft::{
        Appointee, Appointments, Begin, Draft, DraftId, Drafts, End, Given, Holder, Holders,
        Identity, Item, Place, Readings, Stint, Target, Whole,
    },
    plan,
};
use jiff::civil::Date;
use kernel::{
    Amount, Kind, Shape, Text, Value, id::PersonId, measurement::Reading, tenure::Capacity,
};
use proptest::prelude::*;

use crate::landing::{Landing, act, day};

/// What a random draft is made from: few values, so that drafts meet.
pub(crate) struct Dice {
    pub(crate) seed: u64,
    pub(crate) wild: bool,
}

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        // A step of splitmix64.
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut it = self.seed;
        it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((it ^ (it >> 31)) % n as u64).unwrap()
    }

    fn pick<T: Clone>(&mut self, them: &[T]) -> T {
        them[self.below(them.len())].clone()
    }

    fn date(&mut self) -> Date {
        let all = ["2020-01-01", "2022-06-01", "2024-01-01", "2026-11-30", "0700-01-01"].map(day);
        self.pick(if self.wild { &all } else { &all[..4] })
    }

    fn text(&mut self) -> Text {
        let long = "long ".repeat(200);
        let all = ["A", "B", "C", "x\u{1}y", &long, "", " "];
        self.pick(if self.wild { &all } else { &all[..5] }).into()
    }

    fn target(&mut self, kinds: &[Kind], drafted: &[(Kind, DraftId)]) -> Target {
        let fits: Vec<DraftId> =
            drafted.iter().filter(|it| kinds.contains(&it.0)).map(|it| it.1).collect();
        if !fits.is_empty() && (!self.wild || self.below(4) > 0) {
            return Target::Draft(self.pick(&fits));
        }
        let kind = self.pick(kinds);
        if !self.wild {
            // A link that leads to nothing now and to something later is another file.
            return Target::Record(format!("{}-99", kind.prefix()).parse().unwrap());
        }
        match self.below(3) {
            0 => Target::Written(self.text()),
            1 => {
                Target::Record(format!("{}-{}", kind.prefix(), 1 + self.below(3)).parse().unwrap())
            }
            _ => Target::Written(format!("{}-{}", kind.prefix(), 1 + self.below(3)).into()),
        }
    }

    fn given(&mut self, shape: Shape, drafted: &[(Kind, DraftId)]) -> Given {
        if self.wild && self.below(8) == 0 {
            return Given::Written(self.text());
        }
        match shape {
            Shape::Line | Shape::Prose => Given::Is(Value::Text(self.text())),
            Shape::Lines => Given::Is(Value::Texts(vec![self.text(), self.text()].into())),
            Shape::Flag => Given::Is(Value::Flag(self.below(2) == 0)),
            Shape::Day => Given::Is(Value::Day(self.date())),
            Shape::Amount => {
                let n = if self.wild { self.pick(&[-1, 0, 5]) } else { 5 };
                Given::Is(Value::Amount(Amount::whole(n)))
            }
            Shape::Whole => {
                let n = if self.wild { self.pick(&[0, 50, 101, 70_000]) } else { 50 };
                Given::Is(Value::Whole(n))
            }
            Shape::Choice(words) if !self.wild => Given::Is(Value::Choice(words[0])),
            Shape::Choice(words) => Given::Is(Value::Choice(self.pick(words))),
            Shape::Link(kind) => Given::Link(self.target(&[kind], drafted)),
            Shape::AnyOf(kinds) => Given::Link(self.target(kinds, drafted)),
            Shape::Links(kind) => {
                let n = if self.wild { 1 } else { 99 };
                Given::Written(format!("{}-{n}", kind.prefix()).into())
            }
            Shape::Sealed | Shape::Found(_) | Shape::Wording => Given::Written("x".into()),
        }
    }

    /// How drafts of a kind are found; when wild, any way.
    fn identity(&mut self, kind: Kind) -> Identity {
        let joins = matches!(kind, Kind::Tenure | Kind::Duty | Kind::Anchor | Kind::Obligation);
        let coded = kind.fields().iter().any(|it| it.name == "code");
        match self.below(6) {
            0 if self.wild => Identity::Name,
            1 if self.wild => Identity::Links,
            2 if kind == Kind::Post && self.wild => Identity::Alike,
            _ if kind == Kind::Organisation => Identity::Top,
            3 if kind == Kind::Unit && self.wild => Identity::Top,
            _ if joins => Identity::Links,
            _ if coded || self.wild => Identity::Code { code: self.text(), within: None },
            _ => Identity::Name,
        }
    }

    fn draft(&mut self, drafted: &[(Kind, DraftId)]) -> Draft {
        let kinds: Vec<Kind> = exchange::import::plain().collect();
        let kind = self.pick(&kinds);
        let identity = self.identity(kind);
        let place = Place { file: 0, row: Some(u32::try_from(self.below(9)).unwrap()) };
        let mut draft = Draft::new(kind, identity.clone(), self.date(), place);
        for field in kind.fields() {
            let coded = field.name == "code" && matches!(identity, Identity::Code { .. });
            if field.required || coded || self.below(3) == 0 {
                let given = match (&identity, field.name) {
                    (Identity::Code { code, .. }, "code") => Given::Is(Value::Text(code.clone())),
                    _ => self.given(field.shape, drafted),
                };
                draft.terms.push((field.name, given));
            }
        }
        draft.begin = match self.below(4) {
            0 => Begin::IfNew(self.date()),
            1 => Begin::On(self.date()),
            _ => Begin::Unsaid,
        };
        draft.end = match self.below(6) {
            0 => End::On(self.date()),
            1 => End::Gone,
            2 => End::Stands,
            _ => End::Unsaid,
        };
        if kind == Kind::Person {
            draft.name = Some(self.pick(&["Ann", "Bob"]).to_owned());
        }
        draft
    }

    fn appointee(&mut self, posts: &[DraftId]) -> Appointee {
        let place = Place { file: 0, row: None };
        let stint = |dice: &mut Dice| Stint {
            post: dice.pick(posts),
            from: dice.date(),
            until: Some(dice.date()).filter(|_| dice.below(2) == 0),
            assumed: dice.below(2) == 0,
            capacity: dice.pick(&[Capacity::Substantive, Capacity::Acting]),
            place,
        };
        let stints = (0..self.below(4)).map(|_| stint(self)).collect();
        let names: Vec<String> = vec![self.pick(&["Ann", "Bob", "Cat"]).into(), "Dee".into()];
        let name = self.pick(&names);
        let named_from = Some(self.date()).filter(|_| self.below(2) == 0);
        Appointee { name, named_from, names, stints, place }
    }

    pub(crate) fn drafts(&mut self) -> Drafts {
        let mut drafts = Drafts { files: vec!["f".into()], ..Drafts::default() };
        let mut drafted: Vec<(Kind, DraftId)> = Vec::new();
        for _ in 0..self.below(40) {
            let posts: Vec<DraftId> =
                drafted.iter().filter(|it| it.0 == Kind::Post).map(|it| it.1).collect();
            let place = Place { file: 0, row: None };
            match self.below(8) {
                0 if !posts.is_empty() => {
                    let holder = |dice: &mut Dice| Holder {
                        name: dice.pick(&[Some("Ann".into()), Some("Bob".into()), None]),
                        share: dice.pick(&[None, Some(50)]),
                        place,
                    };
                    let holders = (0..self.below(3)).map(|_| holder(self)).collect();
                    let (post, on) = (self.pick(&posts), self.date());
                    drafts.items.push(Item::Holders(Holders { post, on, holders, place }));
                }
                1 => {
                    let reading = |dice: &mut Dice| Reading {
                        on: dice.date(),
                        value: Amount::whole(1),
                        numerator: None,
                        denominator: dice.pick(&[None, Some(Amount(0))]),
                        ..Reading::default()
                    };
                    let readings = (0..3).map(|_| (reading(self), place)).collect();
                    let indicator = self.target(&[Kind::Indicator], &drafted);
                    drafts.items.push(Item::Readings(Readings { indicator, readings, place }));
                }
                2 if self.wild && !posts.is_empty() => {
                    let people = (0..self.below(4)).map(|_| self.appointee(&posts)).collect();
                    let units = drafted.iter().filter(|it| it.0 == Kind::Unit).map(|it| it.1);
                    let units = units.collect();
                    drafts.items.push(Item::Appointments(Appointments {
                        people,
                        posts,
                        units,
                        place,
                    }));
                }
                _ => {
                    let draft = self.draft(&drafted);
                    let kind = draft.kind;
                    let id = drafts.add(draft);
                    drafted.push((kind, id));
                }
            }
        }
        if let Some((_, within)) = drafted.iter().find(|it| it.0 == Kind::Unit) {
            let on = self.date();
            drafts.whole.push(Whole { kind: Kind::Post, within: *within, on, file: 0 });
        }
        drafts
    }
}

pub(crate) fn carry_out(landing: &mut Landing, drafts: &Drafts) -> plan::Plan {
    let names = |it: PersonId| landing.names.get(&it).cloned();
    let plan = plan::plan(&landing.state, &act(), &names, drafts, &|_, _| ());
    for (command, name) in &plan.steps {
        landing.run(command, name.as_deref());
    }
    assert_eq!(landing.state.audit(), Vec::<String>::new());
    plan
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_command_of_a_plan_is_refused(seed: u64) {
        let mut dice = Dice { seed, wild: true };
        let mut landing = Landing::new();
        for _ in 0..3 {
            carry_out(&mut landing, &dice.drafts());
        }
    }

    /// A file that does not contradict itself and says nothing that is refused: what was planned and
    /// done leaves nothing to do.
    #[test]
    fn the_same_again_is_nothing(seed: u64) {
        let mut dice = Dice { seed, wild: false };
        let mut landing = Landing::new();
        let mut drafts = dice.drafts();
        let mut held = Vec::new();
        let on = dice.date();
        for item in &mut drafts.items {
            match item {
                // Who holds a post is said whole, or tenure by tenure.
                Item::Record(it) if it.kind == Kind::Tenure => it.end = End::Gone,
                Item::Record(it) => {
                    (it.begin, it.end, it.on) = (Begin::Unsaid, End::Unsaid, on);
                }
                Item::Holders(it) => {
                    it.on = on;
                    if held.contains(&Target::Draft(it.post)) {
                        it.post = DraftId(usize::MAX);
                    }
                    held.push(Target::Draft(it.post));
                }
                Item::Readings(it) => {
                    if held.contains(&it.indicator) || !matches!(it.indicator, Target::Draft(_)) {
                        it.readings.clear();
                    }
                    held.push(it.indicator.clone());
                }
                Item::Released(it) => it.indicator = Target::Draft(DraftId(usize::MAX)),
                Item::Appointments(it) => it.people.clear(),
                Item::Crosswalk(it) => it.pairs.clear(),
                Item::Edition(it) => it.asked = exchange::editions::FollowUp::default(),
                Item::Scoping(it) => it.post = None,
                Item::Found(it) => it.items.clear(),
                Item::Renumbered => (),
            }
        }
        let first = carry_out(&mut landing, &drafts);
        // What was refused for what came after it in the file is another file the second time.
        if first.findings.iter().any(|it| it.code == "refused") {
            return Ok(());
        }
        let again = carry_out(&mut landing, &drafts);
        prop_assert!(again.steps.is_empty(), "{:?}", again.steps.first());
    }
}
