//! What the council must comply with, in the council's own words: a policy on records and a code for
//! safe buildings, the clauses in scope, and the controls that meet them.

use std::collections::HashMap;

use kernel::{
    control, framework,
    id::{ControlId, FrameworkId, Id, ObligationId},
    obligation,
    obligation::Scope,
    requirement,
};

use super::{controls::CONTROLS, maker::Maker, people::Council, plan::Plan, procedures};

struct Framework {
    code: &'static str,
    name: &'static str,
    about: &'static str,
    edition: &'static str,
    post: &'static str,
    chapters: &'static [Chapter],
}

struct Chapter {
    clause: &'static str,
    name: &'static str,
    /// The post accountable for the obligations in it.
    post: &'static str,
    /// (clause, what it asks for)
    clauses: &'static [(&'static str, &'static str)],
}

const fn chapter(
    clause: &'static str,
    name: &'static str,
    post: &'static str,
    clauses: &'static [(&'static str, &'static str)],
) -> Chapter {
    Chapter { clause, name, post, clauses }
}

#[rustfmt::skip]
const FRAMEWORKS: [Framework; 2] = [
    Framework {
        code: "RP",
        name: "Records policy",
        about: "The council’s own policy on the records it holds.",
        edition: "Third edition",
        post: "Information Governance Manager",
        chapters: &[
            chapter("1", "Knowing what we hold", "Information Governance Manager", &[
                ("1.1", "Every service keeps a list of its records"),
                ("1.2", "Each list names who answers for it"),
                ("1.3", "Lists are looked at once a year"),
                ("1.4", "Records on paper are on the lists too"),
                ("1.5", "What is shared with partners is written down"),
            ]),
            chapter("2", "Keeping it safe", "Head of Digital", &[
                ("2.1", "Access ends on the day somebody leaves"),
                ("2.2", "Devices are encrypted"),
                ("2.3", "Paper is locked away at night"),
                ("2.4", "Access follows the post"),
                ("2.5", "Copies can be brought back"),
                ("2.6", "Weaknesses are mended in time"),
                ("2.7", "Everybody is trained each year"),
            ]),
            chapter("3", "Letting go", "Information Governance Manager", &[
                ("3.1", "Records are deleted when their time is up"),
                ("3.2", "Deletion is witnessed"),
                ("3.3", "What history needs goes to the archive"),
                ("3.4", "Disposal firms are checked"),
            ]),
            chapter("4", "Answering people", "Information Governance Manager", &[
                ("4.1", "Requests are answered in time"),
                ("4.2", "People can see what we hold on them"),
                ("4.3", "Refusals give a reason"),
                ("4.4", "Complaints go to somebody who was not part of it"),
            ]),
            chapter("5", "When it goes wrong", "Information Governance Manager", &[
                ("5.1", "Losses are reported within a day"),
                ("5.2", "Those concerned are told"),
                ("5.3", "Causes are found and removed"),
                ("5.4", "The worst case is rehearsed"),
            ]),
            chapter("6", "Special collections", "Monitoring Officer", &[
                ("6.1", "Records of children in care are kept for a lifetime"),
                ("6.2", "Adoption records are kept apart"),
                ("6.3", "Mapping flights are catalogued"),
                ("6.4", "Film is stored cold"),
            ]),
        ],
    },
    Framework {
        code: "SB",
        name: "Safe buildings code",
        about: "The council’s own code for the buildings it lets and runs.",
        edition: "First edition",
        post: "Director of Housing",
        chapters: &[
            chapter("1", "Knowing the building", "Building Safety Manager", &[
                ("1.1", "Drawings are right and to hand"),
                ("1.2", "Every flat’s layout is known"),
                ("1.3", "Materials outside are known"),
                ("1.4", "Changes are written down as they are made"),
            ]),
            chapter("2", "Fire", "Building Safety Manager", &[
                ("2.1", "Risk is assessed each year"),
                ("2.2", "Fire doors are checked every quarter"),
                ("2.3", "Alarms are tested every week"),
                ("2.4", "Ways out are clear"),
                ("2.5", "Dry risers are tested"),
                ("2.6", "People who need help to leave are known"),
            ]),
            chapter("3", "Gas and electricity", "Compliance Manager", &[
                ("3.1", "Gas is checked once a year"),
                ("3.2", "Wiring is inspected every five years"),
                ("3.3", "Smoke and gas alarms are in every home"),
                ("3.4", "What is unsafe is cut off the same day"),
            ]),
            chapter("4", "Water, lifts and asbestos", "Compliance Manager", &[
                ("4.1", "Tanks and pipes are kept clean"),
                ("4.2", "Lifts are examined twice a year"),
                ("4.3", "Asbestos is recorded and left alone"),
                ("4.4", "Swimming pools are tested daily"),
                ("4.5", "Playgrounds are inspected"),
            ]),
            chapter("5", "People who live there", "Building Safety Manager", &[
                ("5.1", "Residents know what to do"),
                ("5.2", "Residents are heard"),
                ("5.3", "Complaints about safety are acted on"),
                ("5.4", "Damp is treated within four weeks"),
            ]),
            chapter("6", "People who work there", "Head of Repairs", &[
                ("6.1", "Contractors are competent"),
                ("6.2", "Hot work needs a permit"),
                ("6.3", "Work at height is planned"),
                ("6.4", "Near misses are reported"),
            ]),
        ],
    },
];

