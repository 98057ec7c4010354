//! Packs, certificates and acceptances as JSON.
//!
//! Always true: a pack and what a certificate certifies hold references of people and never their
//! names, so that they are the same, to the byte, after somebody was erased.

use jiff::Timestamp;
use kernel::{
    Amount, Kind, Ref, State, Value,
    handover::{self, Handover, Stage},
    id::{AuthorityId, HandoverId, PostId, TenureId},
    read::{
        acceptances::Standing,
        pack::{self, Pack, Why},
        signals::{self, Signal},
        view::View,
    },
};
use serde_json::{Map, Value as Json, json};

use super::{Names, holder, link, status};

/// The pack of a post. Every line has the reference of its source.
pub fn pack(view: &View<'_>, it: &Pack) -> Json {
    let line = |of: Ref| line(view, of);
    let with = |of: Ref, more: Json| {
        let mut whole = line(of);
        if let (Some(whole), Json::Object(more)) = (whole.as_object_mut(), more) {
            whole.extend(more);
        }
        whole
    };
    let worse = |it: &pack::Worse| match it.why {
        Why::Fell { from, to } => {
            with(it.of, json!({ "why": "status fell", "from": from.word(), "to": to.word() }))
        }
        Why::SpecialCause => with(it.of, json!({ "why": "special cause for the worse" })),
    };
    let holders = it.holders.iter().map(|it| {
        json!({
            "person": it.person.to_string(),
            "tenure": it.tenure.to_string(),
            "capacity": it.capacity.word(),
            "since": it.since.to_string(),
            "until": it.until.map(|it| it.to_string()),
        })
    });
    let delegated = |it: &pack::Delegated| {
        let authority = |(of, limit): &(AuthorityId, Option<Amount>)| {
            with((*of).into(), json!({ "limit": limit.map(|it| it.to_string()) }))
        };
        with(
            it.of.into(),
            json!({
                "from": line(it.from.into()),
                "to": line(it.to),
                "authorities": it.authorities.iter().map(authority).collect::<Json>(),
                "signs": it.signs,
                "until": it.until.to_string(),
            }),
        )
    };
    let open = it.open_actions.iter();
    let relying = it.relying.iter().map(|(post, role, of)| {
        json!({ "post": line((*post).into()), "role": role.word(), "subject": line(*of) })
    });
    json!({
        "post": line(it.post.into()),
        "at": it.on.to_string(),
        "holders": holders.collect::<Json>(),
        "answers_for": it.answers_for.iter().map(|it| line(*it)).collect::<Json>(),
        "takes_part_in": it.takes_part_in.iter().map(|(of, role)| with(*of, json!({ "role": role.word() }))).collect::<Json>(),
        "open_actions": open.map(|(of, due)| with(*of, json!({ "due": due.map(|it| it.to_string()) }))).collect::<Json>(),
        "getting_worse": it.getting_worse.iter().map(worse).collect::<Json>(),
        "ahead": it.ahead.iter().map(|it| with(it.of, json!({ "what": it.what.words(), "on": it.on.to_string() }))).collect::<Json>(),
        "signals": it.signals.iter().map(|it| with(it.subject, signal(it))).collect::<Json>(),
        "decisions": it.decisions.iter().map(|it| with(*it, json!({ "why": super::value(&view.value(*it, "about")) }))).collect::<Json>(),
        "delegations_held": it.held.iter().map(delegated).collect::<Json>(),
        "delegations_given": it.given.iter().map(delegated).collect::<Json>(),
        "posts_beneath": it.beneath.iter().map(|it| line((*it).into())).collect::<Json>(),
        "relying": relying.collect::<Json>(),
        "challenges_and_reservations": it.answers.iter().map(|it| with(it.subject, answer(view, it))).collect::<Json>(),
        "unanswered": it.unanswered,
        "counts": counts(it),
    })
}

/// The pack of a post, with the signals of the view's date.
pub fn drawn(view: &View<'_>, post: PostId) -> Pack {
    pack::pack(view, post, &signals::signals(view))
}

fn line(view: &View<'_>, of: Ref) -> Json {
    // What has no name of its own, and a person, is told by its reference.
    let name = (of.kind != Kind::Person).then(|| view.name(of)).flatten();
    json!({ "reference": of.to_string(), "kind": of.kind.word(), "name": name.as_deref(), "status": status(view.status(of))["word"] })
}

fn signal(it: &Signal) -> Json {
    json!({ "signal": it.sort.word(), "since": it.since.to_string() })
}

fn answer(view: &View<'_>, it: &Standing) -> Json {
    let reason = it.acceptance.map(|it| view.value(it.into(), "reason"));
    json!({
        "duty": it.duty.to_string(),
        "acceptance": it.acceptance.map(|it| it.to_string()),
        "answer": it.word.word(),
        "since": it.since.to_string(),
        "reason": reason.as_ref().map(super::value),
    })
}

