//! Measurements: those that are new or differ, packed into commands that an entry can hold.

use std::collections::HashMap;

use jiff::civil::Date;
use kernel::{
    Amount, Command, Kind,
    id::{Id, IndicatorId},
    measurement::{self, READINGS_MAX, Reading},
};

use super::{Counted, Planner, find::Unfound};
use crate::{
    draft::{Place, Readings, Released, Target},
    finding::{Finding, shown},
};

/// Bytes of the readings in one command: an entry may hold 65,535.
const READINGS_BYTES_MAX: usize = 55_000;
/// Bytes of a reading besides its figures.
const READING_BYTES: usize = 140;

impl Planner<'_> {
    pub(super) fn readings(&mut self, said: &Readings) {
        let on = said.readings.last().map_or(self.act.today, |it| it.0.on);
        let indicator = match self.resolve(&said.indicator, &[Kind::Indicator], on) {
            Ok(it) => IndicatorId::new(it.n),
            Err(why) => return self.say_no_indicator(said, &why),
        };
        let mut seen: HashMap<Date, (Reading, Place)> = HashMap::new();
        let mut differing: Vec<(Reading, Place)> = Vec::new();
        for (reading, place) in &said.readings {
            let (mut reading, place) = (*reading, *place);
            if reading.denominator == Some(Amount(0)) {
                reading.denominator = None;
                let says = format!(
                    "A denominator of 0 makes no value on {}; it was left out.",
                    reading.on
                );
                self.say(place, Finding::question("denominator-zero", says).todo("Check the row."));
            }
            if let Some((first, before)) = seen.get(&reading.on) {
                if *first != reading {
                    let row = before.row.map_or(String::new(), |row| format!(" in row {row}"));
                    let says = format!("{} has another value{row}; that one was kept.", reading.on);
                    let todo = "Give one value for each last day of a period.";
                    self.say(place, Finding::question("period-repeated", says).todo(todo));
                }
                continue;
            }
            seen.insert(reading.on, (reading, place));
            let known = self.state.records().series(indicator).on(reading.on);
            let count = self.plan.counts.entry(Counted::Measurements).or_default();
            match known {
                Some(known) if known == reading => count.unchanged += 1,
                Some(_) => {
                    count.changed += 1;
                    differing.push((reading, place));
                }
                None => {
                    count.new += 1;
                    differing.push((reading, place));
                }
            }
        }
        let mut pack: Vec<(Reading, Place)> = Vec::new();
        let mut bytes = 0;
        for (reading, place) in differing {
            let size = bytes_of(&reading);
            if pack.len() == READINGS_MAX || bytes + size > READINGS_BYTES_MAX {
                self.record_all(indicator, std::mem::take(&mut pack));
                bytes = 0;
            }
            bytes += size;
            pack.push((reading, place));
        }
        self.record_all(indicator, pack);
    }

    /// Puts the day of a release with the newest figure there is.
    pub(super) fn released(&mut self, said: &Released) {
        let Ok(it) = self.resolve(&said.indicator, &[Kind::Indicator], self.act.today) else {
            // That it was left out has been said.
            return;
        };
        let indicator = IndicatorId::new(it.n);
        let newest = self.state.records().series(indicator).readings().next_back();
        let Some(newest) = newest else {
            let says = "The dates of release were left out, because they stand with the newest figure and there is none.";
            let todo = "Import the figures, then this again.";
            return self.say(said.place, Finding::note("release-left-out", says).todo(todo));
        };
        let next_release = said.next_release.filter(|it| *it > newest.on);
        let reading = Reading { released: said.released, next_release, ..newest };
        let count = self.plan.counts.entry(Counted::Measurements).or_default();
        if reading == newest {
            count.unchanged += 1;
            return;
        }
        count.changed += 1;
        self.record_all(indicator, vec![(reading, said.place)]);
    }

    fn record_all(&mut self, indicator: IndicatorId, pack: Vec<(Reading, Place)>) {
        let Some(place) = pack.first().map(|it| it.1) else { return };
        let readings: Vec<Reading> = pack.iter().map(|it| it.0).collect();
        let number = readings.len();
        let command = Command::Measurement(measurement::Command::Record { indicator, readings });
        let Err(why) = self.run(command, None) else { return };
        if number > 1 {
            // One of them is at fault: each is tried alone, so that it alone is left out.
            return pack.into_iter().for_each(|it| self.record_all(indicator, vec![it]));
        }
        let known = self.state.records().series(indicator).on(pack[0].0.on).is_some();
        let count = self.plan.counts.entry(Counted::Measurements).or_default();
        let counted = if known { &mut count.changed } else { &mut count.new };
        *counted = counted.saturating_sub(1);
        let says = format!("This measurement was left out: {why}");
        self.say(place, Finding::fault("refused", says).todo("Mend the row and import again."));
    }

    fn say_no_indicator(&mut self, said: &Readings, why: &Unfound) {
        let written = match &said.indicator {
            Target::Written(text) => text.as_ref(),
            // That it was left out has been said.
            _ => return,
        };
        let finding = match why {
            Unfound::Several(them) => super::find::ambiguous(&self.state, them),
            Unfound::Nothing => Finding::fault(
                "indicator-unknown",
                format!(
                    "There is no indicator {}; its {} measurements were left out.",
                    shown(written),
                    said.readings.len()
                ),
            )
            .value(written)
            .todo("Write the reference, number or exact name of an indicator, or import it first."),
        };
        self.say(said.place, finding.column("indicator"));
    }
}

fn bytes_of(it: &Reading) -> usize {
    let figures = [Some(it.value), it.numerator, it.denominator];
    READING_BYTES + figures.iter().flatten().map(|it| it.to_string().len() + 6).sum::<usize>()
}
