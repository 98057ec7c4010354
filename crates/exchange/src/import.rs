//! One door for every file that comes in: a kind, files and options, to drafts and findings.
//!
//! Not here: what is recorded already; `plan` compares. What a kind takes is listed once, for the
//! command line, the screen and docs/imports.md.
//!
//! Always true: whatever comes in, the answer is drafts and findings, never a failure.

mod options;
pub mod report;
mod sniff;

use std::collections::BTreeMap;

use jiff::civil::Date;
use kernel::Kind;

use crate::{
    Source,
    draft::Drafts,
    drafts::{
        appointments, measurements, organogram as establishment, plain, procedures, requirements,
        strategy, successors,
    },
    finding::{Finding, Findings, Grade},
    guess::Guess,
    organogram, when,
};

pub use crate::drafts::plain::template;
pub use options::{OPTIONS, Opt, options_of};

/// Files in one import.
pub const FILES_MAX: usize = 200;

/// Values by name; see [`OPTIONS`].
pub type Options = BTreeMap<String, String>;

#[derive(Debug)]
pub struct Request<'a> {
    pub kind: &'a str,
    pub files: Vec<Source<'a>>,
    pub options: &'a Options,
    /// The organisation's own date: what a file speaks of when nothing else says so.
    pub today: Date,
}

#[derive(Debug, Default)]
pub struct Imported {
    pub drafts: Drafts,
    pub findings: Vec<Finding>,
    pub tables: Vec<Headings>,
    /// Plain tables, with what they were taken for.
    pub guesses: Vec<Guess>,
    /// What the files were taken for: the kind that was asked for, or one that was guessed.
    pub kind: String,
}

/// The headings of a table, and which was taken for which field: to be shown and changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headings {
    pub file: String,
    pub headings: Vec<String>,
    /// The option that maps a field, what the field is called, and the heading it has.
    pub fields: Vec<(String, String, Option<String>)>,
}

/// A format, or a kind of record as plain CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Organogram,
    Appointments,
    Stratml,
    Goals,
    Oscal,
    Framework,
    Crosswalk,
    Edition,
    Scope,
    Measurements,
    Bpmn,
    /// Any of these, or any table; it is guessed.
    Any,
    Plain(Kind),
}

/// Formats by name, with what they are.
pub const FORMATS: &[(&str, Format, &str)] = &[
    (
        "any",
        Format::Any,
        "whatever it is, guessed from the files: any table, or one of the formats below",
    ),
    (
        "organogram",
        Format::Organogram,
        "a UK government organogram: the senior file, and its junior file",
    ),
    (
        "appointments",
        Format::Appointments,
        "a register of appointments: its tables person, post, organisation and appointment, as the IfG Ministers Database has them",
    ),
    ("stratml", Format::Stratml, "a strategic plan or performance report in StratML, Part 1 or 2"),
    ("goals", Format::Goals, "US agency goals: goals.json, targets.json and codes.json"),
    (
        "oscal",
        Format::Oscal,
        "an OSCAL catalog in JSON, resolved or not, a profile together with what it imports, or assessment results or a plan of action (POA&M) as findings",
    ),
    ("framework", Format::Framework, "the clauses of a framework as CSV, one a row"),
    (
        "crosswalk",
        Format::Crosswalk,
        "pairs of clauses of two frameworks as CSV: mappings between them",
    ),
    (
        "edition",
        Format::Edition,
        "what to do about a new edition of a framework: reviews by the posts that it touches, and what carries over",
    ),
    (
        "scope",
        Format::Scope,
        "whether clauses apply, with all beneath them: in scope, tailored or not applicable, for which reason, and who answers for them",
    ),
    ("measurements", Format::Measurements, "figures as CSV, one a row"),
    ("bpmn", Format::Bpmn, "process models in BPMN 2.0, as procedures with their steps"),
];

impl Format {
    pub fn named(name: &str) -> Option<Format> {
        let format = FORMATS.iter().find(|it| it.0 == name).map(|it| it.1);
        format.or_else(|| plain().find(|it| it.plural() == name).map(Format::Plain))
    }
}

/// Every name that [`Format::named`] knows.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().map(|it| it.0).chain(plain().map(Kind::plural))
}

/// Kinds of record that come in as our own CSV: not what a holder says for themselves.
pub fn plain() -> impl Iterator<Item = Kind> {
    Kind::ALL.into_iter().filter(|it| !Kind::SAID.contains(it))
}

/// What the readers and drafters share.
pub(crate) struct Reading<'a> {
    pub(crate) request: &'a Request<'a>,
    pub(crate) on: Date,
    pub(crate) drafts: Drafts,
    pub(crate) findings: Vec<Finding>,
    pub(crate) tables: Vec<Headings>,
    pub(crate) guesses: Vec<Guess>,
}

