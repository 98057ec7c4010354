//! Signals that were raised: shown and cleared by nobody, read and answered by those they go to, and brought further
//! up the line by the days alone.

use std::collections::BTreeSet;

use jiff::ToSpan;
use proptest::prelude::*;

use super::{
    whatever::{DAYS, Dice, nth, start},
    *,
};
use crate::{
    Kind, Records,
    id::SignalId,
    read::{
        raised::{self, With},
        signals::{Sort, signals},
    },
    signal,
};

impl Story {
    /// The day comes, and what it shows and clears is recorded by nobody.
    #[track_caller]
    pub(super) fn warns(mut self, today: &str) -> Story {
        self = self.on(today);
        let by = std::mem::replace(&mut self.by, By::Schedule);
        for command in signal::turns(&self.state) {
            self = self.and(command);
        }
        assert_eq!(signal::turns(&self.state), [], "a second time there is nothing");
        self.by = by;
        self
    }

    /// Those that were shown, each with its status and where it has come to.
    fn shown(&self, on: &str) -> String {
        let view = self.view(on);
        let one = |id: SignalId, row: &signal::Signal| {
            let word = raised::word(self.state.records(), id, day(on))?;
            let it = raised::one(&view, id)?;
            let come: Vec<String> =
                it.escalated.iter().map(|it| format!(", {} on {}", it.0, it.1)).collect();
            Some(format!(
                "{id} {} {}: {}{}",
                row.sort.0.word(),
                row.subject.0,
                word.words(),
                come.concat()
            ))
        };
        let all = self.state.records().signals.iter().filter_map(|(id, row)| one(id, row));
        all.collect::<Vec<_>>().join("\n")
    }
}

/// A chief, a director, a head whose work is late, each with a person in the post.
fn late() -> Story {
    let story = given([
        unit("Waste"),
        post("Chief"),
        post("Director").its("reports_to", "POST-1"),
        post("Head").its("reports_to", "POST-2"),
        person(),
        person(),
        person(),
        tenure("PERSON-1", "POST-1"),
        tenure("PERSON-2", "POST-2"),
        tenure("PERSON-3", "POST-3"),
        plan("Plan"),
        objective("Clean"),
        named("action", "Mend").its("due", "2025-01-03"),
        duty("POST-3", "ACT-1"),
        anchor("ACT-1", "OBJ-1"),
        establish("threshold", json!({ "sort": "duty not accepted", "off": true })),
        establish("threshold", json!({ "sort": "objective silent", "off": true })),
    ]);
    story.on("2025-01-01")
}

#[test]
fn a_signal_is_shown_once_and_ends_when_its_condition_does() {
    let story = late().warns("2025-01-03");
    assert_eq!(story.shown("2025-01-03"), "");
    let story = story.warns("2025-01-06");
    let open = "SIG-1 work overdue ACT-1: open";
    assert_eq!(story.shown("2025-01-06"), open);
    let row = story.state.records().signals.get(id("SIG-1")).unwrap();
    assert_eq!(row.live.begins(), day("2025-01-04"), "first knowable");
    assert_eq!((row.shown.0, row.goes_to.0), (day("2025-01-06"), Some(id("POST-3"))));
    let story =
        story.warns("2025-01-07").and(change("ACT-1", "2025-01-08", json!({ "done": true })));
    let story = story.warns("2025-01-09");
    assert_eq!(story.shown("2025-01-09"), "SIG-1 work overdue ACT-1: cleared 2025-01-09");
    assert_eq!(story.shown("2025-01-07"), open);
    // Another time it is another signal, which begins where the first one ended at the earliest.
    let again =
        story.and(change("ACT-1", "2025-01-12", json!({ "done": false }))).warns("2025-01-12");
    let row = again.state.records().signals.get(id("SIG-2")).unwrap();
    assert_eq!((row.live.begins(), row.shown.0), (day("2025-01-12"), day("2025-01-12")));
}

