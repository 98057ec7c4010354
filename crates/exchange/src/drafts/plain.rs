//! Any plain table, one kind of record a file: what `export` writes, what people fill in by hand,
//! and what others keep in spreadsheets.
//!
//! Which column is which field is guessed (`guess`) or chosen. With a reference a row is about that
//! record; without, its code finds it, or what it joins, or its name.
//!
//! Always true: what was exported and comes back changes nothing; a blank cell leaves what is
//! recorded as it is; what reads in two ways is asked about and not taken until it is answered.

mod cells;

use std::collections::HashMap;

use kernel::{
    Kind, Ref, Shape, Text, Value,
    person::{FORMER, UNNAMED},
};

use self::cells::Style;
use super::measurements;
use crate::{
    Source,
    draft::{Begin, Draft, DraftId, End, Given, Holder, Holders, Identity, Item, Place, Target},
    finding::{Finding, Findings, shown},
    guess::{self, Chosen, Guess, Sure, What},
    import::Reading,
    sheet::Row,
    table::{Table, bare},
    when::{self, Order},
    wire,
};

/// Columns that are no fields.
const REFERENCE: &str = "reference";
const FROM: &str = "from";
const UNTIL: &str = "until";
const NAME: &str = "name";

/// Kinds so that what one leads to comes before it.
const IN_ORDER: [Kind; 29] = [
    Kind::Organisation,
    Kind::Unit,
    Kind::Post,
    Kind::Person,
    Kind::Tenure,
    Kind::Plan,
    Kind::Objective,
    Kind::Framework,
    Kind::Requirement,
    Kind::Mapping,
    Kind::Obligation,
    Kind::Risk,
    Kind::Control,
    Kind::Indicator,
    Kind::Initiative,
    Kind::Decision,
    Kind::Rule,
    Kind::Authority,
    Kind::Delegation,
    Kind::Procedure,
    Kind::Step,
    Kind::Question,
    Kind::Audit,
    Kind::Finding,
    Kind::Action,
    Kind::Threshold,
    Kind::Succession,
    Kind::Anchor,
    Kind::Duty,
];

/// A table of a kind that is known.
struct Known {
    file: usize,
    kind: Kind,
    table: Table,
    guess: Guess,
    findings: Findings,
}

/// Reads tables of one kind, or each of the kind that it is guessed to be.
pub(crate) fn read(kind: Option<Kind>, reading: &mut Reading<'_>) {
    let mut known: Vec<Known> = Vec::new();
    for (file, source) in reading.request.files.iter().enumerate() {
        let mut findings = Findings::about(source.name);
        let sheet = reading.of_file("sheet", source.name).map(str::to_owned);
        let Some(table) = Table::open(*source, sheet.as_deref(), &mut findings) else {
            reading.findings.extend(findings.done());
            continue;
        };
        let guess = guessed(kind, *source, &table, reading, &mut findings);
        match guess.kind {
            Some(kind) => {
                known.push(Known { file, kind, table, guess: guess.clone(), findings });
            }
            None => reading.findings.extend(findings.done()),
        }
        reading.guesses.push(guess);
    }
    let rank = |kind: Kind| IN_ORDER.iter().position(|it| *it == kind);
    known.sort_by_key(|it| rank(it.kind));
    for one in known {
        take(one, reading);
    }
}

fn guessed(
    kind: Option<Kind>,
    source: Source<'_>,
    table: &Table,
    reading: &Reading<'_>,
    findings: &mut Findings,
) -> Guess {
    let stem = source.name.rsplit(['/', '\\']).next().unwrap_or(source.name);
    let names: Vec<&str> = std::iter::once(stem).chain(table.sheet.as_deref()).collect();
    let said = reading.of_file("kind", source.name);
    let of_option = said.and_then(|it| crate::import::plain().find(|kind| kind.plural() == it));
    let chosen = Chosen { kind: kind.or(of_option), columns: chosen_columns(reading) };
    let mut guess = guess::guess(table, &names, &chosen);
    guess.file = source.name.to_owned();
    if guess.kind.is_none() {
        let kinds = IN_ORDER.map(|it| (it.plural().to_owned(), it.plural().to_owned()));
        let says = "Nobody can tell what this table is about.";
        findings.push(
            Finding::question("kind-to-choose", says)
                .todo("Say what its rows are: posts, people, indicators …")
                .must(reading.name_of("kind", source.name), kinds.to_vec()),
        );
    }
    guess
}

