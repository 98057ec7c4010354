//! What holders answer to their duties, and what becomes of a challenge.

use super::*;
use crate::{
    id::DutyId,
    read::acceptances::{self, Standing as Accepting},
};

/// A chief above a director above a head, who is accountable for two objectives since 1 January; a
/// registrar beside. PERSON-n holds POST-n by TEN-n from the first day.
pub(super) fn start() -> Story {
    let posts = [
        post("Chief"),
        post("Director").its("reports_to", "POST-1"),
        post("Head").its("reports_to", "POST-2"),
        post("Registrar").its("administers", true),
    ];
    let tenures = (1..=4).map(|n| tenure(&format!("PERSON-{n}"), &format!("POST-{n}")));
    let council = named("organisation", "Council");
    let first = [council, unit("Housing"), plan("Plan"), objective("Warm"), objective("Dry")];
    let story = given(first.into_iter().chain(posts));
    let story =
        [person(), person(), person(), person(), person()].into_iter().fold(story, Story::and);
    let story = tenures.fold(story, Story::and);
    story.and(duty("POST-3", "OBJ-1")).and(duty("POST-3", "OBJ-2"))
}

fn answers(duty: &str, tenure: &str, answer: &str, on: &str) -> Said {
    establish("acceptance", json!({ "duty": duty, "tenure": tenure, "answer": answer })).from(on)
}

impl Story {
    pub(super) fn holding_post(self, n: u8) -> Story {
        self.by(&format!("PERSON-{n}"), &format!("POST-{n}"), &format!("TEN-{n}"))
    }

    /// How a duty stands with its holders, a line each.
    fn accepting(&self, duty: &str, on: &str) -> String {
        let all = acceptances::of_duty(self.state.records(), id::<DutyId>(duty), day(on));
        list(all.iter().map(said_of).map(|it| format!("{it};")))
    }
}

fn said_of(it: &Accepting) -> String {
    let due = it.due_by.map(|it| format!(", by {it}")).unwrap_or_default();
    let asked = it.asked.map(|it| match it.post {
        Some(post) => format!(", asks {post} until {}", it.until),
        None => ", asks whoever keeps the register".into(),
    });
    format!(
        "{} {} since {}{due}{}",
        it.holder.tenure,
        it.word.word(),
        it.since,
        asked.unwrap_or_default()
    )
}

const ONLY: &str = "Only the holder can say this, for themselves, as that post: nobody answers or signs for another.";

#[test]
fn a_duty_waits_for_its_holder_from_the_later_of_tenure_and_duty() {
    let story = start()
        .and(end("TEN-3", "2024-03-01"))
        .and(tenure("PERSON-5", "POST-3").from("2024-04-01"));
    assert_eq!(
        story.accepting("DUTY-1", "2024-02-01"),
        "TEN-3 not answered yet since 2024-01-01, by 2024-01-15;"
    );
    assert_eq!(story.accepting("DUTY-1", "2024-03-15"), "none");
    assert_eq!(
        story.accepting("DUTY-1", "2024-04-02"),
        "TEN-5 not answered yet since 2024-04-01, by 2024-04-15;"
    );
    // A duty that moves to another post waits anew.
    let story = story.and(change("DUTY-1", "2024-05-01", json!({ "post": "POST-2" })));
    assert_eq!(
        story.accepting("DUTY-1", "2024-05-02"),
        "TEN-2 not answered yet since 2024-05-01, by 2024-05-15;"
    );
    let story = story.and(change("ORG-1", "2024-01-01", json!({ "acceptance_days": 30 })));
    assert_eq!(
        story.accepting("DUTY-1", "2024-05-02"),
        "TEN-2 not answered yet since 2024-05-01, by 2024-05-31;"
    );
    assert_eq!(acceptances::late(story.state.records(), day("2024-05-31")).len(), 1);
    assert_eq!(acceptances::late(story.state.records(), day("2024-06-01")).len(), 2);
}

