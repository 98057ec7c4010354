//! Commands about handing over: packs, certificates, and what holders have answered.

use std::path::PathBuf;

use anyhow::{Context, Result};
use exchange::wire::{Names, pack as wire};
use kernel::{
    Ref,
    handover::sealed_by,
    id::{HandoverId, PostId},
    read::{acceptances, handovers, pack::Why},
};
use ledger::{checkpoint::hex, merkle::digest};
use serde_json::Value as Json;

use crate::{
    Found,
    answer::{Scene, print, say, status_words},
    args::When,
    folder::Folder,
};

fn post(scene: &Scene, reference: &str) -> Result<PostId> {
    let of = scene.find(reference)?;
    PostId::try_from(of).map_err(|_| anyhow::anyhow!("{of} is not a post"))
}

pub(crate) fn pack(reference: &str, when: &When, as_json: bool) -> Result<Found> {
    let scene = Scene::open(when)?;
    let post = post(&scene, reference)?;
    let view = scene.view();
    let it = wire::drawn(&view, post);
    let open = handovers::open(scene.state.records(), post, scene.on);
    if as_json {
        let mut whole = wire::pack(&view, &it);
        whole["handover"] = open.map_or(Json::Null, |(id, row)| wire::handover(&view, id, row));
        print(&whole)?;
        return Ok(Found::Fine);
    }
    let line = |of: Ref, more: String| {
        let more = if more.is_empty() { more } else { format!(", {more}") };
        say(&format!("  {}: {}{more}", scene.called(of), status_words(view.status(of))))
    };
    say(&format!("What is to be handed over with {}", scene.called(post.into())))?;
    for holder in &it.holders {
        say(&format!("held by {}", scene.called(holder.person.into())))?;
    }
    if let Some((id, row)) = open {
        say(&format!("{id}: {}", row.stage(scene.on).word()))?;
    }
    say("getting worse:")?;
    for worse in &it.getting_worse {
        let why = match worse.why {
            Why::Fell { from, .. } => format!("{} 30 days before", from.word()),
            Why::SpecialCause => "special cause for the worse".into(),
        };
        line(worse.of, why)?;
    }
    say("signals:")?;
    for signal in &it.signals {
        line(signal.subject, format!("{} since {}", signal.sort.word(), signal.since))?;
    }
    say("lapses or falls due in 90 days:")?;
    for ahead in &it.ahead {
        line(ahead.of, format!("{} {}", ahead.what.words(), ahead.on))?;
    }
    say("open actions:")?;
    for (of, due) in &it.open_actions {
        line(*of, due.map(|it| format!("due {it}")).unwrap_or_default())?;
    }
    say("answers for:")?;
    it.answers_for.iter().try_for_each(|of| line(*of, String::new()))?;
    say("takes part in:")?;
    it.takes_part_in.iter().try_for_each(|(of, role)| line(*of, role.word().into()))?;
    say("decisions:")?;
    it.decisions.iter().try_for_each(|of| line(*of, String::new()))?;
    say("delegations:")?;
    for (delegated, held) in
        it.held.iter().map(|it| (it, true)).chain(it.given.iter().map(|it| (it, false)))
    {
        let other = match held {
            true => format!(
                "from {} to {}",
                scene.called(delegated.from.into()),
                scene.called(delegated.to)
            ),
            false => format!("to {}", scene.called(delegated.to)),
        };
        let mut gives: Vec<String> = delegated
            .authorities
            .iter()
            .map(|(of, limit)| {
                let limit = limit.map(|it| format!(" up to {it}")).unwrap_or_default();
                format!("{}{limit}", scene.called((*of).into()))
            })
            .collect();
        if delegated.signs {
            gives.push("acts as the post in the register".into());
        }
        let gives = if delegated.is_lapsed() { "lapsed".into() } else { gives.join("; ") };
        say(&format!("  {} {other}: {gives}, until {}", delegated.of, delegated.until))?;
    }
    say("relies on it:")?;
    it.beneath.iter().try_for_each(|of| line((*of).into(), "reports here".into()))?;
    for (post, role, of) in &it.relying {
        line((*post).into(), format!("{} for {}", role.word(), scene.called(*of)))?;
    }
    say("challenges and reservations:")?;
    for standing in &it.answers {
        line(standing.duty.into(), format!("since {}", standing.since))?;
    }
    Ok(Found::Fine)
}

