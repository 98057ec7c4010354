//! What narrows a list: what the address asks for, which records it takes, and how it is said.

use std::{
    collections::{BTreeSet, HashSet},
    num::NonZeroU32,
};

use jiff::{ToSpan, civil::Date};
use kernel::{
    Kind, Ref, Value, anchor, duty,
    evidence::Approval,
    handover::Stage,
    id::{
        ControlId, DutyId, Id, IndicatorId, ObjectiveId, ObligationId, PostId, RequirementId,
        TenureId, UnitId,
    },
    read::{
        acceptances::Word as Answered,
        findings::Stage as Found,
        raised::Word as Warned,
        risks::Score,
        run, thread,
        view::{Clause, Status},
        who,
    },
    status::{self, Word},
};

use super::{keys::is_joined, order};
use crate::{
    pages::{Pen, capital, search, terms},
    ui::{Asks, Filter, Ignored, Link},
};

/// Records that a choice lists; of more, one is found by typing.
const CHOICES_MAX: usize = 60;
/// Clauses that some control meets, in whatever weather.
const CONTROLLED: &str = "controlled";
/// Clauses that evidence proves: fresh, ageing or lapsing.
const PROVEN: &str = "proven";
/// How controls and clauses stand, from best to worst.
const WEATHER: [&str; 6] = ["fresh", "ageing", "lapsing", "never exercised", "lapsed", "failing"];
/// Days ahead that count as soon.
const SOON_DAYS: i32 = 30;
/// Work in the kernel’s sense: it has a due date and is done one day.
pub(super) const WORK: [Kind; 2] = [Kind::Action, Kind::Initiative];

