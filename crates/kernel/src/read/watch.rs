//! The watch over rules: which required posts are missing or empty, who holds what excludes one
//! another, and whose days in a capacity come to their limit.
//!
//! A rule is read as it is on the day looked at, and what it finds is worked out from dates. Nothing
//! is refused for it: what is so, is so. The flag *statutory* of a post counts like a rule.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use jiff::{ToSpan, civil::Date};

use crate::{
    Kind, Records, Ref, Spans, day,
    id::{Id, PersonId, PostId, RuleId, TenureId},
    read::{view::View, who},
    rule::{Reach, Rule, Sort},
    status::days_between,
    tenure::Capacity,
};

/// How bad a finding is; the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    Broken,
    SecondWarning,
    FirstWarning,
    /// By what is recorded already, it will be broken on a later day.
    Ahead,
    /// Within the days of grace.
    Grace,
}

impl Grade {
    pub const ALL: [Grade; 5] =
        [Grade::Broken, Grade::SecondWarning, Grade::FirstWarning, Grade::Ahead, Grade::Grace];

    pub fn word(self) -> &'static str {
        match self {
            Grade::Broken => "broken",
            Grade::SecondWarning => "second warning",
            Grade::FirstWarning => "first warning",
            Grade::Ahead => "will be broken",
            Grade::Grace => "in grace",
        }
    }
}

/// What the watch has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// None where the post itself says that law requires it.
    pub rule: Option<RuleId>,
    pub grade: Grade,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// No post is named that stands; those named do not.
    Missing { named: Vec<PostId> },
    /// Nobody is in any of the posts.
    Empty { posts: Vec<PostId>, since: Date },
    /// Somebody is, but in no capacity that the rule allows.
    Otherwise { posts: Vec<PostId>, tenures: Vec<TenureId>, since: Date },
    /// One person holds posts that exclude one another, from a day on.
    Together { person: PersonId, tenures: Vec<TenureId>, since: Date },
    /// A person's days in a post, in a limited capacity; `passes` is the first day beyond the limit.
    Long {
        person: PersonId,
        post: PostId,
        tenures: Vec<TenureId>,
        days: i64,
        max: i64,
        passes: Option<Date>,
    },
}

impl Finding {
    /// Every record that it is about.
    pub fn about(&self) -> Vec<Ref> {
        let mut about: Vec<Ref> = self.rule.into_iter().map(Ref::from).collect();
        let refs = |them: &[PostId]| them.iter().map(|it| Ref::from(*it)).collect::<Vec<_>>();
        let held = |them: &[TenureId]| them.iter().map(|it| Ref::from(*it)).collect::<Vec<_>>();
        match &self.what {
            What::Missing { named: posts } | What::Empty { posts, .. } => about.extend(refs(posts)),
            What::Otherwise { posts, tenures, .. } => {
                about.extend(refs(posts));
                about.extend(held(tenures));
            }
            What::Together { person, tenures, .. } => {
                about.push((*person).into());
                about.extend(held(tenures));
            }
            What::Long { person, post, tenures, .. } => {
                about.extend([Ref::from(*person), Ref::from(*post)]);
                about.extend(held(tenures));
            }
        }
        about
    }

    /// Since when it is so, if it is so already.
    pub fn since(&self) -> Option<Date> {
        match &self.what {
            What::Missing { .. } => None,
            What::Empty { since, .. }
            | What::Otherwise { since, .. }
            | What::Together { since, .. } => Some(*since),
            What::Long { passes, .. } => *passes,
        }
    }

    /// Whether a post that law requires is missing, empty or not held as it must be.
    pub fn is_of_required_post(&self) -> bool {
        matches!(self.what, What::Missing { .. } | What::Empty { .. } | What::Otherwise { .. })
    }

