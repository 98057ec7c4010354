//! The demonstration organisation: a fictional council, made by commands through the kernel.
//!
//! Everything is dated relative to today and drawn from one seed, so that it always looks alive and
//! never twice different. It is recorded in two times: a clock is put to the past and walks up to now.

mod maker;
mod people;
mod strategy;

use std::{path::Path, sync::Arc};

use anyhow::{Context, Result};
use host::clock::Set;
use jiff::{ToSpan, tz::TimeZone};
use kernel::id::PersonId;

use crate::{folder::Folder, outside, write};
use maker::Maker;

/// What the council is called.
const NAME: &str = "Ashby Vale Council";
const ZONE: &str = "Europe/London";
/// Months of history.
const MONTHS: i32 = 24;

/// Makes the council in `data`; gives back who administers the register.
pub(crate) fn make(data: &Path) -> Result<PersonId> {
    let folder = Folder::create(data, "throughline/ashby-vale-council", ZONE)?;
    let now = outside::wall(TimeZone::get(ZONE)?);
    let today = now.date_of(now.now());
    let begins = today.first_of_month() - MONTHS.months();
    let clock = Set::at(now.now());
    let open = folder.open_by(Arc::new(clock.clone()))?;
    let mut make = Maker::new(open.writer, clock, today);
    make.at(begins);
    make.steps.extend(write::founding(NAME, begins));
    make.counted(1, 1, 1);
    let council = people::establish(&mut make);
    make.record().context("the council")?;
    let plan = strategy::adopt(&mut make, &council);
    make.record().context("its plan")?;
    for month in 1..=MONTHS {
        make.at(begins + month.months());
        strategy::report(&mut make, &plan, month);
        people::change(&mut make, &council, month);
        make.record().with_context(|| format!("month {month}"))?;
    }
    Ok(council.administrator)
}
