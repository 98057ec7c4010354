//! What was found not to be as it should, by whom, and what became of it; and an audit from outside.
//!
//! Each day is told in days before the day on which the demonstration is made, so that on any day some are open, some
//! in hand, some to be checked and some closed. Nothing here is chance, and no dice are thrown.

use std::collections::VecDeque;

use anyhow::{Context, Result};
use jiff::{ToSpan, civil::Date};
use kernel::{
    Command, Records, Ref, action, audit,
    evidence::Outcome,
    finding::{self, Checked, Grade},
    id::{ActionId, AuditId, FindingId, ObligationId, PostId, ProcedureId},
    post,
    read::{
        handovers, room,
        run::{self, Word},
    },
    register::Command as It,
    tenure::Capacity,
};

use super::{
    compliance,
    doing::{Doing, hand},
    maker::Maker,
    people::Council,
    story::ACTING,
};

/// Post and holder of the auditors from outside.
pub(crate) const AUDITOR: (&str, &str) = ("External auditor", "Edith Calloway");
/// Days before today on which the audit was opened, and months for which it stays open.
const OPENED: i32 = 20;
const OPEN_MONTHS: i32 = 2;
/// The framework that is audited, and months of the period.
const AUDITED: &str = "SB";
const PERIOD_MONTHS: i32 = 12;
/// What decides the sample, and how much of it the auditor has drawn.
const SEED: &str = "Ashby Vale, safe buildings";
const SAMPLE: usize = 10;

