//! The demonstration organisation: a fictional council, made by commands through the kernel.
//!
//! Everything is dated relative to the day on which it is made and drawn from one seed, so that it
//! always looks alive and never twice different. It is recorded in two times: a clock is put to the
//! past and walks up to now, and some of what happened is recorded late or put right later.
//!
//! What holders answer to their duties, and how posts are handed over, is in `answers`.
//!
//! What was found not to be as it should, and the audit from outside, is in `findings`.
//!
//! The tables (`establishment`, `plan`, `runs`, `initiatives`, `decisions`, `scheme`, `compliance`, `controls`,
//! `procedures`) say what there is; the files beside them say what becomes of it; `story` is what befell the posts
//! and people that have a name in it.

mod answers;
mod compliance;
mod controls;
mod decisions;
mod doing;
mod establishment;
mod figures;
mod findings;
mod initiatives;
mod maker;
mod names;
mod people;
mod plan;
mod procedures;
mod rules;
mod runs;
mod scheme;
mod story;
mod warnings;
mod work;

use std::{path::Path, sync::Arc};

use anyhow::{Context, Result};
use host::clock::Set;
use jiff::{Timestamp, ToSpan, tz::TimeZone};

use crate::{folder::Folder, write};
use maker::Maker;

/// What the council is called.
pub(crate) const NAME: &str = "Ashby Vale Council";
const ZONE: &str = "Europe/London";
/// Months of history.
const MONTHS: i32 = 36;

/// Somebody whom the demonstration lets in: name and post.
pub(crate) type Visitor = (&'static str, &'static str);

/// In the order in which their links are printed.
pub(crate) const VISITORS: [Visitor; 4] = [
    (story::CHIEF.1, story::CHIEF.0),
    (story::ACTING.1, story::ACTING.0),
    (findings::AUDITOR.1, findings::AUDITOR.0),
    (people::ADMINISTRATOR, "Register administrator"),
];

/// Makes the council in `data`, with a history that ends at `now`.
pub(crate) fn make(data: &Path, now: Timestamp) -> Result<()> {
    let folder = Folder::create(data, "throughline/ashby-vale-council", ZONE)?;
    let today = now.to_zoned(TimeZone::UTC).date();
    let begins = today.first_of_month() - MONTHS.months();
    // Before it is opened: a day that has come once does not go again.
    let clock = Set::at(begins.to_zoned(TimeZone::UTC)?.timestamp());
    let open = folder.open_by(Arc::new(clock.clone()))?;
    let mut make = Maker::new(open.writer, clock, now, begins);
    make.hurry()?;

    // The first day, at the console: the establishment comes in from a file.
    make.at(begins, 8);
    write::founding(&write::of(NAME), begins).into_iter().for_each(|it| make.step(it));
    make.counted(1, 1, 1);
    let mut council = people::establish(&mut make);
    make.record().context("the council")?;

    make.at(begins, 11);
    make.by(council.administrator());
    let plan = plan::adopt(&mut make, &council);
    let figures = figures::set_up(&mut make, &council, &plan);
    let controls = compliance::comply(&mut make, &council, &plan);
    let mut doing = doing::Doing::set_up(&mut make, &council, &figures, &controls);
    make.record().context("its plan")?;
    doing.plan(&make);

    let (mut work, mut taken) = (work::Work::default(), decisions::Taken::default());
    let mut scheme = scheme::Scheme::default();
    let mut findings = findings::Findings::plan(today);
    let mut warnings = warnings::Warnings::default();
    for month in 0..=MONTHS {
        let first = make.month(month);
        findings.walk(&mut make, &mut council, &mut doing, first)?;
        make.at(first, 9);
        make.by(council.administrator());
        plan::revise(&mut make, &plan, month);
        figures::retarget(&mut make, &figures, month);
        story::befall(&mut make, &mut council, month);
        people::turn_over(&mut make, &mut council, month);
        make.record().with_context(|| format!("people of month {month}"))?;

        if month == rules::ADOPTED {
            rules::adopt(&mut make, &council);
            make.record().context("its rules")?;
        }

        findings.walk(&mut make, &mut council, &mut doing, (first + 3.days()).min(today))?;
        make.at(first + 3.days(), 10);
        scheme::delegate(&mut make, &council, &mut scheme, month);
        make.record().with_context(|| format!("delegations of month {month}"))?;

        findings.walk(&mut make, &mut council, &mut doing, (first + 10.days()).min(today))?;
        make.at(first + 10.days(), 14);
        figures::report(&mut make, &council, &figures, month);
        make.record().with_context(|| format!("figures of month {month}"))?;

        findings.walk(&mut make, &mut council, &mut doing, (first + 19.days()).min(today))?;
        make.at(first + 19.days(), 16);
        decisions::decide(&mut make, &council, &plan, &mut taken, month);
        work::begin(&mut make, &council, &plan, &mut work, month);
        work::finish(&mut make, &council, &work, month);
        make.record().with_context(|| format!("work of month {month}"))?;

        findings.walk(&mut make, &mut council, &mut doing, (first + 24.days()).min(today))?;
        make.at(first + 24.days(), 17);
        answers::answer(&mut make, &council, month);
        make.record().with_context(|| format!("answers of month {month}"))?;
        warnings.answer(&mut make).with_context(|| format!("signals of month {month}"))?;
    }
    findings.walk(&mut make, &mut council, &mut doing, today + 1.days())?;
    make.at(today, 20);
    warnings.at_last(&mut make)?;
    make.finish()
}