/// What the address asks for, as far as it can be understood.
#[derive(Debug, Clone)]
pub(super) struct Narrowed {
    pub(super) kind: Kind,
    find: String,
    status: Option<String>,
    due: Option<String>,
    only: Option<String>,
    /// The visitor’s posts, if only what they answer for is wanted.
    mine: Option<Vec<PostId>>,
    unit: Option<Ref>,
    post: Option<Ref>,
    plan: Option<Ref>,
    framework: Option<Ref>,
    all: bool,
    /// What could not be understood, by its name.
    wrong: Vec<(&'static str, String)>,
}

impl Narrowed {
    pub(super) fn by(pen: &Pen<'_>, kind: Kind) -> Narrowed {
        let scene = pen.scene;
        let mut wrong = not_of_this_kind(pen, kind);
        let mut odd = Vec::new();
        let mut word = |name: &'static str| {
            let text = scene.here.get(name)?.trim();
            let words = values(kind, name);
            if words.iter().any(|it| it.0 == text) {
                return Some(text.to_owned());
            }
            let words: Vec<&str> = words.iter().map(|it| it.0).collect();
            odd.push((name, not_one_of(kind, text, &words)));
            None
        };
        let (status, due, only) = (word("status"), word("due"), word("only"));
        wrong.append(&mut odd);
        let mut record = |name: &'static str, of: Kind| {
            let text = scene.here.get(name)?.trim();
            match terms::record(pen, &[of], text) {
                Ok(it) => Some(it),
                Err(sentence) => {
                    wrong.push((name, sentence));
                    None
                }
            }
        };
        let (answers, plan, framework) = (is_answered(kind), has_plan(kind), has_framework(kind));
        let unit = answers.then(|| record("unit", Kind::Unit)).flatten();
        let post = (answers && kind != Kind::Post).then(|| record("post", Kind::Post)).flatten();
        let plan = plan.then(|| record("plan", Kind::Plan)).flatten();
        let framework = framework.then(|| record("framework", Kind::Framework)).flatten();
        let mine = (answers && scene.here.get("mine").is_some())
            .then(|| scene.posts().into_iter().map(|it| it.post).collect());
        wrong.extend(order::unknown(scene, kind).map(|it| ("sort", it)));
        Narrowed {
            kind,
            find: scene.here.get("find").unwrap_or_default().trim().to_lowercase(),
            status,
            due,
            only,
            mine,
            unit,
            post,
            plan,
            framework,
            all: scene.here.get("all").is_some(),
            wrong,
        }
    }

    /// Everything that decides what is found, as one text.
    pub(super) fn told(&self) -> String {
        format!("{:?}", Narrowed { wrong: Vec::new(), ..self.clone() })
    }

    /// What it finds, in the order in which it was established; `looked_at` counts what was asked.
    pub(super) fn find(&self, pen: &Pen<'_>, looked_at: &mut usize) -> Vec<NonZeroU32> {
        let (view, kind) = (pen.view(), self.kind);
        let Some(among) = self.among(pen) else {
            *looked_at += view.records().count(kind);
            let all = view.list(kind, self.all).filter(|it| self.takes(pen, *it));
            return all.map(|it| it.n).collect();
        };
        *looked_at += among.len();
        let of = |n: &NonZeroU32| Ref { kind, n: *n };
        let standing = among.into_iter().filter(|it| self.all || view.stands(of(it)));
        standing.filter(|it| self.takes(pen, of(it))).collect()
    }

    /// Whether a record belongs in the list, where that depends on nothing but itself.
    pub(super) fn has(&self, pen: &Pen<'_>, n: NonZeroU32) -> bool {
        let of = Ref { kind: self.kind, n };
        let there = match self.all {
            true => !pen.view().records().is_annulled(of),
            false => pen.view().stands(of),
        };
        there && self.takes(pen, of)
    }

    /// Whether it asks what a record is called.
    pub(super) fn is_by_name(&self) -> bool {
        !self.find.is_empty()
    }

    /// Whether it asks a record about nothing but itself.
    pub(super) fn is_of_itself(&self) -> bool {
        let dated = matches!(self.kind, Kind::Action | Kind::Initiative | Kind::Decision);
        self.status.is_none()
            && (self.due.is_none() || dated)
            && matches!(self.only.as_deref(), None | Some("statutory"))
            && self.mine.is_none()
            && [self.unit, self.post, self.plan, self.framework].iter().all(Option::is_none)
            && (self.find.is_empty() || !is_joined(self.kind))
    }

    /// The records that could be meant, where an index leads straight to them.
    fn among(&self, pen: &Pen<'_>) -> Option<BTreeSet<NonZeroU32>> {
        let sets = [self.answered(pen), self.in_plan(pen), self.in_framework(pen)];
        sets.into_iter().flatten().reduce(|a, b| a.intersection(&b).copied().collect())
    }

    fn answered(&self, pen: &Pen<'_>) -> Option<BTreeSet<NonZeroU32>> {
        let (records, on, kind) = (pen.view().records(), pen.scene.on, self.kind);
        let units = self.unit.map(|it| units_within(pen, UnitId::new(it.n)));
        if let (Kind::Unit, Some(units)) = (kind, &units)
            && self.post.is_none()
            && self.mine.is_none()
        {
            return Some(units.iter().map(|it| it.n()).collect());
        }
        let in_units = units.map(|them| {
            let posts = them.iter().flat_map(|unit| {
                let posts = records.pointing::<PostId>(*unit);
                posts.filter(move |it| {
                    records.posts.get(*it).is_some_and(|it| it.unit.near(on) == unit)
                })
            });
            posts.collect::<HashSet<PostId>>()
        });
        let mine = self.mine.as_ref().map(|it| it.iter().copied().collect::<HashSet<_>>());
        let post = self.post.map(|it| HashSet::from([PostId::new(it.n)]));
        let posts = [in_units, mine, post].into_iter().flatten();
        let posts = posts.reduce(|a, b| a.intersection(&b).copied().collect())?;
        let of_post = |post: PostId| -> Vec<NonZeroU32> {
            match kind {
                Kind::Post => vec![post.n()],
                Kind::Person => {
                    who::holders(records, post, on).iter().map(|it| it.person.n()).collect()
                }
                Kind::Tenure => records
                    .pointing::<TenureId>(post)
                    .filter(|it| records.tenures.get(*it).is_some_and(|it| it.post.0 == post))
                    .map(|it| it.n())
                    .collect(),
                Kind::Duty => records
                    .pointing::<DutyId>(post)
                    .filter(|it| {
                        records.duties.get(*it).is_some_and(|it| *it.post.near(on) == post)
                    })
                    .map(|it| it.n())
                    .collect(),
                _ => duty::of_post(records, post, on)
                    .filter(|it| it.0.kind == kind && it.1.role == duty::Role::Accountable)
                    .map(|it| it.0.n)
                    .collect(),
            }
        };
        Some(posts.into_iter().flat_map(of_post).collect())
    }

    fn in_plan(&self, pen: &Pen<'_>) -> Option<BTreeSet<NonZeroU32>> {
        let (view, kind) = (pen.view(), self.kind);
        let records = view.records();
        let objectives = records.pointing::<ObjectiveId>(self.plan?);
        if kind == Kind::Objective {
            return Some(objectives.map(|it| it.n()).collect());
        }
        let serving = objectives.flat_map(|it| thread::beneath(view, it.into())).map(|it| it.1);
        let serving: Vec<Ref> = serving.collect();
        // An action serves what its initiative serves.
        let initiatives = serving.iter().filter(|it| it.kind == Kind::Initiative);
        let beneath: Vec<Ref> =
            initiatives.flat_map(|it| thread::beneath(view, *it)).map(|it| it.1).collect();
        let all = serving.iter().chain(&beneath).filter(|it| it.kind == kind);
        Some(all.map(|it| it.n).collect())
    }

    fn in_framework(&self, pen: &Pen<'_>) -> Option<BTreeSet<NonZeroU32>> {
        let records = pen.view().records();
        let clauses = records.pointing::<RequirementId>(self.framework?);
        if self.kind == Kind::Requirement {
            return Some(clauses.map(|it| it.n()).collect());
        }
        let obligations = clauses.flat_map(|it| records.pointing::<ObligationId>(it));
        if self.kind == Kind::Obligation {
            return Some(obligations.map(|it| it.n()).collect());
        }
        let on = pen.scene.on;
        let meeting = |it: ObligationId| {
            let controls = records.pointing::<ControlId>(it);
            controls.filter(move |control| {
                records.controls.get(*control).is_some_and(|row| row.meets.near(on).contains(&it))
            })
        };
        Some(obligations.flat_map(meeting).map(|it| it.n()).collect())
    }

    fn takes(&self, pen: &Pen<'_>, it: Ref) -> bool {
        let is = |wanted: &Option<String>, test: fn(&Pen<'_>, Ref, &str) -> bool| {
            wanted.as_deref().is_none_or(|wanted| test(pen, it, wanted))
        };
        is(&self.status, |pen, it, wanted| {
            let controlled = wanted == CONTROLLED
                && matches!(pen.view().status(it), Status::Clause(Clause::Met { .. }));
            let proven = wanted == PROVEN
                && matches!(pen.view().status(it), Status::Clause(it) if it.as_word().is_proven());
            controlled || proven || state(pen, it) == Some(wanted)
        }) && is(&self.due, is_due)
            && is(&self.only, is_only)
            && (self.find.is_empty() || self.says(pen, it))
    }

    /// Whether its name, number or reference has what is looked for.
    fn says(&self, pen: &Pen<'_>, it: Ref) -> bool {
        let has = |text: &str| holds(text, &self.find);
        let coded = matches!(pen.view().value(it, "code"), Value::Text(code) if has(&code));
        let named = || match is_joined(it.kind) || it.kind == Kind::Requirement {
            true => has(&pen.title(it)),
            false => pen.scene.name(it).is_some_and(|it| has(&it)),
        };
        coded || named() || it.to_string().to_lowercase() == self.find
    }

    /// What narrows it, in words, each with the list without it.
    pub(super) fn chips(&self, pen: &Pen<'_>) -> Vec<Link> {
        let here = pen.scene.here.without(&["page", "ticked"]);
        let mut chips = Vec::new();
        let mut put = |name: &str, text: String| {
            chips.push(Link::to(here.without(&[name]).href(), text));
        };
        if !self.find.is_empty() {
            put("find", format!("with “{}” in name or number", terms::brief(&self.find)));
        }
        for (name, asked) in [("status", &self.status), ("due", &self.due), ("only", &self.only)] {
            if let Some(asked) = asked {
                put(name, said(self.kind, name, asked));
            }
        }
        if self.mine.is_some() {
            put("mine", if is_itself(self.kind) { "of mine" } else { "of my posts" }.into());
        }
        if let Some(it) = self.unit {
            put("unit", format!("in {} and beneath", pen.title(it)));
        }
        if let Some(it) = self.post {
            put("post", format!("of the {}", pen.title(it)));
        }
        if let Some(it) = self.plan {
            put("plan", format!("in the plan {}", pen.title(it)));
        }
        if let Some(it) = self.framework {
            put("framework", format!("under {}", pen.title(it)));
        }
        if self.all {
            put("all", "ended and future ones too".into());
        }
        chips
    }

    /// What was asked for and left out, by what it is called and with why, each beside the control that
    /// it belongs to.
    pub(super) fn ignored(&self) -> Vec<Ignored> {
        let ignored = |(name, why): &(&'static str, String)| Ignored {
            name: (*name).into(),
            label: label(self.kind, name).into(),
            why: why.clone(),
        };
        self.wrong.iter().map(ignored).collect()
    }

    /// What the reader can choose from.
    pub(super) fn filters(&self, pen: &Pen<'_>) -> Vec<Filter> {
        let kind = self.kind;
        let mut filters = Vec::new();
        let mut put =
            |name: &str, choices: Vec<(String, String)>, unchosen: Option<&str>, first| {
                if choices.is_empty() {
                    return;
                }
                filters.push(Filter {
                    name: name.into(),
                    label: label(kind, name).into(),
                    asks: Asks::Choice(choices),
                    unchosen: unchosen.map(Into::into),
                    error: None,
                    first,
                });
            };
        put("status", choices(kind, "status"), None, true);
        put("due", choices(kind, "due"), Some("No matter when"), true);
        if is_answered(kind) && !pen.scene.posts().is_empty() {
            let text = if is_itself(kind) { "Mine" } else { "Of my posts" };
            put("mine", vec![("true".into(), text.into())], Some("Everybody’s"), true);
        }
        put("only", choices(kind, "only"), Some("No matter what"), false);
        put("all", choices(kind, "all"), Some("Those that stand"), false);
        let mut record = |name: &'static str, of: Kind| {
            let error = self.wrong.iter().find(|it| it.0 == name).map(|it| capital(&it.1));
            filters.push(Filter {
                name: name.into(),
                label: label(kind, name).into(),
                asks: asks(pen, of),
                unchosen: None,
                error,
                first: false,
            });
        };
        if is_answered(kind) {
            record("unit", Kind::Unit);
            if kind != Kind::Post {
                record("post", Kind::Post);
            }
        }
        if has_plan(kind) {
            record("plan", Kind::Plan);
        }
        if has_framework(kind) {
            record("framework", Kind::Framework);
        }
        filters
    }
}

