//! Columns: what a list can show about each record of a kind, and in what order it puts it.
//!
//! A column is a field of the kind or something computed; page, file and sorting draw on the same
//! [`Datum`], so that they cannot differ.

use jiff::civil::Date;
use kernel::{
    Amount, Field, Kind, Ref, Shape, Value, duty,
    id::{Id, IndicatorId, PersonId, PostId},
    read::{thread, view::Status, who},
    status::days_between,
};

use crate::{
    pages::{Pen, capital, measure, record, trend},
    ui::{self, Cell, Link},
};

/// Columns at most in one list.
pub(super) const COLUMNS_MAX: usize = 24;
/// Characters of a long text that a cell shows; the record has the rest.
const CELL_CHARS_MAX: usize = 160;
/// Names in one cell.
const CELL_LINKS_MAX: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Column {
    /// As in the address: the name of a field, or a word of ours.
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    of: Of,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Of {
    Field(&'static Field),
    Status,
    Confidence,
    Accountable,
    /// Who holds the post, or the accountable post.
    Holder,
    /// The unit of the accountable post.
    Unit,
    /// The posts that a person holds.
    Holds,
    /// Done, late or open.
    Progress,
    Serves,
    Latest,
    /// The newest values, as a line.
    Trend,
    /// What its chart says: whether it has changed.
    Variation,
    /// And whether it can be relied on to meet its target.
    Assurance,
    Measured,
    Since,
    Until,
}

/// What stands in a cell.
#[derive(Debug, Clone)]
pub(super) enum Datum {
    Nothing,
    Text(String),
    Flag(bool),
    Amount(Amount),
    Whole(i64),
    Day(Date),
    Link(Ref),
    Links(Vec<Ref>),
    Status(Ref),
    Trend(Ref),
    Verdict(ui::Verdicts),
    /// Days it is late; below zero for days that are left.
    Late(i64),
    Done,
}

/// What a kind's name does not say already: whether a field can be a column.
fn tells(kind: Kind, it: &Field) -> bool {
    let borrowed = matches!((kind, it.name), (Kind::Tenure, "post" | "person"));
    // An authority is called by its act.
    let named = it.name == "name" || (kind, it.name) == (Kind::Authority, "act");
    !matches!(it.shape, Shape::Sealed) && (!named || borrowed)
}

/// Every column that a list of `kind` can have.
pub(super) fn offered(kind: Kind) -> Vec<Column> {
    let column = |name, label, of| Column { name, label, of };
    let mut all: Vec<Column> = kind
        .fields()
        .iter()
        .filter(|it| tells(kind, it))
        .map(|it| column(exchange_name(kind, it), it.label, Of::Field(it)))
        .collect();
    let judged = matches!(
        kind,
        Kind::Plan | Kind::Objective | Kind::Indicator | Kind::Initiative | Kind::Action
    );
    all.push(column("status", "Status", Of::Status));
    if judged {
        all.push(column("confidence", "Confidence", Of::Confidence));
    }
    if duty::SUBJECTS.contains(&kind) {
        all.push(column("accountable", "Accountable", Of::Accountable));
        all.push(column("held_by", "Held by", Of::Holder));
        if kind != Kind::Unit {
            all.push(column("in_unit", "Unit", Of::Unit));
        }
    }
    match kind {
        Kind::Post | Kind::Duty => all.push(column("held_by", "Held by", Of::Holder)),
        Kind::Person => all.push(column("holds", "Holds", Of::Holds)),
        Kind::Action | Kind::Initiative => {
            all.push(column("progress", "Progress", Of::Progress));
        }
        Kind::Indicator => {
            all.push(column("latest", "Latest", Of::Latest));
            all.push(column("trend", "Trend", Of::Trend));
            all.push(column("variation", "Variation", Of::Variation));
            all.push(column("assurance", "Assurance", Of::Assurance));
            all.push(column("measured", "Measured on", Of::Measured));
        }
        _ => (),
    }
    if kernel::anchor::ANCHORED.contains(&kind) {
        all.push(column("serves", "Serves", Of::Serves));
    }
    all.push(column("since", "Since", Of::Since));
    all.push(column("until", "Until", Of::Until));
    all
}

/// As in a spreadsheet's heading.
fn exchange_name(kind: Kind, it: &'static Field) -> &'static str {
    if kind == Kind::Anchor && it.name == "from" { "what_serves" } else { it.name }
}

/// What a reader of that kind asks for first.
fn usual(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Organisation => &["since"],
        Kind::Unit => &["code", "within", "accountable"],
        Kind::Post => &["unit", "held_by", "reports_to", "statutory", "status"],
        Kind::Person => &["holds"],
        Kind::Tenure => &["capacity", "since", "until"],
        Kind::Duty => &["held_by", "status", "since"],
        Kind::Plan => &["status", "accountable", "held_by"],
        Kind::Objective => &["code", "status", "parent", "accountable", "held_by"],
        Kind::Anchor => &["weight", "since"],
        Kind::Indicator => &[
            "code",
            "latest",
            "trend",
            "target",
            "variation",
            "assurance",
            "status",
            "accountable",
        ],
        Kind::Framework => &["code", "edition", "accountable"],
        Kind::Mapping => &["relationship", "strength", "since"],
        Kind::Requirement => &["framework", "parent", "accountable"],
        Kind::Obligation => &["status", "scope", "accountable", "held_by"],
        Kind::Control => &["code", "status", "meets", "accountable", "held_by"],
        Kind::Initiative => &["due", "progress", "status", "accountable"],
        Kind::Action => &["due", "progress", "initiative", "accountable"],
        Kind::Decision => &["since", "value", "status", "review_on", "accountable"],
        Kind::Acceptance => &["status", "tenure", "reason", "since"],
        Kind::Handover => &["status", "outgoing", "incoming", "since"],
        Kind::Rule => &["sort", "source", "posts", "pack"],
        Kind::Authority => &["code", "post", "limit", "measure", "source"],
        Kind::Procedure => &["code", "post", "starts_on", "schedule", "unit"],
        Kind::Step => &["procedure", "position", "post", "exercises", "approver"],
        Kind::Question => &["step", "position", "answer", "low", "high", "measure"],
        Kind::Occurrence => &["status", "due", "in_time_until", "origin", "excuse"],
        Kind::Evidence => &["status", "occurrence", "person", "post", "counts_until"],
        Kind::Risk => {
            &["code", "status", "likelihood", "impact", "appetite", "accountable", "held_by"]
        }
        Kind::Finding => &["status", "grade", "regards", "check_on", "accountable", "held_by"],
        Kind::Threshold => &["subject", "number", "off", "escalates_after", "since"],
        Kind::Signal => &["status", "subject", "shown", "goes_to", "since", "until"],
        Kind::Audit => &["framework", "unit", "first", "last", "post", "until"],
        Kind::ChangeSet => &["stage", "effective", "decision", "since"],
        Kind::Proposal => &["set", "deed", "subject", "since"],
        Kind::Succession => &["old", "new", "since"],
        Kind::Delegation => &["authorities", "limit", "since", "until", "status"],
    }
}

/// The columns asked for, or the usual ones.
pub(super) fn chosen(kind: Kind, asked: &[&str]) -> Vec<Column> {
    let all = offered(kind);
    let find = |names: &[&str]| -> Vec<Column> {
        let found = names.iter().filter_map(|name| all.iter().find(|it| it.name == *name));
        let mut found: Vec<Column> = found.copied().collect();
        let mut seen = Vec::new();
        found.retain(|it| {
            !seen.contains(&it.name) && {
                seen.push(it.name);
                true
            }
        });
        found.truncate(COLUMNS_MAX);
        found
    };
    let found = find(asked);
    if found.is_empty() { find(usual(kind)) } else { found }
}

/// The column that `sort` names, if the kind has it.
pub(super) fn named(kind: Kind, name: &str) -> Option<Column> {
    offered(kind).into_iter().find(|it| it.name == name)
}

impl Column {
    pub(super) fn is_number(&self) -> bool {
        match self.of {
            Of::Field(it) => matches!(it.shape, Shape::Amount | Shape::Whole),
            of => matches!(of, Of::Confidence | Of::Latest),
        }
    }

    /// Whether rows can be put in an order by it.
    pub(super) fn sorts(&self) -> bool {
        !matches!(self.of, Of::Trend | Of::Variation | Of::Assurance)
    }

    /// The kinds whose changes it shows, beside the list's own.
    pub(super) fn kinds(&self) -> Vec<Kind> {
        match self.of {
            Of::Field(it) => match it.shape {
                Shape::Link(kind) | Shape::Links(kind) => vec![kind],
                Shape::AnyOf(kinds) => kinds.to_vec(),
                _ => Vec::new(),
            },
            Of::Accountable => vec![Kind::Duty, Kind::Post],
            Of::Holder | Of::Holds => vec![Kind::Duty, Kind::Post, Kind::Tenure, Kind::Person],
            Of::Unit => vec![Kind::Duty, Kind::Post, Kind::Unit],
            Of::Serves => vec![Kind::Anchor, Kind::Objective],
            Of::Status => vec![Kind::Tenure, Kind::Acceptance],
            Of::Confidence
            | Of::Progress
            | Of::Latest
            | Of::Trend
            | Of::Variation
            | Of::Assurance
            | Of::Measured
            | Of::Since
            | Of::Until => Vec::new(),
        }
    }

    /// Whether what it shows of a record is in that record alone, on a given day.
    pub(super) fn is_of_itself(&self) -> bool {
        match self.of {
            Of::Field(it) => {
                !matches!(it.shape, Shape::Link(_) | Shape::Links(_) | Shape::AnyOf(_))
            }
            of => matches!(of, Of::Progress | Of::Since | Of::Until),
        }
    }

    /// The post that it is about, where it says of a record what it says of that post.
    pub(super) fn post(&self, pen: &Pen<'_>, of: Ref) -> Option<PostId> {
        matches!(self.of, Of::Holder | Of::Unit).then(|| accountable(pen, of))?
    }

    pub(super) fn datum(&self, pen: &Pen<'_>, of: Ref) -> Datum {
        let (view, records, on) = (pen.view(), pen.view().records(), pen.scene.on);
        let or_nothing = |it: Option<Datum>| it.unwrap_or(Datum::Nothing);
        match self.of {
            Of::Field(field) => Datum::from(view.value(of, field.name)),
            Of::Status => Datum::Status(of),
            Of::Confidence => match view.status(of) {
                Status::Standing(it) => Datum::Whole(i64::from(it.confidence / 10)),
                _ => Datum::Nothing,
            },
            Of::Accountable => or_nothing(accountable(pen, of).map(|it| Datum::Link(it.into()))),
            Of::Holder => or_nothing(accountable(pen, of).map(|post| {
                let holders = who::holders(records, post, on);
                Datum::links(holders.into_iter().map(|it| it.person.into()))
            })),
            Of::Unit => or_nothing(
                accountable(pen, of).map(|post| Datum::from(view.value(post.into(), "unit"))),
            ),
            Of::Holds => {
                let posts = who::posts_of(records, PersonId::new(of.n), on);
                Datum::links(posts.into_iter().map(|it| it.0.into()))
            }
            Of::Progress => match (view.value(of, "done"), view.value(of, "due")) {
                (Value::Flag(true), _) => Datum::Done,
                (_, Value::Day(due)) => Datum::Late(days_between(due, on)),
                _ => Datum::Nothing,
            },
            Of::Serves => Datum::links(
                thread::above(view, of).into_iter().filter(|it| it.0 == "serves").map(|it| it.1),
            ),
            Of::Latest => or_nothing(latest(pen, of).map(|it| Datum::Amount(it.1))),
            Of::Trend => Datum::Trend(of),
            Of::Variation => Datum::Verdict(verdicts(pen, of, true)),
            Of::Assurance => Datum::Verdict(verdicts(pen, of, false)),
            Of::Measured => or_nothing(latest(pen, of).map(|it| Datum::Day(it.0))),
            Of::Since => or_nothing(records.facet(of).map(|it| Datum::Day(it.life().begins()))),
            Of::Until => or_nothing(records.facet(of).and_then(|it| {
                let next = it.life().ends_after(on);
                let next = (next != Date::MAX).then_some(next);
                it.life().ended(on).or(next).map(Datum::Day)
            })),
        }
    }
}

/// The post that answers: a post for itself, a duty's post for the duty.
fn accountable(pen: &Pen<'_>, of: Ref) -> Option<PostId> {
    match of.kind {
        Kind::Post => Some(PostId::new(of.n)),
        Kind::Duty => match pen.view().value(of, "post") {
            Value::Link(it) => PostId::try_from(it).ok(),
            _ => None,
        },
        _ => record::accountable(pen, of),
    }
}

/// One of the two verdicts of an indicator; nothing where there are too few values.
fn verdicts(pen: &Pen<'_>, of: Ref, variation: bool) -> ui::Verdicts {
    let chart = kernel::read::variation::variation(pen.view(), IndicatorId::new(of.n));
    let all = chart.as_ref().map(measure::verdicts).unwrap_or_default();
    match variation {
        true => ui::Verdicts { variation: all.variation, ..ui::Verdicts::default() },
        false => ui::Verdicts { assurance: all.assurance, ..ui::Verdicts::default() },
    }
}

fn latest(pen: &Pen<'_>, of: Ref) -> Option<(Date, Amount)> {
    let series = pen.view().records().figures(IndicatorId::new(of.n));
    series.counted(pen.scene.on).last().copied()
}

impl From<Value> for Datum {
    fn from(it: Value) -> Datum {
        match it {
            Value::Nothing => Datum::Nothing,
            Value::Text(it) => Datum::Text(it.to_string()),
            Value::Texts(them) => Datum::Text(them.join(", ")),
            Value::Flag(it) => Datum::Flag(it),
            Value::Day(it) => Datum::Day(it),
            Value::Amount(it) => Datum::Amount(it),
            Value::Whole(it) => Datum::Whole(it),
            Value::Choice(it) => Datum::Text(it.to_owned()),
            Value::Link(it) => Datum::Link(it),
            Value::Links(them) => Datum::links(them),
        }
    }
}

impl Datum {
    fn links(them: impl IntoIterator<Item = Ref>) -> Datum {
        let mut them: Vec<Ref> = them.into_iter().collect();
        match them.len() {
            0 => Datum::Nothing,
            1 => Datum::Link(them.remove(0)),
            _ => Datum::Links(them),
        }
    }

    /// As the page shows it.
    pub(super) fn cell(self, pen: &Pen<'_>) -> Cell {
        match self {
            Datum::Nothing => Cell::Nothing,
            Datum::Text(it) => Cell::Text(shortened(&it)),
            // What is simply not so is left out.
            Datum::Flag(false) => Cell::Nothing,
            Datum::Flag(true) => Cell::Text("Yes".into()),
            Datum::Amount(it) => Cell::Number(it.to_string()),
            Datum::Whole(it) => Cell::Number(it.to_string()),
            Datum::Day(it) => Cell::Day(it),
            Datum::Link(it) => Cell::Link(link(pen, it)),
            Datum::Links(them) => {
                let more = them.len().saturating_sub(CELL_LINKS_MAX);
                let mut shown: Vec<Link> =
                    them.iter().take(CELL_LINKS_MAX).map(|it| link(pen, *it)).collect();
                if let (true, Some(last)) = (more > 0, shown.last_mut()) {
                    last.text.push_str(&format!(" and {more} more"));
                }
                Cell::Links(shown)
            }
            Datum::Status(of) => pen.status(of).map_or(Cell::Nothing, Cell::Status),
            Datum::Trend(of) => trend::of(pen, of).map_or(Cell::Nothing, Cell::Trend),
            Datum::Verdict(it) => Cell::Verdict(it),
            Datum::Done => Cell::Status(ui::Status::said(Some(ui::Word::OnTrack), "Done")),
            Datum::Late(days) if days > 0 => {
                Cell::Status(ui::Status::said(Some(ui::Word::OffTrack), late_text(days)))
            }
            Datum::Late(days) => Cell::Text(late_text(days)),
        }
    }

    /// As a file has it, in words.
    pub(super) fn words(&self, pen: &Pen<'_>) -> String {
        let named = |it: &Ref| format!("{it} {}", pen.title(*it));
        match self {
            Datum::Nothing => String::new(),
            Datum::Text(it) => it.clone(),
            Datum::Flag(it) => if *it { "yes" } else { "no" }.into(),
            Datum::Amount(it) => it.to_string(),
            Datum::Whole(it) => it.to_string(),
            Datum::Day(it) => it.to_string(),
            Datum::Link(it) => named(it),
            Datum::Links(them) => them.iter().map(named).collect::<Vec<_>>().join("; "),
            Datum::Status(of) => pen.view().status(*of).word(),
            Datum::Trend(of) => trend::words(pen, *of),
            Datum::Verdict(it) => it.words().to_lowercase(),
            Datum::Done => "done".into(),
            Datum::Late(days) => late_text(*days).to_lowercase(),
        }
    }
}

fn link(pen: &Pen<'_>, of: Ref) -> Link {
    match of.kind {
        Kind::Person => Link::to(pen.href(of), pen.title(of)),
        _ => pen.link(of),
    }
}

fn late_text(days: i64) -> String {
    let many = |n: i64| if n == 1 { "1 day".to_owned() } else { format!("{n} days") };
    match days {
        0 => "Due today".into(),
        1.. => format!("{} late", many(days)),
        _ => format!("In {}", many(-days)),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(CELL_CHARS_MAX) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
    }
}

/// The head of the first column.
pub(super) fn head(kind: Kind) -> String {
    capital(kind.word())
}