    /// In a sentence; `name` calls a record by its name.
    pub fn says(&self, on: Date, name: &dyn Fn(Ref) -> String) -> String {
        let posts = |them: &[PostId]| {
            them.iter().map(|it| name((*it).into())).collect::<Vec<_>>().join(", ")
        };
        let ago =
            |since: Date| format!("since {}, {}", day(since), days_word(days_between(since, on)));
        match &self.what {
            What::Missing { named } if named.is_empty() => {
                "No post is named that fulfils it.".into()
            }
            What::Missing { named } => {
                format!("No post that fulfils it stands any more: {}.", posts(named))
            }
            What::Empty { posts: them, since } => {
                format!("Nobody is in {}, {}.", posts(them), ago(*since))
            }
            What::Otherwise { posts: them, since, .. } => format!(
                "{} is held in a capacity that does not count, {}.",
                posts(them),
                ago(*since)
            ),
            What::Together { person, since, .. } if *since > on => format!(
                "{} will hold posts that exclude one another from {}.",
                name((*person).into()),
                day(*since)
            ),
            What::Together { person, since, .. } => format!(
                "{} holds posts that exclude one another, {}.",
                name((*person).into()),
                ago(*since)
            ),
            What::Long { person, post, days, max, passes, .. } => {
                let passes = match passes {
                    Some(it) if *it <= on => format!(", beyond it since {}", day(*it)),
                    Some(it) => format!(", beyond it from {} on", day(*it)),
                    None => String::new(),
                };
                format!(
                    "{} in {}: {} of {max} allowed{passes}.",
                    name((*person).into()),
                    name((*post).into()),
                    days_word(*days),
                )
            }
        }
    }
}

fn days_word(n: i64) -> String {
    if n == 1 { "1 day".into() } else { format!("{n} days") }
}

/// Everything that the rules find on the day of the view, the worst first.
pub fn watch(view: &View<'_>) -> Vec<Finding> {
    found(view, None)
}

/// What they find about one post, person, tenure or rule.
pub fn about(view: &View<'_>, of: Ref) -> Vec<Finding> {
    found(view, Some(of))
}

fn found(view: &View<'_>, only: Option<Ref>) -> Vec<Finding> {
    let (records, on) = (view.records(), view.on());
    let posts = only.and_then(|it| posts_about(records, it));
    let mut found = Vec::new();
    for (id, row) in records.rules.iter().filter(|it| it.1.live.is(on)) {
        match row.sort.0 {
            Sort::RequiredPost => found.extend(required(records, id, row, on)),
            Sort::IncompatiblePosts => found.extend(incompatible(records, id, row, on)),
            Sort::CapacityLimit => {
                found.extend(limited(records, on, (id, row), posts.as_ref()));
            }
        }
    }
    // A post that a rule has found is not said twice.
    let said: BTreeSet<PostId> = found
        .iter()
        .flat_map(|it| match &it.what {
            What::Empty { posts, .. } => posts.clone(),
            _ => Vec::new(),
        })
        .collect();
    for (post, cover) in view.derived().covers() {
        let who::Cover::Vacant { since } = cover else { continue };
        let flagged = records.posts.get(post).is_some_and(|it| *it.statutory.near(on));
        if flagged && !said.contains(&post) {
            let what = What::Empty { posts: vec![post], since: *since };
            found.push(Finding { rule: None, grade: Grade::Broken, what });
        }
    }
    if let Some(of) = only {
        found.retain(|it| it.about().contains(&of));
    }
    // What nobody has been named for yet comes after what somebody has left.
    found.sort_by_key(|it| (it.grade, it.since().is_none(), it.since(), it.rule));
    found
}

/// The posts to which a question about one record is confined; none if it is about all.
fn posts_about(records: &Records, of: Ref) -> Option<BTreeSet<PostId>> {
    let post = |it: TenureId| records.tenures.get(it).map(|it| it.post.0);
    match of.kind {
        Kind::Post => Some([PostId::new(of.n)].into()),
        Kind::Person => Some(records.pointing(of).filter_map(post).collect()),
        Kind::Tenure => Some(post(TenureId::new(of.n)).into_iter().collect()),
        _ => None,
    }
}

/// The posts that law requires on a day: those that a rule names, and those that say so themselves.
pub fn required_posts(records: &Records, on: Date) -> BTreeSet<PostId> {
    let rules = records.rules.iter().map(|it| it.1);
    let rules = rules.filter(|it| it.sort.0 == Sort::RequiredPost && it.live.is(on));
    let named = rules.flat_map(|it| it.posts.near(on).iter().copied());
    let flagged = records.posts.iter().filter(|it| *it.1.statutory.near(on)).map(|it| it.0);
    named.chain(flagged).filter(|it| records.stands((*it).into(), on)).collect()
}

