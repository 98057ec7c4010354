//! A small council with one record of each kind, recorded in two times.

use std::sync::Arc;

use exchange::wire;
use host::{Ask, Step, clock::Set};
use kernel::{
    By,
    id::{Id, PersonId, PostId, TenureId},
};
use ledger::Key;
use serde_json::{Value, json};
use server::{
    Transport,
    signin::{Purpose, VaultAccounts},
};

use crate::visit::{Answer, DAY, Visit, opened};

/// When most of it was recorded.
pub(crate) const FOUNDED: &str = "2029-06-01T09:00:00Z";
pub(crate) const NOW: &str = "2030-03-30T12:00:00Z";

pub(crate) struct Council {
    pub(crate) visit: Visit,
    pub(crate) clock: Set,
    pub(crate) store: ledger::Memory,
    keys: u128,
}

fn establish(kind: &str, terms: Value) -> Value {
    json!({ kind: { "establish": { "from": "2029-01-01", "terms": terms } } })
}

impl Council {
    /// Mary Okafor administers the register and is signed in; Ann Bell is Head of Waste.
    pub(crate) async fn new() -> Council {
        Council::in_zone(jiff::tz::TimeZone::UTC).await
    }

    pub(crate) async fn in_zone(zone: jiff::tz::TimeZone) -> Council {
        Council::founded(zone, &[]).await
    }

    /// With a scheme of delegation: the administrator lets contracts, and the Head of Waste smaller ones.
    pub(crate) async fn with_scheme() -> Council {
        let scheme = [
            establish(
                "authority",
                json!({ "act": "Let a contract", "post": "POST-1", "limit": "250000" }),
            ),
            json!({ "delegation": { "establish": { "from": "2029-01-01", "until": "2031-01-01",
                "terms": { "post": "POST-1", "to": "POST-2", "authorities": ["AUTH-1"], "limit": "50000" } } } }),
            establish("procedure", json!({ "name": "Audit a round", "post": "POST-2" })),
            establish(
                "step",
                json!({ "name": "Look into bins", "procedure": "PROC-1", "position": 1, "exercises": ["CTL-1"] }),
            ),
            establish(
                "question",
                json!({ "name": "What was in them?", "step": "STEP-1", "position": 1 }),
            ),
            establish(
                "audit",
                json!({ "name": "Rounds", "post": "POST-1", "first": "2029-01-01", "last": "2029-12-31", "seed": "7" }),
            ),
            establish("finding", json!({ "name": "Glass among paper", "regards": "PROC-1" })),
            establish("risk", json!({ "name": "Glass cuts", "likelihood": 2, "impact": 3 })),
        ];
        Council::founded(jiff::tz::TimeZone::UTC, &scheme).await
    }

    /// As it was set up, and what else was recorded then.
    async fn founded(zone: jiff::tz::TimeZone, also: &[Value]) -> Council {
        let clock = Set::at(FOUNDED.parse().unwrap()).in_zone(zone);
        let store = ledger::Memory::default();
        let (kept, host) = opened(store.clone(), &clock);
        let accounts = VaultAccounts::new(host.clone(), &kept, PostId::at_row(0));
        let visit = Visit::at(host, Arc::new(accounts), Transport::Plain);
        let mut it = Council { visit, clock, store, keys: 1 << 100 };
        it.record(&[
            establish("organisation", json!({ "name": "Fallowmere Council" })),
            establish("unit", json!({ "name": "Fallowmere" })),
            establish(
                "post",
                json!({ "name": "Register administrator", "unit": "UNIT-1", "administers": true }),
            ),
        ]);
        it.first().await;
        it.record(&[
            establish("unit", json!({ "name": "Place", "within": "UNIT-1" })),
            establish(
                "post",
                json!({ "name": "Head of Waste", "code": "W12", "unit": "UNIT-2", "reports_to": "POST-1" }),
            ),
            establish("person", json!({ "name": "Ann Bell" })),
            establish("tenure", json!({ "post": "POST-2", "person": "PERSON-2" })),
            establish("plan", json!({ "name": "Fallowmere 2035", "levels": ["priority", "outcome"] })),
            establish("objective", json!({ "name": "A clean county", "plan": "PLAN-1" })),
            establish(
                "objective",
                json!({ "name": "Less waste", "plan": "PLAN-1", "parent": "OBJ-1" }),
            ),
            establish(
                "indicator",
                json!({ "name": "Waste recycled", "measure": "%", "target": "50", "code": "KPI 7" }),
            ),
            establish("anchor", json!({ "from": "IND-1", "serves": "OBJ-2" })),
            establish(
                "duty",
                json!({ "post": "POST-2", "subject": "OBJ-2", "role": "accountable" }),
            ),
            establish("framework", json!({ "name": "Waste Regulations" })),
            establish(
                "requirement",
                json!({ "name": "Separate collection", "clause": "13", "framework": "FWK-1" }),
            ),
            establish("obligation", json!({ "requirement": "REQ-1" })),
            establish("control", json!({ "name": "Round audit", "meets": ["OBL-1"] })),
            establish("initiative", json!({ "name": "Food waste rounds" })),
            establish(
                "action",
                json!({ "name": "Buy caddies", "initiative": "INI-1", "due": "2030-05-01" }),
            ),
            establish("decision", json!({ "name": "Weekly collections" })),
            json!({ "measurement": { "record": { "indicator": "IND-1",
                "readings": [{ "on": "2029-05-31", "value": "48" }] } } }),
        ]);
        if !also.is_empty() {
            it.record(also);
        }
        it.clock.put(NOW.parse().unwrap());
        it.record(&[json!({ "measurement": { "record": { "indicator": "IND-1",
            "readings": [{ "on": "2030-02-28", "value": "52.5" }] } } })]);
        it
    }

