//! StratML (ISO 17469-1): Part 1 strategic plans, Part 2 performance plans and reports, and the
//! strategy inside a document of the 3.5 dialect.
//!
//! Not here: checking against the schemas. A report that fails its own schema is read all the
//! same, and what is odd about it is said.
//!
//! Always true: goals and objectives keep the order and the tree of the file; keys are unique, a
//! repeated or missing identifier is made one and said; a blank number is no data.

use std::collections::HashMap;

use crate::{
    Source,
    figure::{self, Cell},
    finding::{Finding, Findings, Reading, shown},
    limits::DEPTH_MAX,
    strategy::{Goal, IndicatorRecord, Measurement, MeasurementKind, Stakeholder, Strategy, Value},
    when,
    xml::{self, Element},
};

const INDICATORS: [&str; 3] =
    ["PerformanceIndicator", "QuantitativePerformanceIndicator", "QualitativePerformanceIndicator"];

/// Reads a plan or report.
pub fn read(source: Source<'_>) -> Reading<Strategy> {
    let mut findings = Findings::about(source.name);
    let mut strategy = Strategy::default();
    if let Some(root) = xml::read(source, &mut findings) {
        match core(&root) {
            Some((core, organisation)) => {
                let mut reader = Reader { findings: &mut findings, keys: HashMap::new() };
                strategy = reader.strategy(&root, core, organisation);
            }
            None => findings.push(no_strategy(&root)),
        }
    }
    Reading { records: strategy, findings: findings.done() }
}

/// Where the goals are, and the organisation they belong to.
fn core(root: &Element) -> Option<(&Element, Option<&Element>)> {
    if let Some(core) = root.child("StrategicPlanCore") {
        return Some((core, core.child("Organization")));
    }
    let organisation = root.child("Organization")?;
    Some((organisation.child("Strategy")?, Some(organisation)))
}

fn no_strategy(root: &Element) -> Finding {
    let says =
        format!("The file is XML, but holds no strategy: it begins with {}.", shown(&root.name));
    Finding::fault("not-stratml", says)
        .value(&root.name)
        .todo("Give a StratML StrategicPlan or PerformancePlanOrReport.")
}

struct Reader<'a> {
    findings: &'a mut Findings,
    /// Keys given out, each with how often it was asked for.
    keys: HashMap<String, usize>,
}

