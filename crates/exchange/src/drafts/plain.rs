//! Our own CSV, one kind of record a file: what `export` writes, and what people fill in by hand.
//!
//! Columns are the kind's fields by name, with `reference`, `from` and `until`, and `name` for
//! people. With a reference a row is about that record; without, its code finds it, or what it
//! joins, or its name.
//!
//! Always true: what was exported and comes back changes nothing; a blank cell leaves what is
//! recorded as it is.

use std::collections::HashMap;

use kernel::{
    Field, Kind, Ref, Shape, Text,
    person::{FORMER, UNNAMED},
};

use super::measurements;
use crate::{
    Mapping, Source,
    draft::{Begin, Draft, End, Given, Identity, Place, Target},
    finding::{Finding, Findings, shown},
    import::{Headings, Reading},
    sheet::Row,
    table::{Table, bare},
    when, wire,
};

/// Columns that are no fields: `status` is written by export for people to read.
const REFERENCE: &str = "reference";
const FROM: &str = "from";
const UNTIL: &str = "until";
const NAME: &str = "name";
const STATUS: &str = "status";

struct Columns {
    kind: Kind,
    reference: Option<usize>,
    from: Option<usize>,
    until: Option<usize>,
    /// A person's.
    name: Option<usize>,
    fields: Vec<(&'static Field, usize)>,
}

pub(crate) fn read(kind: Kind, reading: &mut Reading<'_>) {
    let mapping = reading.mapping("column");
    for (file, source) in reading.request.files.iter().enumerate() {
        let mut findings = Findings::about(source.name);
        if let Some(table) = Table::read(*source, &mut findings) {
            let (columns, headings) = columns(kind, &table, *source, &mapping, &mut findings);
            reading.tables.push(headings);
            if table.rows.is_empty() {
                let says = "The file has headings and no rows.";
                findings.push(Finding::question("no-rows", says).todo("Check the file."));
            }
            for at in order(&columns, &table.rows) {
                let row = &table.rows[at];
                let place = Place { file, row: Some(row.number) };
                if let Some(draft) = columns.draft(row, place, reading, &mut findings) {
                    reading.drafts.add(draft);
                }
            }
        }
        reading.findings.extend(findings.done());
    }
}

fn columns(
    kind: Kind,
    table: &Table,
    source: Source<'_>,
    mapping: &Mapping,
    findings: &mut Findings,
) -> (Columns, Headings) {
    let plain: Vec<String> = table.headings.iter().map(|it| bare(it)).collect();
    let mut used = vec![false; plain.len()];
    let mut headings = Headings {
        file: source.name.to_owned(),
        headings: table.headings.clone(),
        fields: Vec::new(),
    };
    let mut find = |names: &[&str]| {
        let wanted: Vec<String> = match mapping.get(names[0]) {
            Some(heading) => vec![bare(heading)],
            None => names.iter().map(|it| bare(it)).collect(),
        };
        let at = wanted.iter().find_map(|it| plain.iter().position(|heading| heading == it));
        if let Some(at) = at {
            used[at] = true;
        }
        let heading = at.and_then(|it| table.headings.get(it)).cloned();
        headings.fields.push((format!("column.{}", names[0]), names[0].replace('_', " "), heading));
        at
    };
    let reference = find(&[REFERENCE]);
    let from = find(&[FROM]);
    let until = find(&[UNTIL]);
    let name = if kind == Kind::Person { find(&[NAME]) } else { None };
    let mut fields = Vec::new();
    for field in kind.fields().iter().filter(|it| it.shape.is_given()) {
        let name = wire::column(kind, field);
        if let Some(at) = find(&[&name, field.label]) {
            fields.push((field, at));
        }
    }
    // Exports also have what is worked out; to read it back would say nothing.
    let worked_out = kind.fields().iter().filter(|it| matches!(it.shape, Shape::Found(_)));
    let worked_out: Vec<&str> = worked_out.map(|it| it.name).collect();
    for name in worked_out.iter().copied().chain([STATUS]) {
        find(&[name]);
    }
    headings.fields.truncate(headings.fields.len() - worked_out.len() - 1);
    let unused = table.headings.iter().zip(&used).filter(|it| !*it.1 && !it.0.is_empty());
    let unused: Vec<&str> = unused.map(|it| it.0.as_str()).collect();
    if !unused.is_empty() {
        let says = format!("Columns that are no field of {} were passed over.", kind.plural());
        let todo = format!("Its fields are: {}.", names(kind).join(", "));
        let finding = Finding::question("columns-passed-over", says);
        findings.push(finding.row(1).value(&unused.join(", ")).todo(todo));
    }
    if fields.is_empty() && name.is_none() && reference.is_none() {
        let says = format!("No heading is a field of {}.", kind.plural());
        let todo = format!("The first row names the columns: {}.", names(kind).join(", "));
        findings.push(Finding::fault("heading-missing", says).row(1).todo(todo));
    }
    (Columns { kind, reference, from, until, name, fields }, headings)
}

/// The columns of a kind, as export writes them.
fn names(kind: Kind) -> Vec<String> {
    let mut names: Vec<String> = [REFERENCE, FROM, UNTIL].map(str::to_owned).into();
    if kind == Kind::Person {
        names.push(NAME.into());
    }
    let fields = kind.fields().iter().filter(|it| it.shape.is_given());
    names.extend(fields.map(|it| wire::column(kind, it)));
    names
}

impl Columns {
    fn cell<'a>(&self, row: &'a Row, at: Option<usize>) -> &'a str {
        at.map_or("", |it| row.cell(it)).trim()
    }

    fn field<'a>(&self, row: &'a Row, name: &str) -> &'a str {
        let at = self.fields.iter().find(|it| it.0.name == name).map(|it| it.1);
        self.cell(row, at)
    }

    fn draft(
        &self,
        row: &Row,
        place: Place,
        reading: &Reading<'_>,
        findings: &mut Findings,
    ) -> Option<Draft> {
        if row.is_blank() {
            return None;
        }
        let identity = self.identity(row, findings)?;
        let mut draft = Draft::new(self.kind, identity, reading.on, place);
        let mut day = |name: &str, at| match self.cell(row, at) {
            "" => Some(None),
            written => match when::date(written) {
                Some(day) => Some(Some(day)),
                None => {
                    let says = format!("“{name}” is no date; the row was left out.");
                    let finding = Finding::fault("not-a-date", says).column(name).value(written);
                    findings.push(finding.row(row.number).todo("Write it as 2026-03-31."));
                    None
                }
            },
        };
        if let Some(from) = day(FROM, self.from)? {
            draft.begin = Begin::On(from);
        }
        if let Some(until) = day(UNTIL, self.until)? {
            draft.end = End::On(until);
        }
        for (field, at) in &self.fields {
            let cell = self.cell(row, Some(*at));
            if !cell.is_empty() {
                draft.terms.push((field.name, Given::Written(cell.into())));
            }
        }
        if self.kind == Kind::Person {
            draft.name = self.name(row, findings)?;
        }
        Some(draft)
    }

    fn identity(&self, row: &Row, findings: &mut Findings) -> Option<Identity> {
        let written = self.cell(row, self.reference);
        if !written.is_empty() {
            if let Some(of) = written.parse::<Ref>().ok().filter(|it| it.kind == self.kind) {
                return Some(Identity::Is(Target::Record(of)));
            }
            let prefix = self.kind.prefix();
            let says = format!("{} is no reference of a {}.", shown(written), self.kind.word());
            findings.push(
                Finding::fault("reference-unknown", says)
                    .row(row.number)
                    .column(REFERENCE)
                    .value(written)
                    .todo(format!("Write it like {prefix}-12, or leave it blank for a new one.")),
            );
            return None;
        }
        let code = self.field(row, "code");
        Some(match self.kind {
            Kind::Organisation => Identity::Top,
            Kind::Tenure | Kind::Duty | Kind::Anchor | Kind::Obligation => Identity::Links,
            _ if code.is_empty() => Identity::Name,
            _ => Identity::Code { code: code.into(), within: None },
        })
    }

    /// A person's name. What stands where a name was erased is none.
    #[expect(clippy::option_option, reason = "left out, without a name, with one: three answers")]
    fn name(&self, row: &Row, findings: &mut Findings) -> Option<Option<String>> {
        let written = self.cell(row, self.name);
        let known = !self.cell(row, self.reference).is_empty();
        let written = if [FORMER, UNNAMED].contains(&written) { "" } else { written };
        if written.is_empty() && known {
            return Some(None);
        }
        let bare = written.strip_prefix('\'').filter(|it| it.starts_with(['=', '+', '-', '@']));
        match wire::person_name(bare.unwrap_or(written)) {
            Ok(name) => Some(Some(name)),
            Err(why) => {
                let finding = Finding::fault("name-unusable", why).row(row.number).column(NAME);
                findings.push(finding.todo("Write the person's name."));
                None
            }
        }
    }
}

