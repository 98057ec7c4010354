//! What tables of others are taken for: kinds and columns, over real headings; and questions.

use exchange::{
    Grade, Source,
    guess::{Guess, Sure},
    import::{self, Imported, Options, Request},
    plan::{Counted, Plan},
    wire,
    workbook::{self, Cell},
};
use kernel::{Kind, read::view::View};

use crate::{
    landing::{Landing, TODAY, day, options},
    place::{bytes, corpus},
};

fn read(name: &str, bytes: &[u8], options: &Options) -> Imported {
    let files = vec![Source::new(name, bytes)];
    import::read(&Request { kind: "any", files, options, today: day(TODAY) })
}

/// The kind, and what each column becomes, in one line.
fn told(guess: &Guess) -> String {
    let columns = guess.columns.iter().map(|it| {
        let becomes = it.becomes.as_ref().map_or("-", |it| it.name.as_str());
        format!("{}={becomes}", it.heading)
    });
    let kind = guess.kind.map_or("?", Kind::plural);
    format!("{kind}: {}", columns.collect::<Vec<_>>().join(", "))
}

fn guessed(name: &str, text: &str) -> String {
    told(&read(name, text.as_bytes(), &Options::new()).guesses[0])
}

#[test]
fn spreadsheets_as_councils_keep_them_are_understood() {
    let table = [
        (
            "Establishment list.csv",
            "Post No,Job Title,Directorate,Service,Team,Line Manager,Grade,FTE,Postholder,Start date,Payroll no",
            "P001,Head of Housing,Place,Housing,Repairs,Jane Poole,HoS1,1.0,Sam Example,2024-04-01,883312",
            "posts: Post No=code, Job Title=name, Directorate=-, Service=-, Team=unit, Line Manager=reports_to, Grade=grade, FTE=fte, Postholder=holder, Start date=holder_from, Payroll no=-",
        ),
        (
            "staff.csv",
            "Name,Job title,Department,Manager,Email",
            "Sam Example,Head of Housing,Housing,Jane Poole,sam@example.org",
            "posts: Name=holder, Job title=name, Department=unit, Manager=reports_to, Email=-",
        ),
        (
            "hr export.csv",
            "Title,Forename,Surname,Position Title,Position ID,Organisation Unit,Reports To Position ID",
            "Mr,Sam,Example,Head of Housing,400123,Housing,400001",
            "posts: Title=-, Forename=first_name, Surname=holder, Position Title=name, Position ID=code, Organisation Unit=unit, Reports To Position ID=reports_to",
        ),
        (
            "KPI list 2026-27.csv",
            "KPI ref,Measure,Description,Polarity,Frequency,Target 2026/27,Unit,Owner,Corporate priority",
            "CP01,Repairs done in time,Share of repairs,High,Quarterly,95,%,Head of Housing,Warm homes",
            "indicators: KPI ref=code, Measure=name, Description=about, Polarity=direction, Frequency=cadence, Target 2026/27=target, Unit=measure, Owner=accountable, Corporate priority=serves",
        ),
        (
            "Audit action tracker.csv",
            "Action No.,Agreed action,Responsible officer,Target date,Status,Comments",
            "7,Order doors,Head of Housing,31/03/2026,In progress,waiting",
            "actions: Action No.=code, Agreed action=name, Responsible officer=accountable, Target date=due, Status=done, Comments=about",
        ),
        (
            "Projects.csv",
            "Project ref,Project name,Senior Responsible Officer,Start date,End date,Strategic priority",
            "PR1,New doors,Director of Place,01/04/2025,31/03/2027,Warm homes",
            "initiatives: Project ref=code, Project name=name, Senior Responsible Officer=accountable, Start date=from, End date=due, Strategic priority=serves",
        ),
        (
            "council plan objectives.csv",
            "Objective ref,Strategic objective,Plan,Parent ref,Lead officer",
            "1.1,Warm homes,Council Plan,1,Director of Place",
            "objectives: Objective ref=code, Strategic objective=name, Plan=plan, Parent ref=parent, Lead officer=accountable",
        ),
        (
            "structure.csv",
            "Service,Directorate,Cost centre",
            "Housing,Place,C100",
            "units: Service=name, Directorate=within, Cost centre=code",
        ),
        (
            "decisions.csv",
            "Minute ref,Decision taken,Date of decision,Decision maker,Reasons,Alternatives",
            "CAB/12,Buy doors,12/05/2026,Cabinet,Fire safety,None",
            "decisions: Minute ref=code, Decision taken=name, Date of decision=from, Decision maker=authority, Reasons=about, Alternatives=options",
        ),
        (
            "appointments.csv",
            "Employee name,Post number,Date appointed,End date,Appointment type",
            "Sam Example,P001,01/04/2024,,Permanent",
            "tenures: Employee name=person, Post number=post, Date appointed=from, End date=until, Appointment type=capacity",
        ),
        (
            "risk controls.csv",
            "Control ref,Control,Control description,Control owner",
            "C1,Quarterly door check,Doors are checked,Head of Housing",
            "controls: Control ref=code, Control=name, Control description=about, Control owner=accountable",
        ),
        ("shopping.csv", "Item,Price,Colour", "Doors,12,red", "?: Item=-, Price=-, Colour=-"),
    ];
    for (name, headings, row, expected) in table {
        assert_eq!(guessed(name, &format!("{headings}\n{row}\n")), expected, "{name}");
    }
}