/// Whether law requires a post on a day, by a rule or by its own word.
pub fn is_required(records: &Records, post: PostId, on: Date) -> bool {
    let flagged = records.posts.get(post).is_some_and(|it| *it.statutory.near(on));
    flagged
        || records.pointing::<RuleId>(post).filter_map(|it| records.rules.get(it)).any(|it| {
            it.sort.0 == Sort::RequiredPost && it.live.is(on) && it.posts.near(on).contains(&post)
        })
}

/// A required post: one of those named must be held, in a capacity that counts.
pub(super) fn required(records: &Records, id: RuleId, row: &Rule, on: Date) -> Option<Finding> {
    let named: Vec<PostId> = row.posts.near(on).iter().copied().collect();
    let standing: Vec<PostId> =
        named.iter().copied().filter(|it| records.stands((*it).into(), on)).collect();
    if standing.is_empty() {
        return Some(Finding {
            rule: Some(id),
            grade: Grade::Broken,
            what: What::Missing { named },
        });
    }
    let allowed = row.capacities.near(on);
    let counts =
        |it: Capacity| allowed.is_empty() || allowed.iter().any(|word| **word == *it.word());
    let (mut held, mut otherwise) = (Spans::default(), Vec::new());
    for post in &named {
        let Some(row) = records.posts.get(*post) else { continue };
        if row.group.0 {
            // Somebody is always in a group, and nobody is recorded.
            held = held.or(&Spans::on(&row.live));
        }
        for (tenure, days) in who::held_days(records, *post) {
            match records.tenures.get(tenure) {
                Some(it) if counts(it.capacity.0) => held = held.or(&days),
                Some(_) if days.has(on) => otherwise.push(tenure),
                _ => (),
            }
        }
    }
    if held.has(on) {
        return None;
    }
    let begun = standing.iter().filter_map(|it| records.posts.get(*it)?.live.since(on)).min();
    let since = held.last_end(on).or(begun).unwrap_or(on);
    let grace = row.grace_days.near(on).unwrap_or(0);
    let grade = match days_between(since, on) < i64::from(grace) {
        true => Grade::Grace,
        false => Grade::Broken,
    };
    let what = match otherwise.is_empty() {
        true => What::Empty { posts: standing, since },
        false => What::Otherwise { posts: standing, tenures: otherwise, since },
    };
    Some(Finding { rule: Some(id), grade, what })
}

/// The places of a rule of incompatible posts: what each rule names, and each post on its own.
pub(super) fn places(records: &Records, row: &Rule, on: Date) -> Vec<Vec<PostId>> {
    let rules = row.rules.near(on).iter().filter_map(|it| records.rules.get(*it));
    let rules = rules.filter(|it| it.live.is(on)).map(|it| it.posts.near(on).to_vec());
    rules.chain(row.posts.near(on).iter().map(|it| vec![*it])).collect()
}

/// Whoever is in two places that exclude one another, now or on a later day. A tenure counts in
/// whatever capacity: it is people that are counted.
pub(super) fn incompatible(records: &Records, id: RuleId, row: &Rule, on: Date) -> Vec<Finding> {
    /// What one person holds, place by place.
    type Held = BTreeMap<usize, Vec<(TenureId, Spans)>>;
    let mut people: BTreeMap<PersonId, Held> = BTreeMap::new();
    for (place, posts) in places(records, row, on).into_iter().enumerate() {
        for (tenure, days) in posts.iter().flat_map(|it| who::held_days(records, *it)) {
            let Some(person) = records.tenures.get(tenure).map(|it| it.person.0) else { continue };
            people.entry(person).or_default().entry(place).or_default().push((tenure, days));
        }
    }
    let mut found = Vec::new();
    for (person, held) in people.iter().filter(|it| it.1.len() > 1) {
        let (mut once, mut twice) = (Spans::default(), Spans::default());
        for place in held.values() {
            let days = Spans::of(place.iter().flat_map(|it| it.1.runs()));
            twice = twice.or(&once.and(&days));
            once = once.or(&days);
        }
        // The one that goes on, else the next to come.
        let next = twice.runs().find(|it| it.end > on);
        let Some(run) = next else { continue };
        let then = run.start.max(on);
        let tenures = held.values().flatten().filter(|it| it.1.has(then)).map(|it| it.0);
        let tenures: BTreeSet<TenureId> = tenures.collect();
        let what = What::Together {
            person: *person,
            tenures: tenures.into_iter().collect(),
            since: run.start,
        };
        let grade = if run.start <= on { Grade::Broken } else { Grade::Ahead };
        found.push(Finding { rule: Some(id), grade, what });
    }
    found
}

