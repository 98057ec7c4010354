//! The council's establishment as it was three years ago: directorates, services, teams and posts.
//!
//! What became of it since is in `story.rs`. Titles of heads and leads are unique, because the
//! other tables name posts by them.

pub(crate) struct Directorate {
    pub(crate) name: &'static str,
    pub(crate) head: &'static str,
    pub(crate) services: &'static [Service],
}

pub(crate) struct Service {
    pub(crate) name: &'static str,
    pub(crate) head: &'static str,
    pub(crate) teams: &'static [Team],
}

pub(crate) struct Team {
    pub(crate) name: &'static str,
    pub(crate) lead: &'static str,
    /// (title, how many)
    pub(crate) staff: &'static [(&'static str, usize)],
}

const fn service(name: &'static str, head: &'static str, teams: &'static [Team]) -> Service {
    Service { name, head, teams }
}

const fn team(
    name: &'static str,
    lead: &'static str,
    staff: &'static [(&'static str, usize)],
) -> Team {
    Team { name, lead, staff }
}

/// Posts that law requires to be filled.
pub(crate) const STATUTORY: [(&str, &str); 10] = [
    ("Chief Executive", "Head of paid service."),
    ("Monitoring Officer", "Sees to it that the council acts within the law."),
    ("Director of Resources", "Chief finance officer: answers in law for the council’s money."),
    ("Director of Adult Care", "Director of adult social services."),
    ("Director of Children and Schools", "Director of children’s services."),
    ("Director of Public Health", "Answers in law for the health of the population."),
    ("Scrutiny Officer", "Supports the committees that hold the executive to account."),
    ("Virtual School Head", "Promotes the education of every child in the council’s care."),
    ("Traffic Manager", "Keeps traffic moving on the council’s roads."),
    ("Chief Trading Standards Officer", "Chief inspector of weights and measures."),
];

/// Posts whose acts only the holder may do.
pub(crate) const NON_DELEGABLE: [&str; 2] = ["Chief Executive", "Monitoring Officer"];

/// Identical posts kept as one: (title, whom they report to, full-time equivalents).
pub(crate) const GROUPS: [(&str, &str, i32); 6] = [
    ("Collection Crew", "Collections Manager", 64),
    ("Street Cleansing Operative", "Street Cleansing Manager", 22),
    ("Repairs Operative", "Responsive Repairs Manager", 48),
    ("Vehicle Technician", "Fleet Manager", 9),
    ("Library Assistant", "Libraries Manager", 17),
    ("School Crossing Patrol", "Traffic Manager", 6),
];

/// Posts kept from filling to save money: vacant from the beginning.
pub(crate) const FROZEN: [&str; 4] = [
    "Head of School Improvement",
    "Flood Risk Manager",
    "Waste Strategy Officer",
    "Town Centres Manager",
];

