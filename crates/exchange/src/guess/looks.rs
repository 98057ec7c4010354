//! What the cells of a column look like, from a sample of them.

use kernel::{Kind, Ref, Shape};

use super::words::{ADDRESSES, CELLS};
use crate::{figure, finding::shown, limits::GUESSED_ROWS_MAX, sheet::Row, when};

/// Cells that stand beside a column for people to see.
const SAMPLES_MAX: usize = 3;

#[derive(Debug, Default)]
pub(super) struct Looks {
    pub(super) samples: Vec<String>,
    cells: Vec<String>,
    dates: usize,
    numbers: usize,
    addresses: usize,
    ids: usize,
    refs: Vec<(Kind, usize)>,
}

impl Looks {
    pub(super) fn of(rows: &[Row], at: usize) -> Looks {
        let mut looks = Looks::default();
        for row in rows.iter().take(GUESSED_ROWS_MAX) {
            let cell = row.cell(at).trim();
            if cell.is_empty() {
                continue;
            }
            let short = shown(cell);
            if looks.samples.len() < SAMPLES_MAX && !looks.samples.contains(&short) {
                looks.samples.push(short);
            }
            looks.dates += usize::from(when::day_of_any(cell).is_some());
            looks.numbers += usize::from(figure::looks_like_one(cell));
            looks.ids += usize::from(is_id(cell));
            let small = cell.to_lowercase();
            looks.addresses += usize::from(ADDRESSES.contains(&small.trim_end_matches('.')));
            if let Ok(of) = cell.parse::<Ref>() {
                match looks.refs.iter_mut().find(|it| it.0 == of.kind) {
                    Some(it) => it.1 += 1,
                    None => looks.refs.push((of.kind, 1)),
                }
            }
            looks.cells.push(small);
        }
        looks
    }

    pub(super) fn is_blank(&self) -> bool {
        self.cells.is_empty()
    }

    fn most(&self, count: usize) -> bool {
        !self.cells.is_empty() && count * 10 >= self.cells.len() * 8
    }

    /// The kind whose references most cells are.
    pub(super) fn references(&self) -> Option<Kind> {
        self.refs.iter().find(|it| self.most(it.1)).map(|it| it.0)
    }

    pub(super) fn are_dates(&self) -> bool {
        self.most(self.dates)
    }

    pub(super) fn are_numbers(&self) -> bool {
        self.most(self.numbers)
    }

    pub(super) fn are_addresses(&self) -> bool {
        self.most(self.addresses)
    }

    fn are_words(&self, known: &dyn Fn(&str) -> bool) -> bool {
        self.most(self.cells.iter().filter(|it| known(it)).count())
    }

    /// How well the cells fit what a field holds: 1 they do, 0 nobody can tell, -1 they do not.
    pub(super) fn fit(&self, name: &str, shape: Shape) -> i32 {
        if self.is_blank() {
            return 0;
        }
        let yes = |it: bool| if it { 1 } else { -1 };
        match shape {
            Shape::Day => yes(self.dates * 2 >= self.cells.len()),
            Shape::Amount | Shape::Whole => yes(self.numbers * 2 >= self.cells.len()),
            Shape::Choice(words) => yes(self.are_words(&|it| {
                words.iter().any(|word| word.eq_ignore_ascii_case(it))
                    || meaning(name, it).is_some()
            })),
            Shape::Flag => yes(self.are_words(&|it| {
                matches!(it, "yes" | "no" | "y" | "n" | "true" | "false" | "1" | "0" | "x")
                    || meaning(name, it).is_some()
            })),
            Shape::Link(kind) | Shape::Links(kind) => match self.references() {
                Some(it) => yes(it == kind),
                None => -i32::from(self.are_dates()),
            },
            Shape::AnyOf(kinds) => match self.references() {
                Some(it) => yes(kinds.contains(&it)),
                None => -i32::from(self.are_dates()),
            },
            Shape::Line if name == "name" => {
                -i32::from(self.are_dates() || self.are_numbers() || self.most(self.ids))
            }
            _ => 0,
        }
    }
}

/// A key of some machine's, such as `4ce2cc03-1464-418f-9208-076b6ac6ae27`.
fn is_id(cell: &str) -> bool {
    let long = cell.len() >= 16 && !cell.contains(char::is_whitespace);
    long && cell.contains(|it: char| it.is_ascii_digit())
}

/// The word of ours that a cell of this field means.
pub fn meaning(field: &str, cell: &str) -> Option<&'static str> {
    let cell = cell.trim().to_lowercase();
    let known = CELLS.iter().find(|it| it.0 == field && it.2.contains(&cell.as_str()));
    known.map(|it| it.1)
}
