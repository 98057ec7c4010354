//! The council's units, posts and people, and how people come, move and go.

use std::collections::HashMap;

use jiff::{ToSpan, civil::Date};
use kernel::{
    Amount, By, Command, id::*, person, post, register::Command as It, tenure::Capacity, unit,
};

use super::{
    establishment::{COUNCIL, FROZEN, GROUPS, NON_DELEGABLE, STATUTORY},
    maker::Maker,
    names::Names,
};
use crate::write;

/// Who holds which post when the history begins, where the story names them. None of them leaves
/// by chance.
#[rustfmt::skip]
const CAST: [(&str, &str); 29] = [
    ("Chief Executive", "David Ashworth"),
    ("Head of Strategy", "Tom Aldridge"),
    ("Monitoring Officer", "Ruth Samuel"),
    ("Information Governance Manager", "Owen Price"),
    ("Director of Adult Care", "Priya Raman"),
    ("Head of Reablement", "Daniel Kerr"),
    ("Head of Safeguarding, Adults", "Sofia Lindqvist"),
    ("Director of Public Health", "Comfort Asante"),
    ("Director of Children and Schools", "Helen Strand"),
    ("Head of Early Help", "Yusuf Demir"),
    ("Virtual School Head", "Judith Marlowe"),
    ("Director of Environment and Transport", "Gareth Pugh"),
    ("Head of Highways", "Bethan Rowe"),
    ("Traffic Manager", "Winston Hyde"),
    ("Head of Waste and Recycling", "Marcus Hale"),
    ("Director of Planning and Growth", "Philippa Garside"),
    ("Head of Planning", "Li Wen"),
    ("Director of Housing", "Adaeze Nwosu"),
    ("Head of Homelessness Services", "Carol Mbeki"),
    ("Rough Sleeping Team Manager", "Grace Whelan"),
    ("Head of Repairs", "Steve Pollard"),
    ("Building Safety Manager", "Nadia Haddad"),
    ("Director of Resources", "Ian Fletcher"),
    ("Head of Finance", "Joanne Tierney"),
    ("Procurement Manager", "Bernard Eccles"),
    ("Head of People", "Femi Adeyemi"),
    ("Head of Digital", "Kirsty Boyd"),
    ("Customer Services Manager", "Anita Desai"),
    ("Performance and Insight Manager", "Rosalind Tye"),
];

/// Posts that two people share: (post, share of the one, share of the other).
const SHARED: [(&str, u16, u16); 4] = [
    ("Carers Services Manager", 60, 40),
    ("Special Needs Manager", 50, 50),
    ("Communications Manager", 60, 50),
    ("Neighbourhood Manager, South", 50, 60),
];

/// Who keeps the register.
pub(crate) const ADMINISTRATOR: &str = "Sam Whitlock";

/// Of a hundred people, how many leave in a month.
const LEAVERS_PERCENT: f64 = 1.15;
/// Months until somebody new has come, at least and at most.
const EMPTY_MONTHS: (i32, i32) = (1, 5);
/// Of a hundred posts that fall empty, how many are not filled again.
const KEPT_EMPTY_PERCENT: f64 = 11.0;
/// Of a hundred who leave or come, how many are recorded a month late.
const LATE_PERCENT: f64 = 7.0;

/// A post with whoever sits in it.
pub(crate) struct Seat {
    pub(crate) post: PostId,
    pub(crate) title: &'static str,
    above: Option<usize>,
    grade: Grade,
    pub(crate) held: Option<Held>,
    /// Written by the story, not by chance.
    pinned: bool,
    /// The month in which somebody new comes.
    fill: Option<i32>,
    /// Empty for good, because the story says so.
    emptied: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Grade {
    Chief,
    Director,
    Head,
    Lead,
    Staff,
    Group,
}

#[derive(Clone, Copy)]
pub(crate) struct Held {
    pub(crate) person: PersonId,
    pub(crate) tenure: TenureId,
}

/// Where things are in the council.
pub(crate) struct Council {
    pub(crate) units: HashMap<&'static str, UnitId>,
    pub(crate) seats: Vec<Seat>,
    /// By title: the first of that title.
    by_title: HashMap<&'static str, usize>,
    pub(crate) names: Names,
    administrator: Held,
    /// What is recorded a month after it happened: (since when, what).
    late: Vec<(Date, Late)>,
    /// The day on which the supervisors of the story left.
    pub(crate) emptied: Option<Date>,
}

enum Late {
    Left(Held),
    Came(usize),
}

impl Council {
    pub(crate) fn seat(&self, title: &str) -> usize {
        *self.by_title.get(title).expect("the tables name posts of the establishment’s own table")
    }

    pub(crate) fn post(&self, title: &str) -> PostId {
        self.seats[self.seat(title)].post
    }

    /// The second post of a title.
    pub(crate) fn second(&self, title: &str) -> PostId {
        let mut all = self.seats.iter().filter(|it| it.title == title);
        all.nth(1).expect("the tables name a second post of a title that has two").post
    }

