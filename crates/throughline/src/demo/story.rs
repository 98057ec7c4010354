//! What the demonstration is about: what befell named posts and people in three years, month by month.

use jiff::{ToSpan, civil::Date};
use kernel::{
    Command,
    id::*,
    post,
    register::Command as It,
    tenure::{self, Capacity},
    unit,
};

use super::{
    maker::Maker,
    people::{self, Council, Held},
    procedures::EMPTIED,
};

/// The month in which two directorates became one. It was recorded in the month before.
pub(crate) const RESTRUCTURED: i32 = 20;
/// The month from which the acting head acts.
pub(crate) const ACTING_SINCE: i32 = 34;
/// Days until the acting head's time is over, with nothing after it.
pub(crate) const ACTING_DAYS_LEFT: i32 = 24;

/// Post and holder whom the demonstration lets in, beside the register administrator.
pub(crate) const CHIEF: (&str, &str) = ("Chief Executive", "Margaret Okafor");
pub(crate) const ACTING: (&str, &str) = ("Head of Homelessness Services", "Grace Whelan");

/// What happens to people the story names.
pub(crate) fn befall(make: &mut Maker, council: &mut Council, month: i32) {
    let months = |make: &Maker, count: i32| make.from + count.months();
    match month {
        // A chief executive leaves; for a month the director of resources acts.
        4 => {
            let acting = council.seats[council.seat("Director of Resources")].held;
            leave(make, council, CHIEF.0);
            let until = months(make, 1);
            also(make, council, CHIEF.0, acting, Capacity::Acting, until);
        }
        5 => come(make, council, CHIEF.0, CHIEF.1, Capacity::Substantive, None),
        // Repairs: somebody leaves, somebody acts, somebody is appointed.
        7 => leave(make, council, "Head of Repairs"),
        8 => {
            let until = Some(months(make, 4));
            come(make, council, "Head of Repairs", "Lewis Grant", Capacity::Acting, until);
        }
        // Schools: filled at last, and recorded a month late.
        10 => {
            make.from = make.month(9);
            let title = "Head of School Improvement";
            come(make, council, title, "Peter Osei", Capacity::Substantive, None);
            make.from = make.month(10);
        }
        12 => {
            let title = "Head of Repairs";
            come(make, council, title, "Moira Castle", Capacity::Substantive, None);
            second(make, council, "Programme Manager", "Family Hub Manager, Millside", 8);
        }
        13 => {
            // The day on which he began had been read wrongly from the contract.
            let title = "Head of School Improvement";
            if let Some(it) = council.seats[council.seat(title)].held {
                let (was, from) = (make.month(9), make.month(9) + 14.days());
                let terms = tenure::Terms::default();
                make.say(Command::Tenure(It::Correct { id: it.tenure, was, from, terms }));
            }
        }
        // Flood risk: covered for a while, then nobody again.
        14 => {
            let until = Some(months(make, 5));
            come(make, council, "Flood Risk Manager", "Jack Tolland", Capacity::Cover, until);
        }
        19 => {
            vacate(council, "Flood Risk Manager");
            announce(make, council);
        }
        RESTRUCTURED => carry_out(make, council),
        21 => finish(make, council),
        26 => second(make, council, "Programme Manager", "Rent Income Manager", 14),
        28 => {
            leave(make, council, "Procurement Manager");
            let until = Some(make.today() + 75.days());
            come(make, council, "Procurement Manager", "Nathan Frome", Capacity::Interim, until);
        }
        // A statutory post that is covered, one that is acted in …
        30 => {
            leave(make, council, "Traffic Manager");
            let engineer = council.seats[council.seat("Highway Engineer")].held;
            let until = make.today() + 70.days();
            also(make, council, "Traffic Manager", engineer, Capacity::Cover, until);
        }
        // … and one that stands empty.
        33 => leave(make, council, "Virtual School Head"),
        // Homelessness: the holder has left, and an acting head is in until a day that is near.
        ACTING_SINCE => {
            leave(make, council, ACTING.0);
            let acting = council.seats[council.seat("Rough Sleeping Team Manager")].held;
            let until = make.today() + ACTING_DAYS_LEFT.days();
            also(make, council, ACTING.0, acting, Capacity::Acting, until);
            // Both supervisors of the recycling centres: their checks go to the manager of the sites.
            people::empty(make, council, EMPTIED);
        }
        _ => (),
    }
}

fn leave(make: &mut Maker, council: &mut Council, title: &str) {
    let seat = council.seat(title);
    if let Some(held) = council.seats[seat].held.take() {
        people::end(make, held, true);
    }
}

fn vacate(council: &mut Council, title: &str) {
    let seat = council.seat(title);
    council.seats[seat].held = None;
}

