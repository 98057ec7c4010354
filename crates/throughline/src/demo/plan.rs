//! The council's plan: five priorities, their outcomes, and the commitments beneath them.

use std::collections::HashMap;

use jiff::ToSpan;
use kernel::{Command, id::*, objective, plan, register::Command as It};

use super::{maker::Maker, people::Council};

/// Where the objectives are, by number.
pub(crate) struct Plan {
    objectives: HashMap<&'static str, ObjectiveId>,
}

impl Plan {
    pub(crate) fn objective(&self, number: &str) -> ObjectiveId {
        *self.objectives.get(number).expect("the tables serve objectives of the plan’s own table")
    }
}

/// (number, objective, accountable post); nobody answers where the post is empty.
type Row = (&'static str, &'static str, &'static str);

#[rustfmt::skip]
const OBJECTIVES: [Row; 61] = [
    ("1", "People live independently for longer", "Director of Adult Care"),
    ("1.1", "More people need no further care after reablement", "Head of Reablement"),
    ("1.1.1", "The first visit comes within four weeks of referral", "Reablement Team Manager, North"),
    ("1.1.2", "Equipment is there before people come home", "Equipment and Adaptations Manager"),
    ("1.2", "Adults at risk are kept safe", "Head of Safeguarding, Adults"),
    ("1.2.1", "Every concern is looked into within 28 days", "Safeguarding Team Manager"),
    ("1.2.2", "Nobody is deprived of liberty without authority", "Mental Capacity Manager"),
    ("1.3", "Carers get a break when they need one", "Head of Commissioning"),
    ("1.3.1", "Every carer is offered a conversation once a year", "Carers Services Manager"),
    ("1.3.2", "Short breaks are to be had near home", "Carers Services Manager"),
    ("1.4", "People stay well for longer", "Director of Public Health"),
    ("1.4.1", "Fewer people smoke", "Healthy Lives Manager"),
    ("1.4.2", "Older people are protected in winter", "Health Protection Manager"),

    ("2", "Every child has a good start", "Director of Children and Schools"),
    ("2.1", "Families get help before a crisis", "Head of Early Help"),
    ("2.1.1", "A family hub within three miles of every home", "Family Hub Manager, Northgate"),
    ("2.1.2", "Every new baby is visited at home", "Head of Health Improvement"),
    ("2.2", "Every school is good or better", "Head of School Improvement"),
    ("2.2.1", "Children with special needs have their plan in time", "Special Needs Manager"),
    ("2.2.2", "Children are at school most days", "School Standards Manager"),
    ("2.3", "Young carers are known and supported", "Young Carers Coordinator"),
    ("2.4", "Children in our care do as well as anybody", "Head of Children’s Social Care"),
    ("2.4.1", "Every child in care has a current education plan", "Virtual School Head"),
    ("2.4.2", "Care leavers have a home and something to do", "Leaving Care Manager"),

    ("3", "A clean, green and well-connected place", "Director of Environment and Transport"),
    ("3.1", "Roads are safe and well kept", "Head of Highways"),
    ("3.1.1", "Potholes are filled within a week", "Highway Maintenance Manager"),
    ("3.1.2", "Fewer people are hurt on our roads", "Traffic Manager"),
    ("3.2", "Less waste, more of it recycled", "Head of Waste and Recycling"),
    ("3.2.1", "Food waste is collected from every home", "Collections Manager"),
    ("3.2.2", "Streets are clean", "Street Cleansing Manager"),
    ("3.3", "Homes and businesses are protected from floods", "Flood Risk Manager"),
    ("3.3.1", "Every culvert at risk is cleared before winter", "Flood Risk Manager"),
    ("3.4", "Planning decisions are quick and sound", "Director of Planning and Growth"),
    ("3.4.1", "A local plan is in force", "Planning Policy Manager"),
    ("3.5", "Parks are places that people choose", "Head of Parks and Countryside"),
    ("3.5.1", "A thousand trees a year", "Parks Manager"),
    ("3.6", "People get about without a car", "Head of Transport"),
    ("3.6.1", "Buses come when the timetable says", "Public Transport Manager"),
    ("3.7", "A second leisure centre opens", "Director of Planning and Growth"),

    ("4", "A safe and decent home for everybody", "Director of Housing"),
    ("4.1", "Nobody sleeps rough", "Head of Homelessness Services"),
    ("4.1.1", "Families leave temporary accommodation sooner", "Temporary Accommodation Manager"),
    ("4.2", "Repairs are done right the first time", "Head of Repairs"),
    ("4.2.1", "Empty homes are let within a month", "Empty Homes Manager"),
    ("4.3", "Every tall building is safe", "Building Safety Manager"),
    ("4.3.1", "Every resident knows what to do in a fire", "Building Safety Manager"),
    ("4.4", "Homes are checked, warm and cared for", "Director of Housing"),
    ("4.4.1", "Fire doors, lifts and alarms are checked on time", "Compliance Manager"),
    ("4.5", "More homes that people can afford", "Head of Housing Development"),
    ("4.5.1", "Empty shops become homes", ""),

    ("5", "A council that works", "Director of Resources"),
    ("5.1", "We live within our means", "Head of Finance"),
    ("5.1.1", "What is owed to us is collected", "Revenues and Benefits Manager"),
    ("5.1.2", "Suppliers are paid on time", "Exchequer Manager"),
    ("5.2", "Residents reach us the first time", "Customer Services Manager"),
    ("5.2.1", "What can be done online is done online", "Head of Digital"),
    ("5.3", "Staff stay, and are well", "Head of People"),
    ("5.3.1", "No post stays empty for long", "People Advice Manager"),
    ("5.4", "Records are kept, and kept safe", "Information Governance Manager"),
    ("5.5", "Decisions are taken in the open", "Monitoring Officer"),
];

/// What the council gave up, and in which month.
const RETIRED: (&str, i32) = ("3.7", 22);

/// Who is asked and who is told: (objective, post, role).
const TAKING_PART: [(&str, &str, kernel::duty::Role); 14] = {
    use kernel::duty::Role::{Consulted, Informed, Responsible};
    [
        ("1", "Director of Public Health", Consulted),
        ("1.1", "Hospital Discharge Manager", Consulted),
        ("1.3", "Young Carers Coordinator", Informed),
        ("2.1", "Head of Health Improvement", Consulted),
        ("2.4", "Director of Housing", Consulted),
        ("2.4.1", "Head of School Improvement", Responsible),
        ("3.1", "Head of Planning", Informed),
        ("3.3", "Head of Highways", Responsible),
        ("4.1", "Rough Sleeping Team Manager", Responsible),
        ("4.1", "Director of Public Health", Consulted),
        ("4.3", "Building Control Manager", Consulted),
        ("5.1", "Chief Internal Auditor", Informed),
        ("5.3", "Health and Safety Manager", Consulted),
        ("5.5", "Democratic Services Manager", Responsible),
    ]
};

pub(crate) fn adopt(make: &mut Maker, council: &Council) -> Plan {
    let plan = make.plan(plan::Terms {
        name: Some("The Ashby Vale Plan".into()),
        about: Some(Some(
            "A place where people look out for one another, and a council that keeps its word."
                .into(),
        )),
        levels: Some(["Priority".into(), "Outcome".into(), "Commitment".into()].into()),
        ..plan::Terms::default()
    });
    make.accountable(council.post("Chief Executive"), plan);
    let mut objectives = HashMap::new();
    for (number, name, head) in OBJECTIVES {
        let above = number.rsplit_once('.').and_then(|it| objectives.get(it.0).copied());
        let objective = make.objective(objective::Terms {
            name: Some(name.into()),
            code: Some(Some(format!("P{number}").into())),
            plan: Some(plan),
            parent: Some(above),
            ..objective::Terms::default()
        });
        if !head.is_empty() {
            make.accountable(council.post(head), objective);
        }
        objectives.insert(number, objective);
    }
    for (number, post, role) in TAKING_PART {
        make.duty(kernel::duty::Terms {
            post: Some(council.post(post)),
            subject: Some(objectives[number].into()),
            role: Some(role),
            live: None,
        });
    }
    Plan { objectives }
}

/// What a month does to the plan itself.
pub(crate) fn revise(make: &mut Maker, plan: &Plan, month: i32) {
    if month == RETIRED.1 {
        let (id, on) = (plan.objective(RETIRED.0), make.from);
        make.say(Command::Objective(It::End { id, on }));
    }
    // Half a year in, a sentence of the plan that had been copied wrongly is put right.
    if month == 6 {
        let was = make.from - 6.months();
        let terms = objective::Terms {
            name: Some("Children are in school every day".into()),
            ..objective::Terms::default()
        };
        let id = plan.objective("2.2.2");
        make.say(Command::Objective(It::Correct { id, was, from: was, terms }));
    }
}
