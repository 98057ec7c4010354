//! Auditors from outside: the rooms that they are confined to, and what belongs in there.
//!
//! Who is confined is worked out from posts and audits each time ([`kernel::read::room::confined`]). Every page and
//! every answer is drawn from a [`Scene`](crate::Scene), and no scene is set for what is not in a room: what is not
//! named here is outside.

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::Method;
use jiff::civil::Date;
use kernel::{
    Kind, Records, Ref, State,
    id::AuditId,
    read::room::{self, Scope},
};

use crate::Problem;

/// Scopes that are kept: of audits that are looked at at a time.
const KEPT_MAX: usize = 8;

/// Scopes worked out lately; cheap to clone, one for the whole server.
#[derive(Debug, Clone, Default)]
pub struct Rooms {
    /// The one worked out last is the last.
    kept: Arc<Mutex<Vec<Kept>>>,
}

#[derive(Debug)]
struct Kept {
    seq: u64,
    of: AuditId,
    scope: Arc<Scope>,
}

impl Rooms {
    /// What belongs to an audit's scope, by everything that is recorded.
    pub(crate) fn scope(&self, state: &State, id: AuditId) -> Option<Arc<Scope>> {
        let audit = state.records().audits.get(id)?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(it) = kept.iter().find(|it| (it.seq, it.of) == (state.seq(), id)) {
            return Some(Arc::clone(&it.scope));
        }
        let scope = Arc::new(room::scope(state.records(), audit));
        kept.push(Kept { seq: state.seq(), of: id, scope: Arc::clone(&scope) });
        let more = kept.len().saturating_sub(KEPT_MAX);
        kept.drain(..more);
        Some(scope)
    }

    /// Whether a visitor who is confined to `audits` may ask for this; with the date of the room on which it is
    /// shown, unless another is asked for.
    pub(crate) fn lets(
        &self,
        state: &State,
        audits: &[AuditId],
        (method, path): (&Method, &str),
        at: Option<Date>,
        today: Date,
    ) -> Result<Option<Date>, Problem> {
        let records = state.records();
        let here = asked(method, path);
        if here == Asked::Free {
            return Ok(at);
        }
        let outside = || Problem::OutsideTheRoom(audits.first().copied());
        let mut closed = None;
        for id in audits {
            let (Some(scope), Some(audit)) = (self.scope(state, *id), records.audits.get(*id))
            else {
                continue;
            };
            let reads = *method == Method::GET || *method == Method::HEAD;
            if !is_in(records, *id, &scope, &here, reads) {
                continue;
            }
            // To raise a finding is done now; all else is looked at as it was within the period.
            if here == Asked::Raise {
                return Ok(at);
            }
            let last = audit.last.0.min(today);
            match at {
                Some(it) if it > last => closed = Some(last),
                _ => return Ok(at.or(Some(last))),
            }
        }
        Err(closed.map_or_else(outside, Problem::AfterTheRoom))
    }
}

/// What an address asks for, as far as a room has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked<'a> {
    /// For everybody: the first page, one's own settings.
    Free,
    /// To raise a finding.
    Raise,
    /// A record, and whether only its own page, history or thread.
    Record(Ref, bool),
    Entry(u64),
    /// That the ledger stands, and no entry of it.
    Checkpoint,
    File(&'a str),
    Nothing,
}

fn asked<'a>(method: &Method, path: &'a str) -> Asked<'a> {
    let api = path.strip_prefix("/api/v1/");
    let mut parts = api.unwrap_or(path.trim_start_matches('/')).split('/');
    let (first, second) = (parts.next().unwrap_or_default(), parts.next());
    let rest: Vec<&str> = parts.collect();
    match (first, second, &*rest) {
        ("", None, []) | ("settings", None, []) => Asked::Free,
        ("settings", Some("preferences" | "end-others"), []) => Asked::Free,
        ("findings", Some("new"), []) if api.is_none() => Asked::Raise,
        ("findings", None, []) if api.is_none() && *method == Method::POST => Asked::Raise,
        ("ledger", Some("checkpoint"), [] | ["note"]) => Asked::Checkpoint,
        ("ledger", Some(seq), [] | ["proof"]) => seq.parse().map_or(Asked::Nothing, Asked::Entry),
        ("files", Some(digest), []) => Asked::File(digest),
        (plural, Some(reference), rest) => match reference.parse::<Ref>() {
            Ok(it) if it.kind.plural() == plural => {
                let plain = matches!(rest, [] | ["history" | "thread" | "because"]);
                let own = it.kind == Kind::Audit && matches!(rest, ["room" | "sample" | "file"]);
                let check = it.kind == Kind::Finding && matches!(rest, ["check" | "change"]);
                match plain || own || check {
                    true => Asked::Record(it, plain || own),
                    false => Asked::Nothing,
                }
            }
            _ => Asked::Nothing,
        },
        _ => Asked::Nothing,
    }
}

fn is_in(records: &Records, id: AuditId, scope: &Scope, asked: &Asked<'_>, reads: bool) -> bool {
    match asked {
        Asked::Free | Asked::Raise => true,
        Asked::Checkpoint => reads,
        Asked::Record(it, reading) => {
            let own = *it == id.into() || records.inbound(id, it.kind).any(|raised| raised == *it);
            (own || scope.all.contains(it)) && (reads || !reading)
        }
        Asked::Entry(seq) => {
            let mut all = scope.all.iter().copied().chain([Ref::from(id)]);
            reads && all.any(|it| records.history(it).any(|it| it == *seq))
        }
        Asked::File(digest) => {
            let rows = scope.evidence.iter().filter_map(|it| records.evidence.get(*it));
            reads && rows.flat_map(|it| it.answers.0.iter()).any(|it| it.contains(*digest))
        }
        Asked::Nothing => false,
    }
}