    /// The posts that report to one, nearest first in the table.
    pub(crate) fn beneath(&self, title: &str) -> Vec<PostId> {
        let above = Some(self.seat(title));
        let staff = self.seats.iter().filter(|it| it.above == above && it.grade != Grade::Group);
        staff.map(|it| it.post).collect()
    }

    /// Whoever keeps the register.
    pub(crate) fn administrator(&self) -> By {
        let Held { person, tenure } = self.administrator;
        By::Postholder { person, post: write::administrator(), tenure }
    }

    /// The holder's hand; while there is none, the register administrator's.
    pub(crate) fn hand(&self, post: PostId) -> By {
        let seat = self.seats.iter().find(|it| it.post == post);
        match seat.and_then(|it| it.held) {
            Some(Held { person, tenure }) => By::Postholder { person, post, tenure },
            None => self.administrator(),
        }
    }
}

pub(crate) fn establish(make: &mut Maker) -> Council {
    let top = UnitId::at_row(0);
    let register = make.person(ADMINISTRATOR);
    let tenure = make.appoint(register, write::administrator(), Capacity::Substantive, None, None);
    let mut council = Council {
        units: HashMap::new(),
        seats: Vec::new(),
        by_title: HashMap::new(),
        names: Names::default(),
        administrator: Held { person: register, tenure },
        late: Vec::new(),
        emptied: None,
    };
    CAST.iter().for_each(|it| council.names.take(it.1));
    let mut chief = None;
    for directorate in &COUNCIL {
        let unit = place(make, &mut council, directorate.name, top);
        let grade = if chief.is_none() { Grade::Chief } else { Grade::Director };
        let head = seat(make, &mut council, directorate.head, unit, chief, grade);
        chief = chief.or(Some(head));
        for service in directorate.services {
            let unit = place(make, &mut council, service.name, unit);
            let head = seat(make, &mut council, service.head, unit, Some(head), Grade::Head);
            for team in service.teams {
                let unit = place(make, &mut council, team.name, unit);
                let lead = seat(make, &mut council, team.lead, unit, Some(head), Grade::Lead);
                for (title, count) in team.staff {
                    for _ in 0..*count {
                        seat(make, &mut council, title, unit, Some(lead), Grade::Staff);
                    }
                }
                for (title, _, _) in GROUPS.iter().filter(|it| it.1 == team.lead) {
                    seat(make, &mut council, title, unit, Some(lead), Grade::Group);
                }
            }
        }
    }
    // The register is kept in the chief executive's office.
    make.say(Command::Post(It::Change {
        id: write::administrator(),
        from: make.from,
        terms: post::Terms {
            code: Some(Some("AV099".into())),
            unit: Some(council.units["Performance and Insight"]),
            reports_to: Some(Some(council.post("Head of Strategy"))),
            ..post::Terms::default()
        },
    }));
    fill_all(make, &mut council);
    council
}

fn place(make: &mut Maker, council: &mut Council, name: &'static str, within: UnitId) -> UnitId {
    let unit = make.unit(unit::Terms {
        name: Some(name.into()),
        within: Some(Some(within)),
        ..unit::Terms::default()
    });
    council.units.insert(name, unit);
    unit
}

fn seat(
    make: &mut Maker,
    council: &mut Council,
    title: &'static str,
    unit: UnitId,
    above: Option<usize>,
    grade: Grade,
) -> usize {
    let number = council.seats.len();
    let statutory = STATUTORY.iter().find(|it| it.0 == title);
    let group = GROUPS.iter().find(|it| it.0 == title);
    let parts = if grade == Grade::Staff && make.chance() < 0.12 { 6 } else { 10 };
    let fte = group.map_or(Amount(parts * 100_000), |it| Amount::whole(it.2));
    let post = make.post(post::Terms {
        name: Some(title.into()),
        code: Some(Some(format!("AV{:03}", 100 + number).into())),
        about: Some(statutory.map(|it| it.1.into())),
        unit: Some(unit),
        reports_to: Some(above.map(|it| council.seats[it].post)),
        grade: Some(Some(grade.word().into())),
        fte: Some(Some(fte)),
        group: Some(group.is_some()),
        statutory: Some(statutory.is_some()),
        non_delegable: Some(NON_DELEGABLE.contains(&title)),
        ..post::Terms::default()
    });
    let pinned = CAST.iter().any(|it| it.0 == title)
        || FROZEN.contains(&title)
        || SHARED.iter().any(|it| it.0 == title);
    council.seats.push(Seat {
        post,
        title,
        above,
        grade,
        held: None,
        pinned,
        fill: None,
        emptied: false,
    });
    council.by_title.entry(title).or_insert(number);
    number
}

impl Grade {
    fn word(self) -> &'static str {
        match self {
            Grade::Chief => "Chief officer 1",
            Grade::Director => "Chief officer 2",
            Grade::Head => "Senior manager",
            Grade::Lead => "Manager",
            Grade::Staff | Grade::Group => "Officer",
        }
    }
}

