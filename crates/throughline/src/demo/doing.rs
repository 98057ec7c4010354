//! What becomes of the council's procedures: occurrences are recorded as their days come, by nobody, and done
//! by whoever holds the post then, or by the next up the line; some late, a few never, some put down days after.
//!
//! It has dice of its own, so that everything else is as it is without it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Context, Result};
use jiff::{Span, ToSpan, civil::Date};
use kernel::{
    Amount, By, Ref, Text, evidence,
    id::{ControlId, Id, OccurrenceId, PostId, ProcedureId, QuestionId, StepId},
    occurrence,
    procedure::{self, Start, due_dates},
    question::{self, Answer},
    read::who,
    register::Command as It,
    step,
};

use super::{
    compliance,
    figures::Figures,
    maker::Maker,
    people::Council,
    procedures::{Ask, Does, EMPTIED, Lately, PROCEDURES, Rhythm, SECOND},
    story,
};
use crate::write;

/// Of a hundred occurrences, how many are never done, and how many late.
const MISSED_PERCENT: f64 = 3.0;
const LATE_PERCENT: f64 = 7.0;
/// Of a hundred that are missed, how many are excused.
const EXCUSED_PERCENT: f64 = 35.0;
/// Of a hundred that are done, how many are recorded some days after, and how many did not meet what is asked.
const RECORDED_LATER_PERCENT: f64 = 3.0;
const NOT_MET_PERCENT: f64 = 2.0;
/// Days for which what is not done can still be done late: after that nobody comes back to it.
const LATE_DAYS: (i32, i32) = (1, 4);

/// Days after which what was found is looked into.
const LOOKED_INTO_DAYS: i32 = 4;

const EXCUSES: [&str; 3] = [
    "The building was shut for works, and nobody was in it.",
    "Snow: the roads were closed, and everybody who could was sent to clear them.",
    "The instruments were away to be calibrated. The next reading was taken early.",
];
const WORDS: [&str; 3] = [
    "As last time; nothing new was found.",
    "Two points are to be followed up by the next time.",
    "All is in order.",
];

/// A procedure as it is recorded.
struct Made {
    does: &'static Does,
    id: ProcedureId,
    post: PostId,
    answers: PostId,
    steps: Vec<(StepId, Vec<QuestionId>)>,
}

/// What is to be done on a day.
enum Task {
    /// All steps of an occurrence, on a day that may lie behind.
    Do {
        occurrence: OccurrenceId,
        of: usize,
        from: Date,
        met: bool,
    },
    Approve {
        occurrence: OccurrenceId,
        of: usize,
        what: kernel::id::EvidenceId,
        step: usize,
    },
    Excuse {
        occurrence: OccurrenceId,
        of: usize,
    },
    /// Begun anew by hand and done, because the last time was not met.
    Again {
        of: usize,
    },
}

pub(crate) struct Doing {
    made: Vec<Made>,
    /// Days on which something falls due.
    due: BTreeSet<Date>,
    tasks: BTreeMap<Date, Vec<Task>>,
    /// Occurrences whose fate is settled: all before this row.
    seen: usize,
    /// The first day that has not been walked.
    next: Date,
    dice: u64,
}

/// The post of a title, or the second one of that title.
fn post(council: &Council, title: &str) -> PostId {
    match title.strip_suffix(SECOND) {
        Some(title) => council.second(title),
        None if title == "Register administrator" => write::administrator(),
        None => council.post(title),
    }
}

impl Doing {
    /// Establishes the procedures with their steps and questions.
    pub(crate) fn set_up(
        make: &mut Maker,
        council: &Council,
        figures: &Figures,
        controls: &HashMap<&'static str, ControlId>,
    ) -> Doing {
        let mut made = Vec::new();
        for does in &PROCEDURES {
            made.push(set_up(make, council, figures, controls, does));
        }
        let (due, tasks) = (BTreeSet::new(), BTreeMap::new());
        Doing { made, due, tasks, seen: 0, next: make.begins, dice: 4_711 }
    }

    /// Works out on which days something falls due, once the procedures are recorded.
    pub(crate) fn plan(&mut self, make: &Maker) {
        let state = make.state();
        let records = state.records();
        for it in &self.made {
            let Some(row) = records.procedures.get(it.id) else { continue };
            self.due.extend(due_dates(records, row, make.begins, make.today()));
        }
    }

    /// Walks the days before `until`: what is due is recorded, and what is to be done is done.
    pub(crate) fn walk(&mut self, make: &mut Maker, council: &Council, until: Date) -> Result<()> {
        std::mem::swap(&mut self.dice, &mut make.dice);
        let walked = self.days(make, council, until);
        std::mem::swap(&mut self.dice, &mut make.dice);
        walked
    }

