//! The pen: how the kernel's values look on a page. It knows names and addresses, no routes' rules.

use std::cell::OnceCell;

use kernel::{
    Kind, Ref, Text, Value,
    evidence::{Approval, FileAnswer, Outcome},
    id::ObjectiveId,
    read::{
        acceptances::Word as Answered,
        findings::Stage,
        raised, run,
        view::{Clause, Life, Status, View},
        weather::Weather,
        who::Cover,
    },
    status::{Word, overrides},
};
use maud::{Markup, html};

use super::capital;
use crate::{
    Scene,
    ui::{self, Link, day},
};

pub(crate) struct Pen<'a> {
    pub(crate) scene: &'a Scene,
    view: OnceCell<View<'a>>,
    present: OnceCell<Option<Box<Pen<'a>>>>,
}

impl<'a> Pen<'a> {
    pub(crate) fn new(scene: &'a Scene) -> Pen<'a> {
        Pen { scene, view: OnceCell::new(), present: OnceCell::new() }
    }

    /// The state on the date looked at, worked out at first use.
    pub(crate) fn view(&self) -> &View<'a> {
        self.view.get_or_init(|| View::new(&self.scene.state, self.scene.on))
    }

    /// The same pen at now; none while now is looked at.
    pub(crate) fn present(&self) -> Option<&Pen<'a>> {
        let present = || self.scene.present.as_deref().map(|it| Box::new(Pen::new(it)));
        self.present.get_or_init(present).as_deref()
    }

    /// What a record is called. What has no name of its own is called by what it joins.
    pub(crate) fn title(&self, of: Ref) -> String {
        let part = |field: &str| match self.view().value(of, field) {
            Value::Link(it) => self.title(it),
            _ => String::new(),
        };
        match of.kind {
            Kind::Tenure => {
                let title = format!("{} as {}", part("person"), part("post"));
                match self.view().value(of, "capacity") {
                    Value::Choice("substantive") => title,
                    Value::Choice(it) => format!("{title} ({it})"),
                    _ => title,
                }
            }
            Kind::Duty => {
                let role = self.words(&self.view().value(of, "role"));
                format!("{}: {role} for {}", part("post"), part("subject"))
            }
            Kind::Acceptance => {
                let duty = self.view().value(of, "duty").links().first().copied();
                let by = |field| match duty.map(|it| self.view().value(it, field)) {
                    Some(Value::Link(it)) => self.title(it),
                    _ => String::new(),
                };
                format!("Answer of {} for {}", by("post"), by("subject"))
            }
            Kind::Handover => format!("Handover of {}", part("post")),
            Kind::Delegation => format!("{} to {}", part("post"), part("to")),
            Kind::Anchor => format!("{} serves {}", part("from"), part("serves")),
            Kind::Mapping => format!("{} maps to {}", part("source"), part("target")),
            Kind::Requirement => self.clause(of),
            Kind::Obligation => part("requirement"),
            Kind::Occurrence => match self.view().value(of, "due") {
                Value::Day(due) => format!("{}, due {}", part("procedure"), ui::day_text(due)),
                _ => part("procedure"),
            },
            Kind::Evidence => {
                let begun = self.view().records().facet(of).map(|it| it.life().begins());
                let on = begun.map(ui::day_text).unwrap_or_default();
                format!("{}, {on}", part("step"))
            }
            _ => self.named(of),
        }
    }

    fn named(&self, of: Ref) -> String {
        self.scene.name(of).map_or_else(|| of.kind.word().into(), |it| it.to_string())
    }

    fn clause(&self, of: Ref) -> String {
        let name = self.named(of);
        match self.view().value(of, "clause") {
            Value::Text(clause) if !name.starts_with(&*clause) => format!("{clause} {name}"),
            _ => name,
        }
    }

    /// What sort of thing it is, in the plan's own word where it has one.
    pub(crate) fn kind(&self, of: Ref) -> String {
        let level = match ObjectiveId::try_from(of) {
            Ok(id) => self.scene.state.records().level(id, self.scene.on),
            Err(_) => None,
        };
        capital(level.as_deref().unwrap_or(of.kind.word()))
    }

    pub(crate) fn path(&self, of: Ref) -> String {
        format!("/{}/{of}", of.kind.plural())
    }

    pub(crate) fn href(&self, of: Ref) -> String {
        self.scene.href(&self.path(of))
    }

    pub(crate) fn link(&self, of: Ref) -> Link {
        let reference = of.to_string();
        let path = ["/", of.kind.plural(), "/", &reference].concat();
        Link::record(self.scene.href(&path), reference, self.title(of))
    }

    /// As a form's field shows a record: `Head of Waste (POST-12)`.
    pub(crate) fn shown(&self, of: Ref) -> String {
        format!("{} ({of})", self.title(of))
    }

    /// How it stands; nothing for what merely stands.
    pub(crate) fn status(&self, of: Ref) -> Option<ui::Status> {
        let says = |word, text: &str| Some(ui::Status::said(word, text));
        match self.view().status(of) {
            Status::Standing(it) => {
                let percent = u8::try_from(it.confidence / 10).unwrap_or(100);
                let overridden = it.computed.map(|computed| {
                    let until = overrides::of(self.view().records(), of, self.view().on());
                    let until = until.map(|it| format!(" until {}", ui::day_text(it.until)));
                    let until = until.unwrap_or_default();
                    format!("override{until}; computed: {}", computed.word())
                });
                Some(ui::Status { overridden, ..ui::Status::is(word(it.word), percent) })
            }
            Status::Cover(Cover::Held) => says(Some(ui::Word::OnTrack), "Held"),
            Status::Cover(Cover::Acting) => says(None, "Acting"),
            Status::Cover(Cover::Covered) => says(None, "Covered"),
            Status::Cover(Cover::Group) => says(None, "Group"),
            Status::Cover(Cover::Vacant { since }) => {
                says(Some(ui::Word::OffTrack), &format!("Vacant since {}", ui::day_text(since)))
            }
            Status::Cover(Cover::Gone) => self.life(of),
            Status::Clause(_) if !self.view().stands(of) => self.life(of),
            Status::Clause(Clause::Gap) => says(Some(ui::Word::OffTrack), "Gap: no control"),
            Status::Clause(it @ (Clause::NotApplicable | Clause::NotDoneHere)) => {
                says(None, &capital(it.word()))
            }
            Status::Clause(Clause::Met { weather, .. }) | Status::Weather(weather) => {
                says(Some(weathered(weather)), &capital(&weather.words()))
            }
            Status::Run(it) => says(ran(it), &capital(it.word())),
            Status::Evidence(_, Approval::Waiting) => says(None, "Waits for approval"),
            Status::Evidence(_, Approval::SentBack(_)) => {
                says(Some(ui::Word::OffTrack), "Sent back")
            }
            Status::Evidence(it, _) => {
                let good = matches!(it, Outcome::Met | Outcome::Approved);
                let word = if good { ui::Word::OnTrack } else { ui::Word::OffTrack };
                says(Some(word), &capital(it.word()))
            }
            Status::Finding(it) => says(found(it), &far(it)),
            Status::Risk(it) => {
                let word = if it.is_over() { ui::Word::OffTrack } else { ui::Word::OnTrack };
                says(Some(word), &capital(&it.words()))
            }
            Status::Signal(it) => says(warned(it), &raised(it)),
            Status::Answer(it) => says(answered(it), &capital(it.word())),
            Status::Handover(it) => {
                says(it.is_complete().then_some(ui::Word::OnTrack), &capital(it.word()))
            }
            Status::Outside => says(Some(ui::Word::OffTrack), "Outside authority"),
            Status::Lapsed => says(Some(ui::Word::AtRisk), "Lapsed"),
            Status::Life(_) => self.life(of),
        }
    }

    fn life(&self, of: Ref) -> Option<ui::Status> {
        let text = match self.view().life(of) {
            Life::Begins(on) => format!("Begins {}", ui::day_text(on)),
            Life::Ended(on) => format!("Ended {}", ui::day_text(on)),
            Life::Annulled => "Annulled: it never stood".into(),
            Life::Stands { .. } => return None,
        };
        Some(ui::Status::said(None, text))
    }

    /// The icon's word of a status, where it is a judgement.
    pub(crate) fn word(&self, of: Ref) -> Option<ui::Word> {
        self.status(of)?.word
    }

    pub(crate) fn value(&self, value: &Value) -> Markup {
        match value {
            Value::Text(text) => paragraphs(text),
            Value::Day(it) => day(*it),
            Value::Link(it) => self.link(*it).show(),
            Value::Links(them) => {
                html! { ul { @for it in them { li { (self.link(*it).show()) } } } }
            }
            Value::Texts(them) if them.iter().any(|it| self.answer_kept(it).is_some()) => {
                html! { ul { @for it in them.iter() {
                    li { @match self.answer_kept(it) {
                        Some((asked, said)) => { (self.link(asked).plain()) (colon(&self.title(asked))) (said) }
                        None => { (it) }
                    } }
                } } }
            }
            other => html! { (self.words(other)) },
        }
    }

    /// `QUES-3: 4.5`, as evidence keeps an answer: what was asked, and what was said; of a file, its name.
    fn answer_kept(&self, line: &str) -> Option<(Ref, String)> {
        let (asked, said) = line.split_once(": ")?;
        let asked: Ref = asked.parse().ok().filter(|it: &Ref| it.kind == Kind::Question)?;
        let said = FileAnswer::read(said).map_or_else(|| said.to_owned(), |it| it.name);
        self.view().exists(asked).then_some((asked, said))
    }

    /// A value within a sentence.
    pub(crate) fn words(&self, value: &Value) -> String {
        match value {
            Value::Nothing => "nothing".into(),
            Value::Text(it) => it.to_string(),
            Value::Texts(them) => {
                let one = |it: &Text| match self.answer_kept(it) {
                    Some((asked, said)) => {
                        let title = self.title(asked);
                        format!("{title}{}{said}", colon(&title))
                    }
                    None => it.to_string(),
                };
                them.iter().map(one).collect::<Vec<_>>().join(", ")
            }
            Value::Flag(true) => "yes".into(),
            Value::Flag(false) => "no".into(),
            Value::Day(it) => ui::day_text(*it),
            Value::Amount(it) => it.to_string(),
            Value::Whole(it) => it.to_string(),
            Value::Choice(it) => (*it).into(),
            Value::Link(it) => self.title(*it),
            Value::Links(them) => {
                them.iter().map(|it| self.title(*it)).collect::<Vec<_>>().join(", ")
            }
        }
    }
}