/// Of what something was found. Those that are told by their procedure are looked up on the day.
enum On {
    Clause(&'static str),
    Control(&'static str),
    Procedure(&'static str),
    Post(&'static str),
    /// The newest handover of a post.
    Handover(&'static str),
    /// The newest occurrence of a procedure that was missed.
    Missed(&'static str),
    /// The newest evidence of a procedure that did not meet what is asked.
    NotMet(&'static str),
    /// The first evidence in the auditor's sample.
    Sampled,
}

/// A corrective action: the accountable post, and when it was begun, due and done, in days before today.
struct Corrects {
    name: &'static str,
    post: &'static str,
    begun: i32,
    due: i32,
    done: Option<i32>,
}

/// A check: the post that made it, when, what it found, and by what one can tell.
struct Check {
    post: &'static str,
    on: i32,
    found: Checked,
    note: &'static str,
}

struct Found {
    name: &'static str,
    about: &'static str,
    on: On,
    grade: Grade,
    /// The post that raised it. The auditor from outside raises in the audit.
    by: &'static str,
    /// Days before today.
    raised: i32,
    /// The day of the check, if one was named.
    check_on: Option<i32>,
    actions: &'static [Corrects],
    checks: &'static [Check],
}

const fn corrects(name: &'static str, post: &'static str, begun: i32, due: i32) -> Corrects {
    Corrects { name, post, begun, due, done: None }
}

impl Corrects {
    const fn done(self, on: i32) -> Corrects {
        Corrects { done: Some(on), ..self }
    }
}

const AUDITORS: &str = "Chief Internal Auditor";
const TOWERS: &str = "Building Safety Manager";
const CHECKS: &str = "Compliance Manager";

const FOUND: [Found; 9] = [
    Found {
        name: "Bicycles and prams stood in two ways out for weeks",
        about: "Residents of two blocks had told the contact centre three times. The way out is to be clear at all times.",
        on: On::Clause("SB 2.4"),
        grade: Grade::Minor,
        by: "Customer Services Manager",
        raised: 210,
        check_on: None,
        actions: &[
            corrects("Give each of the two blocks a store for bicycles", TOWERS, 196, 165)
                .done(170),
            corrects("Pass calls about ways out on the same day", TOWERS, 196, 180).done(184),
        ],
        checks: &[Check {
            post: "Monitoring Officer",
            on: 120,
            found: Checked::Worked,
            note: "Both blocks were walked twice without notice: every way out was clear, and the stores are in use.",
        }],
    },
    Found {
        name: "Doors that failed the check are not looked at again",
        about: "Of eleven doors that were mended, four had no second look. A mended door is to be checked before the round is closed.",
        on: On::Procedure("Fire doors in blocks, every four weeks"),
        grade: Grade::Minor,
        by: AUDITORS,
        raised: 150,
        check_on: Some(80),
        actions: &[corrects(
            "Put a second look onto the order for every mended door",
            CHECKS,
            140,
            110,
        )
        .done(112)],
        checks: &[Check {
            post: AUDITORS,
            on: 75,
            found: Checked::Worked,
            note: "Fifteen orders of two months were drawn: each has its second look, with a date.",
        }],
    },
    Found {
        name: "Whoever gives rights to systems also approves who has them",
        about: "The quarterly review is approved by the post that gives the rights. Another is to approve it.",
        on: On::Post("Head of Digital"),
        grade: Grade::Minor,
        by: "Information Governance Manager",
        raised: 130,
        check_on: None,
        actions: &[
            corrects("Have a second person in Digital read the list", "Head of Digital", 120, 100)
                .done(98),
            corrects("Give the approval to a post outside Digital", "Head of Digital", 50, -25),
        ],
        checks: &[Check {
            post: AUDITORS,
            on: 60,
            found: Checked::Failed,
            note: "The second person reports to the first. The last list was approved within four minutes.",
        }],
    },
    Found {
        name: "The handover does not say who opens the winter shelter",
        about: "Nothing in it names who keeps the keys of the shelter, or who is called at night.",
        on: On::Handover(ACTING.0),
        grade: Grade::Observation,
        by: "Head of People",
        raised: 34,
        check_on: Some(2),
        actions: &[corrects(
            "Write down who opens the shelter and who is called",
            ACTING.0,
            30,
            18,
        )
        .done(21)],
        checks: &[],
    },
    Found {
        name: "Contractors have come in at Northgate unseen for weeks",
        about: "Since the supervisor left, no card has been looked at. Every contractor’s card is to be seen at the gate.",
        on: On::Missed("Gate check, Northgate recycling centre"),
        grade: Grade::Major,
        by: "Health and Safety Manager",
        raised: 30,
        check_on: None,
        actions: &[
            corrects(
                "Put up a notice that contractors report to the office first",
                "Head of Property",
                26,
                19,
            )
            .done(20),
            corrects(
                "Agree who looks at the cards until there is a supervisor",
                "Head of Property",
                26,
                6,
            ),
        ],
        checks: &[],
    },
    Found {
        name: "Nobody has looked at the dry risers between the tests",
        about: "The control asks for a look every half-year; there is none on record.",
        on: On::Control("Dry riser look, half-yearly"),
        grade: Grade::Minor,
        by: TOWERS,
        raised: 24,
        check_on: None,
        actions: &[],
        checks: &[],
    },
    Found {
        name: "Fire doors were mended with parts of another maker",
        about: "Three closers are not those that the doors were tested with. What is fitted is to be what was tested.",
        on: On::Clause("SB 2.2"),
        grade: Grade::Major,
        by: AUDITOR.0,
        raised: 12,
        check_on: None,
        actions: &[corrects(
            "Fit the tested closers on the three doors, and look for more",
            TOWERS,
            7,
            -20,
        )],
        checks: &[],
    },
    Found {
        name: "Cold water was too warm, and nobody was told",
        about: "The reading was out of limits and went into the record; the block was not told to run its taps.",
        on: On::NotMet("Monthly legionella temperature reading"),
        grade: Grade::Minor,
        by: "Health and Safety Manager",
        raised: 8,
        check_on: None,
        actions: &[
            corrects("Flush the outlets and lag the pipe beside the heating", CHECKS, 6, 1).done(3)
        ],
        checks: &[],
    },
    Found {
        name: "The record says that it was done, and not where",
        about: "Drawn in the sample: somebody else could not go to the same place and look again.",
        on: On::Sampled,
        grade: Grade::Observation,
        by: AUDITOR.0,
        raised: 5,
        check_on: None,
        actions: &[],
        checks: &[],
    },
];

/// What somebody does about a finding, or to open the audit.
#[derive(Clone, Copy)]
enum Deed {
    Open,
    Raise(usize),
    Begin(usize, usize),
    Done(usize, usize),
    Check(usize, usize),
}

pub(crate) struct Findings {
    /// What is still to come, by day.
    ahead: VecDeque<(Date, Deed)>,
    audit: Option<AuditId>,
    /// In the order of the table.
    raised: [Option<FindingId>; FOUND.len()],
    /// By finding and action, in the order of the table.
    begun: Vec<((usize, usize), ActionId)>,
}

impl Findings {
    pub(crate) fn plan(today: Date) -> Findings {
        let mut all = vec![(OPENED, Deed::Open)];
        for (n, it) in FOUND.iter().enumerate() {
            all.push((it.raised, Deed::Raise(n)));
            for (m, action) in it.actions.iter().enumerate() {
                all.push((action.begun, Deed::Begin(n, m)));
                all.extend(action.done.map(|on| (on, Deed::Done(n, m))));
            }
            all.extend(it.checks.iter().enumerate().map(|(m, it)| (it.on, Deed::Check(n, m))));
        }
        all.sort_by_key(|it| std::cmp::Reverse(it.0));
        let ahead = all.into_iter().map(|it| (today - it.0.days(), it.1)).collect();
        Findings { ahead, audit: None, raised: [None; FOUND.len()], begun: Vec::new() }
    }

    /// Walks the days before `until`, with the work of each: what is found is found in the evening.
    pub(crate) fn walk(
        &mut self,
        make: &mut Maker,
        council: &mut Council,
        doing: &mut Doing,
        until: Date,
    ) -> Result<()> {
        while let Some((on, deed)) = self.ahead.pop_front_if(|it| it.0 < until) {
            doing.walk(make, council, on + 1.days())?;
            make.at(on, 19);
            self.act(make, council, deed)
                .with_context(|| format!("what was to be done about findings on {on}"))?;
            make.record().with_context(|| format!("what was found on {on}"))?;
            // A finding makes the procedure due that looks into it.
            make.comes();
        }
        doing.walk(make, council, until)
    }

    fn act(&mut self, make: &mut Maker, council: &mut Council, deed: Deed) -> Result<()> {
        let raised = |n: usize| self.raised[n].context("it is raised before anything else");
        match deed {
            Deed::Open => self.audit = Some(open(make, council)),
            Deed::Raise(n) => self.raised[n] = Some(self.raise(make, council, &FOUND[n])?),
            Deed::Begin(n, m) => {
                let (id, it) = (raised(n)?, &FOUND[n].actions[m]);
                make.by(hand(make, id).context("nobody answers for it")?);
                let action = make.action(action::Terms {
                    name: Some(it.name.into()),
                    regards: Some(Some(id.into())),
                    due: Some(Some(make.today() - it.due.days())),
                    ..action::Terms::default()
                });
                make.accountable(council.post(it.post), action);
                self.begun.push(((n, m), action));
            }
            Deed::Done(n, m) => {
                let begun = self.begun.iter().find(|it| it.0 == (n, m));
                let id = begun.context("it is begun before it is done")?.1;
                make.by(hand(make, id).context("nobody answers for it")?);
                let terms = action::Terms { done: Some(true), ..action::Terms::default() };
                make.say(Command::Action(It::Change { id, from: make.on, terms }));
            }
            Deed::Check(n, m) => {
                let (id, it) = (raised(n)?, &FOUND[n].checks[m]);
                make.by(hand(make, council.post(it.post)).context("nobody checks it")?);
                let terms = finding::Terms {
                    checked: Some(it.found),
                    check_note: Some(Some(it.note.into())),
                    ..finding::Terms::default()
                };
                make.say(Command::Finding(It::Change { id, from: make.on, terms }));
            }
        }
        Ok(())
    }

    fn raise(&self, make: &mut Maker, council: &Council, it: &Found) -> Result<FindingId> {
        let state = make.state();
        let records = state.records();
        let audit = self.audit.filter(|_| it.by == AUDITOR.0);
        let by = match audit.and_then(|id| records.audits.get(id)) {
            Some(audit) => *audit.post.near(make.on),
            None => council.post(it.by),
        };
        let regards = regarded(records, council, &it.on, self.audit, make.on);
        let terms = finding::Terms {
            name: Some(it.name.into()),
            about: Some(Some(it.about.into())),
            regards: Some(regards.with_context(|| format!("nothing to find that: {}", it.name))?),
            grade: Some(it.grade),
            check_on: it.check_on.map(|days| Some(make.today() - days.days())),
            audit: Some(audit),
            ..finding::Terms::default()
        };
        make.by(hand(make, by).context("nobody raises it")?);
        Ok(make.finding(terms))
    }
}

/// The record that something was found of, as it is on a day.
fn regarded(
    records: &Records,
    council: &Council,
    it: &On,
    audit: Option<AuditId>,
    on: Date,
) -> Option<Ref> {
    let called = |it: Ref, name: &str| records.latest_name(it).as_deref() == Some(name);
    let procedure =
        |name: &str| records.procedures.ids().find(|it: &ProcedureId| called((*it).into(), name));
    match it {
        On::Clause(code) => clause(records, code, on).map(Ref::from),
        On::Control(name) => records.controls.ids().map(Ref::from).find(|it| called(*it, name)),
        On::Procedure(name) => procedure(name).map(Ref::from),
        On::Post(title) => Some(council.post(title).into()),
        On::Handover(title) => {
            let all = handovers::of_post(records, council.post(title), on);
            all.first().map(|it| it.0.into())
        }
        On::Missed(name) => {
            let all = run::expected(records, procedure(name)?, on, on).into_iter();
            let missed = all.filter(|it| it.word == Word::Missed);
            missed.filter_map(|it| Some((it.due, it.occurrence?))).max().map(|it| it.1.into())
        }
        On::NotMet(name) => {
            let of = procedure(name)?;
            let all = records.evidence.iter().filter(|it| it.1.outcome.0 == Outcome::NotMet);
            let occurrence = |it: kernel::id::OccurrenceId| records.occurrences.get(it);
            let all = all
                .filter(|it| occurrence(it.1.occurrence.0).is_some_and(|it| it.procedure.0 == of));
            all.max_by_key(|it| it.1.on()).map(|it| it.0.into())
        }
        On::Sampled => {
            let scope = room::scope(records, records.audits.get(audit?)?);
            let drawn = room::sample(SEED, &scope.occurrences, SAMPLE);
            let mut done = drawn
                .into_iter()
                .flat_map(|it| records.pointing::<kernel::id::EvidenceId>(it).next());
            done.next().map(Ref::from)
        }
    }
}

fn clause(records: &Records, code: &str, on: Date) -> Option<ObligationId> {
    let is = |it: &kernel::id::RequirementId| {
        let row = records.requirements.get(*it);
        row.is_some_and(|it| it.code.near(on).as_deref() == Some(code))
    };
    records.obligations.iter().find(|it| is(&it.1.requirement.0)).map(|it| it.0)
}

/// A post for the auditors from outside, somebody who holds it for as long as the audit is open, and the audit.
fn open(make: &mut Maker, council: &mut Council) -> AuditId {
    make.by(council.administrator());
    let until = make.today() + OPEN_MONTHS.months();
    let post: PostId = make.post(post::Terms {
        name: Some(AUDITOR.0.into()),
        code: Some(Some("AV098".into())),
        about: Some(Some("Audits the safe buildings code for the council’s insurers.".into())),
        unit: Some(council.units["Internal Audit"]),
        reports_to: Some(Some(council.post(AUDITORS))),
        ..post::Terms::default()
    });
    council.names.take(AUDITOR.1);
    let person = make.person(AUDITOR.1);
    make.appoint(person, post, Capacity::Substantive, Some(until), None);
    let month = make.today().first_of_month();
    let terms = audit::Terms {
        name: Some("Safe buildings, looked at from outside".into()),
        about: Some(Some(
            "For the insurers: ten occurrences are drawn and followed to their evidence.".into(),
        )),
        framework: Some(Some(compliance::framework(AUDITED))),
        first: Some(month - PERIOD_MONTHS.months()),
        last: Some(month - 1.days()),
        post: Some(post),
        outside: Some(true),
        seed: Some(Some(SEED.into())),
        ..audit::Terms::default()
    };
    make.audit(terms, until)
}