#[test]
fn the_holder_answers_and_may_answer_anew_and_the_duty_is_not_touched() {
    let story = start().holding_post(3);
    let before = story.state.records().duties.clone();
    let story =
        story.and(answers("DUTY-1", "TEN-3", "accepted", TODAY)).on("2025-02-01").and(change(
            "ACC-1",
            "2025-02-01",
            json!({ "answer": "accepted with reservation", "reason": "No budget." }),
        ));
    assert_eq!(story.accepting("DUTY-1", TODAY), "TEN-3 accepted since 2025-01-01;");
    assert_eq!(
        story.accepting("DUTY-1", "2025-02-01"),
        "TEN-3 accepted with reservation since 2025-02-01;"
    );
    assert!(story.state.records().duties == before);
    // Whoever comes next has answered nothing.
    let story = Story { by: By::Console, ..story };
    let story =
        story.and(end("TEN-3", "2025-03-01")).and(tenure("PERSON-5", "POST-3").from("2025-03-01"));
    assert_eq!(
        story.accepting("DUTY-1", "2025-03-02"),
        "TEN-5 not answered yet since 2025-03-01, by 2025-03-15;"
    );
}

#[test]
fn nobody_answers_for_another() {
    let it = || answers("DUTY-1", "TEN-3", "accepted", TODAY);
    let story = start().refuses(it(), ONLY);
    for other in [1, 2, 4] {
        story.clone().holding_post(other).refuses(it(), ONLY);
    }
    let answered = story.holding_post(3).and(it());
    let again = || change("ACC-1", TODAY, json!({ "answer": "challenged", "reason": "No." }));
    answered.clone().holding_post(4).refuses(again(), ONLY);
    answered.clone().holding_post(2).refuses(end("ACC-1", "2025-02-01"), ONLY);
    let console = Story { by: By::Console, ..answered };
    // What was recorded by mistake can be annulled, so that nothing is stuck.
    console.refuses(again(), ONLY).and(annul("ACC-1"));
}

#[test]
fn an_answer_is_of_today_and_of_a_duty_that_the_post_has() {
    let dated = "An answer holds from the day on which it is given: it cannot be dated otherwise.";
    start()
        .holding_post(3)
        .refuses(answers("DUTY-1", "TEN-3", "accepted", "2024-12-31"), dated)
        .refuses(answers("DUTY-1", "TEN-3", "accepted", TODAY).until("2025-02-01"), dated)
        .and(answers("DUTY-1", "TEN-3", "accepted", TODAY))
        .refuses(change("ACC-1", "2025-02-01", json!({ "answer": "accepted" })), dated)
        .refuses(
            correct("ACC-1", TODAY, TODAY, json!({ "answer": "accepted" })),
            "What was answered stays as it was answered. Give another answer, from today.",
        )
        .refuses(
            answers("DUTY-1", "TEN-3", "accepted", TODAY),
            "By this tenure DUTY-1 was answered already, as ACC-1. Give that another answer instead.",
        );
    start().holding_post(2).refuses(
        answers("DUTY-1", "TEN-2", "accepted", TODAY),
        "Director (POST-2) does not have that duty today, so there is nothing to answer.",
    );
}

#[test]
fn reservations_challenges_and_dismissals_need_a_reason() {
    let story = start().holding_post(3);
    for answer in ["accepted with reservation", "challenged"] {
        let sentence = format!("“{answer}” needs a reason. Say what it is.");
        story.clone().refuses(answers("DUTY-1", "TEN-3", answer, TODAY), &sentence);
        story
            .clone()
            .refuses(answers("DUTY-1", "TEN-3", answer, TODAY).its("reason", " "), &sentence);
    }
    story
        .and(answers("DUTY-1", "TEN-3", "challenged", TODAY).its("reason", "It is Finance’s."))
        .holding_post(2)
        .refuses(
            change("ACC-1", TODAY, json!({ "ruling": "dismissed" })),
            "To dismiss a challenge takes a reason. Say why the duty stays as it is.",
        )
        .and(change(
            "ACC-1",
            TODAY,
            json!({ "ruling": "dismissed", "ruling_reason": "It is not." }),
        ));
}

/// Two duties of the head's, the first challenged on the first day of the year.
fn challenged() -> Story {
    start().holding_post(3).and(
        answers("DUTY-1", "TEN-3", "challenged", TODAY).its("reason", "It belongs to Finance."),
    )
}

#[test]
fn a_challenge_goes_up_the_line_with_a_clock() {
    let story = challenged();
    let on = |date: &str| story.accepting("DUTY-1", date);
    let first = "TEN-3 challenged since 2025-01-01, by 2025-01-15, asks POST-2 until 2025-01-15;";
    let second = "TEN-3 challenged since 2025-01-01, by 2025-01-15, asks POST-1 until 2025-01-29;";
    assert_eq!(on("2025-01-01"), first);
    assert_eq!(on("2025-01-15"), first);
    assert_eq!(on("2025-01-16"), second);
    // There is nobody above the chief.
    assert_eq!(on("2026-01-16"), second);
    let waiting = |post: &str, date: &str| {
        acceptances::waiting_for(story.state.records(), id(post), day(date)).len()
    };
    assert_eq!((waiting("POST-2", "2025-01-15"), waiting("POST-1", "2025-01-15")), (1, 0));
    assert_eq!((waiting("POST-2", "2025-01-16"), waiting("POST-1", "2025-01-16")), (0, 1));
}

