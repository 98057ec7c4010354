//! The rules of PRODUCT.md a second time: plain, recursive and slow, from the records alone.

mod figures;

use std::collections::BTreeSet;

use jiff::{ToSpan, civil::Date};

use super::*;
use crate::{
    Kind, Records, Value, derived,
    field::Span,
    id::{IndicatorId, ObjectiveId},
    read::who::Cover,
    status::{Standing, Word},
    variation::{Assurance, Cause, Meaning},
};

/// The records on a day.
pub(super) struct Model<'a> {
    pub(super) records: &'a Records,
    pub(super) on: Date,
}

/// What carries weight beneath something: statuses, each with its weight.
type Parts = Vec<(Standing, u64)>;

impl Model<'_> {
    pub(super) fn all(&self, kind: Kind) -> Vec<Ref> {
        let n = u32::try_from(self.records.count(kind)).unwrap();
        (1..=n).map(|n| Ref { kind, n: n.try_into().unwrap() }).collect()
    }

    pub(super) fn stands(&self, it: Ref) -> bool {
        let life = self.records.facet(it).unwrap().life();
        life.entries().rfind(|it| it.0 <= self.on).is_some_and(|it| it.1)
    }

    pub(super) fn begun(&self, it: Ref) -> bool {
        self.records.facet(it).unwrap().life().begins() <= self.on
    }

    pub(super) fn value(&self, it: Ref, field: &str) -> Value {
        let spans: Vec<Span> = self.records.facet(it).unwrap().spans(field);
        let now = spans.iter().find(|it| it.0.contains(&self.on));
        now.unwrap_or(&spans[0]).1.clone()
    }

    pub(super) fn links(&self, it: Ref, field: &str) -> Vec<Ref> {
        self.value(it, field).links().to_vec()
    }

    /// The next objective above that stands, else the plan.
    fn above(&self, it: Ref) -> Ref {
        let mut here = it;
        while self.begun(here)
            && let [parent] = self.links(here, "parent")[..]
        {
            if self.stands(parent) {
                return parent;
            }
            here = parent;
        }
        self.links(it, "plan")[0]
    }

    fn children(&self, of: Ref) -> Vec<Ref> {
        let all = self.all(Kind::Objective).into_iter();
        all.filter(|it| self.stands(*it) && self.above(*it) == of).collect()
    }

    /// What is anchored to an objective that stands, with its weight.
    fn anchored(&self, objective: Ref) -> Vec<(Ref, u64)> {
        let live = self.all(Kind::Anchor).into_iter().filter(|it| self.stands(*it));
        let here = live.filter(|it| self.links(*it, "serves") == [objective]);
        let from = here.map(|it| {
            let Value::Whole(weight) = self.value(it, "weight") else {
                return (self.links(it, "from")[0], 1);
            };
            (self.links(it, "from")[0], u64::try_from(weight).unwrap())
        });
        let serves = from.filter(|it| it.0.kind != Kind::Risk);
        serves.filter(|it| self.stands(it.0) && self.stands(objective)).collect()
    }

    pub(super) fn standing(&self, of: Ref) -> Standing {
        let computed = self.computed(of);
        if !matches!(of.kind, Kind::Indicator | Kind::Objective) || !self.stands(of) {
            return computed;
        }
        let word = match self.value(of, "override_word") {
            Value::Choice("on track") => Word::OnTrack,
            Value::Choice("at risk") => Word::AtRisk,
            Value::Choice("off track") => Word::OffTrack,
            Value::Choice("no signal") => Word::NoSignal,
            _ => return computed,
        };
        match self.value(of, "override_until") {
            Value::Day(until) if until >= self.on => {
                Standing { word, computed: Some(computed.word), ..computed }
            }
            _ => computed,
        }
    }

    fn computed(&self, of: Ref) -> Standing {
        match of.kind {
            Kind::Indicator => self.indicator(of),
            Kind::Action => self.own(of).unwrap_or(Standing::UNKNOWN),
            Kind::Initiative => {
                let actions = self.all(Kind::Action).into_iter();
                let parts =
                    actions.filter(|it| self.stands(*it) && self.links(*it, "initiative") == [of]);
                let parts: Parts = parts.map(|it| (self.standing(it), 1)).collect();
                match self.own(of) {
                    Some(it) if it.word == Word::OffTrack => it,
                    Some(it) if self.value(of, "done") == Value::Flag(true) => it,
                    Some(it) if parts.is_empty() => it,
                    _ => worst(&parts),
                }
            }
            Kind::Objective => {
                let rolling =
                    |it: &(Ref, u64)| matches!(it.0.kind, Kind::Indicator | Kind::Initiative);
                let anchored = self.anchored(of).into_iter().filter(rolling);
                let mut parts: Parts = anchored.map(|it| (self.standing(it.0), it.1)).collect();
                parts.extend(self.children(of).into_iter().map(|it| (self.standing(it), 1)));
                worst(&parts)
            }
            _ => {
                let parts = self.children(of).into_iter().map(|it| (self.standing(it), 1));
                worst(&parts.collect())
            }
        }
    }

    /// How a piece of work stands by its own date.
    fn own(&self, of: Ref) -> Option<Standing> {
        if !self.stands(of) {
            return None;
        }
        let word = match (self.value(of, "done"), self.value(of, "due")) {
            (Value::Flag(true), _) => Word::OnTrack,
            (_, Value::Day(due)) if self.on > due => Word::OffTrack,
            (_, Value::Day(_)) => Word::OnTrack,
            _ => return None,
        };
        Some(Standing::is(word, 1000))
    }

    fn indicator(&self, of: Ref) -> Standing {
        let series = self.records.series(IndicatorId::new(of.n));
        let figures = self.figures(of);
        let mut counted = figures.range(..=self.on).filter(|it| it.1.counts);
        let latest = counted.next_back().filter(|_| self.stands(of));
        let Some((on, latest)) = latest else { return Standing::UNKNOWN };
        let then = Model { records: self.records, on: *on };
        let days = match then.value(of, "cadence") {
            Value::Choice("daily") => 1,
            Value::Choice("weekly") => 7,
            Value::Choice("monthly") => 31,
            Value::Choice("quarterly") => 92,
            _ => 366,
        };
        let grace = match then.value(of, "grace") {
            Value::Whole(days) => days,
            _ => 31,
        };
        let late = match latest.due {
            Some(due) => i64::from((self.on - due).get_days()),
            None => i64::from((self.on - *on).get_days()) - days - grace,
        };
        let left = if late <= 0 { 2 * days } else { (2 * days - late).max(0) };
        let confidence = usize::try_from(1000 * left / (2 * days)).unwrap();
        let confidence = u16::try_from(confidence * latest.have / latest.of).unwrap();
        if confidence < 500 {
            return Standing::is(Word::NoSignal, confidence);
        }
        let amount = |field| match then.value(of, field) {
            Value::Amount(it) => Some(i128::from(it.0)),
            _ => None,
        };
        let charted = self.charted(of, &figures, series);
        let worse = matches!(
            charted.variation(),
            Some(Cause::Special { meaning: Meaning::Concerning, .. })
        );
        let aimed = |field| self.aimed(of, field, *on);
        let Some(low) = aimed("target") else {
            let word = if worse { Word::AtRisk } else { Word::NoSignal };
            return Standing::is(word, confidence);
        };
        let value = latest.value;
        let miss = match then.value(of, "direction") {
            Value::Choice("higher is better") => low - value,
            Value::Choice("lower is better") => value - low,
            _ => (low - value).max(value - aimed("target_high").unwrap_or(low)),
        };
        let fails = charted.assurance == Some(Assurance::Failing);
        let word = if miss <= 0 {
            if worse || fails { Word::AtRisk } else { Word::OnTrack }
        } else if miss <= amount("tolerance").unwrap_or(low.abs() / 20) {
            Word::AtRisk
        } else {
            Word::OffTrack
        };
        Standing::is(word, confidence)
    }

    /// What stands, on any day, and leads to something that was annulled; what was annulled and stands.
    pub(super) fn led_to_nothing(&self) -> Vec<String> {
        let all: Vec<Ref> = Kind::ALL.into_iter().flat_map(|it| self.all(it)).collect();
        let mut wrong = Vec::new();
        for it in &all {
            let row = self.records.facet(*it).unwrap();
            if !row.life().entries().any(|it| it.1) {
                continue;
            }
            if self.records.annulled.contains(it) {
                wrong.push(format!("{it} was annulled and stands"));
            }
            for field in row.fields() {
                for (days, value) in row.spans(field.name) {
                    for to in value.links().iter().filter(|it| self.records.annulled.contains(*it))
                    {
                        wrong.push(format!("{it} leads to {to} from {}", days.start));
                    }
                }
            }
        }
        wrong
    }

    pub(super) fn orphans(&self) -> BTreeSet<Ref> {
        let work = derived::WORK.into_iter().flat_map(|it| self.all(it));
        work.filter(|it| self.stands(*it) && !self.traces(*it)).collect()
    }

    fn traces(&self, it: Ref) -> bool {
        let objectives = self.all(Kind::Objective).into_iter();
        let anchored = objectives.flat_map(|it| self.anchored(it)).any(|from| from.0 == it);
        let through = match it.kind {
            Kind::Action => {
                let mut through = self.links(it, "initiative").into_iter();
                !self.links(it, "regards").is_empty()
                    || through.any(|it| self.stands(it) && self.traces(it))
            }
            Kind::Indicator => {
                let mut wholes = self.links(it, "part_of").into_iter();
                wholes.any(|it| self.stands(it) && self.traces(it))
            }
            Kind::Control => self.links(it, "meets").into_iter().any(|it| self.stands(it)),
            _ => false,
        };
        anchored || through
    }

    fn served(&self, objective: Ref) -> bool {
        !self.anchored(objective).is_empty()
            || self.children(objective).into_iter().any(|it| self.served(it))
    }

    pub(super) fn starved(&self) -> BTreeSet<ObjectiveId> {
        let starved = self.all(Kind::Objective).into_iter();
        let starved = starved.filter(|it| self.stands(*it) && !self.served(*it));
        starved.map(|it| ObjectiveId::new(it.n)).collect()
    }

    /// Whoever answers for a post: the tenures, and how good a claim they have.
    fn holders(&self, post: Ref) -> (u8, BTreeSet<Ref>) {
        let mut best = (9, BTreeSet::new());
        for tenure in self.all(Kind::Tenure) {
            let person = self.links(tenure, "person")[0];
            if self.links(tenure, "post") != [post] || !self.stands(tenure) || self.left(person) {
                continue;
            }
            let claim = match self.value(tenure, "capacity") {
                Value::Choice("acting") => 1,
                Value::Choice("cover") => 2,
                _ => 0,
            };
            if claim < best.0 {
                best = (claim, BTreeSet::new());
            }
            if claim == best.0 {
                best.1.insert(tenure);
            }
        }
        if self.stands(post) { best } else { (9, BTreeSet::new()) }
    }

    /// Whether a person is no more; one whose beginning lies ahead is taken to be there already.
    fn left(&self, person: Ref) -> bool {
        let never = !self.records.facet(person).unwrap().life().near(self.on);
        (self.begun(person) && !self.stands(person)) || never
    }

    pub(super) fn vacant(&self, post: Ref) -> bool {
        self.stands(post) && self.holders(post).1.is_empty() && !self.group(post)
    }

    pub(super) fn group(&self, post: Ref) -> bool {
        let record = self.records.facet(post).unwrap();
        record.read("group", self.on) == crate::Value::Flag(true)
    }

    /// Chains of authority for an act and a value: the authority, the delegation, and the post or the
    /// person at the end.
    pub(super) fn chains(
        &self,
        act: &str,
        value: Option<i64>,
    ) -> BTreeSet<(Ref, Option<Ref>, Ref)> {
        let plain = |it: &str| it.split(' ').filter(|it| !it.is_empty()).collect::<String>();
        let is = |it: Ref, field: &str| self.value(it, field) == Value::Flag(true);
        let allows = |it: Ref| match (self.value(it, "limit"), value) {
            (Value::Amount(limit), Some(value)) => value <= limit.0,
            _ => true,
        };
        let mut found = BTreeSet::new();
        for authority in self.all(Kind::Authority) {
            let Value::Text(named) = self.value(authority, "act") else { continue };
            let post = self.links(authority, "post")[0];
            let same = plain(&named).to_lowercase() == plain(act).to_lowercase();
            if !same || !self.stands(authority) || !self.stands(post) || !allows(authority) {
                continue;
            }
            found.insert((authority, None, post));
            if is(authority, "non_delegable") || is(post, "non_delegable") {
                continue;
            }
            for delegation in self.all(Kind::Delegation) {
                let to = self.links(delegation, "to")[0];
                if self.stands(delegation)
                    && self.links(delegation, "post") == [post]
                    && self.links(delegation, "authorities").contains(&authority)
                    && self.stands(to)
                    && allows(delegation)
                {
                    found.insert((authority, Some(delegation), to));
                }
            }
        }
        found
    }

    /// Who may: the chains, with each person at the end of one. A post that stands for several is named
    /// itself.
    pub(super) fn may(
        &self,
        act: &str,
        value: Option<i64>,
        away: Option<Ref>,
    ) -> BTreeSet<(Ref, Option<Ref>, Ref)> {
        let mut found = BTreeSet::new();
        for (authority, delegation, to) in self.chains(act, value) {
            if to.kind == Kind::Person {
                if away != Some(to) {
                    found.insert((authority, delegation, to));
                }
                continue;
            }
            let mut anybody = false;
            for tenure in self.all(Kind::Tenure) {
                let person = self.links(tenure, "person")[0];
                let life = self.records.facet(person).unwrap().life();
                let left = !life.near(self.on);
                if self.links(tenure, "post") != [to] || !self.stands(tenure) || left {
                    continue;
                }
                anybody = true;
                let beside = ["acting", "cover"].map(Value::Choice);
                let here = away != Some(to) || beside.contains(&self.value(tenure, "capacity"));
                if here && away != Some(person) {
                    found.insert((authority, delegation, person));
                }
            }
            if !anybody && self.group(to) {
                found.insert((authority, delegation, to));
            }
        }
        found
    }

    fn before(&self) -> Self {
        Model { records: self.records, on: self.on.checked_sub(1.day()).unwrap() }
    }

    pub(super) fn cover(&self, post: Ref) -> Cover {
        if !self.stands(post) {
            return Cover::Gone;
        }
        match self.holders(post).0 {
            0 => Cover::Held,
            1 => Cover::Acting,
            2 => Cover::Covered,
            _ if self.group(post) => Cover::Group,
            _ => Cover::Vacant { since: self.back_to(|it| it.vacant(post)) },
        }
    }

    /// The first of the days up to today on which something has been so without a break.
    fn back_to(&self, so: impl Fn(&Self) -> bool) -> Date {
        let mut first = Model { records: self.records, on: self.on };
        while so(&first.before()) {
            first = first.before();
        }
        first.on
    }

    /// Every duty that makes a post accountable for a subject, one by one.
    pub(super) fn duties_of(&self, subject: Ref) -> Vec<Ref> {
        let mut duties = self.all(Kind::Duty);
        duties.retain(|it| {
            self.stands(*it)
                && self.links(*it, "subject") == [subject]
                && self.value(*it, "role") == Value::Choice("accountable")
        });
        duties
    }

    fn accountable(&self, subject: Ref) -> Option<Ref> {
        self.duties_of(subject).first().copied()
    }

    /// Every duty that stands, with each of its post's holders: the word, since when, and by when.
    pub(super) fn accepting(&self) -> BTreeSet<(Ref, Ref, &'static str, Date, Option<Date>)> {
        let days = |field: &str| {
            let ours = self.all(Kind::Organisation);
            match ours.first().map(|it| self.value(*it, field)) {
                Some(Value::Whole(days)) => days,
                _ => 14,
            }
        };
        let after = |date: Date, days: i64| Some(date.checked_add(days.days()).unwrap());
        let mut all = BTreeSet::new();
        for duty in self.all(Kind::Duty).into_iter().filter(|it| self.stands(*it)) {
            let (post, subject) = (self.links(duty, "post")[0], self.links(duty, "subject")[0]);
            if !self.stands(subject) {
                continue;
            }
            for tenure in self.holders(post).1 {
                let mine = |it: &Self| {
                    it.stands(duty)
                        && it.links(duty, "post")[0] == post
                        && it.stands(tenure)
                        && !it.left(it.links(tenure, "person")[0])
                };
                let said = self.all(Kind::Acceptance).into_iter().find(|it| {
                    self.stands(*it)
                        && self.links(*it, "duty") == [duty]
                        && self.links(*it, "tenure") == [tenure]
                });
                let Some(said) = said else {
                    let since = self.back_to(mine);
                    let due = after(since, days("acceptance_days"));
                    all.insert((duty, tenure, "not answered yet", since, due));
                    continue;
                };
                let given = self.given(said, "answer");
                let ruled = self.given(said, "ruling");
                let entry = match (self.value(said, "answer"), self.value(said, "ruling")) {
                    (Value::Choice("challenged"), Value::Choice("dismissed")) if ruled >= given => {
                        ("challenge dismissed", ruled, after(ruled, days("acceptance_days")))
                    }
                    (Value::Choice("challenged"), Value::Choice("upheld")) if ruled >= given => {
                        ("challenge upheld", ruled, None)
                    }
                    (Value::Choice("challenged"), _) => {
                        ("challenged", given, after(given, days("challenge_days")))
                    }
                    (Value::Choice(word), _) => (word, given, None),
                    other => panic!("{other:?}"),
                };
                all.insert((duty, tenure, entry.0, entry.1, entry.2));
            }
        }
        all
    }

    /// The day on which what a field says today was recorded as from.
    fn given(&self, it: Ref, field: &str) -> Date {
        let spans = self.records.facet(it).unwrap().spans(field);
        spans.iter().rfind(|it| it.0.start <= self.on).unwrap().0.start
    }

    /// The controls that meet a clause.
    fn meeting(&self, clause: Ref) -> BTreeSet<Ref> {
        let obligations = self.all(Kind::Obligation).into_iter().filter(|it| {
            self.stands(*it)
                && self.links(*it, "requirement") == [clause]
                && self.value(*it, "scope") != Value::Choice("not applicable")
        });
        let obligations: Vec<Ref> = obligations.collect();
        let controls = self.all(Kind::Control).into_iter().filter(|it| self.stands(*it));
        controls
            .filter(|it| self.links(*it, "meets").iter().any(|it| obligations.contains(it)))
            .collect()
    }

    /// The controls that mappings lend to a clause, and whether wholly.
    pub(super) fn lent(&self, clause: Ref) -> BTreeSet<(Ref, bool)> {
        let own = self.meeting(clause);
        let mut found = BTreeSet::new();
        for mapping in self.all(Kind::Mapping).into_iter().filter(|it| self.stands(*it)) {
            let ends = [self.links(mapping, "source")[0], self.links(mapping, "target")[0]];
            let words = self.value(mapping, "relationship");
            for (me, other, within) in
                [(ends[0], ends[1], "subset"), (ends[1], ends[0], "superset")]
            {
                if me == clause && self.stands(other) {
                    let wholly = words == Value::Choice("equal") || words == Value::Choice(within);
                    found.extend(self.meeting(other).difference(&own).map(|it| (*it, wholly)));
                }
            }
        }
        let whole: Vec<Ref> = found.iter().filter(|it| it.1).map(|it| it.0).collect();
        found.retain(|it| it.1 || !whole.contains(&it.0));
        found
    }

    /// The accountable post, the tenures that answer, and since when it has had nobody.
    /// What a finding was raised on, or the whole that this is part of; where nobody answers for that, the post
    /// that has it.
    fn behind(&self, finding: Ref) -> Ref {
        let link = |it: Ref, field: &str| {
            let has = it.kind.fields().iter().any(|it| it.name == field);
            has.then(|| self.links(it, field).first().copied()).flatten()
        };
        let mut of = self.links(finding, "regards")[0];
        loop {
            let whole = match of.kind {
                Kind::Evidence => "occurrence",
                Kind::Occurrence | Kind::Step => "procedure",
                Kind::Question => "step",
                Kind::Anchor => "from",
                Kind::Acceptance => "duty",
                _ => break,
            };
            match link(of, whole) {
                Some(it) => of = it,
                None => break,
            }
        }
        if of.kind == Kind::Requirement {
            let all = self.all(Kind::Obligation).into_iter();
            let scoped = all.filter(|it| self.stands(*it) && link(*it, "requirement") == Some(of));
            of = scoped.min().unwrap_or(of);
        }
        match self.accountable(of) {
            None if of.kind != Kind::Post => link(of, "post").unwrap_or(of),
            _ => of,
        }
    }

    pub(super) fn who(&self, subject: Ref) -> Option<(Ref, BTreeSet<Ref>, Option<Date>)> {
        if !self.stands(subject) {
            return None;
        }
        let duty = match (subject.kind, self.accountable(subject)) {
            (Kind::Post, _) => None,
            // Nobody's own yet: whoever answers for what it is on.
            (Kind::Finding, None) => return self.who(self.behind(subject)),
            (_, duty) => Some(duty?),
        };
        let post = duty.map_or(subject, |it| self.links(it, "post")[0]);
        let vacant = |day: &Self| match duty {
            None => day.vacant(post),
            Some(duty) => day.stands(duty) && day.vacant(day.links(duty, "post")[0]),
        };
        let since = vacant(self).then(|| self.back_to(vacant));
        let mut here = post;
        loop {
            let holders = self.holders(here).1;
            let above = if self.begun(here) { self.links(here, "reports_to") } else { Vec::new() };
            match above[..] {
                [above] if holders.is_empty() => here = above,
                _ => return Some((post, holders, since)),
            }
        }
    }
}

fn worst(parts: &Parts) -> Standing {
    let parts: Vec<_> = parts.iter().filter(|it| it.1 > 0).collect();
    if parts.is_empty() {
        return Standing::UNKNOWN;
    }
    let has = |word| parts.iter().any(|it| it.0.word == word);
    let weight: u64 = parts.iter().map(|it| it.1).sum();
    let sum: u64 = parts.iter().map(|it| it.1 * u64::from(it.0.confidence)).sum();
    let confidence = u16::try_from(sum / weight).unwrap();
    let word = if has(Word::OffTrack) {
        Word::OffTrack
    } else if has(Word::AtRisk) {
        Word::AtRisk
    } else if has(Word::NoSignal) || confidence < 500 {
        Word::NoSignal
    } else {
        Word::OnTrack
    };
    Standing::is(word, confidence)
}
