//! A sparkline: the last few values as a line the height of a word, the newest as a mark whose shape
//! says how it stands. It has no axis; what it shows is also said in words.
//!
//! A list has hundreds of them, so they are drawn straight into the page.

use maud::{Markup, PreEscaped, Render, html};

use super::Word;

/// In tenths of a pixel, like every place in this drawing.
const WIDTH: i64 = 880;
const HEIGHT: i64 = 240;
/// Room for the mark at the newest value.
const EDGE: i64 = 45;
/// Values that a line usually has: a year of months, and the same month of the year before.
pub const SPARK_VALUES: usize = 13;
/// Values in one line at most, the newest ones; more would be a smear.
pub const SPARK_VALUES_MAX: usize = 24;

#[derive(Debug, Clone, Default)]
pub struct Sparkline {
    /// Oldest first, in any unit, all in the same.
    pub values: Vec<i64>,
    pub target: Option<i64>,
    /// How the newest value stands: gives its mark a shape and a colour.
    pub word: Option<Word>,
    /// The same in words, for those who do not see it: `12 values, the last 52.5, up from 48`.
    pub says: String,
}

pub fn sparkline(it: &Sparkline) -> Markup {
    it.render()
}

impl Render for Sparkline {
    fn render_to(&self, out: &mut String) {
        let values = &self.values[self.values.len().saturating_sub(SPARK_VALUES_MAX)..];
        let Some(last) = values.last() else {
            html! { span.quiet { "–" span.out-of-sight { " " (self.says) } } }.render_to(out);
            return;
        };
        let up = Up::of(values.iter().chain(&self.target));
        out.push_str("<svg class=\"sparkline\" viewBox=\"0 0 88 24\" width=\"88\" height=\"24\" role=\"img\" aria-label=\"");
        self.says.render_to(out);
        out.push('"');
        if let Some(word) = self.word {
            out.push_str(" data-word=\"");
            out.push_str(word.key());
            out.push('"');
        }
        out.push('>');
        if let Some(target) = self.target {
            out.push_str("<path class=\"target\" d=\"M0,");
            push(out, up.at(target));
            out.push_str("H88\"></path>");
        }
        if values.len() > 1 {
            out.push_str("<polyline points=\"");
            for (n, value) in values.iter().enumerate() {
                if n > 0 {
                    out.push(' ');
                }
                push(out, along(n, values.len()));
                out.push(',');
                push(out, up.at(*value));
            }
            out.push_str("\"></polyline>");
        }
        mark(along(values.len() - 1, values.len()), up.at(*last), self.word).render_to(out);
        out.push_str("</svg>");
    }
}

/// How far down a value is drawn.
struct Up {
    high: i128,
    all: i128,
}

impl Up {
    fn of<'a>(values: impl Iterator<Item = &'a i64> + Clone) -> Up {
        let high = values.clone().max().copied().unwrap_or_default();
        let low = values.min().copied().unwrap_or_default();
        Up { high: high.into(), all: i128::from(high) - i128::from(low) }
    }

    fn at(&self, value: i64) -> i64 {
        match self.all {
            // All alike: in the middle.
            0 => HEIGHT / 2,
            all => {
                let below = (self.high - i128::from(value)) * i128::from(HEIGHT - 2 * EDGE) / all;
                EDGE + i64::try_from(below).unwrap_or(0)
            }
        }
    }
}

/// The newest is always at the right, and a step is as wide in every line of a list.
fn along(n: usize, count: usize) -> i64 {
    let room = if count > SPARK_VALUES { SPARK_VALUES_MAX } else { SPARK_VALUES };
    let n = i64::try_from(n + room - count).unwrap_or(0);
    EDGE + (WIDTH - 2 * EDGE) * n / (room as i64 - 1)
}

/// Disc, triangle, square or ring: the outlines of the four words' icons.
fn mark(x: i64, y: i64, word: Option<Word>) -> PreEscaped<String> {
    let mut out = String::with_capacity(64);
    let mut path = |x: i64, y: i64, shape: &str| {
        out.push_str("<path class=\"mark\" d=\"M");
        push(&mut out, x);
        out.push(',');
        push(&mut out, y);
        out.push_str(shape);
        out.push_str("\"></path>");
    };
    match word {
        Some(Word::AtRisk) => path(x, y - 40, "l4 7h-8Z"),
        Some(Word::OffTrack) => path(x - 30, y - 30, "h6v6h-6Z"),
        None | Some(Word::OnTrack | Word::NoSignal) => {
            let hollow = if word == Some(Word::NoSignal) { " hollow" } else { "" };
            out.push_str("<circle class=\"mark");
            out.push_str(hollow);
            out.push_str("\" cx=\"");
            push(&mut out, x);
            out.push_str("\" cy=\"");
            push(&mut out, y);
            out.push_str("\" r=\"3\"></circle>");
        }
    }
    PreEscaped(out)
}

/// Tenths of a pixel as a drawing writes them: `12.3`, `-0.5`, `7`.
pub(super) fn pixels(tenths: i64) -> String {
    let mut out = String::with_capacity(8);
    push(&mut out, tenths);
    out
}

fn push(out: &mut String, tenths: i64) {
    if tenths < 0 {
        out.push('-');
    }
    let (mut whole, part) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    let digit = |it: u64| char::from(b'0' + u8::try_from(it % 10).unwrap_or(0));
    let mut digits = [' '; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = digit(whole);
        whole /= 10;
        if whole == 0 {
            break;
        }
    }
    out.extend(&digits[at..]);
    if part > 0 {
        out.push('.');
        out.push(digit(part));
    }
}

#[cfg(test)]
mod tests {
    use super::pixels;

    #[test]
    fn places_are_written_in_tenths() {
        let all = [0, 7, 10, 123, -5, -120, 8800].map(pixels);
        assert_eq!(all, ["0", "0.7", "1", "12.3", "-0.5", "-12", "880"]);
    }
}