/// Headings with what somebody says that they become: `map.HEADING=field`, `column.field=HEADING`.
fn chosen_columns(reading: &Reading<'_>) -> Vec<(String, Option<String>)> {
    let by_field = reading.mapping("column").into_iter().map(|(field, it)| (it, Some(field)));
    let by_heading = reading.mapping("map").into_iter();
    let by_heading = by_heading.map(|(heading, it)| (heading, (it != LEFT_OUT).then_some(it)));
    by_field.chain(by_heading).collect()
}

/// What a column becomes that is to be left out.
const LEFT_OUT: &str = "-";

/// One column that is taken.
struct Taken {
    target: guess::Target,
    at: usize,
    heading: String,
    style: Style,
}

struct Columns {
    kind: Kind,
    taken: Vec<Taken>,
    /// What every row says that no column says.
    all: Vec<(guess::Target, String)>,
}

fn take(one: Known, reading: &mut Reading<'_>) {
    let Known { file, kind, table, guess, mut findings } = one;
    say_left_out(kind, &guess, reading, &mut findings);
    if table.rows.is_empty() {
        let says = "The file has headings and no rows.";
        findings.push(Finding::question("no-rows", says).todo("Check the file."));
    }
    let columns = Columns {
        kind,
        taken: cells::styled(&table, &guess, reading, &mut findings),
        all: said_of_all(kind, &guess, reading),
    };
    for at in order(&columns, &table.rows) {
        let row = &table.rows[at];
        let place = Place { file, row: Some(row.number) };
        if let Some(draft) = columns.draft(row, place, reading, &mut findings) {
            let begins = match draft.begin {
                Begin::On(it) | Begin::IfNew(it) => it.max(reading.on),
                Begin::Unsaid | Begin::ByLatest(_) => reading.on,
            };
            let id = reading.drafts.add(draft);
            columns.beside(id, begins, row, place, reading);
        }
    }
    reading.findings.extend(findings.done());
}

/// Says which columns are left out, and what is missing.
fn say_left_out(kind: Kind, guess: &Guess, reading: &Reading<'_>, findings: &mut Findings) {
    let ours = is_ours(guess);
    let unused = guess.columns.iter().filter(|it| {
        let worked_out = ours && guess::is_worked_out(kind, &it.heading);
        let said = bare(&it.heading) == "status" || it.sure == Sure::Chosen;
        it.becomes.is_none() && !worked_out && !said
    });
    let unused: Vec<&str> = unused.map(|it| it.heading.as_str()).collect();
    if !unused.is_empty() {
        let says = format!("Columns that are no field of {} were passed over.", kind.plural());
        let todo = format!("Its fields are: {}.", names(kind).join(", "));
        let finding = Finding::question("columns-passed-over", says).row(guess.heading_row);
        findings.push(finding.value(&unused.join(", ")).todo(todo));
    }
    if guess.columns.iter().all(|it| it.becomes.is_none()) {
        let says = format!("No heading is a field of {}.", kind.plural());
        let todo = format!("Say what the columns are: {}.", names(kind).join(", "));
        let finding = Finding::fault("heading-missing", says).row(guess.heading_row);
        findings.push(finding.todo(todo));
    }
    let by_hand = |it: &&guess::Column| it.sure == Sure::Chosen && it.becomes.is_none();
    let chosen = chosen_columns(reading);
    for column in guess.columns.iter().filter(by_hand) {
        let asked = chosen.iter().find(|it| bare(&it.0) == bare(&column.heading));
        let Some((_, Some(field))) = asked else { continue };
        let says = format!("A column cannot become “{field}” in {}.", kind.plural());
        findings.push(
            Finding::fault("field-unknown", says)
                .column(&column.heading)
                .todo(format!("Choose one of: {}.", targets_of(kind))),
        );
    }
    for (heading, _) in &chosen {
        if !guess.columns.iter().any(|it| bare(&it.heading) == bare(heading)) {
            let says = format!("“{heading}” was to be read, and the file has no such column.");
            findings.push(
                Finding::fault("mapped-heading-missing", says)
                    .column(heading)
                    .todo("Choose one of the headings in the file."),
            );
        }
    }
}

