//! Who can delegate what, to whom, and what they who received it may do.

use super::{
    may::{authority, delegation, scheme},
    *,
};

impl Story {
    /// PERSON-n as POST-n, which they hold.
    fn holding(self, n: u8) -> Story {
        self.by(&format!("PERSON-{n}"), &format!("POST-{n}"), &format!("TEN-{n}"))
    }

    /// PERSON-n, by their own post or as a person, for another post.
    fn for_post(mut self, n: u8, post: &str, delegation: &str, by_post: bool) -> Story {
        self.by = By::Delegate {
            person: id(&format!("PERSON-{n}")),
            post: id(post),
            delegation: id(delegation),
            tenure: by_post.then(|| id(&format!("TEN-{n}"))),
        };
        self
    }
}

fn signing(to: &str) -> Said {
    establish("delegation", json!({ "post": "POST-2", "to": to, "signs": true }))
        .until("2025-02-01")
}

#[test]
fn a_delegation_has_an_end_and_gives_something() {
    let mut endless = delegation("POST-2", "POST-3", &["AUTH-2"]);
    endless.body.as_object_mut().unwrap().remove("until");
    scheme()
        .refuses(endless, "A delegation from Director (POST-2) needs an end date, because it lapses by itself. Give the first day on which it no longer holds.")
        .refuses(delegation("POST-2", "POST-3", &[]), "A delegation from Director (POST-2) has to give something: name authorities of the post, or let the other act as it in the register.")
        .refuses(delegation("POST-2", "POST-2", &["AUTH-2"]), "Director (POST-2) cannot delegate to itself. Choose another post, or a person.")
        .refuses(delegation("POST-2", "POST-3", &["AUTH-2"]).its("limit", "-1"), "“Limit” cannot be below nothing. Give a value of 0 or more, or leave it empty.")
        .and(delegation("POST-2", "POST-3", &["AUTH-2"]))
        .refuses(change("DEL-1", "2025-03-01", json!({ "live": true })), "A delegation from Director (POST-2) needs an end date, because it lapses by itself. Give the first day on which it no longer holds.");
}

#[test]
fn a_post_delegates_only_what_it_has() {
    let not_its_own = |it: &str| {
        format!(
            "{it} is not an authority of Director (POST-2) on {}, and a post can delegate only its own. Choose one that it has then; what it was delegated itself cannot be passed on.",
            said(FIRST)
        )
    };
    scheme()
        .refuses(delegation("POST-2", "POST-3", &["AUTH-1"]), &not_its_own("Approve spending (AUTH-1)"))
        .refuses(delegation("POST-2", "POST-3", &["AUTH-2"]).its("limit", "100001"), "Director (POST-2) may do this up to 100000 (Approve spending (AUTH-2)), so it cannot delegate more. Give a limit of at most 100000.")
        .and(delegation("POST-2", "POST-3", &["AUTH-2"]).its("limit", "100000"))
        .refuses(change("DEL-1", "2024-06-01", json!({ "limit": "200000" })), "Director (POST-2) may do this up to 100000 (Approve spending (AUTH-2)), so it cannot delegate more. Give a limit of at most 100000.")
        .and(change("DEL-1", "2024-06-01", json!({ "limit": "50000" })))
        // What was received is not the receiver's own.
        .refuses(delegation("POST-3", "POST-4", &["AUTH-2"]), &not_its_own("Approve spending (AUTH-2)").replace("Director (POST-2)", "Head (POST-3)"))
        .refuses(delegation("POST-2", "POST-3", &["AUTH-3"]).from("2023-01-01"), &format!("Director (POST-2) does not stand on {}, so nothing can be delegated by it then.", said("2023-01-01")));
}