/// Does not apply, and why.
const NOT_APPLICABLE: [(&str, &str); 5] = [
    ("RP 6.2", "Adoption is done by the regional agency, which keeps the records."),
    ("RP 6.3", "The council has never flown."),
    ("RP 6.4", "All film went to the county archive in 2011."),
    ("SB 4.4", "The pools belong to a trust, which tests them."),
    (
        "SB 1.3",
        "Taken over by clause 1.1 for all buildings above 18 metres; there are no others with cladding.",
    ),
];

/// Applies in part, and why.
const TAILORED: [(&str, &str); 3] = [
    ("RP 2.3", "Depots lock offices, not cabinets."),
    ("SB 3.2", "Every ten years in homes rewired since 2018."),
    ("SB 5.2", "Panels for tall buildings; a yearly survey elsewhere."),
];

/// Nobody has said yet whether these apply.
const NOT_LOOKED_AT: [&str; 2] = ["RP 5.4", "SB 6.4"];

/// Nobody answers for these.
const UNANSWERED: [&str; 2] = ["RP 3.3", "SB 5.4"];

/// A framework of the table, by its code: they are the first that there are, in its order.
pub(crate) fn framework(code: &str) -> FrameworkId {
    let row = FRAMEWORKS.iter().position(|it| it.code == code);
    FrameworkId::at_row(row.expect("the tables name frameworks of the table"))
}

/// The controls, by name.
pub(crate) type Controls = HashMap<&'static str, ControlId>;

pub(crate) fn comply(make: &mut Maker, council: &Council, plan: &Plan) -> Controls {
    let mut obligations = HashMap::new();
    for it in &FRAMEWORKS {
        let framework = make.framework(framework::Terms {
            name: Some(it.name.into()),
            code: Some(Some(it.code.into())),
            about: Some(Some(it.about.into())),
            edition: Some(Some(it.edition.into())),
            ..framework::Terms::default()
        });
        make.accountable(council.post(it.post), framework);
        for chapter in it.chapters {
            let of = |clause: &str, name: &str, parent, assessable| requirement::Terms {
                name: Some(name.into()),
                code: Some(Some(format!("{} {clause}", it.code).into())),
                clause: Some(Some(clause.into())),
                framework: Some(framework),
                parent: Some(parent),
                assessable: Some(assessable),
                ..requirement::Terms::default()
            };
            let above = make.requirement(of(chapter.clause, chapter.name, None, false));
            for (clause, name) in chapter.clauses {
                let code = format!("{} {clause}", it.code);
                let requirement = make.requirement(of(clause, name, Some(above), true));
                if !NOT_LOOKED_AT.contains(&code.as_str()) {
                    let obligation = oblige(make, council, chapter, requirement, &code);
                    obligations.insert(code, obligation);
                }
            }
        }
    }
    let mut controls = HashMap::new();
    for (number, it) in (1..).zip(&CONTROLS) {
        let (every, counts) = procedures::rhythm(it.name).unzip();
        let meets = it.meets.iter().map(|code| {
            *obligations.get(*code).expect("the tables meet clauses of the frameworks’ own table")
        });
        let control = make.control(control::Terms {
            name: Some(it.name.into()),
            code: Some(Some(format!("C{number:02}").into())),
            meets: Some(meets.collect::<Vec<_>>().into()),
            every: every.map(Some),
            counts_for: counts.map(Some),
            ..control::Terms::default()
        });
        controls.insert(it.name, control);
        if !it.post.is_empty() {
            make.accountable(council.post(it.post), control);
        }
        if !it.serves.is_empty() {
            make.serves(control, plan.objective(it.serves));
        }
    }
    controls
}

fn oblige(
    make: &mut Maker,
    council: &Council,
    chapter: &Chapter,
    requirement: kernel::id::RequirementId,
    code: &str,
) -> ObligationId {
    let reason = |of: &[(&str, &'static str)]| of.iter().find(|it| it.0 == code).map(|it| it.1);
    let (scope, about) = match (reason(&NOT_APPLICABLE), reason(&TAILORED)) {
        (Some(why), _) => (Scope::NotApplicable, Some(why)),
        (None, Some(why)) => (Scope::Tailored, Some(why)),
        (None, None) => (Scope::InScope, None),
    };
    let obligation = make.obligation(obligation::Terms {
        requirement: Some(requirement),
        scope: Some(scope),
        about: Some(about.map(Into::into)),
        live: None,
    });
    if !UNANSWERED.contains(&code) {
        make.accountable(council.post(chapter.post), obligation);
    }
    obligation
}