#[test]
fn the_tables_of_the_corpus_are_understood() {
    let Some(corpus) = corpus() else { return };
    let ministers = corpus.join("ifg-ministers/as-known-on-2016-07-12");
    for (name, expected) in [
        (
            "person.csv",
            "people: id=-, id_parliament=-, id_ifg_website=-, name=name, display_name=-, normalized_name=-, short_name=-, gender=-, start_date=from, end_date=until",
        ),
        (
            "post.csv",
            "posts: id=code, id_ifg_website=-, organisation_id=unit, name=name, display_name=-, rank_equivalence=grade, rank_equivalence_value=-",
        ),
        (
            "organisation.csv",
            "units: id=code, name=name, short_name=-, start_date=from, end_date=until",
        ),
        (
            "appointment.csv",
            "tenures: id=-, person_id=person, post_id=post, start_date=from, end_date=until",
        ),
    ] {
        let imported = read(name, &bytes(&ministers.join(name)), &Options::new());
        assert_eq!(told(&imported.guesses[0]), expected, "{name}");
    }
    for name in ["event.csv", "organisation_link.csv", "post_relationship.csv"] {
        let imported = read(name, &bytes(&ministers.join(name)), &Options::new());
        let guess = &imported.guesses[0];
        assert!(guess.sure <= Sure::Unsure, "{name}: {}", told(guess));
    }
    let crosswalk = corpus.join("frameworks/crosswalk-nist-csf-1.1-to-2.0.csv");
    let imported = read("crosswalk.csv", &bytes(&crosswalk), &Options::new());
    assert_eq!((imported.kind.as_str(), imported.guesses.len()), ("crosswalk", 0));
    assert!(imported.findings.iter().any(|it| it.code == "taken-for"));
    for (path, kind) in [
        ("frameworks/nist-csf-2.0.csv", "framework"),
        ("organograms/by-organisation/tate/2011-09-30-senior.csv", "organogram"),
        ("strategy/ons-sdg/data/indicator_11-2-1.csv", "measurements"),
    ] {
        let name = path.rsplit('/').next().unwrap();
        let imported = read(name, &bytes(&corpus.join(path)), &Options::new());
        assert_eq!(imported.kind, kind, "{path}");
    }
}

fn import(landing: &mut Landing, kind: &str, text: &str) -> Plan {
    landing.import(kind, &[("file.csv", text.as_bytes())], &Options::new())
}

