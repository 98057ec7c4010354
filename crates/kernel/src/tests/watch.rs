//! What rules find, and the same worked out day by day.

use std::collections::BTreeSet;

use jiff::{ToSpan, civil::Date};
use proptest::prelude::*;

use super::{
    model::Model,
    whatever::{DAYS, Dice, nth, start},
    *,
};
use crate::{
    Kind, Value,
    read::watch::{self, Finding, Grade, What},
};

fn rule(name: &str, sort: &str) -> Said {
    named("rule", name).its("sort", sort)
}

fn required(name: &str, posts: &[&str]) -> Said {
    rule(name, "required post").its("posts", posts.to_vec())
}

fn limit(name: &str, days: u16) -> Said {
    rule(name, "limit of a capacity").its("days_max", days).its("reach", "all posts")
}

fn in_capacity(person: &str, post: &str, capacity: &str, from: &str, until: &str) -> Said {
    tenure(person, post).its("capacity", capacity).from(from).until(until)
}

/// Every finding on a day, one a line.
fn found(story: &Story, on: &str) -> String {
    let view = story.view(on);
    let name = |it: Ref| it.to_string();
    let line = |it: &Finding| {
        let rule = it.rule.map_or("flag".to_owned(), |it| it.to_string());
        format!("{rule} {}: {}", it.grade.word(), it.says(view.on(), &name))
    };
    list_lines(watch::watch(&view).iter().map(line))
}

fn list_lines(lines: impl Iterator<Item = String>) -> String {
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() { "nothing".into() } else { lines.join("\n") }
}

fn people_and_posts() -> Story {
    given([
        unit("Council"),
        post("Chief Executive"),
        post("Solicitor"),
        post("Treasurer"),
        person(),
        person(),
        tenure("PERSON-1", "POST-1"),
        tenure("PERSON-2", "POST-2").until("2024-09-01"),
    ])
}

#[test]
fn a_required_post_is_missing_then_empty_then_held() {
    let story = people_and_posts()
        .and(required("Head of paid service", &["POST-1"]))
        .and(required("Monitoring officer", &["POST-2"]).its("grace_days", 30))
        .and(required("Scrutiny officer", &[]));
    assert_eq!(found(&story, "2024-08-31"), "RULE-3 broken: No post is named that fulfils it.");
    assert_eq!(
        found(&story, "2024-09-10"),
        "RULE-3 broken: No post is named that fulfils it.\nRULE-2 in grace: Nobody is in POST-2, since 1 September 2024, 9 days."
    );
    assert_eq!(
        found(&story, "2024-10-01"),
        "RULE-2 broken: Nobody is in POST-2, since 1 September 2024, 30 days.\nRULE-3 broken: No post is named that fulfils it."
    );
    let story = story
        .and(in_capacity("PERSON-1", "POST-2", "acting", "2024-09-20", "2024-12-01"))
        .and(change("RULE-3", "2024-01-02", json!({ "posts": ["POST-1"] })));
    assert_eq!(found(&story, "2024-10-01"), "nothing");
    // One of several posts is enough, and the flag says the same as a rule.
    let story = story
        .and(change("RULE-2", "2024-12-01", json!({ "posts": ["POST-3", "POST-1"] })))
        .and(change("POST-2", "2024-01-02", json!({ "statutory": true })));
    assert_eq!(
        found(&story, "2024-12-01"),
        "flag broken: Nobody is in POST-2, since 1 December 2024, 0 days."
    );
    let story = story.and(end("POST-1", "2024-12-20"));
    assert!(
        found(&story, "2024-12-21")
            .contains("RULE-1 broken: No post that fulfils it stands any more: POST-1.")
    );
}

#[test]
fn an_empty_post_that_a_rule_and_its_flag_require_is_said_once() {
    let story = people_and_posts().and(required("Treasurer", &["POST-3"])).and(change(
        "POST-3",
        "2024-02-01",
        json!({ "statutory": true }),
    ));
    assert_eq!(
        found(&story, TODAY),
        "RULE-1 broken: Nobody is in POST-3, since 1 January 2024, 366 days."
    );
    let required = watch::required_posts(story.state.records(), day(TODAY));
    assert_eq!(required, [id("POST-3")].into());
    assert!(watch::is_required(story.state.records(), id("POST-3"), day("2024-01-15")));
    assert!(!watch::is_required(story.state.records(), id("POST-1"), day("2024-01-15")));
}

