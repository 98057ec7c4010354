//! What the council measures, and how each figure runs through the three years.
//!
//! Most lie on the good side of their target by more than noise and season move them. Those that do
//! not are on purpose: see the tests of the demonstration.

use jiff::ToSpan;
use kernel::{
    Amount, Command,
    id::*,
    indicator::{self, Cadence, Direction, Sort, Timing},
    register::Command as It,
};

use super::{MONTHS, maker::Maker, people::Council, plan::Plan, runs::RUNS};

/// How an indicator runs through the months.
#[derive(Clone, Copy)]
pub(crate) struct Run {
    pub(crate) name: &'static str,
    unit: &'static str,
    /// The objective it serves, by number; none when empty.
    serves: &'static str,
    /// The accountable post; none when empty.
    post: &'static str,
    up: bool,
    target: f64,
    tolerance: Option<f64>,
    starts: f64,
    ends: f64,
    noise: f64,
    season: f64,
    /// From this month on it lies higher by so much.
    shift: (i32, f64),
    /// Months at the end for which nothing came.
    silent: i32,
    /// Figures come a month after the others’.
    late: bool,
    quarterly: bool,
    whole: bool,
    sort: Sort,
    timing: Timing,
    /// How many the share is of, where it has a numerator and a denominator.
    of: i32,
}

pub(crate) const fn run(
    serves: &'static str,
    post: &'static str,
    name: &'static str,
    unit: &'static str,
) -> Run {
    Run {
        name,
        unit,
        serves,
        post,
        up: true,
        target: 0.0,
        tolerance: None,
        starts: 0.0,
        ends: 0.0,
        noise: 0.0,
        season: 0.0,
        shift: (0, 0.0),
        silent: 0,
        late: false,
        quarterly: false,
        whole: false,
        sort: Sort::Kpi,
        timing: Timing::Lagging,
        of: 0,
    }
}

impl Run {
    /// At least so much is good.
    pub(crate) const fn over(self, target: f64) -> Run {
        Run { up: true, target, ..self }
    }
    /// At most so much is good.
    pub(crate) const fn under(self, target: f64) -> Run {
        Run { up: false, target, ..self }
    }
    pub(crate) const fn goes(self, starts: f64, ends: f64, noise: f64) -> Run {
        Run { starts, ends, noise, ..self }
    }
    pub(crate) const fn season(self, season: f64) -> Run {
        Run { season, ..self }
    }
    pub(crate) const fn shift(self, month: i32, by: f64) -> Run {
        Run { shift: (month, by), ..self }
    }
    pub(crate) const fn give(self, tolerance: f64) -> Run {
        Run { tolerance: Some(tolerance), ..self }
    }
    pub(crate) const fn silent(self, months: i32) -> Run {
        Run { silent: months, ..self }
    }
    pub(crate) const fn late(self) -> Run {
        Run { late: true, ..self }
    }
    pub(crate) const fn quarterly(self) -> Run {
        Run { quarterly: true, ..self }
    }
    pub(crate) const fn whole(self) -> Run {
        Run { whole: true, ..self }
    }
    pub(crate) const fn of(self, count: i32) -> Run {
        Run { of: count, ..self }
    }
    pub(crate) const fn leading(self) -> Run {
        Run { timing: Timing::Leading, ..self }
    }
    pub(crate) const fn sort(self, sort: Sort) -> Run {
        Run { sort, ..self }
    }
}

/// Targets that were raised or lowered on the way: (indicator, month, target before).
const OTHER_TARGETS: [(&str, i32, i64); 5] = [
    ("Reablement: no further care needed", 18, 76),
    ("Calls resolved at the first contact", 12, 75),
    ("Residual waste per household", 24, 430),
    ("Invoices paid within 30 days", 12, 93),
    ("Household waste recycled", 12, 44),
];

/// A figure that was put right two months later: (indicator, month it is about, what it had been).
const CORRECTED: (&str, i32, i64) = ("Calls resolved at the first contact", 18, 91);

/// The indicators, in the order of [`RUNS`].
pub(crate) struct Figures {
    indicators: Vec<IndicatorId>,
}

fn amount(value: f64) -> Amount {
    #[expect(clippy::cast_possible_truncation, reason = "figures are small")]
    let tenths = (value * 10.0).round() as i64;
    Amount(tenths * 100_000)
}