#[test]
fn what_clears_and_comes_back_on_one_day_is_one_signal() {
    let story = late().warns("2025-01-04");
    assert_eq!(story.shown("2025-01-04"), "SIG-1 work overdue ACT-1: open");
    let done = change("ACT-1", "2025-01-04", json!({ "done": true }));
    let story = story.and(done).warns("2025-01-04");
    // It stood on that day.
    assert_eq!(story.shown("2025-01-05"), "SIG-1 work overdue ACT-1: cleared 2025-01-05");
    let undone = correct("ACT-1", "2025-01-04", "2025-01-04", json!({ "done": false }));
    let story = story.and(undone).warns("2025-01-04");
    assert_eq!(story.state.records().signals.len(), 1);
    assert_eq!(story.shown("2025-01-05"), "SIG-1 work overdue ACT-1: open");
}

#[test]
fn nobody_raises_clears_or_corrects_one_by_hand() {
    let by_rule = "Signals are raised and cleared by rule, and by nobody’s hand. To have one warn sooner, later or not at all, give its sort a threshold.";
    let stays = "Work overdue: Mend (SIG-1) stays as it was shown, read and answered. It can be answered anew, from today.";
    let raise = || {
        establish(
            "signal",
            json!({ "sort": "work overdue", "subject": "ACT-1", "shown": "2025-01-06" }),
        )
    };
    let mut story = late().warns("2025-01-06");
    story = story.refuses(raise(), by_rule);
    for deed in [
        end("SIG-1", "2025-01-07"),
        annul("SIG-1"),
        correct("SIG-1", "2025-01-04", "2025-01-05", json!({})),
    ] {
        story = story.refuses(deed, stays);
    }
    // Nor does the schedule, but as the rules have it.
    story.by = By::Schedule;
    story = story
        .refuses(raise().from("2025-01-06"), "Work overdue: Mend (SIG-1) warns of this already.")
        .refuses(raise().its("subject", "POST-1"), by_rule)
        .refuses(change("SIG-1", "2025-01-07", json!({ "read": true })), by_rule);
    // An action that was recorded by mistake is one, whatever it warned of.
    story.by = By::Console;
    let story = story.and(annul("ANC-1")).and(annul("DUTY-1")).and(annul("ACT-1"));
    let story = story.warns("2025-01-07");
    assert_eq!(
        story.shown("2025-01-07").lines().next(),
        Some("SIG-1 work overdue ACT-1: cleared 2025-01-07")
    );
}

#[test]
fn whoever_it_goes_to_or_has_come_to_reads_it_and_the_first_time_stays() {
    let read = || change("SIG-1", "2025-01-06", json!({ "read": true }));
    let story = late().warns("2025-01-06");
    let story = story
        .refuses(read(), "A signal is read and answered by somebody as a post. Choose the post as which you do.")
        .by("PERSON-2", "POST-2", "TEN-2")
        .refuses(read(), "Director (POST-2) is not the one to read Work overdue: Mend (SIG-1): it goes to Head (POST-3), and to whichever post above it has come to.")
        .by("PERSON-3", "POST-3", "TEN-3")
        .refuses(
            change("SIG-1", "2025-01-06", json!({ "read": true, "read_as": "POST-1" })),
            "“read_as” is worked out and cannot be given. Leave it out.",
        )
        .refuses(
            change("SIG-1", "2025-01-05", json!({ "read": true })),
            "This holds from the day on which it is said: it cannot be dated otherwise.",
        )
        .and(read())
        .refuses(read(), "Work overdue: Mend (SIG-1) was read before. Who read it first stays.");
    let it = raised::one(&story.view("2025-01-06"), id("SIG-1")).unwrap().read.unwrap();
    assert_eq!((it.person, it.post, it.on), (id("PERSON-3"), id("POST-3"), day("2025-01-06")));
    // Once it has come to the director, that is theirs to read too.
    let come = late().warns("2025-01-06").warns("2025-01-13").by("PERSON-2", "POST-2", "TEN-2");
    come.and(change("SIG-1", "2025-01-13", json!({ "read": true })));
}

