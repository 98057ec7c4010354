//! A timeline and a table against the plainest thing that does the same.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::{Table, id::UnitId, timeline::Timeline};

fn nth(n: i8) -> Date {
    date(2024, 1, n + 1)
}

#[derive(Debug, Clone)]
enum Move {
    Set(i8, u8),
    Unset(i8),
    Shift(i8),
}

fn any_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        4 => (0..12i8, 0..3u8).prop_map(|(on, value)| Move::Set(on, value)),
        2 => (0..12i8).prop_map(Move::Unset),
        1 => (0..12i8).prop_map(Move::Shift),
    ]
}

/// A list of (day, value), sorted after every change, searched from the end.
fn plain(list: &mut Vec<(i8, u8)>, it: &Move) {
    let holds = |list: &[(i8, u8)], on: i8| list.iter().rev().find(|it| it.0 <= on).map(|it| it.1);
    match *it {
        Move::Set(on, value) => {
            list.retain(|it| it.0 != on);
            list.push((on, value));
        }
        Move::Unset(on) if on == list[0].0 => (),
        Move::Unset(on) => list.retain(|it| it.0 != on),
        Move::Shift(on) => {
            let value = holds(list, on).unwrap_or(list[0].1);
            list.remove(0);
            list.retain(|it| it.0 > on);
            list.push((on, value));
        }
    }
    list.sort_unstable();
}

proptest! {
    #[test]
    fn a_timeline_is_a_sorted_list(moves in prop::collection::vec(any_move(), 0..20)) {
        let mut timeline = Timeline::new(nth(5), 0u8);
        let mut list = vec![(5i8, 0u8)];
        for it in &moves {
            match *it {
                Move::Set(on, value) => timeline.set(nth(on), value),
                Move::Unset(on) => timeline.unset(nth(on)),
                Move::Shift(on) => timeline.shift(nth(on)),
            }
            plain(&mut list, it);
            let entries: Vec<_> = timeline.entries().copied().collect();
            prop_assert_eq!(&entries, &list.iter().map(|it| (nth(it.0), it.1)).collect::<Vec<_>>());
            prop_assert_eq!(timeline.begins(), nth(list[0].0));
            for on in 0..14 {
                let expected = list.iter().rev().find(|it| it.0 <= on).map(|it| it.1);
                prop_assert_eq!(timeline.at(nth(on)).copied(), expected);
                prop_assert_eq!(*timeline.near(nth(on)), expected.unwrap_or(list[0].1));
                let spanned = timeline.spans().find(|it| it.0.contains(&nth(on))).map(|it| *it.1);
                prop_assert_eq!(spanned, expected);
            }
        }
    }

    #[test]
    fn a_life_knows_its_turns(
        ours in prop::collection::vec(any::<bool>(), 12),
        theirs in prop::collection::vec(any::<bool>(), 12),
        begins in 0..11usize,
    ) {
        let life = |days: &[bool], begins: usize| {
            let mut it = Timeline::new(nth(begins as i8), days[begins]);
            (begins..12).for_each(|on| it.set(nth(on as i8), days[on]));
            it
        };
        let (a, b) = (life(&ours, begins), life(&theirs, 3));
        let is = |on: usize| on >= begins && ours[on];
        for on in 0..12 {
            let today = nth(on as i8);
            let run = |value: bool| {
                let days = (begins..=on).rev().take_while(|it| ours[*it] == value);
                days.last().map(|it| nth(it as i8))
            };
            prop_assert_eq!(a.is(today), is(on));
            prop_assert_eq!(a.ended(today), run(false));
            prop_assert_eq!(a.since(today), run(true));
            // It stops where it held the day before: what has ended does not end again.
            let ends = (on + 1..12).find(|it| *it > begins && ours[*it - 1] && !ours[*it]);
            prop_assert_eq!(a.ends_after(today), ends.map_or(Date::MAX, |it| nth(it as i8)));
            if !is(on) {
                let last = (0..on).rev().find(|it| is(*it)).map(|it| nth(it as i8 + 1));
                prop_assert_eq!(a.stopped(today), last);
            }
            let other = theirs[on.max(3)];
            prop_assert_eq!(a.within(&b).is(today), is(on) && other);
        }
        let both = (3..12).find(|on| is(*on) && theirs[*on]).map(|it| nth(it as i8));
        prop_assert_eq!(a.meets(&b), both);
        prop_assert_eq!(b.meets(&a), both);
    }

    #[test]
    fn a_table_is_a_list_and_its_copies_stay_as_they_were(
        start in prop::sample::select(vec![0usize, 1, 63, 64, 65, 4095, 4096, 4100]),
        moves in prop::collection::vec((any::<bool>(), 0..5000usize, 0..100u32), 0..40),
    ) {
        let mut list: Vec<u32> = (0..start as u32).collect();
        let mut table: Table<UnitId, u32> = Table::default();
        list.iter().for_each(|it| { table.push(*it); });
        let mut copies = Vec::new();
        for (push, row, value) in moves {
            copies.push((table.clone(), list.clone()));
            if push || list.is_empty() {
                prop_assert_eq!(table.next_id().row(), list.len());
                prop_assert_eq!(table.push(value).row(), list.len());
                list.push(value);
            } else {
                let row = row % list.len();
                *table.get_mut(UnitId::at_row(row)).unwrap() = value;
                list[row] = value;
            }
        }
        copies.push((table, list));
        for (table, list) in copies {
            prop_assert_eq!(table.len(), list.len());
            prop_assert!(table.iter().map(|it| *it.1).eq(list.iter().copied()));
            prop_assert_eq!(table.get(UnitId::at_row(list.len())), None);
            let bytes = postcard::to_allocvec(&table).unwrap();
            prop_assert_eq!(&postcard::from_bytes::<Table<UnitId, u32>>(&bytes).unwrap(), &table);
        }
    }
}
