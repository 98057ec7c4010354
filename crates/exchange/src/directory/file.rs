//! A list of people as HR keeps it, in CSV or Excel: for whoever has no directory that speaks SCIM.
//!
//! A row says of one person what a directory would say. Always true: a row is taken whole or not at
//! all, and whoever is nobody's manager in the file comes after their own.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value as Json, json};

use super::folded;
use crate::{
    Finding, Findings, Mapping, Reading, Source,
    scim::{ENTERPRISE, Resource, USER, shape},
    table::{Field, Need, Table},
};

/// People in one file.
pub const PEOPLE_MAX: usize = 20_000;

const FIELDS: [Field; 10] = [
    field(
        "user_name",
        &["User name", "Username", "Login", "User principal name", "UPN", "E-mail", "Email"],
        Need::Required,
    ),
    field("given_name", &["Given name", "First name", "Forename"], Need::Optional),
    field("family_name", &["Family name", "Last name", "Surname"], Need::Optional),
    field("name", &["Name", "Display name", "Full name"], Need::Optional),
    field("email", &["E-mail", "Email", "Email address", "Mail"], Need::Optional),
    field(
        "employee_number",
        &["Employee number", "Employee ID", "Position number", "Post number"],
        Need::Optional,
    ),
    field("department", &["Department", "Unit", "Service"], Need::Optional),
    field("title", &["Title", "Job title", "Post", "Position"], Need::Optional),
    field(
        "manager",
        &["Manager", "Manager user name", "Line manager", "Reports to"],
        Need::Optional,
    ),
    field("active", &["Active", "Employed", "Status"], Need::Optional),
];

const fn field(name: &'static str, headings: &'static [&'static str], need: Need) -> Field {
    Field { name, headings, need }
}

/// One person, as a row says.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    pub row: u32,
    /// What the row says; a manager is not among it.
    pub resource: Resource,
    /// The user name of the manager; nothing where the file has no such column.
    pub manager: Option<String>,
}

impl Person {
    pub fn user_name(&self) -> &str {
        self.resource.get("userName").and_then(Json::as_str).unwrap_or_default()
    }

    /// What is kept from now on, where something was kept before: what the file has no column for stays.
    pub fn over(&self, before: &Resource, manager: Option<&str>) -> Resource {
        let mut after = before.clone();
        for (key, value) in &self.resource {
            match (after.get_mut(key), value) {
                (Some(Json::Object(was)), Json::Object(now)) => was.extend(now.clone()),
                _ => drop(after.insert(key.clone(), value.clone())),
            }
        }
        if let Some(manager) = manager {
            let more = after.entry(ENTERPRISE.id).or_insert_with(|| json!({}));
            if let Json::Object(more) = more {
                more.insert("manager".into(), json!({ "value": manager }));
            }
        }
        after
    }
}

/// Reads a file; whose manager is in it comes after them.
pub fn read(source: Source<'_>, mapping: &Mapping) -> Reading<Vec<Person>> {
    let mut findings = Findings::about(source.name);
    let people = people(source, mapping, &mut findings).unwrap_or_default();
    Reading { records: in_line(people), findings: findings.done() }
}

fn people(source: Source<'_>, mapping: &Mapping, findings: &mut Findings) -> Option<Vec<Person>> {
    let table = Table::open(source, None, findings)?;
    let columns = table.columns(&FIELDS, mapping, findings)?;
    let mut people = Vec::new();
    let mut seen = HashMap::new();
    for row in table.rows.iter().filter(|it| !it.is_blank()) {
        if people.len() >= PEOPLE_MAX {
            let says = format!(
                "A file has at most {PEOPLE_MAX} people; those from row {} on were left out.",
                row.number
            );
            findings.push(
                Finding::fault("too-many-people", says).todo("Bring them in with a second file."),
            );
            break;
        }
        let text = |at: usize| Some(columns.get(row, at)).filter(|it| !it.is_empty());
        let refuse = |at: usize, code, says: String| {
            Finding::fault(code, says)
                .row(row.number)
                .column(columns.name(at))
                .value(columns.get(row, at))
        };
        let Some(user_name) = text(0) else {
            findings.push(
                refuse(
                    0,
                    "no-user-name",
                    format!(
                        "Row {} has no user name, so nobody can tell whom it is about.",
                        row.number
                    ),
                )
                .todo("Give one, or take the row out."),
            );
            continue;
        };
        if let Some(first) = seen.insert(user_name.to_lowercase(), row.number) {
            findings.push(
                refuse(
                    0,
                    "user-name-twice",
                    format!("Row {} has the user name of row {first}.", row.number),
                )
                .todo("Keep the row that is right."),
            );
            continue;
        }
        let active = match text(9).map(active) {
            None => None,
            Some(Some(it)) => Some(it),
            Some(None) => {
                findings.push(
                    refuse(9, "odd-active", format!("Row {} does not say yes or no.", row.number))
                        .todo("Write yes or no."),
                );
                continue;
            }
        };
        let mut body = Map::new();
        let mut put = |key: &str, value: Option<Json>| {
            if let Some(it) = value {
                body.insert(key.into(), it);
            }
        };
        put("userName", Some(json!(user_name)));
        put("displayName", text(3).map(|it| json!(it)));
        put(
            "name",
            (columns.has(1) || columns.has(2))
                .then(|| json!({ "givenName": text(1), "familyName": text(2) })),
        );
        put("emails", text(4).map(|it| json!([{ "value": it, "type": "work", "primary": true }])));
        put("title", text(7).map(|it| json!(it)));
        put("active", active.map(|it| json!(it)));
        put(ENTERPRISE.id, Some(json!({ "employeeNumber": text(5), "department": text(6) })));
        match shape::resource(&USER, &Json::Object(body)) {
            Ok(resource) => people.push(Person {
                row: row.number,
                resource,
                manager: text(8).map(ToOwned::to_owned),
            }),
            Err(fault) => {
                let says = format!("Row {} cannot be taken: {}", row.number, fault.says);
                findings.push(refuse(0, "odd-row", says).todo("Mend the row."));
            }
        }
    }
    Some(people)
}

