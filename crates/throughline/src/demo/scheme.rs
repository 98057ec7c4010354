//! The council's scheme of delegation: what its posts may decide, and who was let act for whom until when.

use jiff::{ToSpan, civil::Date};
use kernel::{Amount, Ref, Text, authority, delegation, id::AuthorityId};

use super::{maker::Maker, people::Council};

/// The month in which it is adopted.
pub(crate) const ADOPTED: i32 = 3;

const SPEND: &str = "Approve spending";
const CONTRACT: &str = "Let a contract";
const APPOINT: &str = "Appoint staff";
const PLANNING: &str = "Decide a planning application";
const CLAIM: &str = "Settle a claim";
const REPORT: &str = "Report unlawful conduct to the council";

/// Days for which the director of resources has let somebody act, from today on: it ends soon, and nothing
/// follows.
const ON_LEAVE_DAYS: i32 = 12;

struct Power {
    post: &'static str,
    act: &'static str,
    /// In pounds, where there is a limit.
    limit: Option<i64>,
    source: &'static str,
}

const fn power(
    post: &'static str,
    act: &'static str,
    limit: Option<i64>,
    source: &'static str,
) -> Power {
    Power { post, act, limit, source }
}

const OFFICERS: &str = "Constitution, part 3, section 4";
const CONTRACTS: &str = "Contract procedure rules, rule 6";
const FINANCE: &str = "Financial regulations, section B";
const STATUTE: &str = "Local Government and Housing Act 1989, section 5";

#[rustfmt::skip]
const POWERS: [Power; 30] = [
    power("Chief Executive", SPEND, Some(500_000), FINANCE),
    power("Director of Adult Care", SPEND, Some(250_000), FINANCE),
    power("Director of Public Health", SPEND, Some(250_000), FINANCE),
    power("Director of Children and Schools", SPEND, Some(250_000), FINANCE),
    power("Director of Environment and Transport", SPEND, Some(250_000), FINANCE),
    power("Director of Housing", SPEND, Some(250_000), FINANCE),
    power("Director of Resources", SPEND, Some(250_000), FINANCE),
    power("Head of Finance", SPEND, Some(100_000), FINANCE),
    power("Head of Reablement", SPEND, Some(50_000), FINANCE),
    power("Head of Early Help", SPEND, Some(50_000), FINANCE),
    power("Head of Highways", SPEND, Some(50_000), FINANCE),
    power("Head of Waste and Recycling", SPEND, Some(50_000), FINANCE),
    power("Head of Homelessness Services", SPEND, Some(50_000), FINANCE),
    power("Head of Repairs", SPEND, Some(50_000), FINANCE),
    power("Head of Digital", SPEND, Some(50_000), FINANCE),
    power("Compliance Manager", SPEND, Some(25_000), FINANCE),
    power("Director of Resources", CONTRACT, None, CONTRACTS),
    power("Procurement Manager", CONTRACT, Some(100_000), CONTRACTS),
    power("Chief Executive", APPOINT, None, OFFICERS),
    power("Director of Adult Care", APPOINT, None, OFFICERS),
    power("Director of Children and Schools", APPOINT, None, OFFICERS),
    power("Director of Environment and Transport", APPOINT, None, OFFICERS),
    power("Director of Housing", APPOINT, None, OFFICERS),
    power("Director of Resources", APPOINT, None, OFFICERS),
    power("Head of Homelessness Services", APPOINT, None, OFFICERS),
    power("Head of People", APPOINT, None, OFFICERS),
    power("Head of Planning", PLANNING, None, OFFICERS),
    power("Director of Resources", CLAIM, Some(100_000), FINANCE),
    power("Head of Finance", CLAIM, Some(10_000), FINANCE),
    power("Monitoring Officer", REPORT, None, STATUTE),
];

/// What a post gives to another, from one month of the history on.
struct Gift {
    month: i32,
    from: &'static str,
    to: &'static str,
    acts: &'static [&'static str],
    limit: Option<i64>,
    /// Whether the other acts in the register, too.
    signs: bool,
    ends: Ends,
    why: &'static str,
}