    fn days(&mut self, make: &mut Maker, council: &Council, until: Date) -> Result<()> {
        loop {
            self.settle(make, council);
            let due = self.due.range(self.next..until).next().copied();
            let task = self.tasks.range(..until).next().map(|it| (*it.0).max(self.next));
            let Some(on) = due.into_iter().chain(task).min() else { break };
            make.at(on, 18);
            make.comes();
            self.settle(make, council);
            while let Some(entry) = self.tasks.first_entry().filter(|it| *it.key() <= on) {
                for task in entry.remove() {
                    self.act(make, council, &task);
                }
            }
            make.record().with_context(|| format!("the work of {on}"))?;
            self.next = on + 1.days();
        }
        self.next = self.next.max(until);
        Ok(())
    }

    /// Settles what becomes of occurrences that have just been recorded.
    fn settle(&mut self, make: &mut Maker, council: &Council) {
        let state = make.state();
        let all = &state.records().occurrences;
        while self.seen < all.len() {
            let id = OccurrenceId::at_row(self.seen);
            self.seen += 1;
            let Some(row) = all.get(id).filter(|it| it.origin.0 != occurrence::Origin::ByHand)
            else {
                continue;
            };
            let of = self.made.iter().position(|it| it.id == row.procedure.0);
            let of = of.expect("every procedure here was made here");
            self.fate(make, council, id, of, row.due.0);
        }
    }

    fn fate(
        &mut self,
        make: &mut Maker,
        council: &Council,
        occurrence: OccurrenceId,
        of: usize,
        due: Date,
    ) {
        let does = self.made[of].does;
        let today = make.today();
        let days_ago = (today - due).get_days();
        let counts = does.rhythm.days().map_or(60, |it| i32::from(it.1));
        let post = self.made[of].post;
        if let Some(since) = council.emptied.filter(|_| does.post.starts_with(EMPTIED))
            && due >= since
        {
            // It has gone to the manager of both sites, who has not come to it.
            return;
        }
        let base = due.max(make.on);
        let when = |days: i32| base + days.days();
        if let Rhythm::Found(_) = does.rhythm {
            let on = when(LOOKED_INTO_DAYS);
            self.put(on, Task::Do { occurrence, of, from: on, met: true });
            return;
        }
        let last = days_ago < every(does.rhythm);
        match does.lately {
            Lately::Open(days) if days_ago <= days => return,
            Lately::NotMet if last => {
                self.put(when(0), Task::Do { occurrence, of, from: due, met: false });
                return;
            }
            _ => (),
        }
        if days_ago <= counts {
            let days = if does.window > 2 { make.between(0, does.window / 2) } else { 0 };
            let on = self.no_later(when(days), base).min(today);
            self.put(on, Task::Do { occurrence, of, from: on, met: true });
            return;
        }
        let chance = make.chance() * 100.0;
        let within = make.between(0, does.window);
        if chance < MISSED_PERCENT && !own(council, post) {
            if make.chance() * 100.0 < EXCUSED_PERCENT {
                let on = due + (does.window + 3).days();
                let on = self.no_sooner(on.max(make.on + 1.days()));
                self.put(on, Task::Excuse { occurrence, of });
            }
            return;
        }
        let late = chance < MISSED_PERCENT + LATE_PERCENT;
        let days = if late { does.window + make.between(LATE_DAYS.0, LATE_DAYS.1) } else { within };
        let from = match late {
            true => self.no_sooner(when(days)),
            false => self.no_later(when(days), base),
        };
        let later = make.chance() * 100.0 < RECORDED_LATER_PERCENT;
        let on = if later { self.no_sooner(from + make.between(2, 6).days()) } else { from };
        let can_fail = does.steps[0].asks.iter().any(Ask::can_fail);
        let met = make.chance() * 100.0 >= NOT_MET_PERCENT || !can_fail;
        self.put(on, Task::Do { occurrence, of, from, met });
        if !met {
            let again = self.no_sooner(on + make.between(1, 4).days());
            self.put(again, Task::Again { of });
        }
    }

    /// The last day from `base` to `on` on which something falls due: people come to work of several sorts on
    /// one day.
    fn no_later(&self, on: Date, base: Date) -> Date {
        self.due.range(base..=on).next_back().copied().unwrap_or(base)
    }

    /// The first day from `on` on which something falls due.
    fn no_sooner(&self, on: Date) -> Date {
        self.due.range(on..).next().copied().unwrap_or(on)
    }

    fn put(&mut self, on: Date, task: Task) {
        self.tasks.entry(on.max(self.next)).or_default().push(task);
    }

