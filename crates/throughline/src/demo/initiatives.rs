//! The table of initiatives: what each serves, who answers for it, when it began, and its actions.

pub(crate) struct Change {
    pub(crate) name: &'static str,
    /// The objective it serves, by number; none when empty.
    pub(crate) serves: &'static str,
    /// The accountable post; none when empty.
    pub(crate) post: &'static str,
    pub(crate) begins: i32,
    /// (action, month in which it is due)
    parts: &'static [(&'static str, i32)],
    /// The same again and again: what, on what, from which month, every so many months.
    each: (&'static str, &'static [&'static str], i32, i32),
}

const fn change(
    name: &'static str,
    serves: &'static str,
    post: &'static str,
    begins: i32,
    parts: &'static [(&'static str, i32)],
) -> Change {
    Change { name, serves, post, begins, parts, each: ("", &[], 0, 0) }
}

impl Change {
    const fn each(
        self,
        what: &'static str,
        on: &'static [&'static str],
        first: i32,
        every: i32,
    ) -> Change {
        Change { each: (what, on, first, every), ..self }
    }

    pub(crate) fn actions(&self) -> Vec<(String, i32)> {
        let (what, on, first, every) = self.each;
        let months = (0..).map(|it| first + it * every);
        let each = on.iter().zip(months).map(|(on, due)| (format!("{what}{on}"), due));
        let parts = self.parts.iter().map(|it| (it.0.to_owned(), it.1));
        let mut all: Vec<_> = parts.chain(each).collect();
        let last = all.iter().map(|it| it.1).max().unwrap_or(self.begins);
        let reports = (1..).map(|it| (it, self.begins + it * REPORT_MONTHS));
        let reports = reports.take_while(|it| it.1 <= last);
        all.extend(reports.map(|(number, due)| {
            (format!("Report {number} to the programme board: {}", self.name), due)
        }));
        all
    }
}

/// Months from one report on an initiative to the next.
const REPORT_MONTHS: i32 = 11;

const HUBS: &[&str] = &["Northgate", "Millside", "Ashby Central", "Vale Cross"];
const TOWERS: &[&str] =
    &["Canal House", "Weavers Court", "Millside House", "Priory Tower", "Station Point"];
const STREETS: &[&str] = &[
    "Mill Lane",
    "Priory Road",
    "Station Approach",
    "Canal Street",
    "Vale Cross",
    "Weavers Hill",
    "Long Causeway",
    "Abbey Road",
    "Northgate",
    "Tanners Row",
];
const PARKS: &[&str] =
    &["Abbey Park", "Millside Green", "Priory Gardens", "Northgate Recreation Ground"];
const BLOCKS: &[&str] = &[
    "Priory Tower",
    "Millside House",
    "Station Point",
    "Abbey Court",
    "Northgate House",
    "Tanners Court",
    "Canal House",
    "Weavers Court",
];
const SYSTEMS: &[&str] =
    &["payroll", "planning", "council tax", "housing rents", "libraries", "social care"];
const WARDS: &[&str] = &["Abbey", "Canalside", "Millside", "Northgate", "Priory", "Vale"];

