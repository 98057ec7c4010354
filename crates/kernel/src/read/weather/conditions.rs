//! How controls stand on one day, each worked out once however many clauses it meets.

use std::sync::{
    OnceLock,
    atomic::{AtomicUsize, Ordering},
};

use jiff::civil::Date;

use super::{Clause, Condition, control, judged};
use crate::{
    Records,
    id::{ControlId, Id, ObligationId},
};

/// The controls of a view, as far as they were asked for.
#[derive(Debug, Default)]
pub(in crate::read) struct Conditions {
    of: OnceLock<Vec<OnceLock<Option<Condition>>>>,
    evaluated: AtomicUsize,
}

impl Conditions {
    pub(in crate::read) fn control(
        &self,
        records: &Records,
        id: ControlId,
        date: Date,
    ) -> Option<Condition> {
        let all = self.of.get_or_init(|| {
            let mut all = Vec::new();
            all.resize_with(records.controls.len(), OnceLock::new);
            all
        });
        *all.get(id.row())?.get_or_init(|| {
            self.evaluated.fetch_add(1, Ordering::Relaxed);
            control(records, id, date)
        })
    }

    pub(in crate::read) fn clause(
        &self,
        records: &Records,
        id: ObligationId,
        date: Date,
    ) -> Clause {
        let of = |it| self.control(records, it, date).map(|it| it.weather);
        judged(records, id, date, Clause::Gap, of)
    }

    /// Controls whose evidence was gone through.
    pub(in crate::read) fn evaluated(&self) -> usize {
        self.evaluated.load(Ordering::Relaxed)
    }
}