    async fn first(&mut self) {
        let first = self.visit.sign_in.link(Purpose::First, DAY).await.unwrap();
        let sent =
            "name=Mary+Okafor&sign_in=Mary&password=seven+grey+herons&again=seven+grey+herons";
        assert_eq!(self.visit.send(&format!("/first/{}", first.secret()), sent).await.status, 303);
    }

    /// Records commands as the console does.
    pub(crate) fn record(&mut self, commands: &[Value]) {
        let told = wire::commands(commands.iter().cloned().collect()).unwrap();
        let steps = told.into_iter().map(|(command, name)| Step { command, name }).collect();
        let key = self.key();
        self.visit.host.run(Ask::steps(key, By::Console, steps)).unwrap();
    }

    /// The minute comes in which what warns is shown, and what warns no more is cleared.
    pub(crate) fn warn(&mut self) {
        let turns = kernel::signal::turns(&self.visit.host.published().state);
        let steps = turns.into_iter().map(Into::into).collect();
        let key = self.key();
        self.visit.host.run(Ask::steps(key, By::Schedule, steps)).unwrap();
    }

    /// Ann Bell accepts a duty of hers, opens a handover and audits a round.
    pub(crate) fn say_what_a_holder_says(&mut self) {
        let today = |kind: &str, terms: Value| json!({ kind: { "establish": { "from": "2030-03-30", "terms": terms } } });
        let commands = json!([
            today("acceptance", json!({ "duty": "DUTY-1", "tenure": "TEN-2" })),
            today("handover", json!({ "post": "POST-2", "outgoing": "TEN-2" })),
            today("occurrence", json!({ "procedure": "PROC-1" })),
            today(
                "evidence",
                json!({ "occurrence": "OCC-1", "step": "STEP-1", "answers": ["QUES-1: Glass"] })
            ),
        ]);
        let told = wire::commands(commands).unwrap();
        let steps = told.into_iter().map(|(command, name)| Step { command, name }).collect();
        let by = By::Postholder {
            person: PersonId::at_row(1),
            post: PostId::at_row(1),
            tenure: TenureId::at_row(1),
        };
        let key = self.key();
        self.visit.host.run(Ask::steps(key, by, steps)).unwrap();
    }

    fn key(&mut self) -> Key {
        self.keys += 1;
        Key(self.keys.to_be_bytes())
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.visit.get(path).await
    }

    /// Sends a form with a key of its own.
    pub(crate) async fn send(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let key = u128::from_be_bytes(self.key().0);
        self.send_again(path, form, key).await
    }

    /// Sends a form with the key given.
    pub(crate) async fn send_again(
        &mut self,
        path: &str,
        form: &[(&str, &str)],
        key: u128,
    ) -> Answer {
        let key = format!("{key:032x}");
        let pairs = form.iter().copied().chain([("idempotency_key", &*key)]);
        let body: Vec<String> =
            pairs.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.visit.send(path, &body.join("&")).await
    }

    /// Sends JSON as a program does, with a key of its own.
    pub(crate) async fn post_json(&mut self, path: &str, body: &Value) -> Answer {
        let key = format!("{:032x}", u128::from_be_bytes(self.key().0));
        let request = axum::http::Request::post(path)
            .header("content-type", "application/json")
            .header("idempotency-key", key)
            .header("sec-fetch-site", "same-origin");
        self.visit.ask(request, body.to_string().into()).await
    }

    /// A second browser, in which the account of `person` is signed in by a link.
    pub(crate) async fn as_person(&self, person: u64, sign_in: &str) -> Visit {
        let reference = format!("PERSON-{person}");
        let link = self.visit.sign_in.invite(reference, sign_in, DAY).await.unwrap().unwrap();
        let mut visit = self.visit.beside();
        let sent = "password=nine+brown+geese&again=nine+brown+geese";
        let answer = visit.send(&format!("/enter/{}", link.secret()), sent).await;
        assert_eq!(answer.status, 303);
        visit
    }
}

/// Percent-encoded for a form.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|it| match it {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(it).to_string()
            }
            it => format!("%{it:02X}"),
        })
        .collect()
}