/// How much is handed over.
pub fn counts(it: &Pack) -> Json {
    json!({
        "answers_for": it.answers_for.len(),
        "takes_part_in": it.takes_part_in.len(),
        "open_actions": it.open_actions.len(),
        "getting_worse": it.getting_worse.len(),
        "ahead": it.ahead.len(),
        "signals": it.signals.len(),
        "decisions": it.decisions.len(),
        "delegations_held": it.held.len(),
        "delegations_given": it.given.len(),
        "posts_beneath": it.beneath.len(),
        "relying": it.relying.len(),
        "challenges_and_reservations": it.answers.len(),
        "unanswered": it.unanswered,
    })
}

/// A handover's words and signatures.
pub fn handover(view: &View<'_>, id: HandoverId, row: &Handover) -> Json {
    let on = view.on();
    let words: Map<String, Json> = handover::WORDS
        .into_iter()
        .map(|name| (name.to_owned(), super::value(&view.value(id.into(), name))))
        .collect();
    let tenure = |it: Option<TenureId>| it.map(|it| it.to_string());
    json!({
        "reference": id.to_string(),
        "post": row.post.0.to_string(),
        "stage": row.stage(on).word(),
        "outgoing": tenure(row.outgoing.0),
        "incoming": tenure(*row.incoming.near(on)),
        "words": words,
        "given": signature(view, *row.given_by.near(on), signed_on(row, on, true)),
        "taken": signature(view, *row.taken_by.near(on), signed_on(row, on, false)),
    })
}

fn signed_on(row: &Handover, on: jiff::civil::Date, given: bool) -> Option<jiff::civil::Date> {
    let signatures = if given { &row.given_by } else { &row.taken_by };
    let last = signatures.entries().rfind(|it| it.0 <= on)?;
    last.1.map(|_| last.0)
}

fn signature(view: &View<'_>, by: Option<TenureId>, on: Option<jiff::civil::Date>) -> Json {
    let Some(row) = by.and_then(|it| view.records().tenures.get(it)) else { return Json::Null };
    let until = row.live.ends_after(view.on());
    json!({
        "tenure": by.map(|it| it.to_string()),
        "person": row.person.0.to_string(),
        "post": line(view, row.post.0.into()),
        "capacity": row.capacity.0.word(),
        "since": row.live.begins().to_string(),
        "until": (until != jiff::civil::Date::MAX).then(|| until.to_string()),
        "signed": on.map(|it| it.to_string()),
    })
}

/// What the certificate of a handover certifies, drawn from the state just after the entry that sealed
/// it; none while it is not complete.
pub fn certified(after: &State, id: HandoverId, seq: u64, recorded: Timestamp) -> Option<Json> {
    let row = after.records().handovers.get(id)?;
    let Stage::Complete(on) = row.stage(jiff::civil::Date::MAX) else { return None };
    let view = View::new(after, on);
    let organisation = Ref { kind: Kind::Organisation, n: std::num::NonZeroU32::MIN };
    Some(json!({
        "organisation": view.name(organisation).as_deref(),
        "handover": handover(&view, id, row),
        "completed": on.to_string(),
        "entry": seq,
        "recorded": recorded.to_string(),
        "pack": pack(&view, &drawn(&view, row.post.0)),
    }))
}

/// The bytes of which the digest is taken: keys in order, no spaces.
pub fn canonical(certified: &Json) -> String {
    certified.to_string()
}

/// The certificate: what is certified, its digest, and the names that go with it today.
pub fn certificate(certified: Json, sha256: &str, names: Names<'_>) -> Json {
    let people = ["given", "taken"].map(|it| certified["handover"][it]["person"].clone());
    let named = people.into_iter().filter_map(|it| it.as_str().map(ToOwned::to_owned));
    let named: Map<String, Json> = named
        .filter_map(|it| Some((it.clone(), json!(names(it.parse().ok()?).as_deref()))))
        .collect();
    let proof = format!("/api/v1/ledger/{}/proof", certified["entry"]);
    json!({ "certified": certified, "sha256": sha256, "names": named, "proof": proof })
}

/// How duties stand with their holders.
pub fn acceptances(view: &View<'_>, them: &[Standing], names: Names<'_>) -> Json {
    let one = |it: &Standing| {
        let reason = it.acceptance.map(|it| super::value(&view.value(it.into(), "reason")));
        json!({
            "duty": it.duty.to_string(),
            "subject": link(it.subject, names),
            "role": it.role.word(),
            "post": link(it.post.into(), names),
            "holder": holder(&it.holder, names),
            "acceptance": it.acceptance.map(|it| it.to_string()),
            "answer": it.word.word(),
            "since": it.since.to_string(),
            "due_by": it.due_by.map(|it| it.to_string()),
            "late": it.is_late(view.on()),
            "reason": reason.filter(|it| !it.is_null()),
            "asks": it.asked.map(|it| json!({
                "post": it.post.map(|it| link(it.into(), names)),
                "until": it.until.to_string(),
                "ups": it.ups,
            })),
        })
    };
    json!({ "items": them.iter().map(one).collect::<Json>(), "at": view.on().to_string() })
}

/// Whether a value says anything.
pub fn says(it: &Value) -> bool {
    match it {
        Value::Nothing => false,
        Value::Texts(them) => !them.is_empty(),
        _ => true,
    }
}