enum Ends {
    /// So many months after it began.
    After(i32),
    /// So many days after the day on which the history ends.
    Ahead(i32),
}

const GIFTS: [Gift; 5] = [
    Gift {
        month: 10,
        from: "Head of Planning",
        to: "Development Manager, Planning",
        acts: &[PLANNING],
        limit: None,
        signs: false,
        ends: Ends::After(12),
        why: "Householder applications that nobody objects to.",
    },
    Gift {
        month: 24,
        from: "Director of Resources",
        to: "Head of Finance",
        acts: &[CONTRACT],
        limit: Some(250_000),
        signs: false,
        ends: Ends::Ahead(200),
        why: "While procurement has no manager for good.",
    },
    Gift {
        month: 30,
        from: "Head of Finance",
        to: "Procurement Manager",
        acts: &[SPEND],
        limit: Some(40_000),
        signs: false,
        ends: Ends::Ahead(75),
        why: "For call-offs from frameworks that are let already.",
    },
    Gift {
        month: 34,
        from: "Director of Housing",
        to: "Head of Homelessness Services",
        acts: &[SPEND],
        limit: Some(120_000),
        signs: false,
        ends: Ends::Ahead(55),
        why: "Flats instead of hotel rooms, for the winter.",
    },
    Gift {
        month: 35,
        from: "Director of Resources",
        to: "Head of Finance",
        acts: &[SPEND],
        limit: Some(250_000),
        signs: true,
        ends: Ends::Ahead(ON_LEAVE_DAYS),
        why: "While the director is on leave.",
    },
];

/// Decisions that are held against the scheme: (decision, act, value in pounds). One of them goes beyond what
/// whoever took it may decide.
pub(crate) const HELD: [(&str, &str, Option<i64>); 4] = [
    ("Health checks in work places", SPEND, Some(90_000)),
    ("Check fire doors every quarter", SPEND, Some(64_000)),
    ("Go on with reablement at weekends", SPEND, Some(48_000)),
    ("An acting head of homelessness for the winter", APPOINT, None),
];

/// The authorities, in the order of their table.
#[derive(Default)]
pub(crate) struct Scheme {
    powers: Vec<(&'static str, &'static str, AuthorityId)>,
}

/// What is adopted, and delegated, in this month.
pub(crate) fn delegate(make: &mut Maker, council: &Council, scheme: &mut Scheme, month: i32) {
    if month == ADOPTED {
        make.by(council.administrator());
        for it in &POWERS {
            let terms = authority::Terms {
                act: Some(it.act.into()),
                post: Some(council.post(it.post)),
                limit: Some(it.limit.map(pounds)),
                measure: Some(it.limit.map(|_| "pounds".into())),
                non_delegable: Some(it.act == REPORT),
                source: Some(Some(it.source.into())),
                ..authority::Terms::default()
            };
            scheme.powers.push((it.post, it.act, make.authority(terms)));
        }
    }
    for it in GIFTS.iter().filter(|it| it.month == month) {
        let from = council.post(it.from);
        make.by(council.hand(from));
        let terms = delegation::Terms {
            post: Some(from),
            to: Some(Ref::from(council.post(it.to))),
            authorities: Some(it.acts.iter().map(|act| scheme.power(it.from, act)).collect()),
            limit: Some(it.limit.map(pounds)),
            signs: Some(it.signs),
            about: Some(Some(Text::from(it.why))),
            ..delegation::Terms::default()
        };
        let until: Date = match it.ends {
            Ends::After(months) => make.from + months.months(),
            Ends::Ahead(days) => make.today() + days.days(),
        };
        make.delegation(terms, until);
    }
    make.by(council.administrator());
}

impl Scheme {
    fn power(&self, post: &str, act: &str) -> AuthorityId {
        let found = self.powers.iter().find(|it| it.0 == post && it.1 == act);
        found.expect("a post gives only what the table says it has").2
    }
}

pub(crate) fn pounds(whole: i64) -> Amount {
    whole.to_string().parse().expect("whole pounds are an amount")
}
