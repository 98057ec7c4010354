//! On the page of a clause: the clauses of other frameworks that it is mapped to, both ways, and the controls
//! that it would have through them.

use kernel::{
    Ref,
    id::RequirementId,
    read::mappings::{self, Lent, Mapped},
};
use maud::{Markup, html};

use super::Pen;
use crate::ui::{Link, Table, TableRow, table};

/// Rows of one table.
const ROWS_MAX: usize = 100;

pub(super) fn part(pen: &Pen<'_>, of: Ref, shown: &mut Vec<Ref>) -> Option<Markup> {
    let clause = RequirementId::try_from(of).ok()?;
    let all = mappings::of(pen.view(), clause);
    if all.is_empty() {
        return None;
    }
    let lent = mappings::lent(pen.view(), clause);
    shown.extend(all.iter().take(ROWS_MAX).flat_map(|it| [Ref::from(it.mapping), it.other.into()]));
    shown.extend(lent.iter().take(ROWS_MAX).map(|it| Ref::from(it.control)));
    let wholly = lent.iter().filter(|it| it.wholly).count();
    let own = mappings::controls(pen.view(), clause).len();
    Some(html! {
        (mapped(pen, &all))
        @if lent.is_empty() {
            p.quiet { "No control meets them that does not meet this clause too." }
        } @else {
            p { "Met here by " (own) @if own == 1 { " control" } @else { " controls" } " of its own. Through these clauses it could have "
                (lent.len()) " more, " (wholly) " of them wholly: let them meet its obligation if they do." }
            (borrowed(pen, &lent))
        }
    })
}

fn mapped(pen: &Pen<'_>, all: &[Mapped]) -> Markup {
    let row = |it: &Mapped| {
        let framework = pen.view().value(it.other.into(), "framework");
        TableRow {
            head: pen.link(it.other.into()).show(),
            cells: vec![
                html! { @for it in framework.links() { (pen.link(*it).show()) } },
                Link::to(pen.href(it.mapping.into()), it.relationship.word()).show(),
                html! { @if let Some(it) = it.strength { (it) } },
            ],
        }
    };
    table(&Table {
        caption: "What this clause is to others".into(),
        columns: vec![
            ("Clause", false),
            ("Framework", false),
            ("Relationship", false),
            ("Strength", true),
        ],
        rows: all.iter().take(ROWS_MAX).map(row).collect(),
    })
}

fn borrowed(pen: &Pen<'_>, lent: &[Lent]) -> Markup {
    let row = |it: &Lent| TableRow {
        head: pen.link(it.control.into()).show(),
        cells: vec![
            pen.link(it.through.other.into()).show(),
            html! { @if it.wholly { "wholly" } @else { "in part" } },
        ],
    };
    table(&Table {
        caption: "Controls that meet a mapped clause".into(),
        columns: vec![("Control", false), ("Meets", false), ("Reaches", false)],
        rows: lent.iter().take(ROWS_MAX).map(row).collect(),
    })
}
