//! Sparklines in every state.

use maud::{Markup, html};

use crate::ui::{Sparkline, Word, sparkline};

pub(super) fn sample() -> Markup {
    let rising: Vec<i64> = (0..24).map(|n| 400 + n * 9 + (n * 37) % 50).collect();
    let line = |values: &[i64], target, word, says: &str| Sparkline {
        values: values.to_vec(),
        target,
        word,
        says: says.into(),
    };
    let all = [
        ("On track", line(&rising, Some(560), Some(Word::OnTrack), "24 values, rising to 614")),
        ("At risk", line(&rising, Some(640), Some(Word::AtRisk), "24 values, rising to 614")),
        ("Off track", line(&rising[6..], Some(900), Some(Word::OffTrack), "18 values, to 614")),
        ("No signal", line(&rising[..9], None, Some(Word::NoSignal), "9 values, silent since")),
        ("No judgement", line(&rising, None, None, "24 values, rising to 614")),
        ("All alike", line(&[7; 12], Some(7), Some(Word::OnTrack), "12 values, always 7")),
        ("One value", line(&[12], Some(10), Some(Word::OnTrack), "One value, 12")),
        ("None yet", line(&[], None, None, "nothing measured yet")),
    ];
    html! {
        dl.facts { @for (name, it) in &all { dt { (name) } dd { (sparkline(it)) } } }
    }
}