/// Rows so that what stands above another in a tree comes before it, wherever it is in the file.
fn order(columns: &Columns, rows: &[Row]) -> Vec<usize> {
    let Some(tree) = columns.kind.tree() else { return (0..rows.len()).collect() };
    let mut places: HashMap<Text, usize> = HashMap::with_capacity(rows.len() * 2);
    for (at, row) in rows.iter().enumerate() {
        let names = [columns.field(row, NAME), columns.field(row, "code")];
        let reference = columns.cell(row, columns.reference);
        for name in names.into_iter().chain([reference]).filter(|it| !it.is_empty()) {
            places.insert(name.into(), at);
        }
    }
    let above: Vec<Option<usize>> =
        rows.iter().map(|row| places.get(columns.field(row, tree)).copied()).collect();
    super::from_the_top(&above)
}

/// An empty file of a kind: the headings, and a row that shows what goes where.
pub fn template(kind: &str) -> Option<String> {
    if kind == "measurements" {
        let [heading, row] = measurements::TEMPLATE.map(|it| it.map(str::to_owned).to_vec());
        return Some(wire::csv(&heading, &[row]));
    }
    let kind = crate::import::plain().find(|it| it.plural() == kind)?;
    let heading = names(kind);
    let row = heading.iter().map(|it| example(kind, it)).collect();
    Some(wire::csv(&heading, &[row]))
}

