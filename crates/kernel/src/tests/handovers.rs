//! Handovers: who speaks, who signs, and that a sealed one stays so; packs drawn from the state.

use super::{acceptances::start, may::authority, *};
use crate::read::{handovers, pack::Pack, signals};

/// The head leaves at the end of January and PERSON-5 comes on 20 January, by TEN-5.
fn leaving() -> Story {
    start()
        .and(end("TEN-3", "2025-02-01"))
        .and(tenure("PERSON-5", "POST-3").from("2025-01-20"))
        .on("2025-01-25")
}

fn opened() -> Story {
    leaving().holding_post(3).and(open())
}

fn open() -> Said {
    let terms = json!({ "post": "POST-3", "outgoing": "TEN-3", "incoming": "TEN-5" });
    establish("handover", terms).from("2025-01-25")
}

fn says(terms: Json) -> Said {
    change("HAND-1", "2025-01-25", terms)
}

impl Story {
    fn incoming(self) -> Story {
        self.by("PERSON-5", "POST-3", "TEN-5")
    }

    fn stage(&self, on: &str) -> &'static str {
        let found = handovers::of_post(self.state.records(), id("POST-3"), day(on));
        found.first().map_or("no handover", |it| it.1.stage(day(on)).word())
    }

    fn owed(&self, on: &str) -> String {
        let all = handovers::owed(self.state.records(), day(on));
        list(all.iter().map(|it| format!("{} {} since {};", it.post, it.tenure, it.since)))
    }
}

const ONLY: &str = "Only the holder can say this, for themselves, as that post: nobody answers or signs for another.";

#[test]
fn the_outgoing_holder_speaks_and_both_sign() {
    let story = opened()
        .and(says(json!({ "judgement": "Tight.", "priorities": "The roof.", "notes": ["OBJ-1: Late", "Ask early"] })))
        .and(says(json!({ "given_by": "TEN-3" })));
    assert_eq!(story.stage("2025-01-25"), "waits for whoever takes");
    let row = story.state.records().handovers.get(id("HAND-1")).unwrap();
    assert_eq!(row.notes_on(at("OBJ-1"), day("2025-01-25")), ["Late"]);
    let story = story.incoming().and(says(json!({ "taken_by": "TEN-5" })));
    assert_eq!(story.stage("2025-01-25"), "complete");
    assert_eq!(story.stage("2025-01-24"), "no handover");
}

#[test]
fn either_may_sign_first() {
    let story = opened().incoming().and(says(json!({ "taken_by": "TEN-5" })));
    assert_eq!(story.stage("2025-01-25"), "waits for whoever gives");
    let story = story.holding_post(3).and(says(json!({ "given_by": "TEN-3" })));
    assert_eq!(story.stage("2025-01-25"), "complete");
}

#[test]
fn what_both_have_signed_is_sealed_for_everybody() {
    let sealed = "HAND-1 has both signatures, so it is sealed: nothing of it changes any more.";
    let story = opened()
        .and(says(json!({ "given_by": "TEN-3" })))
        .incoming()
        .and(says(json!({ "taken_by": "TEN-5" })));
    let console = Story { by: By::Console, ..story.clone() };
    for story in [story.clone(), story.clone().holding_post(3), story.holding_post(4), console] {
        story
            .refuses(says(json!({ "judgement": "Worse." })), sealed)
            .refuses(says(json!({ "given_by": null })), sealed)
            .refuses(end("HAND-1", "2025-01-26"), sealed)
            .refuses(annul("HAND-1"), sealed);
    }
}

#[test]
fn nobody_speaks_or_signs_for_another() {
    for story in [
        opened().incoming(),
        opened().holding_post(2),
        opened().holding_post(4),
        Story { by: By::Console, ..opened() },
    ] {
        story
            .refuses(says(json!({ "judgement": "Fine." })), ONLY)
            .refuses(says(json!({ "given_by": "TEN-3" })), ONLY);
    }
    for story in [opened(), opened().holding_post(2), opened().holding_post(4)] {
        story.refuses(says(json!({ "taken_by": "TEN-5" })), ONLY);
    }
    // With a tenure that is not one's own.
    opened().refuses(says(json!({ "given_by": "TEN-5" })), ONLY);
    opened().holding_post(4).refuses(
        establish("handover", json!({ "post": "POST-3", "judgement": "Fine." })).from("2025-01-25"),
        ONLY,
    );
}

#[test]
fn words_stand_once_they_are_signed_until_the_signature_is_taken_back() {
    opened()
        .and(says(json!({ "given_by": "TEN-3" })))
        .refuses(
            says(json!({ "judgement": "Worse." })),
            "HAND-1 is signed by whoever gives, so its words cannot change. Take the signature back first.",
        )
        .incoming()
        .refuses(says(json!({ "given_by": null })), ONLY)
        .holding_post(3)
        .and(says(json!({ "given_by": null })))
        .and(says(json!({ "judgement": "Worse." })));
}