#[test]
fn one_is_answered_with_one_thing_by_the_post_it_goes_to_or_one_above() {
    let answer = |terms: Json| change("SIG-1", "2025-01-06", terms);
    let story = late()
        .and(named("action", "Hire a crane").its("due", "2025-03-01"))
        .and(named("action", "Given up").its("due", "2025-03-01"))
        .and(end("ACT-3", "2025-01-02"))
        .and(post("Clerk").its("reports_to", "POST-1"))
        .and(person())
        .and(tenure("PERSON-4", "POST-4"))
        .warns("2025-01-06");
    let story = story
        .by("PERSON-4", "POST-4", "TEN-4")
        .refuses(
            answer(json!({ "response": "ACT-2" })),
            "Clerk (POST-4) cannot answer Work overdue: Mend (SIG-1): it goes to Head (POST-3). That post can, or one above it.",
        )
        .by("PERSON-3", "POST-3", "TEN-3")
        .refuses(answer(json!({})), "Answer it with one of: an action, a decision, or acceptance until a day.")
        .refuses(
            answer(json!({ "response": "ACT-2", "accepted_until": "2025-02-01" })),
            "Answer it with one of: an action, a decision, or acceptance until a day.",
        )
        .refuses(answer(json!({ "accepted_until": "2025-02-01" })), "Say why it is accepted until then.")
        .refuses(
            answer(json!({ "accepted_until": "2025-01-06", "reason": "Soon" })),
            "It can be accepted until a day after today, and for 366 days at most.",
        )
        .refuses(
            answer(json!({ "response": "ACT-3" })),
            "Given up (ACT-3) does not stand, so it answers nothing. Choose another, or begin one.",
        )
        .refuses(
            answer(json!({ "response": "ACT-2" })),
            "Hire a crane (ACT-2) does not say that it is about Work overdue: Mend (SIG-1), nor about what that warns of. Say in the reason how it answers it.",
        )
        .and(answer(json!({ "response": "ACT-2", "reason": "It waits for the crane" })));
    let shown = |on: &str| story.shown(on).lines().next().unwrap().to_owned();
    assert_eq!(shown("2025-01-06"), "SIG-1 work overdue ACT-1: answered");
    assert_eq!(shown("2025-02-28"), "SIG-1 work overdue ACT-1: answered");
    let it = raised::one(&story.view("2025-02-01"), id("SIG-1")).unwrap().answer.unwrap();
    assert_eq!(it.with, With::Record(at("ACT-2")));
    assert_eq!((it.by, it.person), (Some(id("POST-3")), Some(id("PERSON-3"))));
    // One above answers as well; and what was begun and given up answers nothing any more.
    let given_up = Story { by: By::Console, ..story.clone() }.and(end("ACT-2", "2025-01-20"));
    let shown = |on: &str| given_up.shown(on).lines().next().unwrap().to_owned();
    assert_eq!(shown("2025-01-19"), "SIG-1 work overdue ACT-1: answered");
    assert_eq!(shown("2025-01-20"), "SIG-1 work overdue ACT-1: open");
    assert_eq!(shown("2025-01-27"), "SIG-1 work overdue ACT-1: open, POST-2 on 2025-01-27");
    // A second answer takes the place of the first from its day; the first stays to be seen.
    let over = story.on("2025-01-10").by("PERSON-1", "POST-1", "TEN-1");
    let over = over.and(change(
        "SIG-1",
        "2025-01-10",
        json!({ "accepted_until": "2025-02-01", "reason": "No crane" }),
    ));
    let row = over.state.records().signals.get(id("SIG-1")).unwrap();
    assert_eq!(raised::answers(row, day("2025-02-10")).len(), 2);
}

#[test]
fn what_says_that_it_is_about_a_signal_or_its_subject_answers_it_without_a_reason() {
    let about =
        |it: &str| named("action", "Call the maker").its("due", "2025-03-01").its("regards", it);
    let story = late().warns("2025-01-06").and(about("SIG-1").from("2025-01-06"));
    let story = story.by("PERSON-3", "POST-3", "TEN-3");
    let story = story.and(change("SIG-1", "2025-01-06", json!({ "response": "ACT-2" })));
    let first = story.shown("2025-01-06");
    assert!(first.starts_with("SIG-1 work overdue ACT-1: answered"), "{first}");
}