#[test]
fn a_capacity_that_does_not_count_leaves_a_post_unfulfilled() {
    let story = people_and_posts()
        .and(
            required("Monitoring officer", &["POST-2"])
                .its("capacities", vec!["substantive", "interim"]),
        )
        .and(in_capacity("PERSON-1", "POST-2", "cover", "2024-09-01", "2025-06-01"));
    assert_eq!(
        found(&story, "2024-09-15"),
        "RULE-1 broken: POST-2 is held in a capacity that does not count, since 1 September 2024, 14 days."
    );
    let story = story.and(in_capacity("PERSON-2", "POST-2", "interim", "2024-09-10", "2025-01-01"));
    assert_eq!(found(&story, "2024-09-15"), "nothing");
}

/// What rules will say of commands, each with its day.
fn foreseen(story: &Story, commands: &[Said]) -> String {
    let act = crate::Act { by: story.by, at: jiff::Timestamp::UNIX_EPOCH, today: story.today };
    let commands: Vec<crate::Command> = commands.iter().map(|it| it.clone().into()).collect();
    let before = story.state.clone();
    let trial = crate::read::foresee::foresee(&story.state, &act, &commands).unwrap();
    assert_eq!(before.records(), story.state.records(), "only a copy was changed");
    let name = |it: Ref| it.to_string();
    let line = |it: &crate::read::foresee::Foreseen| {
        let rule = it.found.rule.map(|it| it.to_string()).unwrap_or_default();
        format!("{} {rule} {}: {}", it.on, it.found.grade.word(), it.found.says(it.on, &name))
    };
    list_lines(trial.warnings.iter().map(line))
}

#[test]
fn an_appointment_against_a_rule_is_foreseen_and_only_what_it_brings_about() {
    let story = people_and_posts()
        .and(required("Head of paid service", &["POST-1"]))
        .and(required("Monitoring officer", &["POST-2"]).its("capacities", vec!["substantive"]))
        .and(rule("Not both", "incompatible posts").its("rules", vec!["RULE-1", "RULE-2"]))
        .and(limit("Ten weeks", 70));
    let acting = |person: &str, from: &str, until: &str| {
        in_capacity(person, "POST-2", "acting", from, until)
    };
    assert_eq!(
        foreseen(&story, &[acting("PERSON-1", "2025-02-01", "2025-03-01")]),
        "2025-02-01 RULE-2 broken: POST-2 is held in a capacity that does not count, since 1 September 2024, 153 days.\n\
         2025-01-01 RULE-3 will be broken: PERSON-1 will hold posts that exclude one another from 1 February 2025."
    );
    assert_eq!(
        foreseen(&story, &[acting("PERSON-2", "2025-02-01", "2025-06-01")]),
        "2025-02-01 RULE-2 broken: POST-2 is held in a capacity that does not count, since 1 September 2024, 153 days.\n\
         2025-02-01 RULE-4 will be broken: PERSON-2 in POST-2: 1 day of 70 allowed, beyond it from 12 April 2025 on."
    );
    // For good, by somebody who holds nothing else: there is nothing to say.
    assert_eq!(foreseen(&story, &[tenure("PERSON-2", "POST-2").from("2025-02-01")]), "nothing");
    // A newcomer and their tenure, in one go; and what is over by today.
    let come = [person(), acting("PERSON-3", "2025-01-01", "2025-05-01")];
    assert!(foreseen(&story, &come).contains("RULE-4 will be broken: PERSON-3 in POST-2"));
    assert_eq!(foreseen(&story, &[acting("PERSON-1", "2024-10-01", "2024-12-01")]), "nothing");
    // What was so before is not said again; an extension beyond the limit is.
    let story = story.and(acting("PERSON-2", "2025-01-01", "2025-02-01"));
    let longer = correct("TEN-3", "2025-02-01", "2025-06-01", json!({ "live": false }));
    assert_eq!(
        foreseen(&story, std::slice::from_ref(&longer)),
        "2025-01-01 RULE-4 will be broken: PERSON-2 in POST-2: 1 day of 70 allowed, beyond it from 12 March 2025 on."
    );
    let still = correct("TEN-3", "2025-06-01", "2025-07-01", json!({ "live": false }));
    assert_eq!(foreseen(&story.and(longer), &[still]), "nothing");
}