impl Reading<'_> {
    /// What an option is called for one of several files, or for the only one.
    pub(crate) fn name_of(&self, name: &str, file: &str) -> String {
        match self.request.files.len() {
            1 => name.to_owned(),
            _ => format!("{name}.{file}"),
        }
    }

    /// An option of a file, or of them all.
    pub(crate) fn of_file(&self, name: &str, file: &str) -> Option<&str> {
        self.option(&format!("{name}.{file}")).or_else(|| self.option(name))
    }

    pub(crate) fn option(&self, name: &str) -> Option<&str> {
        self.request.options.get(name).map(|it| it.trim()).filter(|it| !it.is_empty())
    }

    /// Columns mapped by hand: `column.FIELD` and, for one of several files, `senior.FIELD`.
    pub(crate) fn mapping(&self, prefix: &str) -> crate::Mapping {
        let options = self.request.options.iter();
        options
            .filter(|it| !it.1.trim().is_empty())
            .filter_map(|(name, heading)| {
                let field = name.strip_prefix(prefix)?.strip_prefix('.')?;
                Some((field.to_owned(), heading.clone()))
            })
            .collect()
    }

    pub(crate) fn say(&mut self, mut finding: Finding) {
        if let Some(first) = self.drafts.files.first().filter(|_| finding.file.is_empty()) {
            finding.file.clone_from(first);
        }
        self.findings.push(finding);
    }
}

/// Reads the files of a request.
pub fn read(request: &Request<'_>) -> Imported {
    let mut reading = Reading {
        request,
        on: request.today,
        drafts: Drafts::default(),
        findings: Vec::new(),
        tables: Vec::new(),
        guesses: Vec::new(),
    };
    let files = request.files.iter().map(|it| it.name.to_owned());
    reading.drafts.files = files.take(FILES_MAX).collect();
    let mut kind = request.kind.to_owned();
    match Format::named(request.kind) {
        None => reading.say(unknown_kind(request.kind)),
        Some(_) if request.files.is_empty() || request.files.len() > FILES_MAX => {
            let says = format!(
                "From 1 to {FILES_MAX} files are read at a time; {} came.",
                request.files.len()
            );
            reading.say(Finding::fault("file-count", says).todo("Import them in several goes."));
        }
        Some(mut format) => {
            if format == Format::Any {
                (format, kind) = told_apart(&mut reading);
            }
            options::check(&kind, &mut reading);
            if settle_date(format, &mut reading) {
                read_format(format, &mut reading);
            }
        }
    }
    let Reading { mut drafts, mut findings, tables, guesses, .. } = reading;
    if let ("any", [one]) = (kind.as_str(), &guesses[..]) {
        kind = one.kind.map_or(kind, |it| it.plural().to_owned());
    }
    drafts.meant = meant(request.options);
    findings.sort_by_key(|it| it.grade);
    Imported { drafts, findings, tables, guesses, kind }
}

/// Records that texts stand for, as somebody said: `is.unit.Finance=UNIT-3`.
fn meant(options: &Options) -> BTreeMap<String, String> {
    let meant = options.iter().filter_map(|(name, value)| {
        Some((name.strip_prefix("is.")?.to_owned(), value.trim().to_owned()))
    });
    meant.collect()
}

/// What files are, from their beginnings; tables if nothing else.
fn told_apart(reading: &mut Reading<'_>) -> (Format, String) {
    let said = reading.option("kind").map(str::to_owned);
    let named = said.as_deref().and_then(Format::named).filter(|it| *it != Format::Any);
    if let (Some(kind), Some(format)) = (said, named) {
        return (format, kind);
    }
    let files = &reading.request.files;
    let found = sniff::together(files).or_else(|| files.iter().find_map(|it| sniff::format(*it)));
    let Some((name, why)) = found else { return (Format::Any, "any".into()) };
    let Some(format) = Format::named(name) else { return (Format::Any, "any".into()) };
    let says = format!("The files were taken for {name}: {why}.");
    reading
        .say(Finding::note("taken-for", says).todo("Say what they are if it is something else."));
    (format, name.to_owned())
}

fn read_format(format: Format, reading: &mut Reading<'_>) {
    match format {
        Format::Organogram => read_organogram(reading),
        Format::Appointments => appointments::read(reading),
        Format::Stratml => strategy::read_stratml(reading),
        Format::Goals => strategy::read_goals(reading),
        Format::Oscal => requirements::read_oscal(reading),
        Format::Framework => requirements::read_framework(reading),
        Format::Crosswalk => requirements::read_crosswalk(reading),
        Format::Edition => requirements::read_edition(reading),
        Format::Scope => requirements::read_scope(reading),
        Format::Measurements => measurements::read(reading),
        Format::Bpmn => procedures::read(reading),
        Format::Plain(Kind::Indicator) if measurements::are_definitions(reading) => {
            measurements::read_definitions(reading);
        }
        Format::Plain(kind) => plain::read(Some(kind), reading),
        Format::Any => plain::read(None, reading),
    }
}