pub(crate) const COUNCIL: [Directorate; 8] = [
    Directorate {
        name: "Chief Executive’s Office",
        head: "Chief Executive",
        services: &[
            service(
                "Strategy and Communications",
                "Head of Strategy",
                &[
                    team(
                        "Performance and Insight",
                        "Performance and Insight Manager",
                        &[("Performance Analyst", 4), ("Policy Officer", 2)],
                    ),
                    team(
                        "Communications",
                        "Communications Manager",
                        &[("Communications Officer", 3), ("Graphic Designer", 1)],
                    ),
                    team(
                        "Programme Office",
                        "Programme Office Manager",
                        &[("Programme Manager", 3), ("Project Officer", 3)],
                    ),
                ],
            ),
            service(
                "Law and Governance",
                "Monitoring Officer",
                &[
                    team(
                        "Legal Services",
                        "Legal Services Manager",
                        &[("Solicitor", 5), ("Paralegal", 2)],
                    ),
                    team(
                        "Democratic Services",
                        "Democratic Services Manager",
                        &[("Scrutiny Officer", 1), ("Democratic Services Officer", 3)],
                    ),
                    team(
                        "Elections",
                        "Electoral Services Manager",
                        &[("Electoral Services Officer", 2)],
                    ),
                    team(
                        "Information Governance",
                        "Information Governance Manager",
                        &[("Records Officer", 2), ("Information Rights Officer", 2)],
                    ),
                ],
            ),
        ],
    },
    Directorate {
        name: "Adult Care",
        head: "Director of Adult Care",
        services: &[
            service(
                "Reablement",
                "Head of Reablement",
                &[
                    team(
                        "Reablement North",
                        "Reablement Team Manager, North",
                        &[("Occupational Therapist", 2), ("Reablement Worker", 4)],
                    ),
                    team(
                        "Reablement South",
                        "Reablement Team Manager, South",
                        &[("Occupational Therapist", 2), ("Reablement Worker", 4)],
                    ),
                    team(
                        "Equipment and Adaptations",
                        "Equipment and Adaptations Manager",
                        &[("Equipment Officer", 2)],
                    ),
                ],
            ),
            service(
                "Safeguarding, Adults",
                "Head of Safeguarding, Adults",
                &[
                    team(
                        "Adult Safeguarding",
                        "Safeguarding Team Manager",
                        &[("Social Worker, Safeguarding", 5)],
                    ),
                    team(
                        "Mental Capacity",
                        "Mental Capacity Manager",
                        &[("Best Interests Assessor", 3)],
                    ),
                ],
            ),
            service(
                "Adult Social Work",
                "Head of Adult Social Work",
                &[
                    team(
                        "Social Work North",
                        "Social Work Team Manager, North",
                        &[("Social Worker, Adults", 5), ("Social Work Assistant", 2)],
                    ),
                    team(
                        "Social Work South",
                        "Social Work Team Manager, South",
                        &[("Social Worker, Adults", 5), ("Social Work Assistant", 2)],
                    ),
                    team(
                        "Hospital Discharge",
                        "Hospital Discharge Manager",
                        &[("Social Worker, Hospital", 3), ("Discharge Coordinator", 2)],
                    ),
                ],
            ),
            service(
                "Commissioning and Carers",
                "Head of Commissioning",
                &[
                    team(
                        "Contracts and Quality",
                        "Contracts and Quality Manager",
                        &[("Quality Officer", 3)],
                    ),
                    team("Carers", "Carers Services Manager", &[("Carers Support Officer", 3)]),
                ],
            ),
        ],
    },
    Directorate {
        name: "Public Health",
        head: "Director of Public Health",
        services: &[service(
            "Health Improvement",
            "Head of Health Improvement",
            &[
                team(
                    "Healthy Lives",
                    "Healthy Lives Manager",
                    &[("Health Improvement Officer", 3)],
                ),
                team(
                    "Health Protection",
                    "Health Protection Manager",
                    &[("Health Protection Officer", 2)],
                ),
            ],
        )],
    },
    Directorate {
        name: "Children and Schools",
        head: "Director of Children and Schools",
        services: &[
            service(
                "Early Help",
                "Head of Early Help",
                &[
                    team(
                        "Northgate Family Hub",
                        "Family Hub Manager, Northgate",
                        &[("Family Worker", 4)],
                    ),
                    team(
                        "Millside Family Hub",
                        "Family Hub Manager, Millside",
                        &[("Family Worker", 4)],
                    ),
                    team("Young Carers", "Young Carers Coordinator", &[("Young Carers Worker", 2)]),
                ],
            ),
            service(
                "Children’s Social Care",
                "Head of Children’s Social Care",
                &[
                    team(
                        "Assessment",
                        "Assessment Team Manager",
                        &[("Social Worker, Children", 6)],
                    ),
                    team(
                        "Children in Care",
                        "Children in Care Manager",
                        &[("Social Worker, Children", 5)],
                    ),
                    team("Leaving Care", "Leaving Care Manager", &[("Personal Adviser", 4)]),
                    team("Fostering", "Fostering Manager", &[("Supervising Social Worker", 4)]),
                ],
            ),
            service(
                "School Improvement",
                "Head of School Improvement",
                &[
                    team("School Standards", "School Standards Manager", &[("School Adviser", 3)]),
                    team("Virtual School", "Virtual School Head", &[("Education Adviser", 2)]),
                    team(
                        "Special Needs",
                        "Special Needs Manager",
                        &[("Special Needs Case Officer", 4), ("Educational Psychologist", 2)],
                    ),
                    team("Admissions", "Admissions Manager", &[("Admissions Officer", 2)]),
                ],
            ),
            service(
                "Safeguarding, Children",
                "Head of Safeguarding, Children",
                &[team(
                    "Independent Review",
                    "Independent Review Manager",
                    &[("Independent Reviewing Officer", 3), ("Designated Officer", 1)],
                )],
            ),
        ],
    },
    Directorate {
        name: "Environment and Transport",
        head: "Director of Environment and Transport",
        services: &[
            service(
                "Highways",
                "Head of Highways",
                &[
                    team(
                        "Highway Maintenance",
                        "Highway Maintenance Manager",
                        &[("Highway Inspector", 4), ("Highway Engineer", 2)],
                    ),
                    team(
                        "Traffic and Road Safety",
                        "Traffic Manager",
                        &[("Traffic Engineer", 2), ("Road Safety Officer", 1)],
                    ),
                    team("Flood Risk", "Flood Risk Manager", &[("Flood Risk Engineer", 2)]),
                ],
            ),
            service(
                "Waste and Recycling",
                "Head of Waste and Recycling",
                &[
                    team("Collections", "Collections Manager", &[("Collections Supervisor", 3)]),
                    team(
                        "Recycling Centres",
                        "Recycling Centres Manager",
                        &[("Recycling Centre Supervisor", 2)],
                    ),
                    team(
                        "Street Cleansing",
                        "Street Cleansing Manager",
                        &[("Street Cleansing Supervisor", 2)],
                    ),
                    team(
                        "Waste Strategy",
                        "Waste Strategy Manager",
                        &[("Waste Strategy Officer", 1)],
                    ),
                ],
            ),
            service(
                "Parks and Countryside",
                "Head of Parks and Countryside",
                &[
                    team("Parks", "Parks Manager", &[("Park Ranger", 3), ("Tree Officer", 1)]),
                    team(
                        "Bereavement Services",
                        "Bereavement Services Manager",
                        &[("Bereavement Officer", 2)],
                    ),
                ],
            ),
            service(
                "Transport",
                "Head of Transport",
                &[
                    team(
                        "Public Transport",
                        "Public Transport Manager",
                        &[("Public Transport Officer", 2)],
                    ),
                    team(
                        "School Transport",
                        "School Transport Manager",
                        &[("School Transport Officer", 2)],
                    ),
                    team("Fleet", "Fleet Manager", &[("Fleet Planner", 1)]),
                ],
            ),
        ],
    },
    Directorate {
        name: "Planning and Growth",
        head: "Director of Planning and Growth",
        services: &[
            service(
                "Planning",
                "Head of Planning",
                &[
                    team(
                        "Development Management",
                        "Development Manager, Planning",
                        &[("Planning Officer", 5), ("Planning Enforcement Officer", 2)],
                    ),
                    team("Planning Policy", "Planning Policy Manager", &[("Policy Planner", 2)]),
                    team(
                        "Building Control",
                        "Building Control Manager",
                        &[("Building Control Surveyor", 3)],
                    ),
                ],
            ),
            service(
                "Regeneration",
                "Head of Regeneration",
                &[
                    team("Town Centres", "Town Centres Manager", &[("Town Centre Officer", 2)]),
                    team(
                        "Business Support",
                        "Business Support Manager",
                        &[("Business Adviser", 2)],
                    ),
                ],
            ),
            service(
                "Regulatory Services",
                "Head of Regulatory Services",
                &[
                    team(
                        "Environmental Health",
                        "Environmental Health Manager",
                        &[("Environmental Health Officer", 4)],
                    ),
                    team(
                        "Trading Standards",
                        "Chief Trading Standards Officer",
                        &[("Trading Standards Officer", 2)],
                    ),
                    team("Licensing", "Licensing Manager", &[("Licensing Officer", 2)]),
                ],
            ),
        ],
    },
    Directorate {
        name: "Housing",
        head: "Director of Housing",
        services: &[
            service(
                "Homelessness Services",
                "Head of Homelessness Services",
                &[
                    team(
                        "Housing Options",
                        "Housing Options Manager",
                        &[("Housing Options Officer", 5)],
                    ),
                    team(
                        "Rough Sleeping",
                        "Rough Sleeping Team Manager",
                        &[("Rough Sleeping Navigator", 3)],
                    ),
                    team(
                        "Temporary Accommodation",
                        "Temporary Accommodation Manager",
                        &[("Temporary Accommodation Officer", 3)],
                    ),
                ],
            ),
            service(
                "Repairs",
                "Head of Repairs",
                &[
                    team(
                        "Responsive Repairs",
                        "Responsive Repairs Manager",
                        &[("Repairs Planner", 3), ("Repairs Supervisor", 3)],
                    ),
                    team("Empty Homes", "Empty Homes Manager", &[("Empty Homes Surveyor", 2)]),
                    team(
                        "Gas, Water and Electrical Checks",
                        "Compliance Manager",
                        &[("Compliance Officer", 2)],
                    ),
                    team(
                        "Building Safety",
                        "Building Safety Manager",
                        &[("Fire Safety Officer", 2), ("Resident Engagement Officer", 1)],
                    ),
                ],
            ),
            service(
                "Tenancy Services",
                "Head of Tenancy Services",
                &[
                    team(
                        "Neighbourhoods North",
                        "Neighbourhood Manager, North",
                        &[("Housing Officer", 4)],
                    ),
                    team(
                        "Neighbourhoods South",
                        "Neighbourhood Manager, South",
                        &[("Housing Officer", 4)],
                    ),
                    team("Rent Income", "Rent Income Manager", &[("Income Officer", 3)]),
                ],
            ),
            service(
                "Housing Development",
                "Head of Housing Development",
                &[
                    team("Housing Assets", "Housing Assets Manager", &[("Asset Surveyor", 2)]),
                    team("New Homes", "New Homes Manager", &[("Development Officer", 2)]),
                ],
            ),
        ],
    },
    Directorate {
        name: "Resources",
        head: "Director of Resources",
        services: &[
            service(
                "Finance",
                "Head of Finance",
                &[
                    team("Financial Planning", "Financial Planning Manager", &[("Accountant", 4)]),
                    team("Exchequer", "Exchequer Manager", &[("Finance Officer", 4)]),
                    team("Procurement", "Procurement Manager", &[("Procurement Officer", 3)]),
                    team("Internal Audit", "Chief Internal Auditor", &[("Auditor", 3)]),
                    team(
                        "Revenues and Benefits",
                        "Revenues and Benefits Manager",
                        &[("Revenues Officer", 3), ("Benefits Officer", 3)],
                    ),
                ],
            ),
            service(
                "People",
                "Head of People",
                &[
                    team("People Advice", "People Advice Manager", &[("People Adviser", 3)]),
                    team("Payroll", "Payroll Manager", &[("Payroll Officer", 3)]),
                    team("Learning", "Learning Manager", &[("Learning Officer", 2)]),
                    team(
                        "Health and Safety",
                        "Health and Safety Manager",
                        &[("Health and Safety Adviser", 1)],
                    ),
                ],
            ),
            service(
                "Digital",
                "Head of Digital",
                &[
                    team("Infrastructure", "Infrastructure Manager", &[("Systems Engineer", 4)]),
                    team("Applications", "Applications Manager", &[("Software Developer", 3)]),
                    team(
                        "Cyber Security",
                        "Cyber Security Manager",
                        &[("Cyber Security Analyst", 1)],
                    ),
                    team(
                        "Customer Services",
                        "Customer Services Manager",
                        &[("Customer Adviser", 8)],
                    ),
                    team("Libraries", "Libraries Manager", &[("Librarian", 3)]),
                ],
            ),
            service(
                "Property",
                "Head of Property",
                &[
                    team("Facilities", "Facilities Manager", &[("Facilities Officer", 3)]),
                    team("Estates", "Estates Manager", &[("Estates Surveyor", 2)]),
                ],
            ),
        ],
    },
];
