//! A rehearsal as JSON: what a change set would leave open, what is in conflict, what it proposes and comes to.

use kernel::{
    Kind, Ref, State,
    change_set::layer::{Fate, layer},
    id::{ChangeSetId, ProposalId},
    proposal,
    read::rehearsal::{self, Line},
};
use serde_json::{Map, Value as Json, json};

use super::{Names, link};

/// The rehearsal of a change set on a state.
pub fn rehearsal(state: &State, set: ChangeSetId, names: Names<'_>) -> Json {
    let (records, laid) = (state.records(), layer(state, set));
    let after = laid.state.records();
    // What is only drafted has its name in the draft.
    let drafted = |it: Ref| names(it).or_else(|| after.name(it, laid.on));
    let link_to = |it: Ref| link(it, &drafted);
    let line = |it: &Line| {
        let ways: Vec<Json> = it
            .ways()
            .iter()
            .map(|way| json!({ "way": way.word(), "needs": it.needs(*way).map(Kind::word) }))
            .collect();
        json!({
            "sort": it.sort.word(),
            "about": link_to(it.about),
            "beside": it.beside.map(&link_to),
            "of": it.of.map(&link_to),
            "running": it.running,
            "ways": ways,
        })
    };
    let stage = records.change_sets.get(set).map(|it| it.stage().word());
    let lines = rehearsal::lines(records, after, laid.on);
    let conflicts = laid.conflicts(records).into_iter();
    let conflicts = conflicts.map(|(id, says)| json!({ "proposal": id.to_string(), "says": says }));
    let proposals = proposal::of(records, set).map(|(id, row)| {
        let terms = |it: &kernel::wording::Wording| serde_json::to_value(it).unwrap_or_default();
        json!({
            "reference": id.to_string(),
            "deed": row.deed.0.word(),
            "kind": row.about_kind().map(Kind::word),
            "subject": row.subject.0.map(&link_to),
            "until": row.until.0.map(|it| it.to_string()),
            "terms": terms(&row.terms.0),
            "was": terms(&row.was.0),
            "establishes": established(&laid, id).map(&link_to),
        })
    });
    let figures = rehearsal::figures(records, after, laid.on);
    let spans = rehearsal::spans(records, after, laid.on);
    json!({
        "change_set": link_to(set.into()),
        "stage": stage,
        "effective": laid.on.to_string(),
        "open": lines.iter().map(line).collect::<Vec<_>>(),
        "conflicts": conflicts.collect::<Vec<_>>(),
        "proposals": proposals.collect::<Vec<_>>(),
        "figures": {
            "units": figures.units,
            "posts": figures.posts,
            "vacant": figures.vacant,
            "fte": figures.fte.map(|it| it.to_string()),
            "fte_unsaid": figures.fte_unsaid,
        },
        "spans": spans.iter().map(|it| json!({ "post": link_to(it.post.into()), "reports": it.reports })).collect::<Vec<_>>(),
    })
}

/// The record that a proposal would establish, by the number that it would have.
fn established(laid: &kernel::change_set::layer::Layer, id: ProposalId) -> Option<Ref> {
    let of = laid.fates.get(&id).and_then(Fate::of)?;
    (laid.drafted(of) == Some(id)).then_some(of)
}

/// What a successor map says of a record: what came after it, what it came after, and where asking for it leads.
pub fn succession(
    records: &kernel::Records,
    of: Ref,
    on: jiff::civil::Date,
    names: Names<'_>,
) -> Json {
    use kernel::succession::{leads_to, predecessors, successors};
    let dated = |them: Vec<(Ref, jiff::civil::Date)>| -> Vec<Json> {
        them.into_iter()
            .map(|(it, since)| {
                let mut told: Map<String, Json> =
                    link(it, names).as_object().cloned().unwrap_or_default();
                told.insert("since".into(), json!(since.to_string()));
                Json::Object(told)
            })
            .collect()
    };
    json!({
        "of": link(of, names),
        "at": on.to_string(),
        "successors": dated(successors(records, of, on)),
        "predecessors": dated(predecessors(records, of, on)),
        "leads_to": leads_to(records, of, on).into_iter().map(|it| link(it, names)).collect::<Vec<_>>(),
    })
}