    fn act(&mut self, make: &mut Maker, council: &Council, task: &Task) {
        match *task {
            Task::Do { occurrence, of, from, met } => {
                self.go_through(make, (occurrence, of), from, met);
            }
            Task::Approve { occurrence, of, what, step } => {
                let approver = self.made[of].does.steps[step].approver;
                let Some(by) = hand(make, post(council, approver)) else { return };
                let state = make.state();
                let did = state.records().evidence.get(what).and_then(|it| it.person.0);
                if did == by.signed().map(|it| it.0) {
                    return;
                }
                make.by(by);
                make.evidence(evidence::Terms {
                    occurrence: Some(occurrence),
                    step: Some(self.made[of].steps[step].0),
                    approves: Some(Some(what)),
                    ..evidence::Terms::default()
                });
            }
            Task::Excuse { occurrence, of } => {
                let by = hand(make, self.made[of].answers);
                let own = self.made[of].answers;
                let Some(by) = by.filter(|it| it.signed().map(|it| it.1) == Some(own)) else {
                    return;
                };
                make.by(by);
                let excuse = make.pick(&EXCUSES);
                let terms = occurrence::Terms {
                    excuse: Some(Some(excuse.into())),
                    ..occurrence::Terms::default()
                };
                make.say(It::Change { id: occurrence, from: make.on, terms });
            }
            Task::Again { of } => {
                let Some(by) = hand(make, self.made[of].post) else { return };
                make.by(by);
                let occurrence = make.occurrence(occurrence::Terms {
                    procedure: Some(self.made[of].id),
                    due: Some(make.on),
                    ..occurrence::Terms::default()
                });
                self.go_through(make, (occurrence, of), make.on, true);
            }
        }
    }

    /// Does every step of an occurrence.
    fn go_through(
        &mut self,
        make: &mut Maker,
        (occurrence, of): (OccurrenceId, usize),
        from: Date,
        met: bool,
    ) {
        let on = make.on;
        let state = make.state();
        for number in 0..self.made[of].steps.len() {
            let (id, questions) = self.made[of].steps[number].clone();
            let does = self.made[of].does;
            let row = state.records().steps.get(id).expect("the steps were recorded at first");
            let doer = row.post.near(on).unwrap_or(self.made[of].post);
            let Some(by) = hand(make, doer) else { return };
            make.by(by);
            let asks = does.steps[number].asks;
            let fails = asks.iter().position(Ask::can_fail).filter(|_| !met && number == 0);
            let answers = questions.iter().zip(asks).enumerate().map(|(n, (question, ask))| {
                let answer = ask.answer(make, Some(n) != fails);
                Text::from(format!("{question}: {answer}"))
            });
            let answers: Vec<Text> = answers.collect();
            make.from = from;
            let what = make.evidence(evidence::Terms {
                occurrence: Some(occurrence),
                step: Some(id),
                answers: Some(answers.into()),
                ..evidence::Terms::default()
            });
            make.from = on;
            if does.steps[number].approver.is_empty() {
                continue;
            }
            let days_ago = (make.today() - from).get_days();
            let waits = does.lately == Lately::Waits && days_ago < every(does.rhythm);
            if !waits {
                let then = self.no_sooner(on + 1.days());
                let task = Task::Approve { occurrence, of, what, step: number };
                self.tasks.entry(then).or_default().push(task);
            }
            // What comes after it waits for the approval: the tables have it last.
            return;
        }
    }
}

/// Whether it is the post of somebody whom the demonstration lets in: those come back to what they missed.
fn own(council: &Council, it: PostId) -> bool {
    [story::CHIEF.0, story::ACTING.0].iter().any(|title| council.post(title) == it)
        || it == write::administrator()
}

/// Whoever answers for something, or does what a post does: the holder, or that of the next post up the line.
pub(crate) fn hand(make: &Maker, of: impl Into<Ref>) -> Option<By> {
    let state = make.state();
    let answer = who::who(state.records(), of.into(), make.on).ok()?;
    let holder = answer.holders.first()?;
    let (person, tenure) = (holder.person, holder.tenure);
    Some(By::Postholder { person, post: answer.answering?, tenure })
}

/// Days from one to the next.
fn every(it: Rhythm) -> i32 {
    it.days().map_or(31, |it| i32::from(it.0))
}

impl Ask {
    fn can_fail(&self) -> bool {
        matches!(self, Ask::YesNo(_) | Ask::Reading(..))
    }