impl Reader<'_> {
    fn strategy(
        &mut self,
        root: &Element,
        core: &Element,
        organisation: Option<&Element>,
    ) -> Strategy {
        let administrative = root.child("AdministrativeInformation");
        let administrative_date =
            |name: &'static str| administrative.map_or("", |part| part.text_of(name));
        let start = self.date(administrative_date("StartDate"), "StartDate");
        let end = self.date(administrative_date("EndDate"), "EndDate");
        if core.name == "Strategy" {
            self.findings.push(
                Finding::note("dialect-3-5", "The file is of the StratML 3.5 dialect: its strategy was read, its people, roles and assets were not."),
            );
        }
        if root.child("Submitter").is_some() && core.name == "StrategicPlanCore" {
            self.findings.push(
                Finding::note("outside-its-schema", "The submitter stands outside AdministrativeInformation, where the schema does not have it.")
                    .column("Submitter"),
            );
        }
        let mut strategy = Strategy {
            name: root.text_of("Name").to_owned(),
            description: root.text_of("Description").to_owned(),
            organisation: organisation.map_or("", |one| one.text_of("Name")).to_owned(),
            acronym: organisation.map_or("", |one| one.text_of("Acronym")).to_owned(),
            vision: core.child("Vision").map_or("", |one| one.text_of("Description")).to_owned(),
            mission: core.child("Mission").map_or("", |one| one.text_of("Description")).to_owned(),
            values: core
                .all("Value")
                .map(|value| Value {
                    name: value.text_of("Name").to_owned(),
                    description: value.text_of("Description").to_owned(),
                })
                .filter(|value| !value.name.is_empty() || !value.description.is_empty())
                .collect(),
            start,
            end,
            goals: Vec::new(),
        };
        if let (Some(start), Some(end)) = (start, end)
            && end < start
        {
            self.findings.push(
                Finding::question(
                    "period-backwards",
                    format!("The plan ends on {end}, before it starts on {start}."),
                )
                .todo("Correct one of the dates."),
            );
        }
        for goal in core.all("Goal") {
            self.goal(goal, None, 1, &mut strategy.goals);
        }
        if strategy.goals.is_empty() {
            self.findings.push(
                Finding::fault("no-rows", "No goal is in the file.")
                    .todo("Check that the right file was chosen."),
            );
        }
        strategy
    }

    fn goal(&mut self, element: &Element, parent: Option<&str>, level: u16, goals: &mut Vec<Goal>) {
        // The tree of elements is no deeper than this, so neither is this walk.
        if usize::from(level) > DEPTH_MAX {
            return;
        }
        let name = element.text_of("Name");
        let key = self.key(element, name, "goal");
        if name.is_empty() {
            self.findings.push(
                Finding::question(
                    "name-missing",
                    format!("The {} {} has no name.", element.name.to_lowercase(), shown(&key)),
                )
                .column("Name")
                .todo("Give it a name, or import it with its description as its name."),
            );
        }
        let indicators = element
            .children
            .iter()
            .filter(|child| INDICATORS.contains(&child.name.as_str()))
            .map(|child| self.indicator(child, name))
            .collect();
        goals.push(Goal {
            sequence: element.text_of("SequenceIndicator").to_owned(),
            name: name.to_owned(),
            description: element.text_of("Description").to_owned(),
            level,
            parent: parent.map(str::to_owned),
            stakeholders: element.all("Stakeholder").filter_map(stakeholder).collect(),
            indicators,
            key: key.clone(),
        });
        for below in element
            .children
            .iter()
            .filter(|child| matches!(child.name.as_str(), "Objective" | "Goal"))
        {
            self.goal(below, Some(&key), level + 1, goals);
        }
    }

    /// The identifier, or one made from the name; unique either way.
    fn key(&mut self, element: &Element, name: &str, what: &str) -> String {
        let written = element.text_of("Identifier");
        let wanted = if written.is_empty() {
            format!("{}-{}", what, slug(name))
        } else {
            written.to_owned()
        };
        if written.is_empty() {
            self.findings.push(
                Finding::note(
                    "identifier-missing",
                    format!(
                        "A {what}, \"{}\", has no identifier; it was given {}.",
                        shown(name),
                        shown(&wanted)
                    ),
                )
                .column("Identifier"),
            );
        }
        let mut n = self.keys.get(&wanted).copied().unwrap_or(0) + 1;
        if n == 1 {
            self.keys.insert(wanted.clone(), 1);
            return wanted;
        }
        let mut unique = format!("{wanted}-{n}");
        while self.keys.contains_key(&unique) {
            n += 1;
            unique = format!("{wanted}-{n}");
        }
        self.keys.insert(wanted.clone(), n);
        self.keys.insert(unique.clone(), 1);
        self.findings.push(
            Finding::question(
                "identifier-repeated",
                format!(
                    "The identifier {} is used more than once; this {what} was given {}.",
                    shown(&wanted),
                    shown(&unique)
                ),
            )
            .column("Identifier")
            .value(&wanted)
            .todo("Give each its own identifier, so that the next import finds it again."),
        );
        unique
    }

    fn indicator(&mut self, element: &Element, goal: &str) -> IndicatorRecord {
        let dimension = named_or_text(element, "MeasurementDimension");
        let name = match (dimension.is_empty(), element.text_of("Name")) {
            (false, _) => dimension,
            (true, "") => goal.to_owned(),
            (true, name) => name.to_owned(),
        };
        let key = self.key(element, &name, "indicator");
        if element.attribute("IndicatorType").is_some() {
            self.findings.push(
                Finding::note("outside-its-schema", "An indicator has IndicatorType, where the schema has PerformanceIndicatorType; it was read as that.")
                    .column("IndicatorType"),
            );
        }
        let mut measurements = Vec::new();
        for instance in element.all("MeasurementInstance") {
            for (name, kind) in [
                ("TargetResult", MeasurementKind::Target),
                ("ActualResult", MeasurementKind::Actual),
            ] {
                measurements
                    .extend(instance.all(name).filter_map(|result| self.measurement(result, kind)));
            }
        }
        // The 3.5 dialect writes Target/Result and Actual/Result.
        for (name, kind) in
            [("Target", MeasurementKind::Target), ("Actual", MeasurementKind::Actual)]
        {
            for instance in element.all(name) {
                measurements.extend(
                    instance.all("Result").filter_map(|result| self.measurement(result, kind)),
                );
            }
        }
        IndicatorRecord {
            key,
            name,
            description: first_filled([
                element.text_of("Description"),
                element.text_of("OtherInformation"),
            ]),
            unit: named_or_text(element, "UnitOfMeasurement"),
            better: None,
            baseline: None,
            maintain: false,
            measurements,
        }
    }

    /// A result, unless it says nothing at all.
    fn measurement(&mut self, result: &Element, kind: MeasurementKind) -> Option<Measurement> {
        let (number, description) =
            (result.text_of("NumberOfUnits"), result.text_of("Description"));
        let (first, last) = (result.text_of("StartDate"), result.text_of("EndDate"));
        if number.is_empty() && description.is_empty() && first.is_empty() && last.is_empty() {
            return None;
        }
        let value = match figure::read(number) {
            Cell::Exact(figure) | Cell::Rounded(figure) => Some(figure.text()),
            Cell::NoData => None,
            Cell::OutOfRange | Cell::Unreadable => {
                self.findings.push(
                    Finding::question(
                        "not-a-number",
                        format!("{} is not a number; it was kept as words.", shown(number)),
                    )
                    .column("NumberOfUnits")
                    .value(number)
                    .todo("Write the number alone; put the rest in the description."),
                );
                None
            }
        };
        let raw = if number.is_empty() { description } else { number };
        Some(Measurement {
            start: self.date(first, "StartDate"),
            end: self.date(last, "EndDate"),
            kind,
            value,
            raw: raw.to_owned(),
        })
    }

    fn date(&mut self, written: &str, column: &str) -> Option<jiff::civil::Date> {
        if written.is_empty() {
            return None;
        }
        let date = when::date(written);
        if date.is_none() {
            self.findings.push(
                Finding::question(
                    "not-a-date",
                    format!("{} is not a date; it was left out.", shown(written)),
                )
                .column(column)
                .value(written)
                .todo("Write it as 2026-03-31."),
            );
        }
        date
    }
}