#[test]
fn a_trial_says_which_command_is_refused() {
    let story = people_and_posts();
    let act = crate::Act { by: story.by, at: jiff::Timestamp::UNIX_EPOCH, today: story.today };
    let endless = tenure("PERSON-1", "POST-2").its("capacity", "acting");
    let commands = [person().into(), endless.into()];
    let (number, refusal) =
        crate::read::foresee::foresee(&story.state, &act, &commands).unwrap_err();
    assert_eq!(number, 2);
    assert!(refusal.to_string().contains("needs an end date"), "{refusal}");
}

#[test]
fn posts_that_exclude_one_another_are_counted_in_people() {
    let story = people_and_posts()
        .and(required("Head of paid service", &["POST-1"]))
        .and(required("Monitoring officer", &["POST-2"]))
        .and(rule("Not both", "incompatible posts").its("rules", vec!["RULE-1", "RULE-2"]))
        .and(in_capacity("PERSON-1", "POST-2", "acting", "2024-09-01", "2024-12-01"));
    assert_eq!(
        found(&story, "2024-07-01"),
        "RULE-3 will be broken: PERSON-1 will hold posts that exclude one another from 1 September 2024."
    );
    assert_eq!(
        found(&story, "2024-09-11"),
        "RULE-3 broken: PERSON-1 holds posts that exclude one another, since 1 September 2024, 10 days."
    );
    assert!(!found(&story, "2024-12-01").contains("RULE-3"));
    // The rule follows what the other rules name.
    let story = story.and(change("RULE-2", "2024-10-01", json!({ "posts": ["POST-3"] })));
    assert!(!found(&story, "2024-10-01").contains("RULE-3"));
    // One post for two places is the same person in both.
    let story = story.and(change("RULE-2", "2024-10-05", json!({ "posts": ["POST-1"] })));
    assert!(found(&story, "2024-10-05").contains("RULE-3 broken: PERSON-1"));
}

#[test]
fn a_limit_adds_up_tenures_and_warns_twice() {
    let story = people_and_posts()
        .and(
            limit("Twelve weeks", 84)
                .its("window_months", 12)
                .its("warn_days", 56)
                .its("warn_again_days", 77)
                .its("capacities", vec!["acting", "cover"]),
        )
        .and(in_capacity("PERSON-2", "POST-3", "cover", "2024-01-01", "2024-02-01"))
        .and(in_capacity("PERSON-2", "POST-3", "acting", "2024-06-01", "2025-03-01"));
    assert_eq!(found(&story, "2024-05-31"), "nothing");
    let line = |days: &str, more: &str| {
        format!("RULE-1 {more}: PERSON-2 in POST-3: {days} of 84 allowed, beyond it ")
    };
    assert_eq!(
        found(&story, "2024-06-01"),
        line("32 days", "will be broken") + "from 24 July 2024 on."
    );
    assert_eq!(
        found(&story, "2024-06-25"),
        line("56 days", "first warning") + "from 24 July 2024 on."
    );
    assert_eq!(
        found(&story, "2024-07-16"),
        line("77 days", "second warning") + "from 24 July 2024 on."
    );
    assert_eq!(
        found(&story, "2024-07-23"),
        line("84 days", "second warning") + "from 24 July 2024 on."
    );
    assert_eq!(found(&story, "2024-07-24"), line("85 days", "broken") + "since 24 July 2024.");
    // What lies more than twelve months back no longer counts.
    assert_eq!(found(&story, "2025-02-28"), line("273 days", "broken") + "since 24 July 2024.");
}