#[test]
fn one_person_cannot_give_and_take() {
    // PERSON-3 goes from one tenure of the post into the next.
    let story =
        Story { by: By::Console, ..leaving() }.and(tenure("PERSON-3", "POST-3").from("2025-01-21"));
    let same = establish(
        "handover",
        json!({ "post": "POST-3", "outgoing": "TEN-3", "incoming": "TEN-6" }),
    );
    story
        .and(same.from("2025-01-25"))
        .holding_post(3)
        .and(says(json!({ "given_by": "TEN-3" })))
        .by("PERSON-3", "POST-3", "TEN-6")
        .refuses(
            says(json!({ "taken_by": "TEN-6" })),
            "Whoever gives and whoever takes must be two people.",
        );
    leaving().holding_post(3).refuses(
        establish(
            "handover",
            json!({ "post": "POST-3", "outgoing": "TEN-3", "incoming": "TEN-3" }),
        )
        .from("2025-01-25"),
        "Somebody cannot hand a post over to themselves: choose two tenures.",
    );
}

#[test]
fn the_next_above_signs_for_one_who_is_gone() {
    let today = "2025-02-10";
    let signs = |terms: Json| change("HAND-1", today, terms);
    let story = opened().on(today);
    story.clone().holding_post(1).refuses(signs(json!({ "given_by": "TEN-1" })), ONLY);
    let story = story
        .holding_post(2)
        .and(signs(json!({ "judgement": "As far as I know it is calm." })))
        .and(signs(json!({ "given_by": "TEN-2" })))
        .incoming()
        .and(signs(json!({ "taken_by": "TEN-5" })));
    assert_eq!(story.stage(today), "complete");
}

#[test]
fn a_handover_is_about_one_post_and_one_departure() {
    leaving()
        .holding_post(3)
        .refuses(
            establish("handover", json!({ "post": "POST-3", "outgoing": "TEN-2" }))
                .from("2025-01-25"),
            "TEN-2 is no tenure of Head (POST-3). Choose one of that post.",
        )
        .and(open())
        .refuses(open(), "HAND-1 is about that tenure already. Go on with it, or end it first.")
        .refuses(
            open().from("2025-01-24"),
            "A handover holds from the day on which it is written: it cannot be dated otherwise.",
        )
        .holding_post(4)
        .and(end("HAND-1", "2025-01-26"))
        .on("2025-01-26")
        .and(open().from("2025-01-26"));
}

#[test]
fn a_post_vacated_without_one_is_pointed_out_for_ninety_days() {
    let story = leaving();
    assert_eq!(story.owed("2025-01-31"), "none");
    assert_eq!(story.owed("2025-02-01"), "POST-3 TEN-3 since 2025-02-01;");
    assert_eq!(story.owed("2025-05-01"), "POST-3 TEN-3 since 2025-02-01;");
    assert_eq!(story.owed("2025-05-02"), "none");
    let signed = opened()
        .and(says(json!({ "given_by": "TEN-3" })))
        .incoming()
        .and(says(json!({ "taken_by": "TEN-5" })));
    assert_eq!(signed.owed("2025-02-01"), "none");
    // Somebody who goes on by another tenure has left nothing.
    let stays = start()
        .and(end("TEN-3", "2024-12-01"))
        .and(tenure("PERSON-3", "POST-3").from("2024-12-01"));
    assert_eq!(stays.owed(TODAY), "none");
}

/// Of the head.
fn pack(view: &View<'_>) -> Pack {
    crate::read::pack::pack(view, id("POST-3"), &signals::signals(view))
}