fn example(kind: Kind, column: &str) -> String {
    let field = kind.fields().iter().find(|it| wire::column(kind, it) == column);
    let optional =
        ["within", "reports_to", "parent", "initiative", "target_high", "share", "group", "rules"];
    let written = match (kind, column) {
        (Kind::Organisation, REFERENCE) => "ORG-1",
        (Kind::Organisation, FROM) => "",
        (_, REFERENCE | UNTIL) => "",
        (_, FROM) => "2026-04-01",
        (Kind::Person, NAME) => "Sam Example",
        (Kind::Organisation, NAME) => "Example Council",
        (Kind::Unit, NAME) => "Housing",
        (Kind::Post, NAME) => "Head of Housing",
        (Kind::Plan, NAME) => "Council Plan 2026-2030",
        (Kind::Objective, NAME) => "Warm, safe homes",
        (Kind::Indicator, NAME) => "Repairs done in time",
        (Kind::Framework, NAME) => "Fire safety",
        (Kind::Requirement, NAME) => "Doors are checked",
        (Kind::Control, NAME) => "Quarterly door check",
        (Kind::Initiative, NAME) => "New doors",
        (Kind::Action, NAME) => "Order doors",
        (Kind::Decision, NAME) => "Buy steel doors",
        (Kind::Rule, NAME) => "Monitoring officer",
        (Kind::Authority, "act") => "Approve spending",
        (Kind::Delegation, "to") => "POST-2",
        (_, "levels") => "Priority; Outcome",
        (Kind::Duty, "subject") => "OBJ-1",
        (Kind::Anchor, "what_serves") => "IND-1",
        _ => "",
    };
    if !written.is_empty() || optional.contains(&column) {
        return written.to_owned();
    }
    let Some(field) = field else { return String::new() };
    match field.shape {
        Shape::Flag => "no".into(),
        Shape::Day => "2026-09-30".into(),
        Shape::Amount => "1".into(),
        Shape::Whole => "10".into(),
        Shape::Choice(words) => words.first().copied().unwrap_or_default().to_owned(),
        Shape::Link(kind) | Shape::Links(kind) => format!("{}-1", kind.prefix()),
        _ => String::new(),
    }
}