#[test]
fn one_that_was_accepted_is_quiet_until_that_day_and_comes_back_by_itself() {
    let story = late().warns("2025-01-06").by("PERSON-3", "POST-3", "TEN-3").and(change(
        "SIG-1",
        "2025-01-06",
        json!({ "accepted_until": "2025-02-01", "reason": "The part comes in January" }),
    ));
    let quiet = "SIG-1 work overdue ACT-1: accepted until 2025-02-01";
    assert_eq!(story.shown("2025-01-06"), quiet);
    assert_eq!(story.shown("2025-01-31"), quiet);
    // Nothing has to be recorded for that.
    assert_eq!(story.shown("2025-02-01"), "SIG-1 work overdue ACT-1: open");
    assert_eq!(story.shown("2025-02-08"), "SIG-1 work overdue ACT-1: open, POST-2 on 2025-02-08");
    let story = story.warns("2025-02-01");
    assert_eq!(story.state.records().signals.len(), 1);
    // It is counted all the while.
    let view = story.view("2025-01-20");
    let all = raised::all(&view, &signals(&view));
    let it = all.iter().find(|it| it.signal.sort == Sort::WorkOverdue).unwrap();
    assert_eq!(it.word, raised::Word::Accepted { until: day("2025-02-01") });
    assert!(!it.asks(id("POST-3")));
}

#[test]
fn what_nobody_answers_goes_up_the_line_and_passes_vacant_posts() {
    let story = late().warns("2025-01-06");
    let shown = |story: &Story, on: &str| story.shown(on).replace("SIG-1 work overdue ACT-1: ", "");
    assert_eq!(shown(&story, "2025-01-12"), "open");
    assert_eq!(shown(&story, "2025-01-13"), "open, POST-2 on 2025-01-13");
    assert_eq!(shown(&story, "2025-01-20"), "open, POST-2 on 2025-01-13, POST-1 on 2025-01-20");
    assert_eq!(shown(&story, "2025-03-01"), "open, POST-2 on 2025-01-13, POST-1 on 2025-01-20");
    let faster = json!({ "sort": "work overdue", "escalates_after": 3 });
    let faster = story.clone().and(establish("threshold", faster));
    assert_eq!(shown(&faster, "2025-01-10"), "open, POST-2 on 2025-01-09");
    let vacant = story.and(end("TEN-2", "2025-01-10"));
    let line = vacant.shown("2025-01-13");
    assert!(line.contains("SIG-1 work overdue ACT-1: open, POST-1 on 2025-01-13"), "{line}");
}

/// The same, told day by day.
fn told_again(
    records: &Records,
    id: SignalId,
    goes_to: Option<PostId>,
    on: Date,
) -> Vec<(PostId, Date)> {
    let row = records.signals.get(id).unwrap();
    let limit = |day: Date| {
        let rows: Vec<_> = records.thresholds.iter().map(|it| it.1).collect();
        let said = |subject: Option<Ref>| {
            let mut rows = rows.iter().filter(|it| it.live.is(day) && it.sort == row.sort);
            rows.find(|it| it.subject.0 == subject).and_then(|it| *it.escalates_after.near(day))
        };
        let days = said(Some(row.subject.0)).or(said(None));
        i64::from(days.unwrap_or(row.sort.0.gravity().answer_days()))
    };
    let answered = |day: Date| {
        let said = |it: Date| it <= day;
        let last = row.answered_by.entries().rfind(|it| said(it.0));
        let Some((given, Some(_))) = last else { return false };
        match (*row.response.near(*given), *row.accepted_until.near(*given)) {
            (Some(with), _) => {
                let done =
                    records.facet(with).unwrap().read("done", day) == crate::Value::Flag(true);
                !records.is_annulled(with) && (done || records.stands(with, day))
            }
            (None, until) => until.is_some_and(|it| day < it),
        }
    };
    let Some(post) = goes_to.filter(|_| row.live.is(on)) else { return Vec::new() };
    let (mut days, mut since) = (Vec::new(), None);
    let mut today = row.shown.0.max(row.live.begins());
    while today <= on {
        if answered(today) {
            (days, since) = (Vec::new(), None);
        } else {
            let began = *since.get_or_insert(today);
            if crate::status::days_between(began, today) >= limit(began) {
                days.push(today);
                since = Some(today);
            }
        }
        today = today.saturating_add(1.day());
    }
    let held = |it: &PostId| !who::holders(records, *it, on).is_empty();
    who::line(records, post, on).filter(held).zip(days).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever happens, what was raised and not cleared is what is the case; to let a day come twice is nothing; and
    /// the same log gives the same. Where a signal has come to is what counting days gives.
    #[test]
    fn signals_raised_and_cleared_are_a_function_of_the_state(seed in any::<u64>()) {
        let (mut story, mut dice) = (start(), Dice(seed));
        let mut today = 0;
        for round in 0..40 {
            if round % 8 == 7 {
                today += dice.roll(4);
                story = story.warns(&day(TODAY).checked_add((today as i64).days()).unwrap().to_string());
                story = answering(story, &mut dice);
                story.by = By::Console;
            } else {
                story = match (dice.roll(4), dice.holding(&story.state, story.today)) {
                    (0, Some((by, said))) => Story { by, ..story }.when(said),
                    _ => story.when(dice.command()),
                };
                story.by = By::Console;
            }
        }
        story = story.warns(&day(TODAY).checked_add((today as i64 + 1).days()).unwrap().to_string());
        let records = story.state.records();
        let view = View::new(&story.state, story.today);
        let case: BTreeSet<_> = signals(&view).iter().map(|it| (it.sort, it.subject)).collect();
        let stand = records.signals.iter().filter(|it| it.1.live.is(story.today) && it.1.live.ends_after(story.today) == Date::MAX);
        let open: BTreeSet<_> = stand.map(|it| (it.1.sort.0, it.1.subject.0)).collect();
        prop_assert_eq!(case, open);
        let mut again = State::default();
        story.facts.iter().for_each(|it| again.apply(it));
        again.advance(story.today);
        prop_assert_eq!(again.records(), records);
        prop_assert_eq!(signal::turns(&again), vec![]);
        let on = story.today.checked_add((dice.roll(40) as i64).days()).unwrap();
        let view = View::new(&story.state, on);
        let case_on: BTreeSet<_> = signals(&view).iter().map(|it| (it.sort, it.subject)).collect();
        for (id, _) in records.signals.iter() {
            let it = raised::one(&view, id).unwrap();
            if case_on.contains(&(it.signal.sort, it.signal.subject)) && records.signals.get(id).unwrap().live.is(on) {
                prop_assert_eq!(signal::goes_to(&story.state, id, on), it.signal.goes_to, "{}", id);
            }
            let told = told_again(records, id, it.signal.goes_to, on);
            prop_assert_eq!(it.escalated, told, "{} on {}", id, on);
        }
    }
}

