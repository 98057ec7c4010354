//! The rules that the demonstration is watched by: the pack for councils, and one of its own.

use exchange::packs::{self, Chosen};
use kernel::{
    read::signals::Sort as Signal,
    rule::{Reach, Sort, Terms},
    threshold,
};

use super::{maker::Maker, people::Council};

/// The month in which they are adopted.
pub(crate) const ADOPTED: i32 = 2;
/// Days for which somebody may act. The acting head of the story is on the way there.
const ACTING_DAYS: u16 = 100;

/// Posts whose title does not say that they fulfil a rule.
const CHOSEN: [(&str, &str); 3] = [
    ("council.electoral-registration-officer", "Chief Executive"),
    ("council.returning-officer", "Chief Executive"),
    ("council.data-protection-officer", "Information Governance Manager"),
];

pub(crate) fn adopt(make: &mut Maker, council: &Council) {
    let chosen = CHOSEN.map(|(rule, title)| (rule.to_owned(), vec![council.post(title)]));
    make.load(packs::named("council").expect("it comes with the program"), &Chosen::from(chosen));
    make.rule(Terms {
        name: Some("Acting for a hundred days at most".into()),
        sort: Some(Sort::CapacityLimit),
        source: Some(Some("Officer employment rules, Part 4 of the constitution".into())),
        about: Some(Some("Then the appointments committee decides.".into())),
        reach: Some(Reach::All),
        capacities: Some(["acting".into()].into()),
        days_max: Some(Some(ACTING_DAYS)),
        window_months: Some(Some(12)),
        warn_days: Some(Some(56)),
        warn_again_days: Some(Some(77)),
        ..Terms::default()
    });
    // When its signals warn, where the council has it otherwise than the rules.
    for (sort, subject, number, escalates_after) in [
        (Signal::SpecialCause, None, None, Some(30)),
        (Signal::Orphan, None, None, Some(60)),
        (Signal::Ending, Some(council.post("Chief Executive").into()), Some(120), None),
    ] {
        make.threshold(threshold::Terms {
            sort: Some(sort),
            subject: Some(subject),
            number: Some(number),
            escalates_after: Some(escalates_after),
            ..threshold::Terms::default()
        });
    }
}
