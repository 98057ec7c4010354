//! Who may: told as a sentence for each chain of authority.

use super::*;
use crate::{Amount, read::may};

/// A director, who may spend up to 100,000; a head beneath; the chief above without a limit.
/// PERSON-n holds POST-n by TEN-n.
pub(super) fn scheme() -> Story {
    let story = given([
        unit("Finance"),
        post("Chief executive"),
        post("Director").its("reports_to", "POST-1"),
        post("Head").its("reports_to", "POST-2"),
        post("Clerk").its("reports_to", "POST-3"),
    ]);
    let story = (0..5).fold(story, |story, _| story.and(person()));
    let tenures = (1..=4).map(|n| tenure(&format!("PERSON-{n}"), &format!("POST-{n}")));
    tenures
        .fold(story, Story::and)
        .and(authority("POST-1", "Approve spending"))
        .and(authority("POST-2", "Approve spending").its("limit", "100000"))
        .and(authority("POST-2", "Appoint staff"))
}

pub(super) fn authority(post: &str, act: &str) -> Said {
    establish("authority", json!({ "post": post, "act": act }))
}

/// From one to another until the end of January 2025.
pub(super) fn delegation(from: &str, to: &str, authorities: &[&str]) -> Said {
    let terms = json!({ "post": from, "to": to, "authorities": authorities });
    establish("delegation", terms).until("2025-02-01")
}

impl Story {
    fn may(&self, act: &str, value: &str, on: &str) -> String {
        self.may_without(act, value, on, None)
    }

