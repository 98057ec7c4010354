//! The demonstration's findings and its audit from outside: every stage is there on any day, and nobody is too near.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use kernel::{
    Kind,
    finding::Grade,
    id::{AuditId, FindingId, Id, ProcedureId},
    procedure::Start,
    read::{
        findings::{self, Stage},
        room,
        run::{self, Word},
        signals::{self, Sort},
        view::View,
        who,
    },
};

use crate::demo::{TODAY, Told, told};

/// Middle of a month, its first and its last day, and a day that is not in every year.
const DAYS: [&str; 4] = [TODAY, "2025-01-01", "2025-08-31", "2024-02-29"];

fn all(it: &Told) -> Vec<(FindingId, Stage)> {
    let ids = it.live(Kind::Finding).into_iter().map(|of| FindingId::new(of.n));
    ids.map(|id| (id, findings::stage(it.state.records(), id, it.today).unwrap())).collect()
}

#[test]
fn findings_are_in_every_stage_and_of_every_grade_on_different_things() {
    for day in DAYS {
        let it = told(day);
        let records = it.state.records();
        let all = all(&it);
        let mut stages: BTreeMap<&str, usize> = BTreeMap::new();
        all.iter().for_each(|it| *stages.entry(it.1.word()).or_default() += 1);
        let stages: Vec<_> = stages.into_iter().collect();
        let expected = [("closed", 2), ("in hand", 3), ("open", 2), ("to be checked", 2)];
        assert_eq!(stages, expected, "on {day}");

        let rows: Vec<_> = all.iter().map(|of| records.findings.get(of.0).unwrap()).collect();
        let grades: BTreeSet<_> = rows.iter().map(|row| *row.grade.near(it.today)).collect();
        assert_eq!(grades, BTreeSet::from([Grade::Observation, Grade::Minor, Grade::Major]));
        let mut on: Vec<_> = rows.iter().map(|row| row.regards.0.kind.word()).collect();
        on.sort_unstable();
        on.dedup();
        let kinds =
            ["control", "evidence", "handover", "obligation", "occurrence", "post", "procedure"];
        assert_eq!(on, kinds, "on {day}");

        // Once one was checked and had not worked; it is in hand again.
        let failed = all.iter().filter(|of| {
            let row = records.findings.get(of.0).unwrap();
            let checks = findings::checks(row, it.today);
            checks.iter().any(|it| it.1 == kernel::finding::Checked::Failed)
                && matches!(of.1, Stage::InHand { done: 0, of: 1 })
        });
        assert_eq!(failed.count(), 1, "on {day}");
        let due = all.iter().filter(|of| matches!(of.1, Stage::ToCheck { on } if on <= it.today));
        assert_eq!(due.count(), 1, "on {day}");

        // Whoever checked was near to nothing of it, and is not today.
        let checked = rows.iter().zip(&all).filter(|it| matches!(it.1.1, Stage::Closed { .. }));
        for (row, (id, _)) in checked {
            let by = (row.checker.near(it.today).unwrap(), row.checked_by.near(it.today).unwrap());
            assert_eq!(findings::involved(records, *id, by, it.today), None, "{id} on {day}");
        }
    }
}

#[test]
fn each_sort_of_signal_about_findings_is_there_once_and_goes_to_somebody() {
    for day in DAYS {
        let it = told(day);
        let view = View::new(&it.state, it.today);
        let signals = signals::signals(&view);
        for (sort, since) in [
            (Sort::Unanswered, it.today - 10.days()),
            (Sort::CorrectiveOverdue, it.today - 5.days()),
            (Sort::CheckDue, it.today - 2.days()),
        ] {
            let of: Vec<_> = signals.iter().filter(|it| it.sort == sort).collect();
            let [one] = of[..] else { panic!("on {day}: {of:?}") };
            assert_eq!(one.since, since, "{} on {day}", sort.word());
            let to = one.goes_to.unwrap();
            assert!(who::who(it.state.records(), to.into(), it.today).unwrap().answering.is_some());
        }
    }
}

#[test]
fn what_was_found_on_a_safe_building_was_looked_into() {
    for day in DAYS {
        let it = told(day);
        let records = it.state.records();
        let mut procedures = records.procedures.ids();
        let started = |of: &ProcedureId| {
            *records.procedures.get(*of).unwrap().starts_on.near(it.today) == Start::Raised
        };
        let of = procedures.find(started).unwrap();
        let all = run::expected(records, of, it.today, it.today);
        assert_eq!(all.len(), 2, "on {day}: {all:?}");
        assert!(all.iter().all(|it| it.word == Word::Done), "on {day}: {all:?}");
        assert_eq!(all[1].due, it.today - 12.days(), "on {day}");
    }
}

#[test]
fn an_auditor_from_outside_is_confined_to_a_room_and_raised_two_findings_there() {
    for day in DAYS {
        let it = told(day);
        let records = it.state.records();
        let id = AuditId::at_row(0);
        let audit = records.audits.get(id).unwrap();
        let month = it.today.first_of_month();
        assert_eq!((audit.first.0, audit.last.0), (month - 12.months(), month - 1.days()));
        let until = it.today + 2.months();
        assert!(audit.live.is(until - 1.days()) && !audit.live.is(until), "on {day}");

        let auditor = it.post("External auditor");
        let [holder] = who::holders(records, auditor, it.today)[..] else { panic!("on {day}") };
        assert_eq!(holder.until, Some(until));
        let confined = |on| room::confined(records, holder.person, &[auditor], on);
        assert_eq!(confined(it.today), Some(vec![id]), "on {day}");
        assert_eq!(confined(until), Some(vec![]), "on {day}: nothing is left to see");
        let chief = who::holders(records, it.post("Chief Executive"), it.today)[0].person;
        assert_eq!(room::confined(records, chief, &[it.post("Chief Executive")], it.today), None);

        let raised = records.findings.iter().filter(|it| it.1.audit.0 == Some(id));
        let raised: Vec<_> = raised.collect();
        assert_eq!(raised.len(), 2, "on {day}");
        assert!(raised.iter().all(|it| it.1.raised_by.0 == Some(auditor)), "on {day}");
        let scope = room::scope(records, audit);
        assert!(scope.occurrences.len() > 200, "{} on {day}", scope.occurrences.len());
        // One of them is on evidence that the sample draws, and still draws.
        let drawn = room::sample(audit.seed.0.as_deref().unwrap(), &scope.occurrences, 10);
        let evidence =
            raised.iter().find_map(|it| kernel::id::EvidenceId::try_from(it.1.regards.0).ok());
        let evidence = records.evidence.get(evidence.unwrap()).unwrap();
        assert!(drawn.contains(&evidence.occurrence.0), "on {day}");
    }
}