#[test]
fn the_pack_is_drawn_from_the_state_and_of_one_state_always_the_same() {
    let story = start()
        .and(named("action", "Late").its("due", "2024-12-10"))
        .and(named("action", "Soon").its("due", "2025-01-20"))
        .and(named("action", "Done").its("due", "2025-01-20").its("done", true))
        .and(named("decision", "Buy").its("review_on", "2025-03-20"))
        .and(indicator("Heat", "20").its("cadence", "monthly"))
        .and(measure("IND-1", "2024-11-30", "21"))
        .and(measure("IND-1", "2024-12-20", "9"));
    let story = ["ACT-1", "ACT-2", "ACT-3", "DEC-1", "IND-1"]
        .into_iter()
        .fold(story, |story, it| story.and(duty("POST-3", it)))
        .and(duty("POST-4", "OBJ-1").its("role", "consulted"))
        .and(end("TEN-3", "2025-03-01"));
    let it = pack(&story.view(TODAY));
    assert_eq!(list(&it.answers_for), "IND-1 ACT-1 OBJ-1 OBJ-2 ACT-2 ACT-3 DEC-1");
    assert_eq!(list(it.open_actions.iter().map(|it| it.0)), "ACT-1 ACT-2");
    let ahead = it.ahead.iter().map(|it| format!("{} {} {};", it.of, it.what.words(), it.on));
    assert_eq!(
        list(ahead),
        "ACT-1 is to be done 2024-12-10; ACT-2 is to be done 2025-01-20; IND-1 needs a figure 2025-02-20; \
         TEN-3 ends 2025-03-01; DEC-1 is to be reviewed 2025-03-20;"
    );
    assert_eq!(list(it.getting_worse.iter().map(|it| it.of)), "IND-1 ACT-1");
    assert_eq!(list(&it.decisions), "DEC-1");
    assert_eq!(
        format!("{:?}", it.relying.iter().map(|it| it.0.to_string()).collect::<Vec<_>>()),
        r#"["POST-4"]"#
    );
    assert_eq!(it.unanswered, 7);
    let known = story.state.clone();
    let later = story.and(change("ACT-1", "2024-12-10", json!({ "done": true })));
    // What is recorded later changes what is known now, never what was known then.
    assert_eq!(pack(&View::new(&known, day(TODAY))), it);
    assert_ne!(pack(&later.view(TODAY)), it);
}

#[test]
fn the_pack_holds_what_was_delegated_to_the_post_and_by_it() {
    let delegation = |from: &str, to: &str, until: &str, gives: Json| {
        let mut terms = json!({ "post": from, "to": to });
        terms.as_object_mut().unwrap().extend(gives.as_object().unwrap().clone());
        establish("delegation", terms).until(until)
    };
    let story = start()
        .and(authority("POST-2", "Approve spending").its("limit", "100000"))
        .and(authority("POST-2", "Appoint staff"))
        .and(authority("POST-3", "Let a contract"))
        .and(delegation(
            "POST-2",
            "POST-3",
            "2025-04-01",
            json!({ "authorities": ["AUTH-1", "AUTH-2"], "limit": "50000" }),
        ))
        .and(delegation("POST-2", "POST-3", "2025-02-10", json!({ "authorities": ["AUTH-2"] })))
        .and(delegation("POST-2", "PERSON-3", "2026-01-01", json!({ "signs": true })))
        .and(delegation("POST-2", "PERSON-4", "2026-01-01", json!({ "signs": true })))
        .and(delegation("POST-3", "POST-4", "2025-03-01", json!({ "authorities": ["AUTH-3"] })))
        .and(delegation("POST-3", "POST-1", TODAY, json!({ "authorities": ["AUTH-3"] })));
    let told = |story: &Story| {
        let it = pack(&story.view(TODAY));
        let line = |it: &crate::read::pack::Delegated| {
            let gives = it.authorities.iter().map(|(of, limit)| match limit {
                Some(limit) => format!("{of} up to {limit}"),
                None => of.to_string(),
            });
            let signs = if it.signs { ", signs" } else { "" };
            let gives: Vec<String> = gives.collect();
            format!(
                "{} {} to {}: {}{signs}, until {};",
                it.of,
                it.from,
                it.to,
                gives.join(" and "),
                it.until
            )
        };
        let ends = it.ahead.iter().filter(|it| it.of.kind == crate::Kind::Delegation);
        let ends = list(ends.map(|it| format!("{} {};", it.of, it.on)));
        (list(it.held.iter().map(line)), list(it.given.iter().map(line)), ends)
    };
    let (held, given, ends) = told(&story);
    assert_eq!(
        held,
        "DEL-2 POST-2 to POST-3: AUTH-2, until 2025-02-10; \
         DEL-1 POST-2 to POST-3: AUTH-1 up to 50000 and AUTH-2 up to 50000, until 2025-04-01; \
         DEL-3 POST-2 to PERSON-3: , signs, until 2026-01-01;"
    );
    assert_eq!(given, "DEL-5 POST-3 to POST-4: AUTH-3, until 2025-03-01;");
    assert_eq!(ends, "DEL-2 2025-02-10; DEL-5 2025-03-01; DEL-1 2025-04-01;");
    // What lapsed is still held, says so, and has nothing left that ends.
    let story = story
        .and(change("AUTH-2", "2024-06-01", json!({ "non_delegable": true })))
        .and(change("AUTH-1", "2024-06-01", json!({ "limit": "40000" })));
    let (held, _, ends) = told(&story);
    assert_eq!(
        held,
        "DEL-2 POST-2 to POST-3: , until 2025-02-10; \
         DEL-1 POST-2 to POST-3: AUTH-1 up to 40000, until 2025-04-01; \
         DEL-3 POST-2 to PERSON-3: , signs, until 2026-01-01;"
    );
    assert_eq!(ends, "DEL-5 2025-03-01; DEL-1 2025-04-01;");
}
