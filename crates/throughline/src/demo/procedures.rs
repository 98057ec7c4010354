//! The table of procedures: what is done, by whom, how often, what it asks and which controls it exercises.
//!
//! When something was last due is told in days before the day on which the demonstration is made, so that each
//! visitor finds something to do and each part of the story stands as it is told; most fall on the same two days of
//! the week. What became of each
//! occurrence is in `doing`.

use kernel::Amount;

pub(crate) struct Does {
    pub(crate) name: &'static str,
    /// The unit or site that it is for; none when empty.
    pub(crate) unit: &'static str,
    /// The post that does it.
    pub(crate) post: &'static str,
    /// The accountable post.
    pub(crate) answers: &'static str,
    pub(crate) rhythm: Rhythm,
    /// Days in which it is in time.
    pub(crate) window: i32,
    /// The month of the history in which it begins.
    pub(crate) begins: i32,
    pub(crate) lately: Lately,
    pub(crate) steps: &'static [Step],
}

/// When it is due.
#[derive(Clone, Copy)]
pub(crate) enum Rhythm {
    /// Every so many weeks, last so many days ago.
    Weeks(i32, i32),
    Monthly(i32),
    Yearly(i32),
    /// On working days from May to August.
    Season,
    /// Every week from September to April, last so many days ago in those months.
    Winter(i32),
    /// When somebody is appointed to a post.
    Appointed(&'static str),
    /// When an indicator is out of limits.
    OutOfLimits(&'static str),
    /// When something is found that is not as a framework says.
    Found(&'static str),
}

/// What became of what was due lately; all the rest is chance.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lately {
    /// Done in time.
    Done,
    /// Done, and not met.
    NotMet,
    /// Done, and not approved yet.
    Waits,
    /// Not done for so many days.
    Open(i32),
}

impl Rhythm {
    /// Within how many days the controls are to be exercised again, and for how many it counts.
    pub(crate) fn days(self) -> Option<(u16, u16)> {
        match self {
            Rhythm::Weeks(1, _) => Some((7, 16)),
            Rhythm::Weeks(2, _) => Some((14, 35)),
            Rhythm::Weeks(4, _) => Some((28, 60)),
            Rhythm::Weeks(13, _) => Some((91, 160)),
            Rhythm::Weeks(..) => Some((182, 250)),
            Rhythm::Monthly(_) => Some((31, 62)),
            Rhythm::Yearly(_) => Some((365, 430)),
            Rhythm::Season | Rhythm::Winter(_) => Some((7, 16)),
            Rhythm::Appointed(_) | Rhythm::OutOfLimits(_) | Rhythm::Found(_) => None,
        }
    }
}

pub(crate) struct Step {
    pub(crate) name: &'static str,
    /// The post that does it, where it is another than the procedure's.
    pub(crate) post: &'static str,
    /// The post that approves it; none when empty.
    pub(crate) approver: &'static str,
    /// Controls by name.
    pub(crate) exercises: &'static [&'static str],
    pub(crate) asks: &'static [Ask],
}

/// A question with what is good.
pub(crate) enum Ask {
    YesNo(&'static str),
    Count(&'static str),
    /// What is read, in which unit, from and to which is good.
    Reading(&'static str, &'static str, Option<Amount>, Option<Amount>),
    Words(&'static str),
}

const fn does(
    name: &'static str,
    post: &'static str,
    answers: &'static str,
    rhythm: Rhythm,
    window: i32,
    steps: &'static [Step],
) -> Does {
    Does { name, unit: "", post, answers, rhythm, window, begins: 0, lately: Lately::Done, steps }
}

impl Does {
    const fn at(self, unit: &'static str) -> Does {
        Does { unit, ..self }
    }
    const fn since(self, begins: i32) -> Does {
        Does { begins, ..self }
    }
    const fn lately(self, lately: Lately) -> Does {
        Does { lately, ..self }
    }
}

const fn step(
    name: &'static str,
    exercises: &'static [&'static str],
    asks: &'static [Ask],
) -> Step {
    Step { name, post: "", approver: "", exercises, asks }
}

impl Step {
    const fn by(self, post: &'static str) -> Step {
        Step { post, ..self }
    }
    const fn approved(self, approver: &'static str) -> Step {
        Step { approver, ..self }
    }
}

const fn degrees(it: i64) -> Option<Amount> {
    Some(Amount(it * 1_000_000))
}

/// Written behind the title of a post that there are two of.
pub(crate) const SECOND: &str = " (second)";

/// The posts whose holders have left, and whose checks have gone to the manager of the sites since.
pub(crate) const EMPTIED: &str = "Recycling Centre Supervisor";

/// The control whose evidence stops counting in a few days.
pub(crate) const LAPSING: &str = "Alarm maintenance, twice a year";
pub(crate) const LAPSING_DAYS: u16 = 5;

const DIGITAL: &str = "Head of Digital";
const RECORDS: &str = "Information Governance Manager";
const TOWERS: &str = "Building Safety Manager";
const CHECKS: &str = "Compliance Manager";
const OFFICER: &str = "Compliance Officer";
const HOMELESS: &str = "Head of Homelessness Services";
const GATE: &[Step] = &[step(
    "Look at the card of every contractor who comes in",
    &["Cards of contractors checked at the gate"],
    &[Ask::Count("How many came in?"), Ask::YesNo("Had all of them a card that was in date?")],
)];
const PLAYGROUND: &[Step] = &[step(
    "Walk every playground",
    &["Playground look, weekly"],
    &[Ask::YesNo("Is everything safe to play on?"), Ask::Count("How many were walked?")],
)];

/// Not exercised by any, on purpose: “Dry riser look, half-yearly”.
#[rustfmt::skip]
pub(crate) const PROCEDURES: [Does; 36] = [
    does("Weekly fire door check", "Fire Safety Officer", TOWERS, Rhythm::Weeks(1, 2), 3, &[
        step("Look at every door on the round", &["Fire door checks in tall buildings"], &[Ask::Count("How many doors?"), Ask::YesNo("Does every door close by itself?")]),
        step("Sound the alarm", &["Weekly alarm test", "Notices in every hall"], &[Ask::YesNo("Was it heard on every floor?")]),
    ]).at("Building Safety"),
    does("Fire doors in blocks, every four weeks", OFFICER, CHECKS, Rhythm::Weeks(4, 11), 5, &[
        step("Look at every door of the block", &["Fire door checks in blocks"], &[Ask::Count("How many doors?"), Ask::YesNo("Does every door close by itself?")]).approved("Head of Repairs"),
    ]).at("Gas, Water and Electrical Checks"),
    does("Monthly legionella temperature reading", OFFICER, CHECKS, Rhythm::Monthly(9), 4, &[
        step("Read the outlets", &["Water temperatures, monthly"], &[
            Ask::Reading("Hot, after a minute", "°C", degrees(50), None), Ask::Reading("Cold, after two minutes", "°C", None, degrees(20)),
        ]),
        step("Run the showers in empty homes", &["Showers run in empty homes"], &[Ask::Count("How many homes?")]).by("Empty Homes Manager"),
    ]).at("Gas, Water and Electrical Checks").lately(Lately::NotMet),
    does("Daily playground inspection in season", "Park Ranger", "Parks Manager", Rhythm::Season, 0, PLAYGROUND).at("Parks"),
    does("Weekly playground inspection in winter", "Park Ranger", "Parks Manager", Rhythm::Winter(2), 2, PLAYGROUND).at("Parks"),
    does("Playgrounds seen from outside, yearly", "Parks Manager", "Parks Manager", Rhythm::Yearly(70), 30, &[
        step("Have every playground inspected", &["Playground inspection, yearly, from outside"], &[Ask::YesNo("Is the report free of faults that close one?")]),
    ]).at("Parks"),
    does("Quarterly access review", "Applications Manager", DIGITAL, Rhythm::Weeks(13, 39), 10, &[
        step("Hold rights against posts", &["Rights reviewed each quarter", "Accounts closed from payroll each night"], &[Ask::Count("How many rights were taken away?")]),
        step("Hold administrators’ rights against the list", &["Rights of administrators reviewed each month", "Outside test of systems", "False message, four times a year"], &[Ask::YesNo("Is every administrator on the list?")]).by("Cyber Security Manager").approved(DIGITAL),
    ]).at("Applications"),
    does("Leavers held against the register", "Register administrator", "Head of People", Rhythm::Weeks(4, 0), 3, &[
        step("Go through the leavers of the last four weeks", &["Leaver’s checklist, countersigned"], &[Ask::Count("How many left?"), Ask::YesNo("Is every one of them out of the register and out of the systems?")]),
    ]).at("Performance and Insight").lately(Lately::Open(3)),
    does("Safeguarding self-assessment, yearly", "Head of Safeguarding, Adults", "Head of Safeguarding, Adults", Rhythm::Yearly(12), 20, &[
        step("Count the sealed files", &["Files of children in care sealed", "Yearly count of sealed files"], &[Ask::Count("How many files?"), Ask::YesNo("Is every file sealed?")]),
        step("Judge the service against the standards", &["Audit of access to social care records"], &[Ask::Words("What is to be better in a year?")]).approved("Chief Executive"),
    ]).at("Safeguarding, Adults").lately(Lately::Waits),
    does("Disposal of records, every four weeks", "Records Officer", RECORDS, Rhythm::Weeks(4, 18), 5, &[
        step("Delete what has had its time", &["Deletion run, monthly", "Count of paper stores"], &[Ask::Count("How many records?")]),
        step("Witness the destruction", &["Paper destruction, witnessed", "Second signature for deletions", "Certificates of disposal filed"], &[Ask::YesNo("Is the certificate filed?")]).by(RECORDS),
    ]).at("Information Governance"),
    does("Requests for information, every two weeks", "Information Rights Officer", RECORDS, Rhythm::Weeks(2, 9), 3, &[
        step("Go through what is open", &["Weekly list of requests", "Reminder at day fifteen", "Identity checked before disclosure"], &[Ask::Count("How many are open?"), Ask::YesNo("Is every one within its time?")]),
    ]).at("Information Governance"),
    does("Second reading of refusals, every four weeks", "Legal Services Manager", "Monitoring Officer", Rhythm::Weeks(4, 16), 5, &[
        step("Read each refusal again", &["Refusals read by a second person", "Reviews by another team", "Access by court order"], &[Ask::YesNo("Does every refusal give its reason?")]),
    ]).at("Legal Services"),
    does("Talk with the county archive, yearly", "Democratic Services Manager", "Monitoring Officer", Rhythm::Yearly(200), 20, &[
        step("Agree what goes to the archive", &["Yearly talk with the county archive"], &[Ask::Words("What goes?")]),
    ]).at("Democratic Services"),
    does("Systems check, every four weeks", "Infrastructure Manager", DIGITAL, Rhythm::Weeks(4, 18), 4, &[
        step("Read last month’s reports", &["Backup, nightly", "Disk encryption report", "Telephones wiped when lost", "Patching within fourteen days"], &[Ask::YesNo("Did every night’s copy end well?"), Ask::Count("How many devices are not encrypted?")]),
    ]).at("Infrastructure"),
    does("Restore from backup, twice a year", "Infrastructure Manager", DIGITAL, Rhythm::Weeks(26, 60), 10, &[
        step("Bring a system back", &["Restore from backup, twice a year"], &[Ask::Words("Which system?"), Ask::YesNo("Is it as it was?")]).approved(DIGITAL),
    ]).at("Infrastructure"),
    does("Yearly check of record lists", RECORDS, RECORDS, Rhythm::Yearly(130), 25, &[
        step("Ask every service for its list", &["Register of record lists"], &[Ask::Count("How many lists came?")]),
        step("Check the lists of Adult Care", &["Yearly check of record lists, Adult Care"], &[Ask::YesNo("Does every list name who answers for it?")]).by("Head of Commissioning"),
        step("Check the lists of Children and Schools", &["Yearly check of record lists, Children and Schools"], &[Ask::YesNo("Does every list name who answers for it?")]).by("Head of Early Help"),
        step("Check the lists of Place", &["Yearly check of record lists, Place"], &[Ask::YesNo("Does every list name who answers for it?")]).by("Head of Highways"),
        step("Check the lists of Housing", &["Yearly check of record lists, Housing"], &[Ask::YesNo("Does every list name who answers for it?")]).by("Head of Tenancy Services"),
        step("Check the lists of Public Health", &["Yearly check of record lists, Public Health"], &[Ask::YesNo("Does every list name who answers for it?")]).by("Head of Health Improvement"),
        step("Check the lists of Resources", &["Yearly check of record lists, Resources"], &[Ask::YesNo("Does every list name who answers for it?")]).by("Head of Property"),
    ]).at("Information Governance"),
    does("Evening round of offices, every two weeks", "Facilities Manager", "Head of Property", Rhythm::Weeks(2, 4), 2, &[
        step("Walk the offices when everybody has gone", &["Evening round of offices", "Reading room rules", "Stamp on every incoming letter", "Third signature on petty cash"], &[Ask::YesNo("Is all paper locked away?")]),
    ]).at("Facilities"),
    does("Gate check, Northgate recycling centre", EMPTIED, "Head of Property", Rhythm::Weeks(1, 2), 2, GATE).at("Recycling Centres").since(20),
    does("Gate check, Millside recycling centre", "Recycling Centre Supervisor (second)", "Head of Property", Rhythm::Weeks(1, 4), 2, GATE).at("Recycling Centres").since(20),
    does("Contractors and suppliers, twice a year", "Procurement Manager", "Head of Finance", Rhythm::Weeks(26, 100), 20, &[
        step("See papers and premises", &["Contractors’ insurance, yearly", "Visit to the disposal firm", "Lift engineer within an hour"], &[Ask::YesNo("Is every contractor insured?")]),
    ]).at("Procurement"),
    does("Gas, wiring, lifts and tanks, quarterly", OFFICER, CHECKS, Rhythm::Weeks(13, 25), 10, &[
        step("Hold certificates against homes", &["Gas check, every ten months", "Wiring inspection programme", "Lift examination", "Tank cleaning", "Dry riser test, wet"], &[Ask::Count("How many certificates are missing?")]),
        step("See five in a hundred again", &["Five in a hundred gas checks seen again"], &[Ask::YesNo("Was every one of them right?")]).by("Chief Internal Auditor"),
    ]).at("Gas, Water and Electrical Checks"),
    does("Alarm service, quarterly", OFFICER, CHECKS, Rhythm::Weeks(13, 88), 2, &[
        step("Have the panels serviced", &[LAPSING], &[Ask::YesNo("Is every panel without a fault?")]),
    ]).at("Gas, Water and Electrical Checks"),
    does("Building files, twice a year", TOWERS, "Director of Housing", Rhythm::Weeks(26, 51), 20, &[
        step("Hold drawings against the building", &["Drawings checked against the building", "Plans kept at the entrance"], &[Ask::YesNo("Are the drawings right?")]),
        step("Go through the fire risk assessments", &["Fire risk assessment, yearly", "Follow-up of fire risk assessments"], &[Ask::Count("How many actions are open?")]).approved("Director of Housing"),
    ]).at("Building Safety"),
    does("Walk and visits in the north, every four weeks", "Neighbourhood Manager, North", "Head of Tenancy Services", Rhythm::Weeks(4, 9), 5, &[
        step("Walk and visit", &["Caretaker’s walk, daily", "Flat visits, a fifth each year"], &[Ask::YesNo("Are the ways out clear?"), Ask::Count("How many homes were visited?")]),
    ]).at("Neighbourhoods North"),
    does("Walk and visits in the south, every four weeks", "Neighbourhood Manager, South", "Head of Tenancy Services", Rhythm::Weeks(4, 11), 5, &[
        step("Walk and visit", &["Caretaker’s walk in the south, daily", "Flat visits in the south, a fifth each year"], &[Ask::YesNo("Are the ways out clear?"), Ask::Count("How many homes were visited?")]),
    ]).at("Neighbourhoods South"),
    does("Repairs desk, every four weeks", "Responsive Repairs Manager", "Head of Repairs", Rhythm::Weeks(4, 16), 4, &[
        step("Go through urgent orders", &["Cut off and tell", "Out-of-hours engineer", "Alarms fitted at every repair"], &[Ask::YesNo("Was everything unsafe cut off on the day?")]),
        step("Go through damp and asbestos", &["Damp triage in three days", "Asbestos told before any work"], &[Ask::YesNo("Was every report looked at in three days?")]),
    ]).at("Responsive Repairs"),
    does("Asbestos register, quarterly", "Housing Assets Manager", "Head of Housing Development", Rhythm::Weeks(13, 60), 10, &[
        step("Enter what surveys found", &["Asbestos register"], &[Ask::Count("How many entries?")]),
    ]).at("Housing Assets"),
    does("Residents’ panel, quarterly", "Resident Engagement Officer", TOWERS, Rhythm::Weeks(13, 30), 14, &[
        step("Hold the panel", &["Residents’ panel, tall buildings"], &[Ask::Count("How many came?"), Ask::Words("What was asked for?")]),
    ]).at("Building Safety"),
    does("Hot work permits, every four weeks", "Health and Safety Manager", "Head of People", Rhythm::Weeks(4, 9), 4, &[
        step("Hold permits against jobs", &["Hot work permits"], &[Ask::YesNo("Had every job its permit?")]),
    ]).at("Health and Safety"),
    does("Loss of data rehearsed, twice a year", RECORDS, RECORDS, Rhythm::Weeks(26, 81), 14, &[
        step("Rehearse", &["Breach line, day and night", "Letter to those concerned, template"], &[Ask::YesNo("Was it reported within a day?")]),
        step("Decide whether to tell", &["Decision whether to tell, recorded"], &[Ask::Words("Why?")]).by("Monitoring Officer"),
    ]).at("Information Governance"),
    does("Training return, twice a year", "Learning Manager", "Head of People", Rhythm::Weeks(26, 37), 14, &[
        step("Count who has been trained", &["Yearly training in data protection", "Training before the first day"], &[Ask::Reading("Trained", "%", degrees(90), None)]),
    ]).at("Learning"),
    does("Starter checks, head of service", "People Advice Manager", "Head of People", Rhythm::Appointed(HOMELESS), 10, &[
        step("See papers and training before the first week is over", &["Training before the first day"], &[Ask::YesNo("Is everything there?")]),
    ]).at("People Advice"),
    does("Safety complaints, every four weeks", HOMELESS, HOMELESS, Rhythm::Weeks(4, 9), 5, &[
        step("Go through complaints about safety", &["Safety complaints line"], &[Ask::Count("How many?"), Ask::YesNo("Was every one acted on?")]),
    ]).at("Homelessness Services").lately(Lately::Open(20)),
    does("Fire round of temporary accommodation", "Temporary Accommodation Manager", HOMELESS, Rhythm::Weeks(1, 2), 3, &[
        step("Walk every building", &["Fire talk at the start of a tenancy"], &[Ask::YesNo("Are the ways out clear?"), Ask::Count("How many rooms?")]).approved(HOMELESS),
    ]).at("Temporary Accommodation").since(26).lately(Lately::Waits),
    does("Families in bed and breakfast looked at one by one", HOMELESS, HOMELESS, Rhythm::OutOfLimits("Families in bed and breakfast over six weeks"), 50, &[
        step("Go through every family", &["Safety complaints line"], &[Ask::Count("How many families?"), Ask::Words("What moves them on?")]),
    ]).at("Temporary Accommodation").since(20).lately(Lately::Open(45)),
    does("What was found on a safe building, looked into", TOWERS, "Director of Housing", Rhythm::Found("SB"), 10, &[
        step("Go there, and ask why", &[], &[Ask::YesNo("Is the place safe for tonight?"), Ask::YesNo("Is it known where else it may be so?")]),
    ]).at("Building Safety").since(24),
];

/// Within how many days a control is to be exercised again, and for how many it counts.
pub(crate) fn rhythm(control: &str) -> Option<(u16, u16)> {
    let mut all = PROCEDURES.iter();
    let mine = all.find(|it| it.steps.iter().any(|step| step.exercises.contains(&control)))?;
    let (every, counts) = mine.rhythm.days()?;
    match (control, mine.rhythm) {
        (LAPSING, Rhythm::Weeks(_, last)) => {
            Some((every, u16::try_from(last).ok()? + LAPSING_DAYS))
        }
        _ => Some((every, counts)),
    }
}