/// What stands between a question and its answer.
fn colon(question: &str) -> &'static str {
    if question.ends_with('?') { " " } else { ": " }
}

/// Whether a signal still asks for something.
fn warned(it: raised::Word) -> Option<ui::Word> {
    match it {
        raised::Word::Open => Some(ui::Word::OffTrack),
        raised::Word::Answered => Some(ui::Word::AtRisk),
        raised::Word::Accepted { .. } => None,
        raised::Word::Cleared { .. } => Some(ui::Word::OnTrack),
    }
}

/// How far a signal is, in words.
pub(crate) fn raised(it: raised::Word) -> String {
    match it {
        raised::Word::Accepted { until } => format!("Accepted until {}", ui::day_text(until)),
        raised::Word::Cleared { on } => format!("Cleared {}", ui::day_text(on)),
        it => capital(it.word()),
    }
}

/// The icon of an answer to a duty.
pub(crate) fn answered(it: Answered) -> Option<ui::Word> {
    Some(match it {
        Answered::NotYet => ui::Word::NoSignal,
        Answered::Challenged | Answered::Upheld => ui::Word::OffTrack,
        Answered::Dismissed | Answered::Reserved => ui::Word::AtRisk,
        Answered::Accepted => ui::Word::OnTrack,
    })
}