/// What a filter is called.
fn label(kind: Kind, name: &str) -> &'static str {
    match name {
        "status" => "Status",
        "due" => "When",
        "mine" => "Whose",
        "only" => "Only those",
        "all" => "Which",
        "unit" => "In unit",
        "post" if is_itself(kind) => "Post",
        "post" => "Accountable post",
        "plan" => "Plan",
        "framework" => "Framework",
        _ => "Order",
    }
}

/// Filters that the address names and that records of this kind do not have.
fn not_of_this_kind(pen: &Pen<'_>, kind: Kind) -> Vec<(&'static str, String)> {
    let (answers, itself) = (is_answered(kind), kind == Kind::Post);
    let filters = [
        ("mine", answers),
        ("unit", answers),
        ("post", answers && !itself),
        ("plan", has_plan(kind)),
        ("framework", has_framework(kind)),
    ];
    let asked = filters.iter().filter(|it| !it.1 && pen.scene.here.get(it.0).is_some());
    asked.map(|it| (it.0, format!("{} cannot be narrowed by it", kind.words()))).collect()
}

fn not_one_of(kind: Kind, text: &str, words: &[&str]) -> String {
    match words {
        [] => format!("{} cannot be narrowed by it", kind.words()),
        them => format!("“{}” is none of {}", terms::brief(text), them.join(", ")),
    }
}

