//! The council's decisions: what was chosen, why, by what authority, and when to look at it again.

use jiff::ToSpan;
use kernel::{Command, decision, id::DecisionId, register::Command as It};

use super::{maker::Maker, people::Council, plan::Plan, scheme};

const CABINET: &str = "Cabinet; constitution, part 3";
const COUNCIL: &str = "Full council; constitution, part 2";
const OFFICER: &str = "Scheme of delegation to officers";

struct Choice {
    month: i32,
    what: &'static str,
    why: &'static str,
    authority: &'static str,
    /// The objective it serves, by number; none when empty.
    serves: &'static str,
    post: &'static str,
    /// Months until it is to be looked at again.
    review: i32,
}

const fn choice(
    month: i32,
    post: &'static str,
    serves: &'static str,
    what: &'static str,
    why: &'static str,
    by: (&'static str, i32),
) -> Choice {
    Choice { month, what, why, authority: by.0, serves, post, review: by.1 }
}

/// Looked at again in time, and confirmed for another year: (decision, in which month).
const REVIEWED: [(&str, i32); 5] = [
    ("Adopt the Ashby Vale Plan", 18),
    ("Keep the register in Throughline", 13),
    ("Share equipment with the hospital", 17),
    ("Collect food waste weekly", 27),
    ("Move repairs to appointments", 24),
];

/// What else was weighed: (decision, options).
const OPTIONS: [(&str, &str); 5] = [
    ("Collect food waste weekly", "Every fortnight; with garden waste; not at all."),
    ("Move repairs to appointments", "More crews; a contractor; as before."),
    (
        "Merge two directorates into Place and Environment",
        "Leave both; share a director; merge with Housing.",
    ),
    ("Give up the second leisure centre", "Build smaller; wait for a partner; borrow more."),
    ("Three navigators for people who sleep rough", "A day centre; a night shelter all year."),
];

#[rustfmt::skip]
const DECISIONS: [Choice; 40] = [
    choice(0, "Chief Executive", "5", "Adopt the Ashby Vale Plan", "It was consulted on with 2,300 residents.", (COUNCIL, 18)),
    choice(1, "Monitoring Officer", "5.4", "Keep the register in Throughline", "What a post answers for was lost each time somebody left.", (OFFICER, 12)),
    choice(2, "Head of Finance", "5.1", "Plan the budget for three years", "One-year budgets had put the same savings off four times.", (CABINET, 24)),
    choice(3, "Mental Capacity Manager", "1.2.2", "Hire assessors for a year", "Nine in ten assessments came too late.", (OFFICER, 14)),
    choice(4, "Head of Digital", "5.2.1", "Leave the old server room", "Its cooling fails twice a summer.", (CABINET, 36)),
    choice(5, "Equipment and Adaptations Manager", "1.1.2", "Share equipment with the hospital", "The same frames were bought twice.", (OFFICER, 12)),
    choice(6, "Head of Repairs", "4.2", "Move repairs to appointments", "One visit in eight found nobody at home.", (CABINET, 18)),
    choice(7, "Head of Early Help", "2.1.1", "Open four family hubs", "Help came after the crisis, and eleven miles away.", (CABINET, 36)),
    choice(8, "Parks Manager", "3.5.1", "Plant where it is hottest first", "Three wards have no shade.", (OFFICER, 36)),
    choice(9, "Head of Waste and Recycling", "3.2.1", "Collect food waste weekly", "A third of residual waste is food.", (CABINET, 18)),
    choice(10, "Head of Planning", "3.4", "Decide small applications under delegated powers", "Committees spent half their time on sheds.", (COUNCIL, 30)),
    choice(11, "Fostering Manager", "2.4", "Raise foster carers’ allowances", "Neighbours pay a fifth more.", (CABINET, 22)),
    choice(12, "Head of Highways", "3.3", "Do not renew the flood modelling contract", "The regional authority offers the same free of charge.", (OFFICER, 18)),
    choice(12, "Head of Finance", "5.1", "Set the first budget", "Law asks for a balanced one.", (COUNCIL, 12)),
    choice(13, "Leaving Care Manager", "2.4.2", "No council tax for care leavers", "Arrears began in the first year on their own.", (CABINET, 36)),
    choice(14, "Head of People", "5.3", "Pay the real living wage", "Depots lost one driver in four.", (CABINET, 24)),
    choice(15, "Building Safety Manager", "4.3", "Safety cases for the tallest first", "Risk, not the alphabet.", (OFFICER, 36)),
    choice(15, "Traffic Manager", "3.1.2", "Twenty miles an hour near schools", "Half of those hurt were on foot.", (CABINET, 36)),
    choice(16, "Special Needs Manager", "2.2.1", "A recovery plan for special needs", "Plans took thirty-one weeks.", (CABINET, 14)),
    choice(17, "Head of Homelessness Services", "4.1", "Three navigators for people who sleep rough", "Outreach met the same people every week.", (CABINET, 18)),
    choice(18, "Chief Executive", "5", "Merge two directorates into Place and Environment", "Roads, waste and planning met at the same doors.", (COUNCIL, 24)),
    choice(19, "Public Transport Manager", "3.6.1", "A bus lane on Abbey Road", "Buses lost nine minutes in the peak.", (CABINET, 30)),
    choice(20, "Temporary Accommodation Manager", "4.1.1", "Lease flats instead of hotel rooms", "A room costs more than a house.", (CABINET, 12)),
    choice(20, "Information Governance Manager", "5.4", "Delete records when their time is up", "Storage doubled in three years.", (OFFICER, 30)),
    choice(21, "Chief Internal Auditor", "5.1", "Audit contracts before they are renewed", "Two had renewed themselves.", (OFFICER, 24)),
    choice(22, "Chief Executive", "3", "Give up the second leisure centre", "It would have cost three libraries.", (COUNCIL, 36)),
    choice(22, "Housing Assets Manager", "4.4", "Insulate before replacing boilers", "A smaller boiler does then.", (OFFICER, 36)),
    choice(23, "Customer Services Manager", "5.2", "Advisers in libraries", "The front desk at the civic centre is far for most.", (CABINET, 24)),
    choice(24, "Head of Finance", "5.1", "Set the second budget", "Law asks for a balanced one.", (COUNCIL, 12)),
    choice(24, "Reablement Team Manager, North", "1.1.1", "One waiting list for both teams", "The north waited, the south did not.", (OFFICER, 18)),
    choice(25, "Director of Public Health", "1.4", "Health checks in work places", "Men under fifty do not come to surgeries.", (OFFICER, 20)),
    choice(26, "Compliance Manager", "4.4.1", "Check fire doors every quarter", "Once a year found too many propped open.", (OFFICER, 12)),
    choice(27, "Head of Reablement", "1.1", "Go on with reablement at weekends", "Eleven fewer nights in hospital for every ten people.", (CABINET, 24)),
    choice(28, "Procurement Manager", "5.1", "An interim for procurement", "Two campaigns found nobody.", (OFFICER, 12)),
    choice(29, "Monitoring Officer", "5.5", "Publish decisions of officers", "Residents asked for them one by one.", (OFFICER, 24)),
    choice(31, "Head of Regulatory Services", "1.4", "Food checks by risk", "Good kitchens were seen twice, bad ones once.", (OFFICER, 24)),
    choice(33, "Director of Children and Schools", "2.4.1", "Wait with the Virtual School Head until the summer", "The field was thin.", (OFFICER, 2)),
    choice(34, "Director of Housing", "4.1", "An acting head of homelessness for the winter", "The count was six weeks away.", (OFFICER, 4)),
    // Serve nothing that anybody has said.
    choice(18, "Communications Manager", "", "Refresh the coat of arms", "The lion looked tired.", (OFFICER, 24)),
    choice(30, "Facilities Manager", "", "Rename the meeting rooms after rivers", "Numbers were dull.", (OFFICER, 36)),
];

/// Decisions that have been taken, to find them again.
#[derive(Default)]
pub(crate) struct Taken {
    decisions: Vec<(&'static str, DecisionId)>,
}

/// What is decided, and looked at again, in this month.
pub(crate) fn decide(
    make: &mut Maker,
    council: &Council,
    plan: &Plan,
    taken: &mut Taken,
    month: i32,
) {
    for it in DECISIONS.iter().filter(|it| it.month == month) {
        let post = council.post(it.post);
        make.by(council.hand(post));
        let options = OPTIONS.iter().find(|other| other.0 == it.what).map(|it| it.1.into());
        let held = scheme::HELD.iter().find(|other| other.0 == it.what);
        let decision = make.decision(decision::Terms {
            name: Some(it.what.into()),
            code: Some(Some(format!("D{:03}", taken.decisions.len() + 1).into())),
            about: Some(Some(it.why.into())),
            options: Some(options),
            authority: Some(Some(it.authority.into())),
            review_on: Some(Some(make.month(month + it.review))),
            act: held.map(|it| Some(it.1.into())),
            value: held.map(|it| it.2.map(scheme::pounds)),
            ..decision::Terms::default()
        });
        if !it.serves.is_empty() {
            make.serves(decision, plan.objective(it.serves));
        }
        make.accountable(post, decision);
        taken.decisions.push((it.what, decision));
    }
    for (what, _) in REVIEWED.iter().filter(|it| it.1 == month) {
        let Some((_, id)) = taken.decisions.iter().find(|it| it.0 == *what) else { continue };
        let again = Some(Some(make.from + 2.years()));
        let terms = decision::Terms { review_on: again, ..decision::Terms::default() };
        make.by(council.administrator());
        make.say(Command::Decision(It::Change { id: *id, from: make.from, terms }));
    }
    make.by(council.administrator());
}
