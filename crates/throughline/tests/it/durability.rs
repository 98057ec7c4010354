//! Acknowledged means durable, once: a server killed a hundred times under eight writers.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

use ledger::{Key, Sqlite, Store};
use serde_json::{Value as Json, json};

use crate::{
    program::Place,
    server::{Server, post},
};

/// Servers that are started and go: 100 are killed, the rest are asked to end.
const ROUNDS: u64 = 106;
const WRITERS: u64 = 8;
/// Every so many rounds the server is asked to end instead: then it writes a snapshot.
const GENTLE_EVERY: u64 = 17;
/// Requests in a row that fail before a client gives up.
const FAILURES_MAX: u32 = 200_000;
const SEED: u64 = 20_260_301;

#[test]
fn a_server_killed_a_hundred_times_under_eight_writers_loses_and_doubles_nothing() {
    let place = Place::new();
    let token = Server::start(&place).make_administrator();
    let clients = Mutex::new((0..WRITERS).map(Client::new).collect::<Vec<_>>());
    let mut dice = SEED;
    for round in 0..ROUNDS {
        let server = Server::start(&place);
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let answers_left = (dice >> 33) as usize % 32;
        let gentle = round % GENTLE_EVERY == GENTLE_EVERY - 1;
        write_until_killed(server, &clients, &token, answers_left, gentle);
    }
    // Whoever has no answer yet asks again.
    let server = Server::start(&place);
    let mut clients = clients.into_inner().unwrap();
    for client in &mut clients {
        while client.open.is_some() {
            assert!(client.ask(server.address, &token), "{client:?}");
        }
    }
    server.end_gently();
    check(&place, &clients);
}

/// Lets all clients write until so many answers have come; then the server dies in the midst of it.
fn write_until_killed(
    server: Server,
    clients: &Mutex<Vec<Client>>,
    token: &str,
    answers_left: usize,
    gentle: bool,
) {
    let (address, answers, dead) = (server.address, AtomicUsize::new(0), AtomicBool::new(false));
    let mut all = clients.lock().unwrap();
    thread::scope(|scope| {
        let (answers, dead) = (&answers, &dead);
        let parent = thread::current();
        for client in all.iter_mut() {
            let watch = Watch { answers, parent: parent.clone() };
            scope.spawn(move || {
                let mut failures = 0;
                while !dead.load(SeqCst) {
                    if client.ask(address, token) {
                        failures = 0;
                        answers.fetch_add(1, SeqCst);
                        watch.parent.unpark();
                    } else {
                        failures += 1;
                        assert!(
                            failures < FAILURES_MAX,
                            "the server is gone, and nobody killed it"
                        );
                    }
                }
            });
        }
        while answers.load(SeqCst) < answers_left {
            thread::park();
        }
        if gentle {
            server.end_gently()
        } else {
            server.kill()
        }
        dead.store(true, SeqCst);
    });
}

/// However a client ends, the one who waits for answers is let go.
struct Watch<'a> {
    answers: &'a AtomicUsize,
    parent: thread::Thread,
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        self.answers.store(usize::MAX / 2, SeqCst);
        self.parent.unpark();
    }
}

/// Every key has one receipt, and the entry that it stands for is there, once.
fn check(place: &Place, clients: &[Client]) {
    let mut store = Sqlite::open_read_only(&place.ledger()).unwrap();
    let mut found: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for entry in store.read(0, usize::MAX).unwrap() {
        let fact: Json = serde_json::from_str(&entry.body).unwrap();
        if let Some(name) = fact["event"]["unit"]["established"]["terms"]["name"].as_str() {
            found.entry(name.into()).or_default().push(entry.seq);
        }
    }
    let mut acknowledged = BTreeSet::new();
    for (key, seq) in clients.iter().flat_map(|it| &it.acknowledged) {
        let receipt = store.receipt(&Key(key.to_be_bytes())).unwrap().expect("a receipt");
        assert_eq!((receipt.first, receipt.last), (*seq, *seq));
        assert_eq!(found.get(&name(*key)), Some(&vec![*seq]), "lost or doubled: {key:x}");
        acknowledged.insert(name(*key));
    }
    let unasked: Vec<_> = found.keys().filter(|it| it.starts_with("unit ")).collect();
    assert_eq!(unasked.len(), acknowledged.len(), "entries that nobody was told of");
    assert!(acknowledged.len() > ROUNDS as usize, "{} were acknowledged", acknowledged.len());
    let repeated: usize = clients.iter().map(|it| it.repeated).sum();
    assert!(repeated > 0, "no answer was ever lost: the kills came at no bad moment");
    let report = place.run(&["verify", "--json"]).json();
    assert_eq!(report["sound"], json!(true), "{report}");
    let snapshots = std::fs::read_dir(place.data().join("snapshots")).unwrap().count();
    assert!(snapshots > 0, "verify compared a snapshot with the replay");
}

/// One that writes units, each under a key of its own, and asks again until it is answered.
#[derive(Debug)]
struct Client {
    number: u64,
    made: u64,
    /// The key of the request that has no answer yet.
    open: Option<u128>,
    /// Keys with the entry that they were promised.
    acknowledged: Vec<(u128, u64)>,
    /// Answers that said: done before.
    repeated: usize,
}

impl Client {
    fn new(number: u64) -> Client {
        Client { number, made: 0, open: None, acknowledged: Vec::new(), repeated: 0 }
    }

    /// Asks once. Whether an answer came.
    fn ask(&mut self, address: SocketAddr, token: &str) -> bool {
        let key = *self.open.get_or_insert_with(|| {
            self.made += 1;
            u128::from(self.number + 1) << 64 | u128::from(self.made)
        });
        let terms = json!({ "name": name(key) });
        let body = json!({ "unit": { "establish": { "from": "2026-01-01", "terms": terms } } });
        let headers = format!(
            "Authorization: Bearer {token}\r\nIdempotency-Key: {key:032x}\r\nContent-Type: application/json\r\n"
        );
        let Some((status, answer)) = post(address, "/api/v1/commands", &headers, &body.to_string())
        else {
            return false;
        };
        assert!(status == 201 || status == 200, "{status}: {answer}");
        let answer: Json = serde_json::from_str(&answer).unwrap();
        self.acknowledged.push((key, answer["first"].as_u64().unwrap()));
        self.repeated += usize::from(answer["repeated"] == json!(true));
        self.open = None;
        true
    }
}

fn name(key: u128) -> String {
    format!("unit {key:x}")
}