/// Whether a text has what is looked for, which is in lower case. Most names are plain letters, and then
/// nothing need be copied.
fn holds(text: &str, find: &str) -> bool {
    match text.is_ascii() && find.is_ascii() {
        true => {
            text.as_bytes().windows(find.len()).any(|it| it.eq_ignore_ascii_case(find.as_bytes()))
        }
        false => text.to_lowercase().contains(find),
    }
}

/// A choice of records, or a field to type one into.
fn asks(pen: &Pen<'_>, kind: Kind) -> Asks {
    if pen.view().records().count(kind) > CHOICES_MAX {
        return Asks::Record(search::suggestions(pen.scene, &[kind]));
    }
    let mut all: Vec<(String, String)> =
        pen.view().list(kind, false).map(|it| (it.to_string(), pen.title(it))).collect();
    all.sort_by_key(|it| it.1.to_lowercase());
    Asks::Choice(all)
}

/// Whether a post answers for it, is in it, or is it.
fn is_answered(kind: Kind) -> bool {
    is_itself(kind) || duty::SUBJECTS.contains(&kind)
}

/// Whether it belongs to a post otherwise than by a duty for it.
fn is_itself(kind: Kind) -> bool {
    matches!(kind, Kind::Post | Kind::Person | Kind::Tenure | Kind::Duty)
}

