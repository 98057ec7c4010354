//! Decisions held against the scheme: once, by who records them, from what is known then.

use super::{
    may::{delegation, scheme},
    *,
};

fn spend(value: &str) -> Said {
    named("decision", "Buy").its("act", "approve spending").its("value", value).from(TODAY)
}

impl Story {
    fn acting(self, n: u8) -> Story {
        self.by(&format!("PERSON-{n}"), &format!("POST-{n}"), &format!("TEN-{n}"))
    }

    fn judged(&self, of: &str) -> String {
        let view = self.view(TODAY);
        let relied = self.value(of, "relies_on", TODAY);
        match view.value(at(of), "judged") {
            crate::Value::Choice(it) => format!("{it}, {relied}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_a_decision_relies_on_is_found() {
    let story = scheme().and(delegation("POST-2", "POST-3", &["AUTH-2"]).its("limit", "5000"));
    assert_eq!(
        story.clone().acting(2).and(spend("100000")).judged("DEC-1"),
        "within authority, AUTH-2"
    );
    assert_eq!(
        story.clone().acting(1).and(spend("100000")).judged("DEC-1"),
        "within authority, AUTH-1"
    );
    assert_eq!(
        story.clone().acting(3).and(spend("5000")).judged("DEC-1"),
        "within authority, DEL-1"
    );
    assert_eq!(
        story.clone().acting(3).and(spend("5001")).judged("DEC-1"),
        "outside authority, nothing"
    );
    assert_eq!(
        story.clone().acting(4).and(spend("1")).judged("DEC-1"),
        "outside authority, nothing"
    );
    // Without an act there is nothing to judge.
    assert_eq!(
        story.clone().acting(4).and(named("decision", "Buy")).judged("DEC-1"),
        "not judged, nothing"
    );
    // What somebody relies on has to be theirs.
    let claimed = story.clone().acting(3).and(spend("1").its("relies_on", "AUTH-2"));
    assert_eq!(claimed.judged("DEC-1"), "outside authority, AUTH-2");
    let status = story.acting(4).and(spend("1"));
    assert_eq!(status.status("DEC-1", TODAY), "outside authority");
}

#[test]
fn the_console_records_what_others_decided() {
    let story = scheme();
    assert_eq!(story.clone().and(spend("1")).judged("DEC-1"), "not judged, nothing");
    assert_eq!(
        story.clone().and(spend("1").its("relies_on", "AUTH-2")).judged("DEC-1"),
        "within authority, AUTH-2"
    );
    assert_eq!(
        story.clone().and(spend("100001").its("relies_on", "AUTH-2")).judged("DEC-1"),
        "outside authority, AUTH-2"
    );
    // So does whoever administers the register.
    let registrar = story.and(change("POST-4", FIRST, json!({ "administers": true }))).acting(4);
    assert_eq!(
        registrar.clone().and(spend("1").its("relies_on", "AUTH-2")).judged("DEC-1"),
        "within authority, AUTH-2"
    );
    assert_eq!(registrar.and(spend("1")).judged("DEC-1"), "outside authority, nothing");
}

#[test]
fn nothing_recorded_later_changes_a_judgement() {
    scheme()
        .acting(2)
        .and(spend("100000"))
        .acting(3)
        .and(spend("10"))
        .by_console()
        .and(change("AUTH-2", FIRST, json!({ "limit": "1" })))
        .and(establish("authority", json!({ "post": "POST-3", "act": "approve spending" })))
        .and(end("TEN-2", "2024-06-01"))
        .still("DEC-1", "within authority, AUTH-2")
        .still("DEC-2", "outside authority, nothing");
}

impl Story {
    fn by_console(self) -> Story {
        Story { by: By::Console, ..self }
    }

    #[track_caller]
    fn still(self, of: &str, judged: &str) -> Story {
        assert_eq!(self.judged(of), judged);
        self
    }
}

#[test]
fn a_corrected_figure_is_held_against_what_was_relied_on() {
    let story = scheme().acting(2).and(spend("10"));
    let figure = |value: &str| correct("DEC-1", TODAY, TODAY, json!({ "value": value }));
    story
        .by_console()
        .and(figure("100000"))
        .still("DEC-1", "within authority, AUTH-2")
        .and(figure("100001"))
        .still("DEC-1", "outside authority, AUTH-2")
        .and(change("DEC-1", TODAY, json!({ "about": "Needed" })))
        .still("DEC-1", "outside authority, AUTH-2")
        .and(correct("DEC-1", TODAY, TODAY, json!({ "act": null })))
        .still("DEC-1", "not judged, AUTH-2");
}

#[test]
fn it_is_judged_for_the_day_on_which_it_was_taken() {
    let story = scheme()
        .and(delegation("POST-2", "POST-3", &["AUTH-2"]).from("2024-06-01").until("2024-07-01"))
        .acting(3);
    story
        .and(spend("1").from("2024-06-15"))
        .still("DEC-1", "within authority, DEL-1")
        .and(spend("1"))
        .still("DEC-2", "outside authority, nothing");
}

#[test]
fn under_a_delegation_a_decision_relies_on_it() {
    let deputy = |story: Story| Story {
        by: By::Delegate {
            person: id("PERSON-4"),
            post: id("POST-2"),
            delegation: id("DEL-1"),
            tenure: Some(id("TEN-4")),
        },
        ..story
    };
    let both = delegation("POST-2", "POST-4", &["AUTH-2"]).its("signs", true).its("limit", "70");
    deputy(scheme().and(both))
        .and(spend("70"))
        .still("DEC-1", "within authority, DEL-1")
        .and(spend("71"))
        .still("DEC-2", "outside authority, nothing");
    // To act in the register gives no authority of the scheme.
    let signs = establish("delegation", json!({ "post": "POST-2", "to": "POST-4", "signs": true }));
    deputy(scheme().and(signs.until("2025-02-01")))
        .and(spend("1"))
        .still("DEC-1", "outside authority, nothing");
}

#[test]
fn an_organisation_can_refuse_what_is_outside_authority() {
    let refused = |why: &str| {
        format!(
            "Head (POST-3) may not approve spending of 10 on {}: {why}. Whoever may has to record it, or has to delegate it first; the page “Who may” names them.",
            said(TODAY)
        )
    };
    scheme()
        .and(named("organisation", "Ashby").its("outside_authority", "refused"))
        .acting(3)
        .refuses(spend("10"), &refused("it has no authority for that"))
        .by_console()
        .and(delegation("POST-2", "POST-3", &["AUTH-2"]).its("limit", "9"))
        .acting(3)
        .refuses(spend("10"), &refused("limit 9"))
        .and(spend("9"))
        .and(named("decision", "Anything else"));
}

#[test]
fn nobody_says_themselves_that_they_had_the_authority() {
    scheme().acting(4).refuses(
        spend("10").its("judged", "within authority"),
        "“Within authority” is worked out and cannot be given. Leave it out.",
    );
}