fn come(
    make: &mut Maker,
    council: &mut Council,
    title: &str,
    name: &str,
    capacity: Capacity,
    until: Option<Date>,
) {
    council.names.take(name);
    let person = make.person(name);
    let seat = council.seat(title);
    let tenure = make.appoint(person, council.seats[seat].post, capacity, until, None);
    council.seats[seat].held = Some(Held { person, tenure });
}

/// Somebody who has a post of their own sits in another one too.
fn also(
    make: &mut Maker,
    council: &mut Council,
    title: &str,
    held: Option<Held>,
    capacity: Capacity,
    until: Date,
) {
    let Some(Held { person, .. }) = held else { return };
    let seat = council.seat(title);
    let tenure = make.appoint(person, council.seats[seat].post, capacity, Some(until), None);
    council.seats[seat].held = Some(Held { person, tenure });
}

/// Somebody is lent to another post beside their own.
fn second(make: &mut Maker, council: &mut Council, title: &str, from: &str, months: i32) {
    let lent = council.seats[council.seat(from)].held;
    let until = make.from + months.months();
    also(make, council, title, lent, Capacity::Secondment, until);
}

/// Titles of posts that the merger renames, with the external numbers that they get.
const RENAMED: [(&str, &str, &str); 3] = [
    ("Director of Environment and Transport", "Director of Place", "AV501"),
    ("Head of Waste and Recycling", "Head of Waste and Circular Economy", "AV213"),
    ("Development Manager, Planning", "Development Management Manager", "AV214"),
];

/// Units that the merger renames.
const UNITS: [(&str, &str); 2] = [
    ("Environment and Transport", "Place and Environment"),
    ("Waste and Recycling", "Waste and Circular Economy"),
];

/// Services of the directorate that goes, with their heads.
const MOVED: [(&str, &str); 3] = [
    ("Planning", "Head of Planning"),
    ("Regeneration", "Head of Regeneration"),
    ("Regulatory Services", "Head of Regulatory Services"),
];

const GOES: (&str, &str) = ("Planning and Growth", "Director of Planning and Growth");

/// A month ahead: the new names and places, from the first of the month to come.
fn announce(make: &mut Maker, council: &Council) {
    let place = (council.units["Environment and Transport"], council.post(RENAMED[0].0));
    make.from = make.month(RESTRUCTURED);
    for (was, name) in UNITS {
        let terms = unit::Terms { name: Some(name.into()), ..unit::Terms::default() };
        let (id, from) = (council.units[was], make.from);
        make.say(Command::Unit(It::Change { id, from, terms }));
    }
    for (was, name, code) in RENAMED {
        let terms = post::Terms {
            name: Some(name.into()),
            code: Some(Some(code.into())),
            ..post::Terms::default()
        };
        let (id, from) = (council.post(was), make.from);
        make.say(Command::Post(It::Change { id, from, terms }));
    }
    for (service, head) in MOVED {
        let terms = unit::Terms { within: Some(Some(place.0)), ..unit::Terms::default() };
        let (id, from) = (council.units[service], make.from);
        make.say(Command::Unit(It::Change { id, from, terms }));
        let terms = post::Terms { reports_to: Some(Some(place.1)), ..post::Terms::default() };
        make.say(Command::Post(It::Change { id: council.post(head), from, terms }));
    }
    make.from = make.on;
}

/// The day itself: duties follow, then the directorate and its director's post are gone.
fn carry_out(make: &mut Maker, council: &mut Council) {
    let (goes, stays) = (council.post(GOES.1), council.post(RENAMED[0].0));
    for duty in make.duties_of(goes) {
        let terms = kernel::duty::Terms { post: Some(stays), ..kernel::duty::Terms::default() };
        make.say(Command::Duty(It::Change { id: duty, from: make.from, terms }));
    }
    leave(make, council, GOES.1);
    make.say(Command::Post(It::End { id: goes, on: make.from }));
    make.say(Command::Unit(It::End { id: council.units[GOES.0], on: make.from }));
}

/// A month later somebody notices what was forgotten: it holds from the day of the merger.
fn finish(make: &mut Maker, council: &Council) {
    make.from = make.month(RESTRUCTURED);
    let terms =
        unit::Terms { within: Some(Some(council.units["Regeneration"])), ..unit::Terms::default() };
    let from = make.from;
    make.say(Command::Unit(It::Change { id: council.units["Building Control"], from, terms }));
    let terms = post::Terms {
        reports_to: Some(Some(council.post("Head of Regeneration"))),
        ..post::Terms::default()
    };
    let id: PostId = council.post("Building Control Manager");
    make.say(Command::Post(It::Change { id, from, terms }));
    make.from = make.on;
}