pub(crate) fn word(it: Word) -> ui::Word {
    match it {
        Word::OnTrack => ui::Word::OnTrack,
        Word::AtRisk => ui::Word::AtRisk,
        Word::OffTrack => ui::Word::OffTrack,
        Word::NoSignal => ui::Word::NoSignal,
    }
}

fn paragraphs(text: &str) -> Markup {
    let mut parts = text.split("\n\n").filter(|it| !it.trim().is_empty());
    match (parts.next(), parts.next()) {
        (Some(only), None) => html! { (only) },
        _ => {
            html! { @for it in text.split("\n\n").filter(|it| !it.trim().is_empty()) { p { (it) } } }
        }
    }
}

/// The colour and icon of how a control or a clause stands.
pub(crate) fn weathered(it: Weather) -> ui::Word {
    match it {
        Weather::Fresh | Weather::Ageing => ui::Word::OnTrack,
        Weather::Lapsing { .. } => ui::Word::AtRisk,
        Weather::Lapsed | Weather::Failing => ui::Word::OffTrack,
        Weather::Never => ui::Word::NoSignal,
    }
}

/// That of a finding.
fn found(it: Stage) -> Option<ui::Word> {
    Some(match it {
        Stage::Open | Stage::Reopened { .. } => ui::Word::OffTrack,
        Stage::InHand { .. } | Stage::ToCheck { .. } => ui::Word::AtRisk,
        Stage::Closed { .. } => ui::Word::OnTrack,
    })
}

/// How far a finding is, with its days and figures.
fn far(it: Stage) -> String {
    match it {
        Stage::Open => "Open".into(),
        Stage::InHand { done, of } => format!("In hand: {done} of {of} actions done"),
        Stage::ToCheck { on } => format!("To be checked from {}", ui::day_text(on)),
        Stage::Closed { on } => format!("Closed on {}", ui::day_text(on)),
        Stage::Reopened { on } => format!("Reopened on {}", ui::day_text(on)),
    }
}

/// That of an occurrence; none for what is neither good nor bad.
pub(crate) fn ran(it: run::Word) -> Option<ui::Word> {
    match it {
        run::Word::Done => Some(ui::Word::OnTrack),
        run::Word::DoneLate => Some(ui::Word::AtRisk),
        run::Word::Missed => Some(ui::Word::OffTrack),
        run::Word::Ahead | run::Word::Due | run::Word::Excused => None,
    }
}