fn stakeholder(element: &Element) -> Option<Stakeholder> {
    let roles: Vec<String> = element
        .all("Role")
        .map(|role| first_filled([role.text_of("Name"), role.text_of("Description")]))
        .filter(|role| !role.is_empty())
        .collect();
    let stakeholder = Stakeholder {
        name: element.text_of("Name").to_owned(),
        description: element.text_of("Description").to_owned(),
        roles,
    };
    (stakeholder != Stakeholder::default()).then_some(stakeholder)
}

/// The text of a child, or its name where the dialect nests one.
fn named_or_text(element: &Element, name: &str) -> String {
    let Some(child) = element.child(name) else { return String::new() };
    first_filled([child.text_of("Name"), child.text()])
}

fn first_filled<const N: usize>(texts: [&str; N]) -> String {
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or("").to_owned()
}

fn slug(name: &str) -> String {
    let dashed: String = name
        .to_lowercase()
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .take(40)
        .collect();
    dashed.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals_keep_their_tree_and_repeated_identifiers_are_told_apart() {
        let text = "<p:StrategicPlan xmlns:p='x'><p:Name>N</p:Name><p:StrategicPlanCore>
            <p:Goal><p:Name>A</p:Name><p:Identifier>g</p:Identifier>
              <p:Objective><p:Name>B</p:Name><p:Identifier>g</p:Identifier></p:Objective></p:Goal>
            </p:StrategicPlanCore></p:StrategicPlan>";
        let reading = read(Source::new("f.xml", text.as_bytes()));
        let goals = &reading.records.goals;
        assert_eq!(
            (goals[1].key.as_str(), goals[1].level, goals[1].parent.as_deref()),
            ("g-2", 2, Some("g"))
        );
        assert_eq!(reading.findings[0].code, "identifier-repeated");
    }

    #[test]
    fn another_kind_of_xml_is_named() {
        let reading = read(Source::new("f.xml", b"<html/>"));
        assert_eq!(reading.findings[0].code, "not-stratml");
        assert!(reading.findings[0].says.contains("html"));
    }
}