#[rustfmt::skip]
pub(crate) const INITIATIVES: [Change; 38] = [
    // 1
    change("Reablement at weekends", "1.1", "Head of Reablement", 1, &[
        ("Agree rotas with the hospital", 5), ("Recruit four therapists", 14), ("Weekend cover, north", 16),
        ("Weekend cover, south", 20), ("Review the first quarter", 27), ("Ask two hundred people how it was", 33), ("Report to the health board", 39),
    ]),
    change("First visit in four weeks", "1.1.1", "Reablement Team Manager, North", 24, &[
        ("Find out why visits take longer", 26), ("One list for both teams", 29), ("Borrow two therapists", 31),
        ("Telephone triage", 34), ("Look at it again", 40),
    ]),
    change("Equipment store", "1.1.2", "Equipment and Adaptations Manager", 4, &[
        ("Lease a larger store", 8), ("Bar codes on all equipment", 12), ("Collect what is no longer used", 17), ("Same-day van", 22), ("Share the store with the hospital", 30),
    ]),
    change("Making safeguarding personal", "1.2", "Head of Safeguarding, Adults", 3, &[
        ("Train all social workers", 9), ("Ask everybody what they want to happen", 12), ("New form for concerns", 15),
        ("Audit forty cases", 21), ("Audit forty cases again", 33), ("Board development day", 37),
    ]),
    change("Mental capacity backlog", "1.2.2", "Mental Capacity Manager", 2, &[
        ("Sort the waiting list by risk", 3), ("Hire three assessors for a year", 6), ("Halve the list", 14), ("Finish the list", 26), ("Keep it below forty", 34),
    ]),
    change("Time for carers", "1.3.1", "Carers Services Manager", 5, &[
        ("Find carers through surgeries", 10), ("Train ten volunteers", 15), ("Open the carers’ line", 19), ("Carers’ card", 25), ("Offer short breaks in both towns", 32), ("Evening conversations", 38),
    ]),
    change("Smoke-free Vale", "1.4.1", "Healthy Lives Manager", 6, &[
        ("Stop-smoking advisers in every hub", 12), ("Offer to all pregnant women", 16), ("Offer to all council tenants", 22), ("Campaign in work places", 29), ("Swap to stop", 41),
    ]),
    // 2
    change("Family hubs", "2.1.1", "Head of Early Help", 1, &[
        ("Choose the buildings", 4), ("Agree with health visitors", 7), ("One record for all partners", 30), ("Opening on Saturdays", 39),
    ]).each("Open hub: ", HUBS, 9, 10),
    change("Every day in school", "2.2.2", "School Standards Manager", 14, &[
        ("Share daily figures with all schools", 18), ("Agree how absence is followed up in every school", 28),
        ("Write to every school about part-time timetables", 33), ("Mentors in six schools", 35), ("Attendance summit", 38),
    ]),
    change("Special needs recovery plan", "2.2.1", "Special Needs Manager", 16, &[
        ("Count what is waiting", 17), ("Two more case officers", 22), ("Clear the waiting list for plans", 32), ("Publish the local offer anew", 34),
        ("Parents’ panel", 27), ("Speech therapy in fifteen schools", 37), ("Answer the inspection", 42),
    ]),
    change("Young carers in schools", "2.3", "Young Carers Coordinator", 8, &[
        ("A named contact in every school", 13), ("Young carers’ card", 18), ("Holiday activities", 21), ("Survey of all pupils", 31), ("Holiday activities again", 33),
    ]),
    change("Foster with the Vale", "2.4", "Fostering Manager", 9, &[
        ("New allowances", 13), ("Campaign on buses", 17), ("Evening for those who think about it", 20), ("Recruit six foster families", 30), ("Support group in the south", 37),
    ]),
    change("Education plans for children in care", "2.4.1", "Virtual School Head", 28, &[
        ("Find every child without a current plan", 34), ("Agree plans with all schools outside the county", 35), ("Laptops for all", 31), ("Termly review", 38),
    ]),
    change("A home at eighteen", "2.4.2", "Leaving Care Manager", 11, &[
        ("Ten flats with support", 19), ("Priority for apprenticeships", 22), ("Council tax exemption", 24), ("Care leavers’ forum", 30), ("Ten more flats", 40),
    ]),
    // 3
    change("Resurfacing", "3.1", "Head of Highways", 0, &[("Agree the three-year list", 1)])
        .each("Resurface ", STREETS, 3, 4),
    change("Twenty is plenty", "3.1.2", "Traffic Manager", 10, &[
        ("Speeds measured in six places", 13), ("Consultation", 18), ("Signs at twelve schools", 24), ("Measure again", 34), ("Extend to Vale Cross", 40),
    ]),
    change("Food waste collection", "3.2.1", "Head of Waste and Recycling", 6, &[
        ("Order vehicles", 10), ("Agree where it is digested", 13), ("Trial in two wards", 21),
    ]).each("Begin in ward: ", WARDS, 26, 3),
    change("Cleaner streets", "3.2.2", "Street Cleansing Manager", 15, &[
        ("New rounds", 18), ("Cameras at ten places", 23), ("Bins that tell when they are full", 28), ("Volunteers’ kit", 32), ("Look at rounds again", 41),
    ]),
    change("Flood resilience", "3.3", "Head of Highways", 7, &[
        ("Map surface water", 12), ("Gauges on two brooks", 18), ("Property protection, Canal Street", 25), ("Agree with the drainage board", 31), ("Flood wardens", 44),
    ]),
    change("Local plan", "3.4.1", "Planning Policy Manager", 2, &[
        ("Call for sites", 5), ("Evidence on homes and jobs", 11), ("Consult on options", 17), ("Publish the draft", 25), ("Examination", 34), ("Adopt", 43),
    ]),
    change("Play areas", "3.5", "Parks Manager", 4, &[("Ask children", 6)]).each("New play area: ", PARKS, 12, 7),
    change("A thousand trees", "3.5.1", "Parks Manager", 5, &[
        ("Survey of verges", 8), ("First thousand planted", 16), ("Second thousand planted", 28), ("Watering volunteers", 31), ("Third thousand planted", 40),
    ]),
    change("Better buses", "3.6.1", "Public Transport Manager", 9, &[
        ("Enhanced partnership signed", 14), ("Bus lane on Abbey Road", 21), ("Live times at forty stops", 27), ("One ticket for all", 35), ("Evening services", 42),
    ]),
    // 4
    change("Rough sleeping navigators", "4.1", "Head of Homelessness Services", 12, &[
        ("Fund three navigators", 18), ("Outreach on five nights", 20), ("Move-on flats ready", 31), ("Winter shelter agreed with the churches", 34),
        ("Agree discharge with the hospital", 35), ("Housing first, ten places", 39), ("Count with partners", 37),
    ]),
    change("Out of bed and breakfast", "4.1.1", "Temporary Accommodation Manager", 20, &[
        ("Lease twelve family flats", 29), ("Landlord offer", 26), ("End bed and breakfast for families", 35), ("Buy back eight homes", 38),
    ]),
    change("Repairs by appointment", "4.2", "Head of Repairs", 3, &[
        ("Choose a scheduling system", 8), ("Train all crews", 13), ("Begin in the north", 16), ("Begin in the south", 18), ("Text reminders for tenants", 26), ("Photographs from tenants", 38),
    ]),
    change("Empty homes in a month", "4.2.1", "Empty Homes Manager", 8, &[
        ("One standard for letting", 12), ("Two crews for empty homes only", 17), ("View before it is empty", 24), ("Key safes", 29),
    ]),
    change("Safety cases", "4.3", "Building Safety Manager", 1, &[("Find all drawings", 5)])
        .each("Safety case: ", TOWERS, 10, 7),
    change("Talk about fire", "4.3.1", "Building Safety Manager", 13, &[
        ("Engagement strategy for each building", 17), ("Meet every floor", 25), ("Leaflets in nine languages", 29), ("Drill with the fire service", 36), ("Meet every floor again", 41),
    ]),
    // The missed check of the story is among these.
    change("Fire door checks, this year", "4.4.1", "Compliance Manager", 26, &[("Name a checker for each block", 27)])
        .each("Fire door check, ", BLOCKS, 28, 1),
    change("Warm homes", "4.4", "Housing Assets Manager", 10, &[
        ("Survey of stock", 16), ("Win the grant", 19), ("Insulate 200 homes", 27), ("Insulate 200 more", 39),
    ]),
    change("Homes on small sites", "4.5", "New Homes Manager", 7, &[
        ("Choose twelve garage sites", 11), ("Permission for six", 19), ("Start on four", 26), ("Finish four", 35), ("Permission for the rest", 40),
    ]),
    // 5
    change("Budget for three years", "5.1", "Head of Finance", 0, &[
        ("Agree the gap", 3), ("Review of every service", 9), ("First budget set", 12), ("Second budget set", 24), ("Third budget set", 36), ("Reserves policy", 30),
    ]),
    change("One front door", "5.2", "Customer Services Manager", 9, &[
        ("Map the ten commonest enquiries", 16), ("New telephone menu", 22), ("Publish waiting times", 28), ("Advisers in libraries", 33), ("Web chat", 40),
    ]),
    change("Off the old servers", "5.2.1", "Head of Digital", 4, &[("Contract for hosting", 7), ("Switch the old room off", 38)])
        .each("Move to new hosting: ", SYSTEMS, 11, 4),
    change("A good place to work", "5.3", "Head of People", 6, &[
        ("Ask all staff", 9), ("Apprenticeships in every service", 17), ("New managers’ course", 21), ("Ask all staff again", 33), ("Flexible hours in depots", 36), ("Pay review", 44),
    ]),
    // Serves nothing, and nobody answers for it: orphan work.
    change("Refresh of the coat of arms", "", "", 18, &[
        ("Commission a designer", 21), ("Three drafts", 26), ("Public vote on the design", 34), ("New signs at the boundary", 42),
    ]),
    // Serves an objective that was given up in the meantime: nobody has stopped it.
    change("Leisure centre site", "3.7", "Head of Regeneration", 12, &[
        ("Compare three sites", 16), ("Traffic study", 20), ("Boreholes on the leisure site", 29), ("Business case", 38),
    ]),
];
