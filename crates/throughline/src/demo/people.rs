//! The council's units, posts and people, and how they change.

use jiff::ToSpan;
use kernel::{Command, id::*, post, register::Command as It, tenure::Capacity, unit};

use super::maker::Maker;

/// Where things are in the council.
pub(crate) struct Council {
    pub(crate) administrator: PersonId,
    /// In the order of [`POSTS`].
    pub(crate) posts: Vec<PostId>,
    pub(crate) tenures: Vec<Option<TenureId>>,
}

/// Units beneath the council.
const UNITS: [&str; 6] = [
    "Chief Executive’s Office",
    "Adult Care",
    "Children and Schools",
    "Place and Environment",
    "Housing",
    "Resources",
];

/// (title, unit, reports to, holder; none is vacant, statutory)
type Row = (&'static str, usize, Option<usize>, Option<&'static str>, bool);

pub(crate) const POSTS: [Row; 24] = [
    ("Chief Executive", 0, None, Some("Margaret Okafor"), true),
    ("Head of Strategy", 0, Some(0), Some("Tom Aldridge"), false),
    ("Director of Adult Care", 1, Some(0), Some("Priya Raman"), true),
    ("Director of Children and Schools", 2, Some(0), Some("Helen Strand"), true),
    ("Director of Place", 3, Some(0), Some("Gareth Pugh"), false),
    ("Director of Housing", 4, Some(0), Some("Adaeze Nwosu"), false),
    ("Director of Resources", 5, Some(0), Some("Ian Fletcher"), true),
    ("Monitoring Officer", 0, Some(0), Some("Ruth Samuel"), true),
    ("Head of Reablement", 1, Some(2), Some("Daniel Kerr"), false),
    ("Head of Safeguarding, Adults", 1, Some(2), Some("Sofia Lindqvist"), false),
    ("Head of Early Help", 2, Some(3), Some("Yusuf Demir"), false),
    ("Head of School Improvement", 2, Some(3), None, false),
    ("Head of Highways", 3, Some(4), Some("Bethan Rowe"), false),
    ("Head of Waste and Recycling", 3, Some(4), Some("Marcus Hale"), false),
    ("Head of Planning", 3, Some(4), Some("Li Wen"), false),
    ("Flood Risk Manager", 3, Some(12), None, false),
    ("Head of Homelessness Services", 4, Some(5), Some("Carol Mbeki"), false),
    ("Head of Repairs", 4, Some(5), Some("Steve Pollard"), false),
    ("Building Safety Manager", 4, Some(17), Some("Nadia Haddad"), true),
    ("Head of Finance", 5, Some(6), Some("Joanne Tierney"), false),
    ("Head of People", 5, Some(6), Some("Femi Adeyemi"), false),
    ("Head of Digital", 5, Some(6), Some("Kirsty Boyd"), false),
    ("Information Governance Manager", 5, Some(7), Some("Owen Price"), true),
    ("Customer Services Manager", 5, Some(21), Some("Anita Desai"), false),
];

/// Posts by what they do in the story.
pub(crate) const STRATEGY: usize = 1;
const SCHOOLS: usize = 11;
const WASTE: usize = 13;
const FLOOD: usize = 15;
const HOMELESSNESS: usize = 16;
const REPAIRS: usize = 17;

pub(crate) fn establish(make: &mut Maker) -> Council {
    let top = UnitId::at_row(0);
    let units: Vec<UnitId> = UNITS
        .iter()
        .map(|name| {
            make.unit(unit::Terms {
                name: Some((*name).into()),
                within: Some(Some(top)),
                ..unit::Terms::default()
            })
        })
        .collect();
    let (mut posts, mut tenures) = (Vec::new(), Vec::new());
    for (number, (title, unit, above, holder, statutory)) in POSTS.into_iter().enumerate() {
        let post = make.post(post::Terms {
            name: Some(title.into()),
            code: Some(Some(format!("AV{:03}", 100 + number).into())),
            unit: Some(units[unit]),
            reports_to: Some(above.map(|it| posts[it])),
            statutory: Some(statutory),
            ..post::Terms::default()
        });
        posts.push(post);
        tenures.push(holder.map(|name| {
            let person = make.person(name);
            make.appoint(person, post, make.on, Capacity::Substantive, None)
        }));
    }
    let administrator = make.person("Sam Whitlock");
    let register = PostId::at_row(0);
    make.appoint(administrator, register, make.on, Capacity::Substantive, None);
    // Who sets the product up also leads on strategy in this story, so that the first page has work on it.
    let _ = STRATEGY;
    Council { administrator, posts, tenures }
}

/// What happens to people, month by month.
pub(crate) fn change(make: &mut Maker, council: &Council, month: i32) {
    let post = |it: usize| council.posts[it];
    match month {
        // Repairs: somebody leaves, somebody acts, somebody is appointed.
        7 => end(make, council, REPAIRS),
        8 => {
            let person = make.person("Lewis Grant");
            let until = make.on + 4.months();
            make.appoint(person, post(REPAIRS), make.on, Capacity::Acting, Some(until));
        }
        12 => {
            let person = make.person("Moira Castle");
            make.appoint(person, post(REPAIRS), make.on, Capacity::Substantive, None);
        }
        // Schools: filled at last, and recorded a month late.
        10 => {
            let person = make.person("Peter Osei");
            let from = make.on - 1.month();
            make.appoint(person, post(SCHOOLS), from, Capacity::Substantive, None);
        }
        // Flood risk: covered for a while, then nobody again.
        14 => {
            let person = make.person("Jack Tolland");
            let until = make.on + 5.months();
            make.appoint(person, post(FLOOD), make.on, Capacity::Cover, Some(until));
        }
        // Waste: renamed, the same post.
        16 => make.say(Command::Post(It::Change {
            id: post(WASTE),
            from: make.on,
            terms: post::Terms {
                name: Some("Head of Waste and Circular Economy".into()),
                code: Some(Some("AV213".into())),
                ..post::Terms::default()
            },
        })),
        // Homelessness: the holder has left, and an acting head is in until a day that is near.
        22 => {
            end(make, council, HOMELESSNESS);
            let person = make.person("Grace Whelan");
            let until = make.today + 40.days();
            make.appoint(person, post(HOMELESSNESS), make.on, Capacity::Acting, Some(until));
        }
        _ => (),
    }
}

fn end(make: &mut Maker, council: &Council, post: usize) {
    if let Some(id) = council.tenures[post] {
        make.say(Command::Tenure(It::End { id, on: make.on }));
    }
}