#[test]
fn a_limit_without_a_window_counts_the_unbroken_run() {
    let story = people_and_posts()
        .and(limit("Ten days", 10))
        .and(in_capacity("PERSON-1", "POST-3", "interim", "2024-03-01", "2024-03-08"))
        .and(in_capacity("PERSON-1", "POST-3", "acting", "2024-03-08", "2024-03-20"));
    assert_eq!(
        found(&story, "2024-03-10"),
        "RULE-1 will be broken: PERSON-1 in POST-3: 10 days of 10 allowed, beyond it from 11 March 2024 on."
    );
    assert!(found(&story, "2024-03-11").contains(
        "broken: PERSON-1 in POST-3: 11 days of 10 allowed, beyond it since 11 March 2024."
    ));
}

#[test]
fn a_limit_reaches_the_posts_it_says() {
    let story = people_and_posts()
        .and(limit("Named", 0).its("reach", "the posts named").its("posts", vec!["POST-3"]))
        .and(limit("Statutory", 0).its("reach", "statutory posts"))
        .and(in_capacity("PERSON-1", "POST-3", "acting", "2024-03-01", "2024-04-01"))
        .and(in_capacity("PERSON-1", "POST-2", "acting", "2024-03-01", "2024-04-01"));
    assert_eq!(
        found(&story, "2024-03-01"),
        "RULE-1 broken: PERSON-1 in POST-3: 1 day of 0 allowed, beyond it since 1 March 2024."
    );
    let story = story.and(change("POST-2", "2024-03-10", json!({ "statutory": true })));
    assert!(
        found(&story, "2024-03-10")
            .contains("RULE-2 broken: PERSON-1 in POST-2: 10 days of 0 allowed")
    );
    let about = |of: &str| watch::about(&story.view("2024-03-10"), at(of)).len();
    assert_eq!(
        (about("POST-2"), about("POST-3"), about("PERSON-1"), about("TEN-3"), about("POST-1")),
        (1, 1, 2, 1, 0)
    );
}

#[test]
fn a_rule_that_cannot_be_meant_is_refused() {
    people_and_posts()
        .refuses(
            rule("Not both", "incompatible posts").its("posts", vec!["POST-1"]),
            "A rule of incompatible posts needs two places at least, under “Posts” or “Posts of rules”.",
        )
        .refuses(
            rule("Limit", "limit of a capacity"),
            "A rule needs a value for “Days at most”.",
        )
        .refuses(
            limit("Limit", 10).its("warn_days", 11),
            "A warning after 11 days comes too late where 10 days are allowed: give fewer days.",
        )
        .refuses(
            limit("Limit", 10).its("window_months", 0),
            "Days cannot be added up within 0 months: give a number from 1 to 120.",
        )
        .refuses(
            required("Post", &[]).its("capacities", vec!["acting", "deputy"]),
            "“deputy” is no capacity. Write one of: substantive, job share, acting, interim, secondment, cover.",
        );
}

/// The rules a second time: one day at a time.
struct Slow<'a>(Model<'a>);

