//! The demonstration's signals: three years of them, shown as they came, read, answered, some accepted, some gone up.

use std::collections::BTreeMap;

use kernel::{
    id::SignalId,
    read::{
        raised::{self, With, Word},
        signals::signals,
        view::View,
    },
};

use crate::demo::{TODAY, told};

#[test]
fn what_warned_in_three_years_was_shown_read_answered_and_cleared() {
    for day in [TODAY, "2025-01-01", "2024-02-29"] {
        let it = told(day);
        let records = it.state.records();
        let mut words: BTreeMap<&str, usize> = BTreeMap::new();
        let (mut read, mut actions, mut accepted) = (0, 0, 0);
        for (id, row) in records.signals.iter() {
            let word = raised::word(records, id, it.today).unwrap();
            *words.entry(word.word()).or_default() += 1;
            assert!(row.live.begins() <= row.shown.0, "{id} was shown before it could be known");
            read += usize::from(raised::reading(row, it.today).is_some());
            for answer in raised::answers(row, it.today) {
                assert!(answer.by.is_some() && answer.person.is_some(), "{id}");
                match answer.with {
                    With::Record(_) => actions += 1,
                    With::Until(_) => accepted += 1,
                }
            }
        }
        let all = records.signals.len();
        assert!(all > 100, "{all} on {day}");
        assert!(words["cleared"] > 20 && words["open"] > 20, "{words:?} on {day}");
        assert!(words["accepted"] >= 1, "{words:?} on {day}");
        assert!(read > all / 3 && read < all, "{read} of {all} on {day}");
        assert!(actions >= 3 && accepted >= 3, "{actions} actions, {accepted} accepted on {day}");
        let view = View::new(&it.state, it.today);
        let all = raised::all(&view, &signals(&view));
        assert!(all.iter().any(|it| it.escalated.len() > 1), "none has come up the line on {day}");
        assert!(all.iter().any(|it| matches!(it.word, Word::Accepted { .. })));
        let not_shown: Vec<_> = all.iter().filter(|it| it.id.is_none()).collect();
        assert_eq!(not_shown, Vec::<&raised::Raised>::new(), "on {day}");
    }
}

#[test]
fn each_signal_was_shown_by_nobody_and_answered_by_somebody_it_goes_to() {
    let it = told(TODAY);
    for fact in it.facts.iter().filter(|it| SignalId::try_from(it.event.subject()).is_ok()) {
        let answers = fact.event.given().iter().any(|it| it.0 == "answered_by" || it.0 == "reader");
        assert_eq!(answers, fact.by.signed().is_some(), "{fact:?}");
    }
}