#[test]
fn a_correction_is_held_against_the_limit_of_who_gave_it() {
    let above = "Director (POST-2) may do this up to 100000 (Approve spending (AUTH-2)), so it cannot delegate more. Give a limit of at most 100000.";
    let fix = |was: &str, from: &str, terms: Json| correct("DEL-1", was, from, terms);
    let story = scheme().and(delegation("POST-2", "POST-3", &["AUTH-2"]).its("limit", "10000"));
    story
        .clone()
        .refuses(fix(FIRST, FIRST, json!({ "limit": "100001" })), above)
        .refuses(
            fix(FIRST, FIRST, json!({ "authorities": ["AUTH-1"] })),
            &format!("Approve spending (AUTH-1) is not an authority of Director (POST-2) on {}, and a post can delegate only its own. Choose one that it has then; what it was delegated itself cannot be passed on.", said(FIRST)),
        )
        .and(fix(FIRST, FIRST, json!({ "limit": "100000" })))
        .and(change("DEL-1", "2024-06-01", json!({ "limit": "20000" })))
        .refuses(fix("2024-06-01", "2024-07-01", json!({ "limit": "200000" })), above)
        .and(fix("2024-06-01", "2024-07-01", json!({ "limit": "30000" })));
    // It is held against what the giver had on that day, and an end that moves against nothing.
    story
        .and(change("AUTH-2", "2024-03-01", json!({ "limit": "500" })))
        .and(fix(FIRST, FIRST, json!({ "limit": "90000" })))
        .and(fix("2025-02-01", "2025-03-01", json!({ "live": false })));
}

#[test]
fn what_is_non_delegable_is_not_delegated() {
    scheme()
        .and(change("AUTH-3", FIRST, json!({ "non_delegable": true })))
        .refuses(delegation("POST-2", "POST-3", &["AUTH-2", "AUTH-3"]), "Appoint staff (AUTH-3) is non-delegable, so Director (POST-2) cannot give it to another.")
        .and(change("POST-2", FIRST, json!({ "non_delegable": true })))
        .refuses(signing("POST-3"), "Director (POST-2) is non-delegable, so its acts cannot be delegated.");
}

#[test]
fn a_delegation_goes_on_being_sound_when_what_it_gives_is_lost() {
    // Law 2: that it lapsed is worked out; nothing has to be done to it, and it can still be ended.
    scheme()
        .and(delegation("POST-2", "POST-3", &["AUTH-2"]))
        .and(change("AUTH-2", "2024-06-01", json!({ "limit": "10", "non_delegable": true })))
        .and(change("DEL-1", "2024-07-01", json!({ "about": "While the director is at sea" })))
        .and(end("DEL-1", "2024-08-01"));
}

#[test]
fn the_post_itself_and_the_line_above_delegate() {
    let no = |post: &str| {
        format!(
            "{post} cannot delegate for Director (POST-2): Director (POST-2) itself can, a post above it, or one that administers the register."
        )
    };
    let it = || delegation("POST-2", "POST-4", &["AUTH-2"]);
    scheme().holding(2).and(it()).and(end("DEL-1", "2024-06-01"));
    scheme().holding(1).and(it());
    scheme().holding(3).refuses(it(), &no("Head (POST-3)")).refuses(
        authority("POST-3", "Appoint staff"),
        "Head (POST-3) cannot establish authorities: a post that administers the register can.",
    );
    scheme().and(it()).holding(3).refuses(end("DEL-1", "2024-06-01"), &no("Head (POST-3)"));
}

#[test]
fn nobody_renews_what_they_received() {
    let no = "This delegation is to you, and who received one can neither give, extend nor change it. The post that delegates can, while somebody else acts as it.";
    let longer = || correct("DEL-1", "2025-02-01", "2026-02-01", json!({ "live": false }));
    let story = scheme().and(delegation("POST-2", "POST-3", &["AUTH-2"])).and(change(
        "POST-3",
        "2024-06-01",
        json!({ "administers": true }),
    ));
    // Not even by administering the register, nor by covering the post that gave it.
    story
        .clone()
        .holding(3)
        .refuses(longer(), no)
        .refuses(change("DEL-1", "2024-06-01", json!({ "limit": null })), no)
        .refuses(delegation("POST-2", "PERSON-3", &["AUTH-2"]), no)
        .refuses(delegation("POST-2", "POST-3", &["AUTH-3"]), no)
        .and(end("DEL-1", "2025-01-10"));
    story
        .clone()
        .and(tenure("PERSON-3", "POST-2").its("capacity", "cover").until("2025-06-01"))
        .by("PERSON-3", "POST-2", "TEN-5")
        .refuses(longer(), no);
    story.holding(2).and(longer());
}