fn active(text: &str) -> Option<bool> {
    match folded(text).as_str() {
        "yes" | "y" | "true" | "1" | "active" | "employed" | "current" => Some(true),
        "no" | "n" | "false" | "0" | "inactive" | "left" | "leaver" | "former" => Some(false),
        _ => None,
    }
}

/// Managers before those whom they manage; a circle stays as it is in the file.
fn in_line(people: Vec<Person>) -> Vec<Person> {
    let names: HashMap<String, usize> =
        people.iter().enumerate().map(|(at, it)| (it.user_name().to_lowercase(), at)).collect();
    let above = |at: usize| {
        let manager = people[at].manager.as_ref()?;
        names.get(&manager.to_lowercase()).copied()
    };
    let (mut order, mut placed) = (Vec::with_capacity(people.len()), HashSet::new());
    for start in 0..people.len() {
        let mut line = Vec::new();
        let mut at = Some(start);
        while let Some(it) = at.filter(|it| !placed.contains(it)) {
            placed.insert(it);
            line.push(it);
            at = above(it);
        }
        order.extend(line.into_iter().rev());
    }
    order.into_iter().map(|at| people[at].clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_staff_is_read_row_by_row() {
        let text = "Username,First name,Surname,Email,Employee ID,Department,Job title,Line manager,Active\n\
            ben,Ben,Ray,ben@x.example,0702,Housing,Clerk,ADA,yes\n\
            ada,Ada,Obi,,,Housing,Head,,\n\
            ,No,Body,,,,,,\n\
            BEN,Ben,Twice,,,,,,\n\
            cy,Cy,Odd,,,,,,perhaps\n\
            dee,Dee,Gone,,,,,,No\n";
        let reading = read(Source::new("staff.csv", text.as_bytes()), &Mapping::new());
        let names: Vec<_> = reading.records.iter().map(|it| (it.row, it.user_name())).collect();
        assert_eq!(names, [(3, "ada"), (2, "ben"), (7, "dee")]);
        let ben = &reading.records[1];
        assert_eq!(ben.manager.as_deref(), Some("ADA"));
        assert_eq!(
            Json::Object(ben.resource.clone()),
            json!({
                "userName": "ben", "name": { "givenName": "Ben", "familyName": "Ray" }, "title": "Clerk", "active": true,
                "emails": [{ "value": "ben@x.example", "type": "work", "primary": true }],
                ENTERPRISE.id: { "employeeNumber": "0702", "department": "Housing" }
            })
        );
        assert_eq!(reading.records[2].resource["active"], false);
        let codes: Vec<_> = reading.findings.iter().map(|it| (it.code, it.row)).collect();
        assert_eq!(
            codes,
            [("no-user-name", Some(4)), ("user-name-twice", Some(5)), ("odd-active", Some(6))]
        );
        let none = read(Source::new("staff.csv", b"Name,Title\nAda,Head\n"), &Mapping::new());
        assert!(none.records.is_empty() && none.faults() == 1, "{:?}", none.findings);
    }

    #[test]
    fn what_the_file_has_no_column_for_stays() {
        let before = shape::resource(
            &USER,
            &json!({
                "userName": "ben", "nickName": "B", "name": { "honorificPrefix": "Dr", "familyName": "Old" },
                ENTERPRISE.id: { "costCenter": "7", "department": "Planning" }
            }),
        );
        let text = "Username,Surname,Department\nben,Ray,Housing\n";
        let reading = read(Source::new("staff.csv", text.as_bytes()), &Mapping::new());
        let after = reading.records[0].over(&before.unwrap(), Some("id-1"));
        assert_eq!(
            Json::Object(after),
            json!({
                "userName": "ben", "nickName": "B", "name": { "honorificPrefix": "Dr", "familyName": "Ray" },
                ENTERPRISE.id: { "costCenter": "7", "department": "Housing", "manager": { "value": "id-1" } }
            })
        );
    }

    #[test]
    fn a_circle_of_managers_ends() {
        let text = "Username,Manager\na,b\nb,c\nc,a\nd,d\n";
        let reading = read(Source::new("staff.csv", text.as_bytes()), &Mapping::new());
        assert_eq!(reading.records.len(), 4);
    }
}