/// For which day the files speak. Whether it could be told.
fn settle_date(format: Format, reading: &mut Reading<'_>) -> bool {
    if let Some(written) = reading.option("from").map(str::to_owned) {
        match when::date(&written) {
            Some(day) => reading.on = day,
            None => {
                let says = "The option “from” is no date.";
                let finding = Finding::fault("option-wrong", says).column("from").value(&written);
                reading.say(finding.todo("Write it as 2026-03-31."));
                return false;
            }
        }
    } else if format == Format::Organogram {
        let named = reading.request.files.iter().find_map(|it| when::in_name(it.name));
        reading.on = named.unwrap_or(reading.on);
        let (says, todo) = match named {
            Some(day) => (format!("The file's name says that it is of {day}."), ""),
            None => (
                format!("Nothing says of which day the file is: today was taken, {}.", reading.on),
                "Give the day with the option “from” if it is another.",
            ),
        };
        reading.say(Finding::note("date", says).todo(todo));
    }
    true
}

fn unknown_kind(kind: &str) -> Finding {
    let all: Vec<&str> = kinds().collect();
    Finding::fault("kind-unknown", "There is no such kind of import.")
        .value(kind)
        .todo(format!("Choose one of: {}.", all.join(", ")))
}

fn read_organogram(reading: &mut Reading<'_>) {
    let is_junior = |it: &&Source<'_>| {
        let head = String::from_utf8_lossy(&it.bytes[..it.bytes.len().min(2048)]).into_owned();
        head.contains("Reporting Senior Post") || head.contains("Generic Job Title")
    };
    let request = reading.request;
    let (maps, files): (Vec<&Source<'_>>, Vec<&Source<'_>>) =
        request.files.iter().partition(|it| successors::is_one(it));
    let (junior, senior): (Vec<&Source<'_>>, Vec<&Source<'_>>) =
        files.into_iter().partition(is_junior);
    let ([senior], [] | [_], [] | [_]) = (&senior[..], &junior[..], &maps[..]) else {
        let says = format!(
            "An establishment is one senior file, at most one junior file and at most one successor map; {}, {} and {} came.",
            senior.len(),
            junior.len(),
            maps.len()
        );
        let todo = "Import each department's pair on its own.";
        return reading.say(Finding::fault("file-count", says).todo(todo));
    };
    let junior = junior.first().copied().copied();
    reading.drafts.files = vec![senior.name.to_owned()];
    reading.drafts.files.extend(junior.map(|it| it.name.to_owned()));
    let map = maps.first().copied().copied();
    let at = reading.drafts.files.len();
    reading.drafts.files.extend(map.map(|it| it.name.to_owned()));
    successors::read(map, at, reading);
    let options = organogram::Options {
        senior: reading.mapping("senior"),
        junior: reading.mapping("junior"),
    };
    let found = organogram::read(**senior, junior, &options);
    reading.findings.extend(found.findings);
    reading.tables.extend(organogram::headings(**senior, junior, &options));
    establishment::draft(&found.records, reading.on, &mut reading.drafts, &mut reading.findings);
}

/// A table's headings with what was taken for which field.
pub(crate) fn headings(
    source: Source<'_>,
    prefix: &str,
    fields: &[crate::table::Field],
    mapping: &crate::Mapping,
) -> Option<Headings> {
    let mut unsaid = Findings::about(source.name);
    // The first lines are enough, and cheap however long the file is.
    let cut =
        source.bytes.iter().position(|it| *it == b'\n').map_or(source.bytes.len(), |it| it + 1);
    let head = Source::new(source.name, &source.bytes[..cut.min(HEADING_BYTES_MAX)]);
    let table = crate::table::Table::read(head, &mut unsaid)?;
    let columns = fields.iter().map(|field| {
        let columns = table.columns(std::slice::from_ref(field), mapping, &mut unsaid);
        let at = columns.and_then(|it| it.place(0));
        let heading = at.and_then(|it| table.headings.get(it)).cloned();
        (format!("{prefix}.{}", field.name), field.name.replace('_', " "), heading)
    });
    let fields = columns.collect();
    Some(Headings { file: source.name.to_owned(), headings: table.headings, fields })
}

/// A heading row longer than this is none.
const HEADING_BYTES_MAX: usize = 64 * 1024;

impl Imported {
    pub fn faults(&self) -> usize {
        self.findings.iter().filter(|it| it.grade == Grade::Fault).count()
    }
}