impl Slow<'_> {
    fn on(&self, on: Date) -> Slow<'_> {
        Slow(Model { records: self.0.records, on })
    }

    /// The people in a post that day, with capacity and tenure.
    fn people(&self, post: Ref) -> Vec<(Ref, &'static str, Ref)> {
        let tenures = self.0.all(Kind::Tenure).into_iter().filter(|it| {
            let person = self.0.links(*it, "person")[0];
            let life = self.0.records.facet(person).unwrap().life();
            self.0.links(*it, "post") == [post] && self.0.stands(*it) && *life.near(self.0.on)
        });
        let tenures = tenures.filter(|_| self.0.stands(post));
        tenures
            .map(|it| {
                let Value::Choice(word) = self.0.value(it, "capacity") else { panic!() };
                (self.0.links(it, "person")[0], word, it)
            })
            .collect()
    }

    fn words(&self, rule: Ref) -> Vec<String> {
        match self.0.value(rule, "capacities") {
            Value::Texts(them) => them.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        }
    }

    fn number(&self, rule: Ref, field: &str) -> Option<i64> {
        match self.0.value(rule, field) {
            Value::Whole(n) => Some(n),
            _ => None,
        }
    }

    /// Places that exclude one another.
    fn places(&self, rule: Ref) -> Vec<Vec<Ref>> {
        let of = |it: Ref| self.0.links(it, "posts");
        let rules = self.0.links(rule, "rules").into_iter().filter(|it| self.0.stands(*it));
        rules.map(of).chain(of(rule).into_iter().map(|it| vec![it])).collect()
    }

    fn required(&self) -> BTreeSet<Ref> {
        let rules = self.0.all(Kind::Rule).into_iter();
        let rules = rules.filter(|it| {
            self.0.stands(*it) && self.0.value(*it, "sort") == Value::Choice("required post")
        });
        let named = rules.flat_map(|it| self.0.links(it, "posts"));
        let flagged = self.0.all(Kind::Post).into_iter();
        let flagged = flagged.filter(|it| self.0.value(*it, "statutory") == Value::Flag(true));
        named.chain(flagged).filter(|it| self.0.stands(*it)).collect()
    }

    /// (rule, grade, what) of every finding, in words that both can say.
    fn all(&self) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        let mut said = BTreeSet::new();
        for rule in self.0.all(Kind::Rule).into_iter().filter(|it| self.0.stands(*it)) {
            match self.0.value(rule, "sort") {
                Value::Choice("required post") => {
                    let posts: Vec<Ref> = self.0.links(rule, "posts");
                    let words = self.words(rule);
                    let counts = |day: &Slow<'_>| {
                        posts.iter().any(|it| {
                            (day.0.group(*it) && day.0.stands(*it))
                                || day.people(*it).iter().any(|it| {
                                    words.is_empty() || words.iter().any(|word| word == it.1)
                                })
                        })
                    };
                    if !posts.iter().any(|it| self.0.stands(*it)) {
                        all.insert(format!("{rule} broken missing"));
                    } else if !counts(self) {
                        let anybody = posts.iter().any(|it| !self.people(*it).is_empty());
                        let (mut days, mut ever) = (0, false);
                        let mut on = self.0.on;
                        while on > nth(0) && !ever {
                            on = on.checked_sub(1.day()).unwrap();
                            ever = counts(&self.on(on));
                            days += i64::from(!ever);
                        }
                        let begun = posts
                            .iter()
                            .filter(|it| self.0.stands(**it))
                            .filter_map(|it| {
                                self.0.records.facet(*it).unwrap().life().since(self.0.on)
                            })
                            .min()
                            .unwrap();
                        if !ever {
                            days = i64::from((self.0.on - begun).get_days());
                        }
                        let grace = self.number(rule, "grace_days").unwrap_or(0);
                        let grade = if days < grace { "in grace" } else { "broken" };
                        let what = if anybody { "otherwise" } else { "empty" };
                        all.insert(format!("{rule} {grade} {what} {days}"));
                        if !anybody {
                            said.extend(posts.into_iter().filter(|it| self.0.stands(*it)));
                        }
                    }
                }
                Value::Choice("incompatible posts") => {
                    let places = self.places(rule);
                    let both = |day: &Slow<'_>, person: Ref| {
                        let in_it = |place: &&Vec<Ref>| {
                            place
                                .iter()
                                .any(|post| day.people(*post).iter().any(|it| it.0 == person))
                        };
                        places.iter().filter(in_it).count() > 1
                    };
                    for person in self.0.all(Kind::Person) {
                        // No date in play is later; what lasts until then may last for ever.
                        let days = (0..DAYS).map(nth).filter(|it| *it >= self.0.on);
                        if let Some(on) = days.into_iter().find(|it| both(&self.on(*it), person)) {
                            let grade = if on > self.0.on { "will be broken" } else { "broken" };
                            all.insert(format!("{rule} {grade} together {person}"));
                        }
                    }
                }
                _ => self.limit(rule, &mut all),
            }
        }
        for post in self.0.all(Kind::Post) {
            let flagged = self.0.value(post, "statutory") == Value::Flag(true);
            if flagged && self.0.vacant(post) && !said.contains(&post) {
                all.insert(format!("flag broken empty {post}"));
            }
        }
        all
    }

    fn limit(&self, rule: Ref, all: &mut BTreeSet<String>) {
        let max = self.number(rule, "days_max").unwrap();
        let words = self.words(rule);
        let posts: BTreeSet<Ref> = match self.0.value(rule, "reach") {
            Value::Choice("the posts named") => self.places(rule).into_iter().flatten().collect(),
            Value::Choice("statutory posts") => self.required(),
            _ => self.0.all(Kind::Post).into_iter().collect(),
        };
        for post in posts {
            for person in self.0.all(Kind::Person) {
                let is_limited = |on: Date| {
                    self.on(on).people(post).iter().any(|it| {
                        it.0 == person
                            && match words.is_empty() {
                                true => it.1 != "substantive",
                                false => words.iter().any(|word| word == it.1),
                            }
                    })
                };
                if !is_limited(self.0.on) {
                    continue;
                }
                let months = self.number(rule, "window_months");
                let by = |date: Date| {
                    let mut on = date;
                    let first =
                        months.map(|it| date.tomorrow().unwrap().checked_sub(it.months()).unwrap());
                    let mut n = 0;
                    while first.is_none_or(|it| on >= it) && on >= nth(0) {
                        match is_limited(on) {
                            true => n += 1,
                            false if first.is_none() => break,
                            false => (),
                        }
                        on = on.yesterday().unwrap();
                    }
                    n
                };
                let (days, mut later, mut passes) = (by(self.0.on), self.0.on, false);
                for _ in 0..=max {
                    later = later.tomorrow().unwrap();
                    if !is_limited(later) {
                        break;
                    }
                    passes |= by(later) > max;
                }
                let warns = |field: &str| self.number(rule, field).is_some_and(|it| days >= it);
                let grade = match () {
                    () if days > max => "broken",
                    () if warns("warn_again_days") => "second warning",
                    () if warns("warn_days") => "first warning",
                    () if passes => "will be broken",
                    () => continue,
                };
                all.insert(format!("{rule} {grade} long {person} {post} {days}"));
            }
        }
    }
}