/// A council's own words: units, then posts with who holds them, then what they answer for.
fn council() -> Landing {
    let mut landing = Landing::new();
    import(
        &mut landing,
        "units",
        "name,within,code\nPlace,Testshire,D1\nHousing,Place,S1\nFinance,Place,S2\n",
    );
    import(
        &mut landing,
        "any",
        "Job title,Service,Line manager,Postholder,Start date\n\
         Director of Place,Place,,Jane Poole,01/04/2020\n\
         Head of Housing,housing,Jane Poole,Sam Example,31/05/2021\n\
         Clerk,Finance,Head of housing,Vacant,\n",
    );
    landing
}

#[test]
fn a_table_of_posts_brings_who_holds_them_and_finds_lines_by_the_managers_name() {
    let landing = council();
    let view = View::new(&landing.state, day(TODAY));
    let cell = |of: &str, field: &str| wire::cell(&view.value(of.parse().unwrap(), field));
    assert_eq!(landing.state.records().count(Kind::Post), 3);
    assert_eq!(cell("POST-2", "reports_to"), "POST-1", "by the name of who holds it");
    assert_eq!(cell("POST-3", "reports_to"), "POST-2", "by its title in other letters");
    assert_eq!(cell("POST-2", "unit"), "UNIT-3");
    assert_eq!(landing.state.records().count(Kind::Tenure), 2, "nobody holds what is vacant");
    let names: Vec<&str> = landing.names.values().map(AsRef::as_ref).collect();
    assert_eq!(names, ["Jane Poole", "Sam Example"]);
    let begins = |of: &str| {
        let row = landing.state.records().facet(of.parse().unwrap()).unwrap();
        row.life().begins().to_string()
    };
    assert_eq!([begins("TEN-1"), begins("POST-1")], ["2020-04-01", "2020-04-01"]);
}

#[test]
fn who_answers_and_what_is_served_come_in_beside_their_record() {
    let mut landing = council();
    import(&mut landing, "plans", "name\nCouncil Plan\n");
    import(&mut landing, "objectives", "name,plan\nWarm homes,Council Plan\n");
    let text = "KPI ref,Measure,Polarity,Frequency,Owner,Corporate priority\n\
        CP01,Repairs in time,High,Annually,Sam Example,Warm Homes\n";
    let plan = landing.import("any", &[("KPIs.csv", text.as_bytes())], &Options::new());
    assert_eq!(
        plan.findings.iter().filter(|it| it.grade < Grade::Note).count(),
        0,
        "{:?}",
        plan.findings
    );
    let view = View::new(&landing.state, day(TODAY));
    let cell = |of: &str, field: &str| wire::cell(&view.value(of.parse().unwrap(), field));
    assert_eq!(cell("IND-1", "direction"), "higher is better");
    assert_eq!(cell("IND-1", "cadence"), "yearly");
    assert_eq!([cell("DUTY-1", "post"), cell("DUTY-1", "subject")], ["POST-2", "IND-1"]);
    assert_eq!([cell("ANC-1", "from"), cell("ANC-1", "serves")], ["IND-1", "OBJ-1"]);
    let text = text.replace("Sam Example", "Clerk");
    let plan = landing.import(
        "any",
        &[("KPIs.csv", text.as_bytes())],
        &options(&[("from", "2027-01-01")]),
    );
    assert_eq!(plan.counts[&Counted::Records(Kind::Duty)].changed, 1, "another post answers");
}

