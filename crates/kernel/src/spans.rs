//! Runs of days: what holds on some days and not on others, as days only.
//!
//! Always true: the runs are sorted, none is empty, and no two overlap or touch. The end of a run is
//! the first day after it; [`Date::MAX`] stands for no end.

use std::ops::Range;

use jiff::civil::Date;

use crate::{status::days_between, timeline::Timeline};

/// Days, as runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spans(Vec<Range<Date>>);

impl Spans {
    /// Whatever lies in one of `runs` at least.
    pub fn of(runs: impl IntoIterator<Item = Range<Date>>) -> Spans {
        let mut runs: Vec<Range<Date>> = runs.into_iter().filter(|it| it.start < it.end).collect();
        runs.sort_unstable_by_key(|it| (it.start, it.end));
        let mut all: Vec<Range<Date>> = Vec::with_capacity(runs.len());
        for it in runs {
            match all.last_mut() {
                Some(last) if it.start <= last.end => last.end = last.end.max(it.end),
                _ => all.push(it),
            }
        }
        Spans(all)
    }

    /// The days on which something stands.
    pub fn on(life: &Timeline<bool>) -> Spans {
        Spans::of(life.spans().filter(|it| *it.1).map(|it| it.0))
    }

    /// Every day.
    pub fn always() -> Spans {
        Spans(vec![Date::MIN..Date::MAX])
    }

    pub fn runs(&self) -> impl DoubleEndedIterator<Item = Range<Date>> {
        self.0.iter().cloned()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Days that both have.
    pub fn and(&self, other: &Spans) -> Spans {
        let (mut all, mut ours, mut theirs) = (Vec::new(), 0, 0);
        while let (Some(a), Some(b)) = (self.0.get(ours), other.0.get(theirs)) {
            let both = a.start.max(b.start)..a.end.min(b.end);
            if a.end <= b.end {
                ours += 1;
            } else {
                theirs += 1;
            }
            if both.start < both.end {
                all.push(both);
            }
        }
        Spans(all)
    }

    /// Days that one of the two has.
    pub fn or(&self, other: &Spans) -> Spans {
        Spans::of(self.runs().chain(other.runs()))
    }

    /// Days of `days` only.
    pub fn within(&self, days: &Range<Date>) -> Spans {
        let cut = self.runs().map(|it| it.start.max(days.start)..it.end.min(days.end));
        Spans(cut.filter(|it| it.start < it.end).collect())
    }

    /// Days that these have and `other` has not.
    pub fn without(&self, other: &Spans) -> Spans {
        let mut left = Vec::new();
        let mut next = 0;
        for it in self.runs() {
            let mut start = it.start;
            while let Some(hole) = other.0.get(next) {
                if hole.start >= it.end {
                    break;
                }
                if start < hole.start {
                    left.push(start..hole.start);
                }
                start = start.max(hole.end);
                if hole.end > it.end {
                    break;
                }
                next += 1;
            }
            if start < it.end {
                left.push(start..it.end);
            }
        }
        Spans(left)
    }

    /// The run that `date` lies in.
    pub fn run(&self, date: Date) -> Option<Range<Date>> {
        let after = self.0.partition_point(|it| it.start <= date);
        self.0[..after].last().filter(|it| date < it.end).cloned()
    }

    pub fn has(&self, date: Date) -> bool {
        self.run(date).is_some()
    }

    /// The first day after the last of these before `date`, if any of them lies before it.
    pub fn last_end(&self, date: Date) -> Option<Date> {
        self.runs().map(|it| it.end).rfind(|it| *it <= date)
    }

    /// How many days they are.
    pub fn days(&self) -> i64 {
        self.0.iter().map(|it| days_between(it.start, it.end)).sum()
    }
}
