//! A server as a child process, and the little HTTP it takes to speak to it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, ChildStdout, Command, Stdio},
};

use ledger::{Sqlite, Store};
use serde_json::{Value as Json, json};

use crate::program::{Place, program};

pub(crate) const PASSWORD: &str = "correct horse battery staple";

pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    first: Option<String>,
    /// Held open: a program whose reader has gone has nobody to serve.
    _out: BufReader<ChildStdout>,
}

impl Server {
    pub(crate) fn start(place: &Place) -> Server {
        let mut child = program()
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(place.data())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut lines = out.by_ref().lines();
        let opened = lines.next().expect("it says where it is").unwrap();
        let address = opened.strip_prefix("Open http://").unwrap().trim_end_matches('/');
        let address = address.parse().unwrap();
        // Only an organisation without accounts prints how to make the first.
        let first = opened_by_nobody(place).then(|| lines.next().unwrap().unwrap());
        let first = first.map(|it| it[it.find("/first/").unwrap()..].to_owned());
        Server { child, address, first, _out: out }
    }

    /// Goes through the door as the first visitor does; a token to write with. Then it is killed.
    pub(crate) fn make_administrator(self) -> String {
        let token = self.let_in();
        self.kill();
        token
    }

    /// Goes through the door as the first visitor does; a token to write with.
    pub(crate) fn let_in(&self) -> String {
        let form =
            format!("name=Ada+Obi&sign_in=ada&password={0}&again={0}", PASSWORD.replace(' ', "+"));
        let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
        let (status, _) = post(self.address, self.first.as_deref().unwrap(), kind, &form).unwrap();
        assert_eq!(status, 303);
        let credentials = json!({ "sign_in": "ada", "password": PASSWORD }).to_string();
        let kind = "Content-Type: application/json\r\n";
        let (status, body) = post(self.address, "/api/v1/session", kind, &credentials).unwrap();
        assert_eq!(status, 201, "{body}");
        let body: Json = serde_json::from_str(&body).unwrap();
        body["token"].as_str().unwrap().to_owned()
    }

    /// As `kill -9` does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn end_gently(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }
}

fn opened_by_nobody(place: &Place) -> bool {
    Sqlite::open_read_only(&place.ledger()).unwrap().vault(0, 1).unwrap().is_empty()
}

/// A request on a connection of its own; `None` when no whole answer came.
pub(crate) fn post(
    address: SocketAddr,
    path: &str,
    headers: &str,
    body: &str,
) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let length = head.lines().find_map(|it| {
        let (name, value) = it.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let whole = length.is_none_or(|it| it == body.len());
    let status = head.split(' ').nth(1)?.parse().ok()?;
    whole.then(|| (status, body.to_owned()))
}