fn targets_of(kind: Kind) -> String {
    guess::targets(kind).iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Whether it is a file of ours that comes back: its references are those of its kind.
fn is_ours(guess: &Guess) -> bool {
    let references = |it: &guess::Column| {
        let becomes = it.becomes.as_ref().is_some_and(|it| it.what == What::Reference);
        let of_kind = |it: &String| it.parse::<Ref>().is_ok_and(|it| Some(it.kind) == guess.kind);
        becomes && it.samples.iter().any(of_kind)
    };
    guess.columns.iter().any(references)
}

/// `all.FIELD=VALUE`, where no column says it.
fn said_of_all(kind: Kind, guess: &Guess, reading: &Reading<'_>) -> Vec<(guess::Target, String)> {
    let said = reading.mapping("all");
    let has =
        |it: &guess::Target| guess.columns.iter().any(|column| column.becomes.as_ref() == Some(it));
    let targets = guess::targets(kind).into_iter().filter(|it| !has(it));
    targets.filter_map(|it| said.get(&it.name).map(|value| (it, value.clone()))).collect()
}

/// The columns of a kind, as export writes them.
fn names(kind: Kind) -> Vec<String> {
    let mut names: Vec<String> = [REFERENCE, FROM, UNTIL].map(str::to_owned).into();
    if kind == Kind::Person {
        names.push(NAME.into());
    }
    names.extend(kind.given().map(|it| wire::column(kind, it)));
    names
}

impl Columns {
    fn find(&self, what: impl Fn(What) -> bool) -> Option<&Taken> {
        self.taken.iter().find(|it| what(it.target.what))
    }

    fn cell<'a>(&self, row: &'a Row, what: What) -> &'a str {
        self.find(|it| it == what).map_or("", |it| row.cell(it.at)).trim()
    }

    fn field<'a>(&self, row: &'a Row, name: &str) -> &'a str {
        let at = self.find(|it| matches!(it, What::Field(field) if field.name == name));
        at.map_or("", |it| row.cell(it.at)).trim()
    }

    /// A day in a column of days; the outer nothing leaves the row out.
    #[expect(clippy::option_option, reason = "left out, not said, said: three answers")]
    fn day(
        &self,
        row: &Row,
        what: What,
        findings: &mut Findings,
    ) -> Option<Option<jiff::civil::Date>> {
        let Some(taken) = self.find(|it| it == what) else { return Some(None) };
        let written = row.cell(taken.at).trim();
        // What is asked about is not taken, whatever it says.
        let Some(order) = taken.style.order() else { return Some(None) };
        if written.is_empty() {
            return Some(None);
        }
        if let Some(day) = when::day(written, order) {
            return Some(Some(day));
        }
        let name = &taken.heading;
        let says = format!("“{name}” is no date; the row was left out.");
        let finding = Finding::fault("not-a-date", says).column(name).value(written);
        findings.push(finding.row(row.number).todo("Write it as 2026-03-31."));
        None
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
        if let Some(from) = self.day(row, What::From, findings)? {
            draft.begin = Begin::On(from);
        } else if let Some(since) = self.day(row, What::HolderFrom, findings)? {
            // Whoever holds a post since a day, holds one that was there.
            draft.begin = Begin::IfNew(since.min(reading.on));
        }
        if let Some(until) = self.day(row, What::Until, findings)? {
            draft.end = End::On(until);
        }
        for taken in &self.taken {
            let What::Field(field) = taken.target.what else { continue };
            if let Some(cell) = cells::written(field, &taken.style, row, taken.at) {
                draft.terms.push((field.name, Given::Written(cell.into())));
            }
        }
        for (target, value) in &self.all {
            if let What::Field(field) = target.what {
                draft.terms.push((field.name, Given::Written(value.as_str().into())));
            }
        }
        if self.kind == Kind::Person {
            draft.name = self.name(row, findings)?;
        }
        Some(draft)
    }

    fn identity(&self, row: &Row, findings: &mut Findings) -> Option<Identity> {
        let written = self.cell(row, What::Reference);
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
            Kind::Tenure
            | Kind::Duty
            | Kind::Anchor
            | Kind::Obligation
            | Kind::Mapping
            | Kind::Succession => Identity::Links,
            _ if code.is_empty() => Identity::Name,
            _ => Identity::Code { code: code.into(), within: None },
        })
    }

    /// A person's name. What stands where a name was erased is none.
    #[expect(clippy::option_option, reason = "left out, without a name, with one: three answers")]
    fn name(&self, row: &Row, findings: &mut Findings) -> Option<Option<String>> {
        let written = self.cell(row, What::Name);
        let known = !self.cell(row, What::Reference).is_empty();
        let written = if [FORMER, UNNAMED].contains(&written) { "" } else { written };
        if written.is_empty() && known {
            return Some(None);
        }
        let bare = written.strip_prefix('\'').filter(|it| it.starts_with(['=', '+', '-', '@']));
        let first = self.cell(row, What::FirstName);
        match wire::person_name(&format!("{first} {}", bare.unwrap_or(written))) {
            Ok(name) => Some(Some(name)),
            Err(why) => {
                let finding = Finding::fault("name-unusable", why).row(row.number).column(NAME);
                findings.push(finding.todo("Write the person's name."));
                None
            }
        }
    }

    /// What a row says beside its record: who answers for it, what it serves, who holds it.
    fn beside(
        &self,
        of: DraftId,
        begins: jiff::civil::Date,
        row: &Row,
        place: Place,
        reading: &mut Reading<'_>,
    ) {
        let beside = |kind: Kind| {
            let mut draft = Draft::new(kind, Identity::Links, reading.on, place);
            draft.begin = Begin::IfNew(begins);
            draft.beside = true;
            draft
        };
        let said = |what: What| match self.cell(row, what) {
            "" => self.all.iter().find(|it| it.0.what == what).map_or("", |it| it.1.as_str()),
            cell => cell,
        };
        let mut more = Vec::new();
        if let post @ [_, ..] = said(What::Accountable).as_bytes() {
            let post = String::from_utf8_lossy(post).as_ref().into();
            let mut draft = beside(Kind::Duty).link("subject", Target::Draft(of));
            draft.terms.push(("post", Given::Written(post)));
            more.push(Item::Record(draft.is("role", Value::Choice("accountable"))));
        }
        let served = said(What::Serves).split(';').map(str::trim).filter(|it| !it.is_empty());
        for objective in served {
            let mut draft = beside(Kind::Anchor).link("from", Target::Draft(of));
            draft.terms.push(("serves", Given::Written(objective.into())));
            more.push(Item::Record(draft));
        }
        let holder = self.cell(row, What::Holder);
        if !holder.is_empty() {
            let name = format!("{} {holder}", self.cell(row, What::FirstName));
            let vacant = matches!(
                holder.to_lowercase().as_str(),
                "vacant" | "vacancy" | "tbc" | "tba" | "n/a" | "none" | "-"
            );
            let one = Holder { name: Some(name.trim().to_owned()), share: None, place };
            let since = self.find(|it| it == What::HolderFrom).and_then(|it| {
                when::day(row.cell(it.at).trim(), it.style.order().unwrap_or(Order::DayFirst))
            });
            more.push(Item::Holders(Holders {
                post: of,
                on: since.unwrap_or(reading.on),
                holders: if vacant { Vec::new() } else { vec![one] },
                place,
            }));
        }
        reading.drafts.items.extend(more);
    }
}