/// Puts people into posts, most of them since years before the history begins.
fn fill_all(make: &mut Maker, council: &mut Council) {
    for number in 0..council.seats.len() {
        let Seat { title, grade, post, .. } = council.seats[number];
        if grade == Grade::Group || FROZEN.contains(&title) {
            continue;
        }
        make.from = make.on - make.between(2, 130).months() + make.between(0, 27).days();
        if let Some((_, one, other)) = SHARED.iter().find(|it| it.0 == title) {
            // A share needs an end; it is looked at again then.
            let until = Some(make.begins + 4.years());
            for share in [one, other] {
                let name = council.names.next(make);
                let person = make.person(&name);
                let tenure = make.appoint(person, post, Capacity::JobShare, until, Some(*share));
                council.seats[number].held = Some(Held { person, tenure });
            }
            continue;
        }
        let name = CAST.iter().find(|it| it.0 == title).map(|it| it.1.to_owned());
        let name = name.unwrap_or_else(|| council.names.next(make));
        let person = make.person(&name);
        let tenure = make.appoint(person, post, Capacity::Substantive, None, None);
        council.seats[number].held = Some(Held { person, tenure });
    }
    make.from = make.on;
}

/// A month of people coming, moving up and going, by chance.
pub(crate) fn turn_over(make: &mut Maker, council: &mut Council, month: i32) {
    let today = make.from;
    for (since, what) in std::mem::take(&mut council.late) {
        make.from = since;
        match what {
            Late::Left(held) => end(make, held, true),
            Late::Came(seat) => newcomer(make, council, seat),
        }
    }
    make.from = today;
    for number in 0..council.seats.len() {
        let seat = &council.seats[number];
        if seat.pinned || seat.grade == Grade::Group {
            continue;
        }
        if seat.emptied {
            // Chance goes on as if somebody sat there.
            make.chance();
            continue;
        }
        match (seat.held, seat.fill) {
            (Some(held), _) if make.chance() * 100.0 < LEAVERS_PERCENT => {
                leave(make, council, number, month);
                if make.chance() * 100.0 < LATE_PERCENT {
                    council.late.push((today, Late::Left(held)));
                } else {
                    end(make, held, true);
                }
            }
            (None, Some(then)) if then <= month => come(make, council, number, month),
            _ => (),
        }
    }
}

/// All holders of a title leave, and nobody comes after them.
pub(crate) fn empty(make: &mut Maker, council: &mut Council, title: &str) {
    for seat in council.seats.iter_mut().filter(|it| it.title == title) {
        seat.emptied = true;
        if let Some(held) = seat.held.take() {
            end(make, held, true);
        }
    }
    council.emptied = Some(make.from);
}

/// The seat is empty from now on, for some months or for good.
fn leave(make: &mut Maker, council: &mut Council, number: usize, month: i32) {
    let kept_empty = make.chance() * 100.0 < KEPT_EMPTY_PERCENT;
    let empty = make.between(EMPTY_MONTHS.0, EMPTY_MONTHS.1);
    let seat = &mut council.seats[number];
    seat.held = None;
    // What is recorded late must be recorded before anybody else comes.
    seat.fill = (!kept_empty || seat.grade == Grade::Lead).then_some(month + empty + 1);
}

fn come(make: &mut Maker, council: &mut Council, number: usize, month: i32) {
    let promoted = (council.seats[number].grade == Grade::Lead && make.chance() < 0.5)
        .then(|| {
            let beneath = |it: &Seat| it.above == Some(number) && !it.pinned && it.held.is_some();
            council.seats.iter().position(beneath)
        })
        .flatten();
    if let Some(from) = promoted
        && let Some(held) = council.seats[from].held
    {
        leave(make, council, from, month);
        end(make, held, false);
        let post = council.seats[number].post;
        let tenure = make.appoint(held.person, post, Capacity::Substantive, None, None);
        council.seats[number].held = Some(Held { person: held.person, tenure });
    } else if make.chance() * 100.0 < LATE_PERCENT {
        council.seats[number].fill = None;
        council.late.push((make.from, Late::Came(number)));
    } else {
        newcomer(make, council, number);
    }
}

fn newcomer(make: &mut Maker, council: &mut Council, number: usize) {
    let name = council.names.next(make);
    let person = make.person(&name);
    let post = council.seats[number].post;
    let tenure = make.appoint(person, post, Capacity::Substantive, None, None);
    council.seats[number].held = Some(Held { person, tenure });
}

/// Ends a tenure; whoever leaves the council is a former postholder from then on.
pub(crate) fn end(make: &mut Maker, held: Held, leaves: bool) {
    make.say(Command::Tenure(It::End { id: held.tenure, on: make.from }));
    if leaves {
        make.say(Command::Person(person::Command::End { id: held.person, on: make.from }));
    }
}