/// Days in a limited capacity, person by person and post by post; with `only`, in one of those posts.
pub(super) fn limited(
    records: &Records,
    on: Date,
    (id, row): (RuleId, &Rule),
    only: Option<&BTreeSet<PostId>>,
) -> Vec<Finding> {
    let Some(max) = *row.days_max.near(on) else { return Vec::new() };
    let max = i64::from(max);
    let named = row.capacities.near(on);
    let is_limited = |it: Capacity| match named.is_empty() {
        true => it != Capacity::Substantive,
        false => named.iter().any(|word| **word == *it.word()),
    };
    let mut pairs: BTreeSet<(PostId, PersonId)> = BTreeSet::new();
    let mut take = |tenure: TenureId| {
        let Some(it) = records.tenures.get(tenure) else { return };
        if is_limited(it.capacity.0) && it.live.is(on) {
            pairs.insert((it.post.0, it.person.0));
        }
    };
    match reached(records, row, on, only) {
        Some(posts) => posts.iter().flat_map(|it| records.pointing(*it)).for_each(&mut take),
        None => records.tenures.ids().for_each(&mut take),
    }
    let months = *row.window_months.near(on);
    let warnings = (*row.warn_days.near(on), *row.warn_again_days.near(on));
    let mut found = Vec::new();
    for (post, person) in pairs {
        let theirs = who::held_days(records, post).into_iter().filter(|it| {
            let row = records.tenures.get(it.0);
            row.is_some_and(|row| row.person.0 == person && is_limited(row.capacity.0))
        });
        let theirs: Vec<(TenureId, Spans)> = theirs.collect();
        let days = Spans::of(theirs.iter().flat_map(|it| it.1.runs()));
        let Some(run) = days.run(on) else { continue };
        let spent = Spent { days: &days, run: &run, months };
        let (so_far, passes) = (spent.by(on), spent.passes(max));
        let reaches = |warn: Option<u16>| warn.is_some_and(|it| so_far >= i64::from(it));
        let grade = match () {
            () if so_far > max => Grade::Broken,
            () if reaches(warnings.1) => Grade::SecondWarning,
            () if reaches(warnings.0) => Grade::FirstWarning,
            () if passes.is_some_and(|it| it > on) => Grade::Ahead,
            () => continue,
        };
        let tenures = theirs.iter().filter(|it| it.1.has(on)).map(|it| it.0).collect();
        let what = What::Long { person, post, tenures, days: so_far, max, passes };
        found.push(Finding { rule: Some(id), grade, what });
    }
    found
}

/// The posts that a limit reaches, of those in `only`; none stands for all.
fn reached(
    records: &Records,
    row: &Rule,
    on: Date,
    only: Option<&BTreeSet<PostId>>,
) -> Option<BTreeSet<PostId>> {
    let posts = match (row.reach.near(on), only) {
        (Reach::All, only) => return only.cloned(),
        (Reach::Statutory, None) => required_posts(records, on),
        (Reach::Statutory, Some(only)) => {
            only.iter().copied().filter(|it| is_required(records, *it, on)).collect()
        }
        (Reach::Named, _) => places(records, row, on).into_iter().flatten().collect(),
    };
    Some(match only {
        Some(only) => posts.intersection(only).copied().collect(),
        None => posts,
    })
}

/// Days that count towards a limit.
struct Spent<'a> {
    days: &'a Spans,
    /// The unbroken run that is looked at.
    run: &'a Range<Date>,
    /// How far back days are added up.
    months: Option<u16>,
}

impl Spent<'_> {
    /// Days spent by the end of `date`.
    fn by(&self, date: Date) -> i64 {
        let end = date.saturating_add(1.day());
        match self.months {
            None => days_between(self.run.start, end),
            Some(n) => {
                let start = end.saturating_sub(i32::from(n).months());
                self.days.within(&(start..end)).days()
            }
        }
    }

    /// The first day of the run on which more than `max` are spent. A run that long is beyond its
    /// limit, or its window is too short for that.
    fn passes(&self, max: i64) -> Option<Date> {
        let days = (0..=max + 1).map(|n| self.run.start.saturating_add(n.days()));
        days.take_while(|it| *it < self.run.end).find(|it| self.by(*it) > max)
    }
}