#[test]
fn a_challenge_passes_by_whoever_is_vacant_or_challenges() {
    let vacant = Story { by: By::Console, ..challenged() }.and(end("TEN-2", "2025-01-05"));
    assert_eq!(
        vacant.accepting("DUTY-1", "2025-01-06"),
        "TEN-3 challenged since 2025-01-01, by 2025-01-15, asks POST-1 until 2025-01-15;"
    );
    // Whoever challenges holds the post above as well: four eyes are counted in people.
    let both = vacant.and(tenure("PERSON-3", "POST-2").from("2025-01-05")).on("2025-01-06");
    assert!(both.accepting("DUTY-1", "2025-01-06").contains("asks POST-1"));
    let dismissal = change("ACC-1", "2025-01-06", json!({ "ruling": "upheld" }));
    both.by("PERSON-3", "POST-2", "TEN-5").refuses(
        dismissal,
        "Only a post above the one that challenges can rule on ACC-1, and another person than the one who challenges.",
    );
}

#[test]
fn a_post_above_rules_and_nobody_else() {
    let upheld = || change("ACC-1", TODAY, json!({ "ruling": "upheld" }));
    let not_above = "Only a post above the one that challenges can rule on ACC-1, and another person than the one who challenges.";
    challenged().refuses(upheld(), not_above).holding_post(4).refuses(upheld(), not_above);
    let story = challenged().holding_post(1).and(upheld());
    assert_eq!(story.accepting("DUTY-1", TODAY), "TEN-3 challenge upheld since 2025-01-01;");
    // Above does not mean in their name.
    challenged()
        .holding_post(2)
        .refuses(change("ACC-1", TODAY, json!({ "answer": "accepted" })), ONLY);
    start()
        .holding_post(3)
        .and(answers("DUTY-1", "TEN-3", "accepted", TODAY))
        .holding_post(2)
        .refuses(upheld(), "ACC-1 is no challenge today, so there is nothing to rule on.");
    start().holding_post(3).refuses(
        answers("DUTY-1", "TEN-3", "accepted", TODAY).its("ruling", "upheld"),
        "A ruling is given to a challenge that stands, not with it.",
    );
}

#[test]
fn at_the_top_of_the_line_whoever_keeps_the_register_rules() {
    let story = start()
        .and(duty("POST-1", "PLAN-1"))
        .holding_post(1)
        .and(answers("DUTY-3", "TEN-1", "challenged", TODAY).its("reason", "It is the council’s."));
    assert!(story.accepting("DUTY-3", TODAY).ends_with("asks whoever keeps the register;"));
    story.holding_post(4).and(change("ACC-1", TODAY, json!({ "ruling": "upheld" })));
}

#[test]
fn after_a_dismissal_the_holder_answers_anew_and_may_challenge_again() {
    let dismissed = json!({ "ruling": "dismissed", "ruling_reason": "It is yours." });
    let story = challenged()
        .on("2025-01-10")
        .holding_post(2)
        .and(change("ACC-1", "2025-01-10", dismissed))
        .holding_post(3);
    assert_eq!(
        story.accepting("DUTY-1", "2025-01-10"),
        "TEN-3 challenge dismissed since 2025-01-10, by 2025-01-24;"
    );
    let accepted = story.clone().on("2025-01-12").and(change(
        "ACC-1",
        "2025-01-12",
        json!({ "answer": "accepted" }),
    ));
    assert_eq!(accepted.accepting("DUTY-1", "2025-01-12"), "TEN-3 accepted since 2025-01-12;");
    // What was ruled on the first challenge says nothing of the second.
    let again = story.on("2025-01-12").and(change(
        "ACC-1",
        "2025-01-12",
        json!({ "answer": "challenged", "reason": "Still Finance’s." }),
    ));
    assert_eq!(
        again.accepting("DUTY-1", "2025-01-12"),
        "TEN-3 challenged since 2025-01-12, by 2025-01-26, asks POST-2 until 2025-01-26;"
    );
}
