//! What the address asks for, and the addresses that ask for something else. All of the page's state
//! is there: how it is arranged, where it is cut off, what is open, what is looked for.

use kernel::{
    Kind, Ref,
    read::establishment::{By, Only},
};

use crate::ui::{Look, Query};

/// Branches that an address remembers as opened, or as closed; the first ones are forgotten.
const BRANCHES_MAX: usize = 30;
/// Between references in an address; nothing that would have to be escaped.
const BETWEEN: char = '.';
/// What is forgotten on the way to another part of the establishment.
const FOLDS: [&str; 4] = ["open", "shut", "levels", "part"];

/// A table in place of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    Vacancies,
    Spans,
    Levels,
}

impl Table {
    const ALL: [Table; 3] = [Table::Vacancies, Table::Spans, Table::Levels];

    pub(super) fn word(self) -> &'static str {
        match self {
            Table::Vacancies => "vacancies",
            Table::Spans => "spans",
            Table::Levels => "levels",
        }
    }
}

#[derive(Debug)]
pub(super) struct Asked<'a> {
    query: &'a Query,
    pub(super) by: By,
    pub(super) look: Look,
    pub(super) root: Option<&'a str>,
    pub(super) levels: Option<usize>,
    pub(super) open: Vec<Ref>,
    pub(super) shut: Vec<Ref>,
    pub(super) find: &'a str,
    pub(super) only: Option<Only>,
    pub(super) table: Option<Table>,
    /// From 0.
    pub(super) part: usize,
}

impl<'a> Asked<'a> {
    pub(super) fn of(query: &'a Query) -> Asked<'a> {
        let number = |name| query.get(name).and_then(|it| it.parse::<usize>().ok());
        let table = query.get("table");
        Asked {
            query,
            by: if query.get("by") == Some("units") { By::Units } else { By::Line },
            look: if query.get("as") == Some("tree") { Look::Tree } else { Look::Chart },
            root: query.get("root"),
            levels: number("levels").map(|it| it.max(1)),
            open: branches(query.get("open")),
            shut: branches(query.get("shut")),
            find: query.get("find").unwrap_or_default().trim(),
            only: query.get("only").and_then(Only::named),
            table: Table::ALL.into_iter().find(|it| table == Some(it.word())),
            part: number("part").map_or(0, |it| it.saturating_sub(1)),
        }
    }

    pub(super) fn is_narrowed(&self) -> bool {
        !self.find.is_empty() || self.only.is_some()
    }

    /// The fields that the form sets itself.
    pub(super) fn hidden(&self) -> maud::Markup {
        let own = ["find", "only", "table"];
        self.query.hidden(&[&own[..], &FOLDS].concat())
    }

    pub(super) fn arranged(&self, by: By) -> String {
        let word = if by == By::Units { "units" } else { "line" };
        let mut it = self.query.without(&FOLDS).with("by", word);
        // By line there are no units to start from.
        if by == By::Line && self.root.is_some_and(|it| it.starts_with(Kind::Unit.prefix())) {
            it = it.without(&["root"]);
        }
        it.href()
    }

    pub(super) fn looking(&self, look: Look) -> String {
        let word = if look == Look::Tree { "tree" } else { "chart" };
        self.query.without(&["table"]).with("as", word).href()
    }

    pub(super) fn levels(&self, levels: usize) -> String {
        self.query.without(&FOLDS).with("levels", levels.to_string()).href()
    }

    pub(super) fn part(&self, part: usize) -> String {
        self.query.without(&FOLDS).with("part", (part + 1).to_string()).href()
    }

    /// This branch alone; nothing is looked for in it yet.
    pub(super) fn zoom(&self, to: Option<Ref>) -> String {
        let it = self.everything();
        to.map_or_else(|| it.href(), |to| it.with("root", to.to_string()).href())
    }

    /// What could not be shown of what is directly beneath `of`.
    pub(super) fn rest(&self, of: Ref) -> String {
        let it = self.query.without(&FOLDS).without(&["table"]);
        it.with("root", of.to_string()).with("part", "2").href()
    }

    /// The same branch, with only those; as a tree, because it is read as a list.
    pub(super) fn only(&self, only: Only) -> String {
        let it = self.query.without(&FOLDS).without(&["find", "table"]);
        it.with("only", only.word()).with("as", "tree").href()
    }

    pub(super) fn table(&self, table: Table) -> String {
        let it = self.query.without(&FOLDS).without(&["find", "only"]);
        it.with("table", table.word()).href()
    }

    /// The same branch, and nothing looked for.
    pub(super) fn cleared(&self) -> String {
        self.query.without(&FOLDS).without(&["find", "only", "table"]).href()
    }

    pub(super) fn everything(&self) -> Query {
        self.query.without(&FOLDS).without(&["root", "find", "only", "table"])
    }

    /// Opens or closes a branch, and comes back to it.
    pub(super) fn fold(&self, of: Ref, open: bool) -> String {
        let (into, from) = if open { ("open", "shut") } else { ("shut", "open") };
        let (mut more, mut less) = (self.open.clone(), self.shut.clone());
        if !open {
            std::mem::swap(&mut more, &mut less);
        }
        more.retain(|it| *it != of);
        more.push(of);
        less.retain(|it| *it != of);
        let mut it = self.query.without(&["open", "shut"]);
        for (name, them) in [(into, &more), (from, &less)] {
            if !them.is_empty() {
                it = it.with(name, text(them));
            }
        }
        format!("{}#{of}", it.href())
    }
}

fn branches(text: Option<&str>) -> Vec<Ref> {
    let all = text.into_iter().flat_map(|it| it.split(BETWEEN));
    all.filter_map(|it| it.parse().ok()).take(BRANCHES_MAX).collect()
}

fn text(them: &[Ref]) -> String {
    let kept = &them[them.len().saturating_sub(BRANCHES_MAX)..];
    kept.iter().map(ToString::to_string).collect::<Vec<_>>().join(&BETWEEN.to_string())
}
