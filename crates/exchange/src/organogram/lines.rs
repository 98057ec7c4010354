//! Who reports to whom: references found in the file, and rings among them.
//!
//! Not here: what a line means for accountability.
//!
//! Always true: a reference is looked for in its own organisation first, then in the one other
//! that has it; a ring is found once, whatever its length, without recursion.

use std::collections::HashMap;

use super::{Establishment, ReportsTo, SeniorPost};
use crate::{
    finding::{Finding, Findings, shown},
    limits::LOOP_LINKS_SHOWN_MAX,
};

/// The posts of a file by reference.
#[derive(Debug, Default)]
pub(super) struct Directory {
    by_organisation: HashMap<String, usize>,
    /// The first post of a reference in any organisation, and how many have it.
    anywhere: HashMap<String, (usize, usize)>,
    /// References without case, spaces and leading noughts, to suggest what was meant.
    alike: HashMap<String, String>,
}

impl Directory {
    pub(super) fn of(posts: &[SeniorPost]) -> Self {
        let mut directory = Self::default();
        for (at, post) in posts.iter().enumerate() {
            directory.by_organisation.insert(together(&post.organisation, &post.code), at);
            directory.anywhere.entry(post.code.clone()).or_insert((at, 0)).1 += 1;
            directory.alike.entry(blurred(&post.code)).or_insert_with(|| post.code.clone());
        }
        directory
    }

    pub(super) fn find(&self, organisation: &str, code: &str) -> Found {
        if let Some(&at) = self.by_organisation.get(&together(organisation, code)) {
            return Found::Here(at);
        }
        match self.anywhere.get(code) {
            Some(&(at, 1)) => Found::Here(at),
            Some(_) => Found::InSeveral,
            None => Found::Nowhere,
        }
    }

    pub(super) fn suggestion(&self, code: &str) -> Option<&str> {
        self.alike.get(&blurred(code)).map(String::as_str)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Here(usize),
    Nowhere,
    InSeveral,
}

/// An organisation and a reference as one key; no cell of a sheet holds this mark by accident.
fn together(organisation: &str, code: &str) -> String {
    format!("{organisation}\u{1F}{code}")
}

fn blurred(code: &str) -> String {
    let plain: String =
        code.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    plain.trim_start_matches('0').to_owned()
}

/// What a `Reports to` cell says, before it is looked up.
pub(super) fn is_top(cell: &str) -> bool {
    cell.trim().eq_ignore_ascii_case("XX")
}

/// The finding for a reference that no post has.
pub(super) fn unknown(
    directory: &Directory,
    found: Found,
    row: u32,
    column: &str,
    code: &str,
) -> Finding {
    let todo = match (found, directory.suggestion(code)) {
        (Found::InSeveral, _) => {
            "Give the post above it a reference of its own in this organisation.".to_owned()
        }
        (_, Some(near)) => format!("Did you mean {near}? Write it exactly as in that post's row."),
        _ => "Add the post to the senior file, or name the post that is above it.".to_owned(),
    };
    let says = match found {
        Found::InSeveral => {
            format!("Row {row}: {} is a post of several other organisations.", shown(code))
        }
        _ if code.is_empty() => format!("Row {row}: it is not said which post is above this one."),
        _ => format!("Row {row}: there is no senior post {}.", shown(code)),
    };
    Finding::fault("reports-to-unknown", says).row(row).column(column).value(code).todo(todo)
}

/// Finds every ring in the lines and says it.
pub(super) fn find_loops(
    establishment: &mut Establishment,
    above: &[Option<usize>],
    column: &str,
    findings: &mut Findings,
) {
    const UNSEEN: usize = 0;
    let posts = &establishment.posts;
    let mut walk_of = vec![UNSEEN; posts.len()];
    for start in 0..posts.len() {
        let walk = start + 1;
        let mut at = start;
        while walk_of[at] == UNSEEN {
            walk_of[at] = walk;
            match above[at] {
                Some(next) => at = next,
                None => break,
            }
        }
        // The walk met its own track: from here round to here is a ring.
        if walk_of[at] != walk || above[at].is_none() {
            continue;
        }
        let mut ring = vec![at];
        while let Some(next) = above[ring[ring.len() - 1]] {
            if next == at {
                break;
            }
            ring.push(next);
        }
        findings.push(said(posts, &ring, column));
        establishment.loops.push(ring.iter().map(|&at| posts[at].code.clone()).collect());
        for at in ring {
            walk_of[at] = usize::MAX;
        }
    }
}

fn said(posts: &[SeniorPost], ring: &[usize], column: &str) -> Finding {
    let post = &posts[ring[0]];
    let (row, code) = (post.row, shown(&post.code));
    let todo = format!("Leave '{column}' as XX if it is a top post, or name the post above it.");
    if ring.len() == 1 {
        return Finding::fault(
            "reports-to-itself",
            format!("Row {row}: post {code} reports to itself."),
        )
        .row(row)
        .column(column)
        .value(&post.code)
        .todo(todo);
    }
    let mut links: Vec<String> =
        ring.iter().take(LOOP_LINKS_SHOWN_MAX).map(|&at| shown(&posts[at].code)).collect();
    if ring.len() > LOOP_LINKS_SHOWN_MAX {
        links.push(format!("… ({} posts in all)", ring.len()));
    }
    links.push(code.clone());
    let spelled = links.join(" → ");
    Finding::fault(
        "loop",
        format!("Row {row}: post {code} comes back to itself up the line: {spelled}."),
    )
    .row(row)
    .column(column)
    .value(&spelled)
    .todo(format!("One of these rows names the wrong post. {todo}"))
}

/// A resolved line, as a record.
pub(super) fn resolved(posts: &[SeniorPost], found: Found, code: &str) -> ReportsTo {
    match found {
        Found::Here(at) => ReportsTo::Post {
            organisation: posts[at].organisation.clone(),
            code: posts[at].code.clone(),
        },
        Found::Nowhere | Found::InSeveral => ReportsTo::Unknown(code.to_owned()),
    }
}