pub(crate) fn set_up(make: &mut Maker, council: &Council, plan: &Plan) -> Figures {
    let mut indicators = Vec::new();
    for (number, it) in (1..).zip(&RUNS) {
        let before = OTHER_TARGETS.iter().find(|other| other.0 == it.name);
        let target = before.map_or(amount(it.target), |other| Amount(other.2 * 1_000_000));
        let indicator = make.indicator(indicator::Terms {
            name: Some(it.name.into()),
            code: Some(Some(format!("AV-{number:03}").into())),
            measure: Some(Some(it.unit.into())),
            sort: Some(it.sort),
            timing: Some(it.timing),
            direction: Some(if it.up { Direction::Up } else { Direction::Down }),
            target: Some(Some(target)),
            tolerance: Some(it.tolerance.map(amount)),
            cadence: Some(if it.quarterly { Cadence::Quarterly } else { Cadence::Monthly }),
            ..indicator::Terms::default()
        });
        if !it.post.is_empty() {
            make.accountable(council.post(it.post), indicator);
        }
        if !it.serves.is_empty() {
            make.serves(indicator, plan.objective(it.serves));
        }
        indicators.push(indicator);
    }
    Figures { indicators }
}

/// Sets the targets that hold from this month on.
pub(crate) fn retarget(make: &mut Maker, figures: &Figures, month: i32) {
    for (name, _, _) in OTHER_TARGETS.iter().filter(|it| it.1 == month) {
        let Some((id, it)) = figures.all().find(|it| it.1.name == *name) else { continue };
        let terms = indicator::Terms {
            target: Some(Some(amount(it.target))),
            ..indicator::Terms::default()
        };
        make.say(Command::Indicator(It::Change { id, from: make.from, terms }));
    }
}

/// A month brings the figures of the month before, and what was late then.
pub(crate) fn report(make: &mut Maker, council: &Council, figures: &Figures, month: i32) {
    for (indicator, it) in figures.all() {
        let about = month - 1 - i32::from(it.late);
        if about < 0 {
            continue;
        }
        let (value, of) = figure(make, it, about);
        let period = make.month(about + 1) - 1.day();
        let closes = !it.quarterly || period.month() % 3 == 0;
        if closes && about < MONTHS - it.silent {
            make.by(hand(council, it));
            make.measure(indicator, period, value, of);
        }
    }
    let (name, about, _) = CORRECTED;
    if month == about + 3
        && let Some((indicator, it)) = figures.all().find(|it| it.1.name == name)
    {
        let period = make.month(about + 1) - 1.day();
        make.by(hand(council, it));
        make.measure(indicator, period, amount(it.starts), None);
    }
    make.by(council.administrator());
}

fn hand(council: &Council, it: &Run) -> kernel::By {
    match it.post {
        "" => council.administrator(),
        post => council.hand(council.post(post)),
    }
}

impl Figures {
    pub(crate) fn named(&self, name: &str) -> IndicatorId {
        let mut all = self.all();
        all.find(|it| it.1.name == name).expect("the tables name indicators of their own table").0
    }

    fn all(&self) -> impl Iterator<Item = (IndicatorId, &'static Run)> {
        self.indicators.iter().copied().zip(&RUNS)
    }
}

/// A month's figure: where it stands on its way, season, shift and noise.
fn figure(make: &mut Maker, it: &Run, month: i32) -> (Amount, Option<(Amount, Amount)>) {
    let noise = (make.chance() + make.chance() - 1.0) * 2.0 * it.noise;
    if (it.name, month) == (CORRECTED.0, CORRECTED.1) {
        return (Amount(CORRECTED.2 * 1_000_000), None);
    }
    let of_year = f64::from((make.begins + month.months()).month()) / 12.0;
    let season = (of_year * std::f64::consts::TAU).cos() * it.season;
    let shift = if it.shift.0 > 0 && month >= it.shift.0 { it.shift.1 } else { 0.0 };
    let way = f64::from(month) / f64::from(MONTHS);
    let value = it.starts + (it.ends - it.starts) * way + season + shift + noise;
    let top = if it.unit == "%" { 100.0 } else { f64::MAX };
    let value = value.clamp(if it.target == 0.0 { -9.0 } else { 0.0 }, top);
    if it.of > 0 {
        let share = (value / 100.0 * f64::from(it.of)).round();
        let of = (amount(share), Amount::whole(it.of));
        return (amount(share * 100.0 / f64::from(it.of)), Some(of));
    }
    (amount(if it.whole { value.round() } else { value }), None)
}