fn quick(state: &State, on: Date) -> BTreeSet<String> {
    let view = View::new(state, on);
    let line = |it: Finding| {
        let rule = it.rule.map_or("flag".to_owned(), |it| it.to_string());
        let ago = |since: Date| i64::from((on - since).get_days());
        let what = match &it.what {
            What::Missing { .. } => "missing".to_owned(),
            What::Empty { posts, .. } if it.rule.is_none() => format!("empty {}", posts[0]),
            What::Empty { since, .. } => format!("empty {}", ago(*since)),
            What::Otherwise { since, .. } => format!("otherwise {}", ago(*since)),
            What::Together { person, .. } => format!("together {person}"),
            What::Long { person, post, days, .. } => format!("long {person} {post} {days}"),
        };
        format!("{rule} {} {what}", it.grade.word())
    };
    watch::watch(&view).into_iter().map(line).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_watch_finds_what_looking_at_each_day_does(seeds in prop::collection::vec(any::<u64>(), 0..90)) {
        let kinds = [Kind::Rule, Kind::Tenure, Kind::Post, Kind::Tenure, Kind::Rule, Kind::Person];
        let mut story = start();
        for (n, seed) in seeds.into_iter().enumerate() {
            story = story.when(Dice(seed).about(kinds[n % kinds.len()]));
        }
        for n in 0..DAYS {
            let slow = Slow(Model { records: story.state.records(), on: nth(n) });
            prop_assert_eq!(quick(&story.state, nth(n)), slow.all(), "on {}", nth(n));
        }
    }
}

#[test]
fn grades_stand_in_the_order_of_their_weight() {
    assert!(Grade::ALL.is_sorted());
}