pub(crate) fn certificate(reference: &str, data: PathBuf, as_json: bool) -> Result<Found> {
    let when = When { data, at: None, known: None };
    let scene = Scene::open(&when)?;
    let of = scene.find(reference)?;
    let id = HandoverId::try_from(of).map_err(|_| anyhow::anyhow!("{of} is not a handover"))?;
    let archive = Folder::at(&when.data).archive()?;
    let mut facts = Vec::new();
    for seq in scene.state.records().history(of) {
        facts.extend(archive.fact(seq)?.map(|it| (seq, it)));
    }
    let Some(seq) = sealed_by(facts.iter().map(|it| (it.0, &it.1))) else {
        say(&format!("{of} is not complete: a certificate is issued once both have signed."))?;
        return Ok(Found::SomethingWrong);
    };
    let recorded = facts.iter().find(|it| it.0 == seq).map(|it| it.1.at);
    let recorded = recorded.context("the entry is missing")?;
    let after = archive.after_entry(&scene.state, seq)?;
    let certified = wire::certified(&after, id, seq, recorded).context("it is not complete")?;
    let sha256 = hex(&digest(wire::canonical(&certified).as_bytes()));
    let names: Names<'_> = &|it| scene.name(it);
    let whole = wire::certificate(certified, &sha256, names);
    if as_json {
        print(&whole)?;
        return Ok(Found::Fine);
    }
    let certified = &whole["certified"];
    let text = |it: &Json| it.as_str().unwrap_or_default().to_owned();
    let called = |of: &Json| text(of).parse::<Ref>().map(|it| scene.called(it));
    let signed = |which: &str| -> Result<String> {
        let it = &certified["handover"][which];
        let (person, post) = (called(&it["person"])?, called(&it["post"]["reference"])?);
        Ok(format!("{person}, as {post} ({}), on {}", text(&it["capacity"]), text(&it["signed"])))
    };
    say(&format!("Certificate of {of}: {}", called(&certified["handover"]["post"])?))?;
    say(&format!("  given by {}", signed("given")?))?;
    say(&format!("  taken by {}", signed("taken")?))?;
    say(&format!(
        "  complete on {}, by entry {seq}, recorded {recorded}",
        text(&certified["completed"])
    ))?;
    for (name, n) in certified["pack"]["counts"].as_object().into_iter().flatten() {
        say(&format!("  {}: {n}", name.replace('_', " ")))?;
    }
    say(&format!("  SHA-256 {sha256}"))?;
    Ok(Found::Fine)
}

pub(crate) fn acceptances(reference: &str, when: &When, as_json: bool) -> Result<Found> {
    let scene = Scene::open(when)?;
    let post = post(&scene, reference)?;
    let all = acceptances::of_post(scene.state.records(), post, scene.on);
    let names: Names<'_> = &|it| scene.name(it);
    if as_json {
        print(&wire::acceptances(&scene.view(), &all, names))?;
    } else {
        for it in &all {
            let due = it.due_by.map(|it| format!(", due by {it}")).unwrap_or_default();
            let person = scene.called(it.holder.person.into());
            let subject = scene.called(it.subject);
            say(&format!(
                "{} {} for {subject}: {person}: {} since {}{due}",
                it.duty,
                it.role.word(),
                it.word.word(),
                it.since
            ))?;
        }
        if all.is_empty() {
            say("Nobody holds the post, or it has no duties.")?;
        }
    }
    let late = all.iter().any(|it| it.is_late(scene.on));
    Ok(if late { Found::SomethingWrong } else { Found::Fine })
}