#[test]
fn dates_and_numbers_that_read_in_two_ways_are_asked_about_and_not_taken() {
    let mut landing = council();
    let text =
        "Action,Start date,Due date\nDoors,03/04/2026,05/06/2027\nStairs,04/05/2026,31/12/2027\n";
    let file = [("actions.csv", text.as_bytes())];
    let plan = landing.plan("any", &file, &Options::new());
    let ask = |plan: &Plan, code: &str| {
        plan.findings
            .iter()
            .filter(|it| it.code == code)
            .map(|it| it.ask.clone().unwrap())
            .collect::<Vec<_>>()
    };
    let asked = ask(&plan, "dates-doubtful");
    assert_eq!(asked.len(), 1, "the other column settles itself");
    assert_eq!((asked[0].option.as_str(), asked[0].must), ("dates.Start date", true));
    assert_eq!(asked[0].choices[1].1, "Month first: 03/04/2026 is 4 March 2026");
    let answered = options(&[("dates.Start date", "month")]);
    let plan = landing.import("any", &file, &answered);
    assert!(ask(&plan, "dates-doubtful").is_empty());
    let begins = landing.state.records().facet("ACT-1".parse().unwrap()).unwrap().life().begins();
    assert_eq!(begins.to_string(), "2026-03-04");

    let text = "Measure,Target\nVisits,\"1,234\"\nMiles,900\n";
    let file = [("kpis.csv", text.as_bytes())];
    let asked = ask(&landing.plan("any", &file, &Options::new()), "numbers-doubtful");
    assert_eq!(asked[0].choices[0].1, "A point before decimals: 1,234 is 1234");
    assert_eq!(asked[0].choices[1].1, "A comma before decimals: 1,234 is 1.234");
    landing.import("any", &file, &options(&[("numbers.Target", "comma")]));
    let view = View::new(&landing.state, day(TODAY));
    assert_eq!(wire::cell(&view.value("IND-1".parse().unwrap(), "target")), "1.234");
}

#[test]
fn a_name_not_found_comes_with_the_nearest_and_can_be_answered() {
    let mut landing = council();
    let text = "Job title,Service\nAide,Housng\nPorter,Catering\n";
    let file = [("posts.csv", text.as_bytes())];
    let plan = landing.plan("posts", &file, &Options::new());
    let said: Vec<_> = plan.findings.iter().filter(|it| it.code == "link-unknown").collect();
    assert_eq!(said.len(), 2);
    assert_eq!((said[0].row, said[0].column.as_deref()), (Some(2), Some("unit")));
    assert!(said[0].todo.starts_with("The nearest: Housing (UNIT-3)."), "{}", said[0].todo);
    assert_eq!(said[0].ask.as_ref().unwrap().option, "is.unit.Housng");
    assert_eq!(said[1].ask, None, "nothing is near");
    let plan = landing.import(
        "posts",
        &file,
        &options(&[("is.unit.Housng", "UNIT-3"), ("is.unit.Catering", "UNIT-4")]),
    );
    assert_eq!(plan.counts[&Counted::Records(Kind::Post)].new, 2);
}

#[test]
fn a_name_that_fits_two_records_is_asked_about_and_can_be_answered() {
    let mut landing = council();
    import(&mut landing, "units", "name,within\nHousing,Finance\n");
    let file = [("posts.csv", "Job title,Service\nAide,Housing\n".as_bytes())];
    let plan = landing.plan("posts", &file, &Options::new());
    let ask = plan.findings[0].ask.clone().unwrap();
    assert_eq!((plan.findings[0].code, ask.option.as_str()), ("several-match", "is.unit.Housing"));
    assert_eq!(ask.choices[1], ("UNIT-5".into(), "Housing (UNIT-5)".into()));
    let plan = landing.import("posts", &file, &options(&[("is.unit.Housing", "UNIT-5")]));
    assert_eq!(plan.findings, []);
    assert_eq!(plan.steps.len(), 1);
}

#[test]
fn what_somebody_chose_goes_before_the_guess() {
    let text = "Job title,Service,Notes,Name\nAide,Housing,x,y\n";
    let chosen = options(&[
        ("map.Notes", "grade"),
        ("map.service", "-"),
        ("column.about", "Name"),
        ("map.Pay", "grade"),
        ("all.unit", "Finance"),
    ]);
    let imported = read("posts.csv", text.as_bytes(), &chosen);
    assert_eq!(
        told(&imported.guesses[0]),
        "posts: Job title=name, Service=-, Notes=grade, Name=about"
    );
    let said: Vec<_> = imported.findings.iter().map(|it| it.code).collect();
    assert_eq!(said, ["mapped-heading-missing"]);
    let mut landing = council();
    let plan = landing.import("posts", &[("posts.csv", text.as_bytes())], &chosen);
    assert_eq!(plan.counts[&Counted::Records(Kind::Post)].new, 1);
    let view = View::new(&landing.state, day(TODAY));
    assert_eq!(
        wire::cell(&view.value("POST-4".parse().unwrap(), "unit")),
        "UNIT-4",
        "for every row"
    );
    let imported =
        read("posts.csv", text.as_bytes(), &options(&[("map.Notes", "colour"), ("kind", "units")]));
    assert_eq!(imported.guesses[0].kind, Some(Kind::Unit));
    assert!(
        imported.findings.iter().any(|it| it.code == "field-unknown"),
        "{:?}",
        imported.findings
    );
}