/// Rows so that what stands above another in a tree comes before it, wherever it is in the file.
fn order(columns: &Columns, rows: &[Row]) -> Vec<usize> {
    let Some(tree) = columns.kind.tree() else { return (0..rows.len()).collect() };
    let mut places: HashMap<Text, usize> = HashMap::with_capacity(rows.len() * 2);
    for (at, row) in rows.iter().enumerate() {
        let names = [columns.field(row, NAME), columns.field(row, "code")];
        let beside = [What::Reference, What::Holder].map(|it| columns.cell(row, it));
        for name in names.into_iter().chain(beside).filter(|it| !it.is_empty()) {
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
    let optional = [
        "within",
        "reports_to",
        "parent",
        "initiative",
        "target_high",
        "share",
        "group",
        "rules",
        "follows",
        "watches",
        "approver",
        "next",
        "low",
        "high",
        "branch_to",
        "audit",
        "part_of",
        "of_unit",
        "baseline",
        "override_until",
    ];
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
        (Kind::Procedure, NAME) => "Weekly fire door check",
        (Kind::Step, NAME) => "Look at every door",
        (Kind::Question, NAME) => "Does every door close by itself?",
        (Kind::Procedure, "schedule") => "FREQ=WEEKLY;BYDAY=MO",
        (Kind::Procedure, "starts_on") => "schedule",
        (Kind::Procedure, "time") => "08:00",
        (Kind::Procedure, "zone") => "Europe/London",
        (Kind::Risk, NAME) => "Fire in a block of flats",
        (Kind::Risk, "likelihood" | "impact") => "4",
        (Kind::Risk, "residual_likelihood" | "residual_impact") => "2",
        (Kind::Risk, "appetite") => "8",
        (Kind::Threshold, "sort") => "tenure about to end",
        (Kind::Threshold, "number") => "60",
        (Kind::Succession, "old" | "what_gave_way") => "POST-1",
        (Kind::Succession, "new" | "what_came_after_it") => "POST-2",
        (Kind::Audit, NAME) => "Fire safety 2026",
        (Kind::Finding, "regards") => "CTL-1",
        (Kind::Finding, NAME) => "Door wedged open",
        (Kind::Rule, NAME) => "Monitoring officer",
        (Kind::Authority, "act") => "Approve spending",
        (Kind::Delegation, "to") => "POST-2",
        (_, "levels") => "Priority; Outcome",
        (Kind::Duty, "subject") => "OBJ-1",
        (Kind::Anchor, "what_serves") => "IND-1",
        (Kind::Mapping, "target") => "REQ-2",
        (Kind::Mapping, "strength") => "80",
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
