//! The table of controls: what is done, who answers for it, and which clauses it meets.

pub(crate) struct Does {
    pub(crate) name: &'static str,
    /// The accountable post; none when empty.
    pub(crate) post: &'static str,
    /// Clauses by key; a clause that no control meets is a gap.
    pub(crate) meets: &'static [&'static str],
    /// The objective it serves, by number; none when empty.
    pub(crate) serves: &'static str,
}

const fn does(
    name: &'static str,
    post: &'static str,
    meets: &'static [&'static str],
    serves: &'static str,
) -> Does {
    Does { name, post, meets, serves }
}

const DIGITAL: &str = "Head of Digital";
const RECORDS: &str = "Information Governance Manager";
const TOWERS: &str = "Building Safety Manager";
const CHECKS: &str = "Compliance Manager";

/// Gaps, on purpose: RP 1.5, RP 5.3, SB 1.4, SB 2.6 and SB 6.3.
#[rustfmt::skip]
pub(crate) const CONTROLS: [Does; 80] = [
    does("Yearly check of record lists, Adult Care", "Head of Commissioning", &["RP 1.1", "RP 1.2", "RP 1.3"], ""),
    does("Yearly check of record lists, Children and Schools", "Head of Early Help", &["RP 1.1", "RP 1.2", "RP 1.3"], ""),
    does("Yearly check of record lists, Place", "Head of Highways", &["RP 1.1", "RP 1.2", "RP 1.3"], ""),
    does("Yearly check of record lists, Housing", "Head of Tenancy Services", &["RP 1.1", "RP 1.2", "RP 1.3"], ""),
    does("Yearly check of record lists, Public Health", "Head of Health Improvement", &["RP 1.1", "RP 1.2", "RP 1.3"], ""),
    does("Yearly check of record lists, Resources", "Head of Property", &["RP 1.1", "RP 1.2", "RP 1.3"], ""),
    does("Register of record lists", RECORDS, &["RP 1.1", "RP 1.2", "RP 1.4"], "5.4"),
    does("Count of paper stores", "Facilities Manager", &["RP 1.4", "RP 2.3"], ""),
    does("Leaver’s checklist, countersigned", "People Advice Manager", &["RP 2.1"], "5.3"),
    does("Accounts closed from payroll each night", DIGITAL, &["RP 2.1", "RP 2.4"], "5.4"),
    does("Disk encryption report", "Infrastructure Manager", &["RP 2.2"], ""),
    does("Telephones wiped when lost", "Infrastructure Manager", &["RP 2.2", "RP 5.1"], ""),
    does("Evening round of offices", "Facilities Manager", &["RP 2.3"], ""),
    does("Rights reviewed each quarter", "Applications Manager", &["RP 2.4"], ""),
    does("Rights of administrators reviewed each month", "Cyber Security Manager", &["RP 2.4", "RP 2.6"], ""),
    does("Backup, nightly", "Infrastructure Manager", &["RP 2.5"], ""),
    does("Restore from backup, twice a year", "Infrastructure Manager", &["RP 2.5"], "5.2.1"),
    does("Patching within fourteen days", "Infrastructure Manager", &["RP 2.6"], ""),
    does("Outside test of systems", "Cyber Security Manager", &["RP 2.6"], "5.4"),
    does("Yearly training in data protection", "Learning Manager", &["RP 2.7"], "5.4"),
    does("Training before the first day", "Learning Manager", &["RP 2.7"], ""),
    does("False message, four times a year", "Cyber Security Manager", &["RP 2.7", "RP 2.6"], ""),
    does("Deletion run, monthly", "Applications Manager", &["RP 3.1"], ""),
    does("Paper destruction, witnessed", RECORDS, &["RP 3.1", "RP 3.2"], ""),
    does("Second signature for deletions", RECORDS, &["RP 3.2"], ""),
    does("Yearly talk with the county archive", "Democratic Services Manager", &["RP 3.3"], ""),
    does("Visit to the disposal firm", "Procurement Manager", &["RP 3.4"], ""),
    does("Certificates of disposal filed", RECORDS, &["RP 3.4", "RP 3.2"], ""),
    does("Weekly list of requests", RECORDS, &["RP 4.1", "RP 4.2"], "5.4"),
    does("Reminder at day fifteen", RECORDS, &["RP 4.1"], ""),
    does("Identity checked before disclosure", RECORDS, &["RP 4.2"], ""),
    does("Refusals read by a second person", "Legal Services Manager", &["RP 4.3"], ""),
    does("Reviews by another team", "Legal Services Manager", &["RP 4.4", "RP 4.3"], "5.5"),
    does("Breach line, day and night", RECORDS, &["RP 5.1"], ""),
    does("Letter to those concerned, template", RECORDS, &["RP 5.2"], ""),
    does("Decision whether to tell, recorded", "Monitoring Officer", &["RP 5.2", "RP 5.1"], ""),
    does("Files of children in care sealed", "Children in Care Manager", &["RP 6.1"], "2.4"),
    does("Yearly count of sealed files", "Independent Review Manager", &["RP 6.1"], ""),
    does("Reading room rules", "Libraries Manager", &["RP 1.4", "RP 2.3"], ""),
    does("Audit of access to social care records", "Chief Internal Auditor", &["RP 2.4", "RP 6.1"], ""),

    does("Drawings checked against the building", TOWERS, &["SB 1.1", "SB 1.2"], "4.3"),
    does("Plans kept at the entrance", TOWERS, &["SB 1.1"], ""),
    does("Flat visits, a fifth each year", "Neighbourhood Manager, North", &["SB 1.2", "SB 3.3"], ""),
    does("Flat visits in the south, a fifth each year", "Neighbourhood Manager, South", &["SB 1.2", "SB 3.3"], ""),
    does("Fire risk assessment, yearly", TOWERS, &["SB 2.1"], "4.3"),
    does("Follow-up of fire risk assessments", "Head of Repairs", &["SB 2.1"], "4.3"),
    does("Fire door checks in tall buildings", CHECKS, &["SB 2.2"], "4.4.1"),
    does("Fire door checks in blocks", CHECKS, &["SB 2.2", "SB 2.4"], "4.4.1"),
    does("Weekly alarm test", CHECKS, &["SB 2.3"], "4.4.1"),
    does("Alarm maintenance, twice a year", CHECKS, &["SB 2.3"], ""),
    does("Caretaker’s walk, daily", "Neighbourhood Manager, North", &["SB 2.4"], ""),
    does("Caretaker’s walk in the south, daily", "Neighbourhood Manager, South", &["SB 2.4"], ""),
    does("Dry riser test, wet", CHECKS, &["SB 2.5"], ""),
    does("Dry riser look, half-yearly", CHECKS, &["SB 2.5"], ""),
    does("Gas check, every ten months", CHECKS, &["SB 3.1", "SB 3.3"], "4.4.1"),
    does("Access by court order", "Legal Services Manager", &["SB 3.1"], ""),
    does("Five in a hundred gas checks seen again", "Chief Internal Auditor", &["SB 3.1"], ""),
    does("Wiring inspection programme", CHECKS, &["SB 3.2"], "4.4"),
    does("Alarms fitted at every repair", "Responsive Repairs Manager", &["SB 3.3"], ""),
    does("Cut off and tell", "Responsive Repairs Manager", &["SB 3.4"], ""),
    does("Out-of-hours engineer", "Responsive Repairs Manager", &["SB 3.4"], "4.2"),
    does("Tank cleaning", CHECKS, &["SB 4.1"], ""),
    does("Water temperatures, monthly", CHECKS, &["SB 4.1"], ""),
    does("Showers run in empty homes", "Empty Homes Manager", &["SB 4.1"], ""),
    does("Lift examination", CHECKS, &["SB 4.2"], "4.4.1"),
    does("Lift engineer within an hour", "Procurement Manager", &["SB 4.2"], ""),
    does("Asbestos register", "Housing Assets Manager", &["SB 4.3"], ""),
    does("Asbestos told before any work", "Responsive Repairs Manager", &["SB 4.3", "SB 6.1"], ""),
    does("Playground look, weekly", "Parks Manager", &["SB 4.5"], "3.5"),
    does("Playground inspection, yearly, from outside", "Parks Manager", &["SB 4.5"], ""),
    does("Fire talk at the start of a tenancy", "Neighbourhood Manager, North", &["SB 5.1"], "4.3.1"),
    does("Notices in every hall", TOWERS, &["SB 5.1"], ""),
    does("Residents’ panel, tall buildings", TOWERS, &["SB 5.2", "SB 5.3"], "4.3.1"),
    does("Safety complaints line", "Customer Services Manager", &["SB 5.3"], ""),
    does("Damp triage in three days", "Responsive Repairs Manager", &["SB 5.4", "SB 5.3"], "4.4"),
    does("Cards of contractors checked at the gate", "Head of Property", &["SB 6.1"], ""),
    does("Contractors’ insurance, yearly", "Procurement Manager", &["SB 6.1"], ""),
    does("Hot work permits", "Health and Safety Manager", &["SB 6.2"], ""),
    // Meet nothing and serve nothing that anybody has said.
    does("Stamp on every incoming letter", "Facilities Manager", &[], ""),
    does("Third signature on petty cash", "", &[], ""),
];