    fn name(&self) -> &'static str {
        match self {
            Ask::YesNo(it) | Ask::Count(it) | Ask::Reading(it, ..) | Ask::Words(it) => it,
        }
    }

    fn answer(&self, make: &mut Maker, good: bool) -> String {
        match self {
            Ask::YesNo(_) => if good { "yes" } else { "no" }.into(),
            Ask::Count(_) => make.between(4, 46).to_string(),
            Ask::Words(_) => make.pick(&WORDS).into(),
            Ask::Reading(_, _, low, high) => {
                let by = Amount::whole(make.between(1, 7)).0;
                let by = if good { by } else { -by };
                let (low, high) = (low.map(|it| it.0 + by), high.map(|it| it.0 - by));
                Amount(low.or(high).unwrap_or(by)).to_string()
            }
        }
    }

    fn terms(&self, step: StepId, position: u16) -> question::Terms {
        let terms = question::Terms {
            name: Some(self.name().into()),
            step: Some(step),
            position: Some(position),
            ..question::Terms::default()
        };
        match self {
            Ask::YesNo(_) => question::Terms {
                answer: Some(Answer::Choice),
                choices: Some(["yes".into(), "no".into()].into()),
                passing: Some(["yes".into()].into()),
                ..terms
            },
            Ask::Count(_) => question::Terms { answer: Some(Answer::Number), ..terms },
            Ask::Words(_) => question::Terms { answer: Some(Answer::Text), ..terms },
            Ask::Reading(_, unit, low, high) => question::Terms {
                answer: Some(Answer::Reading),
                measure: Some(Some((*unit).into())),
                low: low.map(Some),
                high: high.map(Some),
                ..terms
            },
        }
    }
}

fn set_up(
    make: &mut Maker,
    council: &Council,
    figures: &Figures,
    controls: &HashMap<&'static str, ControlId>,
    does: &'static Does,
) -> Made {
    let begins = make.month(does.begins);
    let (doer, answers) = (post(council, does.post), post(council, does.answers));
    let schedule = does.rhythm.rule();
    let (starts_on, watches) = match does.rhythm {
        Rhythm::Appointed(title) => (Start::Appointed, Some(council.post(title).into())),
        Rhythm::OutOfLimits(name) => (Start::OutOfLimits, Some(figures.named(name).into())),
        Rhythm::Found(code) => (Start::Raised, Some(compliance::framework(code).into())),
        _ => (Start::Schedule, None),
    };
    make.from = begins;
    let id = make.procedure(procedure::Terms {
        name: Some(does.name.into()),
        unit: (!does.unit.is_empty()).then(|| Some(council.units[does.unit])),
        post: Some(doer),
        starts_on: Some(starts_on),
        watches: Some(watches),
        first_on: does.rhythm.first(make.today(), begins).map(Some),
        schedule: Some(schedule.map(Into::into)),
        window: Some(u16::try_from(does.window).ok()),
        ..procedure::Terms::default()
    });
    make.accountable(answers, id);
    let mut steps = Vec::new();
    for (position, it) in (1..).zip(does.steps) {
        let named = |title: &str| (!title.is_empty()).then(|| Some(post(council, title)));
        let exercises = it.exercises.iter().map(|it| controls[it]).collect::<Vec<_>>();
        let step = make.step_of(step::Terms {
            name: Some(it.name.into()),
            procedure: Some(id),
            position: Some(position),
            post: named(it.post),
            approver: named(it.approver),
            exercises: Some(exercises.into()),
            ..step::Terms::default()
        });
        let ask = |(position, ask): (u16, &Ask)| make.question(ask.terms(step, position));
        steps.push((step, (1..).zip(it.asks).map(ask).collect()));
    }
    make.from = make.on;
    Made { does, id, post: doer, answers, steps }
}

impl Rhythm {
    /// As a recurrence rule.
    fn rule(self) -> Option<String> {
        match self {
            Rhythm::Weeks(1, _) => Some("FREQ=WEEKLY".into()),
            Rhythm::Weeks(n, _) => Some(format!("FREQ=WEEKLY;INTERVAL={n}")),
            Rhythm::Monthly(_) => Some("FREQ=MONTHLY".into()),
            Rhythm::Yearly(_) => Some("FREQ=YEARLY".into()),
            Rhythm::Season => Some("FREQ=WEEKLY;BYMONTH=5,6,7,8;BYDAY=MO,TU,WE,TH,FR".into()),
            Rhythm::Winter(_) => Some("FREQ=WEEKLY;BYMONTH=9,10,11,12,1,2,3,4".into()),
            Rhythm::Appointed(_) | Rhythm::OutOfLimits(_) | Rhythm::Found(_) => None,
        }
    }

    /// The first day, from which it comes round on the day on which it was last due.
    fn first(self, today: Date, begins: Date) -> Option<Date> {
        let back = |last: i32, step: Span| {
            let mut on = today - last.days();
            // The 29th and what comes after it are not in every month.
            if !matches!(self, Rhythm::Weeks(..) | Rhythm::Winter(_)) && on.day() > 28 {
                on = on.first_of_month() + 27.days();
            }
            while on - step >= begins {
                on -= step;
            }
            on
        };
        match self {
            Rhythm::Weeks(n, last) => Some(back(last, n.weeks())),
            Rhythm::Winter(last) => Some(back(last, 1.weeks())),
            Rhythm::Monthly(last) => Some(back(last, 1.months())),
            Rhythm::Yearly(last) => Some(back(last, 1.years())),
            _ => None,
        }
    }
}
