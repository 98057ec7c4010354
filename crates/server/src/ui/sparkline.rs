//! A sparkline: the last few values as a line the height of a word, the newest as a mark whose shape
//! says how it stands. It has no axis; what it shows is also said in words.

use maud::{Markup, html};

use super::Word;

/// In tenths of a pixel, like every place in this drawing.
const WIDTH: i64 = 880;
const HEIGHT: i64 = 240;
/// Room for the mark at the newest value.
const EDGE: i64 = 45;
/// Values in one line, the newest ones; more would be a smear.
pub const SPARK_VALUES_MAX: usize = 24;

#[derive(Debug, Clone, Default)]
pub struct Sparkline {
    /// Oldest first, in any unit, all in the same.
    pub values: Vec<i64>,
    pub target: Option<i64>,
    /// How the newest value stands: gives its mark a shape and a colour.
    pub word: Option<Word>,
    /// The same in words, for those who do not see it: `12 values, the last 52.5, rising`.
    pub says: String,
}

pub fn sparkline(it: &Sparkline) -> Markup {
    let values = &it.values[it.values.len().saturating_sub(SPARK_VALUES_MAX)..];
    let Some(last) = values.last() else {
        return html! { span.quiet { "–" span.out-of-sight { " " (it.says) } } };
    };
    let all = || values.iter().chain(&it.target);
    let (low, high) = (all().min().unwrap_or(last), all().max().unwrap_or(last));
    let up = |value: i64| match i128::from(*high) - i128::from(*low) {
        // All alike: in the middle.
        0 => HEIGHT / 2,
        all => {
            let room = i128::from(HEIGHT - 2 * EDGE);
            let below = (i128::from(*high) - i128::from(value)) * room / all;
            EDGE + i64::try_from(below).unwrap_or(0)
        }
    };
    let along = |n: usize| {
        let room = WIDTH - 2 * EDGE;
        let n = i64::try_from(n + SPARK_VALUES_MAX - values.len()).unwrap_or(0);
        EDGE + room * n / (SPARK_VALUES_MAX as i64 - 1)
    };
    let points: Vec<String> = values
        .iter()
        .enumerate()
        .map(|(n, it)| format!("{},{}", pixels(along(n)), pixels(up(*it))))
        .collect();
    let (width, height) = (pixels(WIDTH), pixels(HEIGHT));
    html! {
        svg.sparkline viewBox={ "0 0 " (width) " " (height) } width=(width) height=(height) role="img" aria-label=(it.says)
            data-word=[it.word.map(Word::key)] {
            @if let Some(target) = it.target {
                @let y = pixels(up(target));
                line.target x1="0" x2=(width) y1=(y) y2=(y) {}
            }
            @if points.len() > 1 { polyline points=(points.join(" ")) {} }
            (mark(along(values.len() - 1), up(*last), it.word))
        }
    }
}

/// Disc, triangle, square or ring: the outlines of the four words' icons.
fn mark(x: i64, y: i64, word: Option<Word>) -> Markup {
    let at = |x: i64, y: i64| format!("{},{}", pixels(x), pixels(y));
    let (cx, cy) = (pixels(x), pixels(y));
    html! {
        @match word {
            None | Some(Word::OnTrack) => { circle.mark cx=(cx) cy=(cy) r="3" {} }
            Some(Word::AtRisk) => { path.mark d={ "M" (at(x, y - 40)) "l4 7h-8Z" } {} }
            Some(Word::OffTrack) => { path.mark d={ "M" (at(x - 30, y - 30)) "h6v6h-6Z" } {} }
            Some(Word::NoSignal) => { circle.mark.hollow cx=(cx) cy=(cy) r="3" {} }
        }
    }
}

/// Tenths of a pixel as a drawing writes them: `12.3`, `-0.5`, `7`.
pub(super) fn pixels(tenths: i64) -> String {
    let (whole, part) = (tenths.abs() / 10, tenths.abs() % 10);
    let sign = if tenths < 0 { "-" } else { "" };
    if part == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}