/// Some of those who may, and some who may not, read and answer what is open.
fn answering(mut story: Story, dice: &mut Dice) -> Story {
    let ids: Vec<SignalId> = story.state.records().signals.ids().collect();
    let tenures: Vec<_> =
        story.state.records().tenures.iter().map(|(id, it)| (id, it.clone())).collect();
    for _ in 0..6 {
        if ids.is_empty() || tenures.is_empty() {
            return story;
        }
        let (id, (tenure, row)) = (*dice.pick(&ids), dice.pick(&tenures).clone());
        story.by = By::Postholder { person: row.person.0, post: row.post.0, tenure };
        let today = story.today;
        let until = today.checked_add((1 + dice.roll(9) as i64).days()).unwrap();
        let terms = match dice.roll(4) {
            0 => json!({ "read": true }),
            1 => json!({ "accepted_until": until.to_string(), "reason": "a" }),
            2 => json!({ "response": format!("ACT-{}", 1 + dice.roll(3)) }),
            _ => json!({ "response": format!("ACT-{}", 1 + dice.roll(3)), "reason": "b" }),
        };
        story = story.when(change(&id.to_string(), &today.to_string(), terms));
    }
    story
}

#[test]
fn the_days_in_play_lie_before_the_day_on_which_stories_look() {
    // What chance records is known by then, so that signals rest on all of it.
    assert!(nth(DAYS) < day(TODAY));
    assert!(Kind::SAID.contains(&Kind::Signal));
}

#[test]
fn what_was_missed_before_a_procedure_ended_is_shown_too() {
    let weekly = named("procedure", "Gate check")
        .its("post", "POST-3")
        .its("starts_on", "schedule")
        .its("schedule", "FREQ=WEEKLY");
    let story = late().and(weekly.from("2024-12-01")).comes("2025-01-02");
    let story = story.and(end("PROC-1", "2025-01-02"));
    let story = story.warns("2025-01-06");
    let shown = story.shown("2025-01-06");
    assert!(shown.contains("occurrence missed or overdue PROC-1: open"), "{shown}");
}