fn has_plan(kind: Kind) -> bool {
    kind == Kind::Objective || anchor::ANCHORED.contains(&kind)
}

fn has_framework(kind: Kind) -> bool {
    matches!(kind, Kind::Requirement | Kind::Obligation | Kind::Control)
}

fn units_within(pen: &Pen<'_>, top: UnitId) -> Vec<UnitId> {
    let (records, on) = (pen.view().records(), pen.scene.on);
    let (mut found, mut next) = (vec![top], 0);
    while let Some(unit) = found.get(next).copied() {
        next += 1;
        for it in records.pointing::<UnitId>(unit) {
            let inside = records.units.get(it).is_some_and(|it| *it.within.near(on) == Some(unit));
            if inside && !found.contains(&it) {
                found.push(it);
            }
        }
    }
    found
}

/// What a filter can be set to for this kind: as in the address, as in the choice, as in a sentence.
fn values(kind: Kind, name: &str) -> Vec<(&'static str, &'static str, &'static str)> {
    let mut them = Vec::new();
    match (name, kind) {
        (
            "status",
            Kind::Plan | Kind::Objective | Kind::Indicator | Kind::Initiative | Kind::Action,
        ) => {
            them.extend(Word::ALL.iter().map(|it| (it.word(), it.word(), it.word())));
        }
        ("status", Kind::Post) => {
            them.extend(["held", "acting", "covered", "vacant", "group"].map(|it| (it, it, it)));
        }
        ("status", Kind::Duty | Kind::Acceptance) => {
            them.extend(Answered::ALL.map(|it| (it.word(), it.word(), it.word())));
        }
        ("status", Kind::Handover) => {
            let given = Stage::Given(Date::MIN).word();
            let all = [Stage::Open.word(), given, Stage::Taken(Date::MIN).word(), "complete"];
            them.extend(all.map(|it| (it, it, it)));
        }
        ("status", Kind::Obligation) => {
            them.extend([
                ("gap", "gap", "that no control meets"),
                // Of whatever weather; beside it each on its own.
                (CONTROLLED, CONTROLLED, "that a control meets"),
                (PROVEN, PROVEN, "that evidence proves"),
                ("not applicable", "not applicable", "that do not apply"),
            ]);
            them.extend(WEATHER.map(|it| (it, it, it)));
        }
        ("status", Kind::Control) => them.extend(WEATHER.map(|it| (it, it, it))),
        ("status", Kind::Occurrence) => {
            them.extend(run::Word::ALL.map(|it| (it.word(), it.word(), it.word())));
        }
        ("status", Kind::Evidence) => {
            let all = ["met", "not met", "waits for approval", "approved", "sent back"];
            them.extend(all.map(|it| (it, it, it)));
        }
        ("status", Kind::Risk) => them.extend(Score::WORDS.map(|it| (it, it, it))),
        ("status", Kind::Signal) => them.extend(Warned::WORDS.map(|it| (it, it, it))),
        ("status", Kind::Finding) => them.extend(Found::WORDS.map(|it| (it, it, it))),
        ("status", Kind::Decision) => {
            them.push(("outside authority", "outside authority", "outside authority"));
        }
        ("status", Kind::Delegation) => them.push(("lapsed", "lapsed", "that have lapsed")),
        ("due", Kind::Action | Kind::Initiative) => {
            them.extend([
                ("late", "late", "late"),
                ("soon", "due within 30 days", "due within 30 days"),
                ("open", "not done", "not done"),
                ("done", "done", "done"),
            ]);
        }
        ("due", Kind::Indicator) => {
            them.push(("late", "figure overdue", "whose next figure is overdue"));
        }
        ("due", Kind::Decision) => {
            them.push(("late", "review overdue", "whose review is overdue"));
            them.push(("soon", "review within 30 days", "to be reviewed within 30 days"));
        }
        ("only", _) => {
            if anchor::ANCHORED.contains(&kind) {
                them.push(("orphan", "serves nothing", "that serve nothing"));
            }
            if kind == Kind::Objective {
                them.push(("starved", "nothing serves it", "that nothing serves"));
            }
            if duty::SUBJECTS.contains(&kind) {
                them.push(("unaccountable", "no accountable post", "that no post answers for"));
            }
            if kind == Kind::Duty {
                let chosen = "accountable, and nobody holds the post";
                them.push(("uncovered", chosen, "accountable, of posts that nobody holds"));
            }
            if kind == Kind::Post {
                them.push(("statutory", "statutory", "that law requires to be filled"));
                them.push(("answering", "answers for something", "that answer for something"));
            }
        }
        ("all", _) => {
            them.push(("true", "also ended and future ones", "ended and future ones too"))
        }
        _ => (),
    }
    them
}