    fn may_without(&self, act: &str, value: &str, on: &str, away: Option<&str>) -> String {
        let value: Option<Amount> = (!value.is_empty()).then(|| value.parse().unwrap());
        let ways = may::may(self.state.records(), act, value, day(on), away.map(at));
        let lines = ways.iter().map(|it| {
            let people = it.people.iter().map(|it| match it.holder {
                Some(holder) => format!("{} ({})", it.person, holder.capacity.word()),
                None => it.person.to_string(),
            });
            let people = list(people);
            let under = it.delegation.map(|it| format!(" under {it}")).unwrap_or_default();
            let until = it.until.map(|it| format!(" until {it}")).unwrap_or_default();
            match &it.stops {
                None => format!("{} as {}{under}: {people}{until}", it.authority, it.to),
                Some(stop) => format!("not {} as {}{under}: {stop}", it.authority, it.to),
            }
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

#[test]
fn whoever_holds_the_post_may_within_its_limit() {
    let story = scheme();
    assert_eq!(
        story.may("approve  SPENDING", "100000", TODAY),
        "AUTH-2 as POST-2: PERSON-2 (substantive)\nAUTH-1 as POST-1: PERSON-1 (substantive)"
    );
    assert_eq!(
        story.may("approve spending", "100000.01", TODAY),
        "AUTH-1 as POST-1: PERSON-1 (substantive)\nnot AUTH-2 as POST-2: limit 100000"
    );
    assert_eq!(story.may("let a contract", "", TODAY), "");
    assert_eq!(
        story.may("appoint staff", "", "2023-12-31"),
        format!("not AUTH-3 as POST-2: AUTH-3 begins on {}", said(FIRST))
    );
}

#[test]
fn while_the_director_is_away_whoever_covers_and_whoever_was_delegated_may() {
    let story = scheme()
        .and(
            tenure("PERSON-5", "POST-2")
                .its("capacity", "cover")
                .from("2025-01-01")
                .until("2025-01-15"),
        )
        .and(delegation("POST-2", "POST-3", &["AUTH-2"]).its("limit", "50000"))
        .and(delegation("POST-2", "PERSON-4", &["AUTH-2"]));
    assert_eq!(
        story.may_without("approve spending", "60000", "2025-01-10", Some("POST-2")),
        "AUTH-2 as POST-2: PERSON-5 (cover)\n\
         AUTH-1 as POST-1: PERSON-1 (substantive)\n\
         AUTH-2 as PERSON-4 under DEL-2: PERSON-4 until 2025-02-01\n\
         not AUTH-2 as POST-3 under DEL-1: limit 50000"
    );
    assert_eq!(
        story.may_without("approve spending", "60000", "2025-01-20", Some("PERSON-2")),
        "AUTH-1 as POST-1: PERSON-1 (substantive)\n\
         AUTH-2 as PERSON-4 under DEL-2: PERSON-4 until 2025-02-01\n\
         not AUTH-2 as POST-2: PERSON-2 is away\n\
         not AUTH-2 as POST-3 under DEL-1: limit 50000"
    );
    assert_eq!(
        story.may("appoint staff", "", "2025-01-10"),
        "AUTH-3 as POST-2: PERSON-2 (substantive) PERSON-5 (cover)"
    );
}

#[test]
fn authority_does_not_go_up_the_line_from_a_vacant_post() {
    let story = scheme().and(end("TEN-2", "2024-07-01"));
    assert_eq!(
        story.may("appoint staff", "", TODAY),
        format!("not AUTH-3 as POST-2: POST-2 is vacant since {}", said("2024-07-01"))
    );
}

#[test]
fn a_delegation_lapses_by_itself() {
    let held = scheme().and(delegation("POST-2", "POST-3", &["AUTH-2"]).from("2025-01-01"));
    let through = |story: Story, on: &str| {
        let all = story.may("approve spending", "1", on);
        let line = all.lines().find(|it| it.contains("DEL-1")).unwrap().to_owned();
        line.replace("AUTH-2 as POST-3 under DEL-1: ", "")
    };
    let on = "2025-01-20";
    assert_eq!(through(held.clone(), on), "PERSON-3 (substantive) until 2025-02-01");
    let lapses = [
        (end("AUTH-2", "2025-01-10"), format!("not AUTH-2 ended on {}", said("2025-01-10"))),
        (
            change("AUTH-2", "2025-01-10", json!({ "post": "POST-1" })),
            "not POST-2 no longer has the authority".into(),
        ),
        (
            change("AUTH-2", "2025-01-10", json!({ "non_delegable": true })),
            "not AUTH-2 is non-delegable".into(),
        ),
        (
            change("POST-2", "2025-01-10", json!({ "non_delegable": true })),
            "not POST-2 is non-delegable".into(),
        ),
        (change("AUTH-2", "2025-01-10", json!({ "limit": "0.5" })), "not limit 0.5".into()),
        (end("POST-2", "2025-01-10"), "not POST-2 does not stand then".into()),
        (end("POST-3", "2025-01-10"), "not POST-3 does not stand then".into()),
        (
            end("PERSON-3", "2025-01-10"),
            format!("not POST-3 is vacant since {}", said("2025-01-10")),
        ),
        (end("DEL-1", "2025-01-10"), format!("not DEL-1 ended on {}", said("2025-01-10"))),
    ];
    for (command, sentence) in lapses {
        let after = held.clone().and(command);
        assert_eq!(through(after.clone(), on), sentence);
        assert!(through(after, "2025-01-09").starts_with("PERSON-3"), "{sentence}");
    }
    assert_eq!(
        through(held.clone(), "2025-02-01"),
        format!("not DEL-1 ended on {}", said("2025-02-01"))
    );
    assert_eq!(held.status("DEL-1", on), "stands");
    assert_eq!(held.and(end("AUTH-2", "2025-01-10")).status("DEL-1", on), "lapsed");
}

#[test]
fn a_person_who_leaves_takes_no_delegation_along() {
    let story = scheme()
        .and(delegation("POST-2", "PERSON-4", &["AUTH-2"]))
        .and(end("PERSON-4", "2025-01-10"));
    let said = story.may("approve spending", "1", "2025-01-20");
    assert!(
        said.contains("not AUTH-2 as PERSON-4 under DEL-1: PERSON-4 does not stand then"),
        "{said}"
    );
}

#[test]
fn a_post_that_stands_for_several_may_without_names() {
    let story = scheme()
        .and(post("Area officers").its("group", true))
        .and(authority("POST-5", "Grant a licence"));
    assert_eq!(story.may("grant a licence", "", TODAY), "AUTH-4 as POST-5: none");
}

#[test]
fn what_a_post_may_decide_is_its_own_and_what_it_was_delegated() {
    let story = scheme().and(authority("POST-3", "Grant leave")).and(delegation(
        "POST-2",
        "POST-3",
        &["AUTH-2", "AUTH-3"],
    ));
    let ways = may::of(story.state.records(), at("POST-3"), day(TODAY));
    let under = ways.iter().map(|it| format!("{}/{}", it.authority, it.under()));
    assert_eq!(list(under), "AUTH-4/AUTH-4 AUTH-2/DEL-1 AUTH-3/DEL-1");
    assert_eq!(may::of(story.state.records(), at("POST-3"), day("2025-02-01")).len(), 1);
}

#[test]
fn the_scheme_names_each_act_once() {
    let story = scheme().and(end("AUTH-3", "2024-06-01"));
    assert_eq!(list(may::acts(story.state.records(), day(TODAY))), "Approve spending");
}