#[test]
fn who_was_let_act_for_a_post_acts_as_it() {
    let story = scheme()
        .and(plan("Plan"))
        .and(objective("Warm homes"))
        .and(duty("POST-2", "OBJ-1"))
        .and(signing("POST-4"))
        .and(signing("PERSON-5"));
    let rename = || change("OBJ-1", "2024-06-01", json!({ "name": "Warmer homes" }));
    story.clone().for_post(4, "POST-2", "DEL-1", true).and(rename()).and(named("decision", "Buy"));
    story.clone().for_post(5, "POST-2", "DEL-2", false).and(rename());
    let not = |delegation: &str| {
        format!(
            "{delegation} does not let you act as Director (POST-2) on {}: it has lapsed, has not begun, or is not to you. Choose a post that you hold.",
            said(TODAY)
        )
    };
    // Another person, another delegation, a delegation that says nothing of the register.
    story.clone().for_post(3, "POST-2", "DEL-1", true).refuses(rename(), &not("DEL-1"));
    story.clone().for_post(4, "POST-2", "DEL-2", false).refuses(rename(), &not("DEL-2"));
    story.clone().for_post(4, "POST-2", "DEL-1", false).refuses(rename(), &not("DEL-1"));
    story
        .clone()
        .and(delegation("POST-2", "POST-4", &["AUTH-2"]))
        .for_post(4, "POST-2", "DEL-3", true)
        .refuses(rename(), &not("DEL-3"));
    // It lapses by itself.
    for gone in [
        end("DEL-1", TODAY),
        end("POST-2", TODAY),
        end("TEN-4", TODAY),
        end("PERSON-4", TODAY),
        change("POST-2", TODAY, json!({ "non_delegable": true })),
    ] {
        let story = story.clone().and(end("DUTY-1", TODAY)).and(gone);
        story.for_post(4, "POST-2", "DEL-1", true).refuses(rename(), &not("DEL-1"));
    }
}

#[test]
fn who_acts_for_a_post_neither_passes_it_on_nor_administers() {
    let passed = "You act as Director (POST-2) under DEL-1, and what was delegated cannot be passed on. The holder of Director (POST-2) can delegate, or a post above it.";
    scheme()
        .and(change("POST-2", FIRST, json!({ "administers": true })))
        .and(signing("POST-4"))
        .holding(2)
        .and(unit("Legal"))
        .for_post(4, "POST-2", "DEL-1", true)
        .refuses(delegation("POST-2", "POST-3", &["AUTH-2"]), passed)
        .refuses(end("DEL-1", "2025-01-10"), passed)
        .refuses(
            unit("Audit"),
            "Director (POST-2) cannot establish units: a post that administers the register can.",
        )
        .refuses(
            tenure("PERSON-4", "POST-2"),
            "Director (POST-2) cannot establish tenures: a post that administers the register can.",
        );
}

#[test]
fn the_ground_of_an_entry_names_the_post_and_not_who_stood_in() {
    let story = scheme().and(signing("POST-4")).for_post(4, "POST-2", "DEL-1", true);
    let before = story.state.clone();
    let story = story.and(named("decision", "Buy"));
    let fact = story.facts.last().unwrap();
    assert_eq!(
        crate::authority::ground(&before, &fact.by, &fact.event, day(TODAY)),
        crate::authority::Ground::Open
    );
    assert_eq!(fact.by.delegation(), Some(id("DEL-1")));
    let posts = crate::authority::signs_for(&story.state, id("PERSON-4"), day(TODAY));
    assert_eq!(list(posts.iter().map(|it| format!("{} by {}", it.0, it.1))), "POST-2 by DEL-1");
    let story = story.holding(1);
    let before = story.state.clone();
    let story = story.and(end("DEL-1", "2025-01-10"));
    let fact = story.facts.last().unwrap();
    let ground = crate::authority::ground(&before, &fact.by, &fact.event, day(TODAY));
    assert_eq!(ground, crate::authority::Ground::AboveGiver(id("POST-2")));
}