#[test]
fn a_preview_tells_what_is_new_what_changes_from_what_and_what_ends() {
    let mut landing = council();
    let text = "Job title,Service,Grade,End date,Postholder\n\
        Head of Housing,Housing,HoS1,,Vacant\nClerk,Finance,,2027-01-01,\nPorter,Place,P2,,Ann Porter\n";
    let plan = landing.plan("posts", &[("posts.csv", text.as_bytes())], &Options::new());
    let told: Vec<String> = plan
        .lines
        .iter()
        .map(|line| {
            let changes =
                line.changes.iter().map(|it| format!("{}: {} → {}", it.label, it.was, it.becomes));
            let name = line.name.as_deref().unwrap_or_default();
            format!("{} {name} [{}]", line.outcome.word(), changes.collect::<Vec<_>>().join(", "))
        })
        .collect();
    assert_eq!(
        told,
        [
            "changed Head of Housing [Grade:  → HoS1]",
            "ended Head of Housing: Sam Example [Ends on:  → 2026-11-30]",
            "ended Clerk [Ends on:  → 2027-01-01]",
            "new Porter []",
            "new Ann Porter []",
            "new Porter: Ann Porter []",
        ]
    );
    let total = plan.total();
    assert_eq!((total.new, total.changed, total.ended, total.unchanged), (3, 1, 2, 0));
    let csv = import::report::preview(&plan, &["posts.csv".to_owned()]);
    assert!(csv.contains("changed,post,POST-2,Head of Housing,posts.csv,2,Grade,,HoS1"), "{csv}");
    let again = landing.plan(
        "posts",
        &[(
            "p.csv",
            "Job title,Service,Line manager\nClerk,Finance,Director of Place\n".as_bytes(),
        )],
        &Options::new(),
    );
    assert_eq!(
        (again.lines[0].changes[0].was.as_str(), again.lines[0].changes[0].becomes.as_str()),
        ("Head of Housing (POST-2)", "Director of Place (POST-1)")
    );
    landing.import("posts", &[("posts.csv", text.as_bytes())], &Options::new());
}

#[test]
fn several_tables_at_once_come_in_so_that_links_lead_somewhere() {
    let mut landing = Landing::new();
    let files: [(&str, &[u8]); 3] = [
        ("actions.csv", b"Action,Owner\nDoors,Head\n"),
        ("posts.csv", b"Job title,Service\nHead,Housing\n"),
        ("units.csv", b"Service,Directorate\nHousing,Testshire\n"),
    ];
    let plan = landing.import("any", &files, &Options::new());
    assert!(plan.findings.iter().all(|it| it.grade == Grade::Note), "{:?}", plan.findings);
    assert_eq!(landing.state.records().count(Kind::Duty), 1);
}

#[test]
fn titles_above_the_headings_are_passed_over() {
    let text = "Testshire Council;;;\nas at 1 April 2026;;;\n;;;\nJob title;Service;FTE;Notes\nHead;Housing;0,5;\n";
    let imported = read("x.csv", text.as_bytes(), &Options::new());
    assert_eq!(imported.guesses[0].heading_row, 4);
    assert!(
        imported.findings.iter().any(|it| it.code == "titles-passed-over" && it.row == Some(4))
    );
    let mut landing = council();
    landing.import("any", &[("x.csv", text.as_bytes())], &Options::new());
    let view = View::new(&landing.state, day(TODAY));
    assert_eq!(wire::cell(&view.value("POST-4".parse().unwrap(), "fte")), "0.5");
}