fn choices(kind: Kind, name: &str) -> Vec<(String, String)> {
    values(kind, name).into_iter().map(|it| (it.0.to_owned(), capital(it.1))).collect()
}

fn said(kind: Kind, name: &str, asked: &str) -> String {
    let found = values(kind, name).into_iter().find(|it| it.0 == asked);
    found.map_or_else(|| format!("{name}: {}", terms::brief(asked)), |it| it.2.to_owned())
}

/// The status in the word that the filter has for it.
fn state(pen: &Pen<'_>, it: Ref) -> Option<&'static str> {
    Some(match pen.view().status(it) {
        Status::Standing(it) => it.word.word(),
        Status::Cover(it) => it.word(),
        Status::Clause(it) => it.word(),
        Status::Weather(it) => it.word(),
        Status::Run(it) => it.word(),
        Status::Evidence(_, Approval::Waiting) => "waits for approval",
        Status::Evidence(_, Approval::SentBack(_)) => "sent back",
        Status::Evidence(it, _) => it.word(),
        Status::Finding(it) => it.word(),
        Status::Risk(it) => it.word(),
        Status::Signal(it) => it.word(),
        Status::Answer(it) => it.word(),
        Status::Handover(it) => it.word(),
        Status::Outside => "outside authority",
        Status::Lapsed => "lapsed",
        Status::Life(_) => return None,
    })
}

fn is_due(pen: &Pen<'_>, it: Ref, wanted: &str) -> bool {
    let on = pen.scene.on;
    let due = match it.kind {
        Kind::Indicator => {
            let records = pen.view().records();
            let id = IndicatorId::new(it.n);
            let series = records.figures(id);
            let last = series.until(on).last().map(|it| it.0);
            let row = records.indicators.get(id);
            last.zip(row).map(|(last, row)| status::due_after(row, &series, last))
        }
        _ => {
            let field = if it.kind == Kind::Decision { "review_on" } else { "due" };
            match pen.view().value(it, field) {
                Value::Day(due) => Some(due),
                _ => None,
            }
        }
    };
    let done = WORK.contains(&it.kind) && pen.view().value(it, "done") == Value::Flag(true);
    match wanted {
        "done" => done,
        "open" => !done,
        "late" => !done && due.is_some_and(|it| it < on),
        "soon" => {
            let end = on.saturating_add(SOON_DAYS.days());
            !done && due.is_some_and(|it| (on..=end).contains(&it))
        }
        _ => true,
    }
}

fn is_only(pen: &Pen<'_>, it: Ref, wanted: &str) -> bool {
    let (view, on) = (pen.view(), pen.scene.on);
    match wanted {
        "orphan" => view.derived().orphans().contains(&it),
        "starved" => {
            ObjectiveId::try_from(it).is_ok_and(|it| view.derived().starved().contains(&it))
        }
        "unaccountable" => duty::accountable(view.records(), it, on).is_none(),
        "uncovered" => {
            DutyId::try_from(it).is_ok_and(|it| who::gap(view.records(), it, on).is_some())
        }
        "statutory" => view.value(it, "statutory") == Value::Flag(true),
        "answering" => PostId::try_from(it).is_ok_and(|post| {
            duty::of_post(view.records(), post, on)
                .any(|it| it.1.role == duty::Role::Accountable && view.stands(it.0))
        }),
        _ => true,
    }
}