/// What our lists give away as Excel: labels for headings, names for links, dates as dates.
pub(crate) fn as_shown(landing: &Landing, kind: Kind) -> Vec<u8> {
    let view = View::new(&landing.state, day(TODAY));
    let fields: Vec<_> =
        kind.fields().iter().filter(|it| it.name != "name" && it.name != "sealed_name").collect();
    let mut heading =
        vec!["Reference".to_owned(), kind.word()[..1].to_uppercase() + &kind.word()[1..]];
    heading.extend(fields.iter().map(|it| it.label.to_owned()));
    heading.extend(["Status", "Held by", "Since"].map(str::to_owned));
    let name = |of: kernel::Ref| {
        let person = kernel::id::PersonId::try_from(of).ok();
        let person = person.and_then(|it| landing.names.get(&it)).map(ToString::to_string);
        person
            .or_else(|| landing.state.records().name(of, day(TODAY)).map(|it| it.to_string()))
            .unwrap_or_else(|| of.to_string())
    };
    let rows = view.list(kind, true).map(|of| {
        let mut row = vec![Cell::Text(of.to_string()), Cell::Text(name(of))];
        for field in &fields {
            row.push(match view.value(of, field.name) {
                kernel::Value::Nothing => Cell::Nothing,
                kernel::Value::Day(it) => Cell::Day(it),
                #[expect(clippy::cast_precision_loss, reason = "as the list does")]
                kernel::Value::Amount(it) => Cell::Number(it.0 as f64 / 1e6),
                #[expect(clippy::cast_precision_loss, reason = "as the list does")]
                kernel::Value::Whole(it) => Cell::Number(it as f64),
                kernel::Value::Link(to) => Cell::Text(name(to)),
                kernel::Value::Links(them) => {
                    Cell::Text(them.iter().map(|it| name(*it)).collect::<Vec<_>>().join("; "))
                }
                other => Cell::Text(wire::cell(&other)),
            });
        }
        row.push(Cell::Text("on track".into()));
        row.push(Cell::Text("Somebody".into()));
        row.push(Cell::Day(landing.state.records().facet(of).unwrap().life().begins()));
        row
    });
    workbook::write(kind.plural(), &heading, rows).unwrap()
}

#[test]
fn our_lists_as_excel_come_back_guessed_in_full_and_change_nothing() {
    let mut landing = council();
    import(&mut landing, "plans", "name\nCouncil Plan\n");
    import(&mut landing, "objectives", "name,plan,code\nWarm homes,Council Plan,1.250\n");
    import(
        &mut landing,
        "indicators",
        "name,target,cadence,accountable,serves\nVisits,1.234,yearly,Clerk,Warm homes\n",
    );
    for kind in [
        Kind::Unit,
        Kind::Post,
        Kind::Person,
        Kind::Tenure,
        Kind::Plan,
        Kind::Objective,
        Kind::Indicator,
        Kind::Anchor,
        Kind::Duty,
    ] {
        let bytes = as_shown(&landing, kind);
        let imported = read("list.xlsx", &bytes, &Options::new());
        let guess = &imported.guesses[0];
        assert_eq!((guess.kind, guess.sure), (Some(kind), Sure::Certain));
        for column in &guess.columns {
            let known = column.becomes.is_some()
                || ["Status", "Held by"].contains(&column.heading.as_str())
                || (column.heading.eq_ignore_ascii_case(kind.word())
                    && kind.fields().iter().all(|it| it.name != "name")
                    && kind != Kind::Person);
            assert!(known, "{kind:?}: {}", told(guess));
        }
        let plan = landing.import("any", &[("list.xlsx", &bytes)], &Options::new());
        assert_eq!(plan.findings, [], "{kind:?}");
        assert!(plan.steps.is_empty(), "{kind:?}: {:?}", plan.steps);
        assert!(plan.total().unchanged > 0);
    }
}

#[test]
fn to_say_what_the_rows_are_raises_no_question_of_its_own() {
    for kind in ["units", "framework"] {
        let found = read("a.csv", b"Name\nHousing\n", &options(&[("kind", kind)])).findings;
        let odd = found.iter().find(|it| it.says.contains("no such option"));
        assert!(odd.is_none(), "{kind}: {odd:?}");
    }
}
