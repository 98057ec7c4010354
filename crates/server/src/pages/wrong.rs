//! What is wrong with a form that was sent: beside the field it is about where that can be told.

use std::collections::BTreeMap;

use kernel::{
    Kind, Ref, Refusal, duty, evidence, indicator, measurement, status::overrides, tenure,
};

/// Sentences by field; the empty name stands for the whole.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wrong {
    fields: BTreeMap<String, String>,
    /// Records that could have been meant by what was typed, by field.
    meant: BTreeMap<String, Vec<Ref>>,
    pub(crate) whole: Vec<String>,
    /// Not wrong, but unlikely enough to ask: what is asked, by the field that answers.
    asked: BTreeMap<String, String>,
    /// Not the form is at fault: the same may be sent again.
    pub(crate) ours: bool,
    /// The form's key has been used up; it needs another.
    pub(crate) spent: bool,
    /// It is not this visitor's to do.
    pub(crate) forbidden: bool,
    /// Somebody changed the same while the form was open.
    pub(crate) overtaken: bool,
}

impl Wrong {
    pub(crate) fn with(sentence: impl Into<String>) -> Wrong {
        Wrong { whole: vec![sentence.into()], ..Wrong::default() }
    }

    /// The same, said of a form whose key is used up.
    pub(crate) fn spent(self) -> Wrong {
        Wrong { spent: true, ..self }
    }

    /// The same, said of a form that may be sent again as it is.
    pub(crate) fn ours(self) -> Wrong {
        Wrong { ours: true, ..self }
    }

    pub(crate) fn put(&mut self, field: &str, sentence: impl Into<String>) {
        self.fields.entry(field.into()).or_insert(sentence.into());
    }

    pub(crate) fn ask(&mut self, field: &str, question: impl Into<String>) {
        self.asked.entry(field.into()).or_insert(question.into());
    }

    pub(crate) fn asks(&self, field: &str) -> Option<&String> {
        self.asked.get(field)
    }

    pub(crate) fn asks_anything(&self) -> bool {
        !self.asked.is_empty()
    }

    /// Says which records a field could have meant.
    pub(crate) fn offer(&mut self, field: &str, them: Vec<Ref>) {
        if !them.is_empty() {
            self.meant.insert(field.into(), them);
        }
    }

    pub(crate) fn meant(&self, field: &str) -> &[Ref] {
        self.meant.get(field).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn any(&self) -> bool {
        !self.fields.is_empty() || !self.whole.is_empty()
    }

    pub(crate) fn at(&self, field: &str) -> Option<&String> {
        self.fields.get(field)
    }

    /// A refusal, beside one of `shown` fields if it speaks of one. `links` are the records that
    /// fields were given.
    pub(crate) fn refused(
        refusal: &Refusal,
        sentence: String,
        kind: Kind,
        shown: &[String],
        links: &[(String, Ref)],
    ) -> Wrong {
        let field = about(refusal, kind, links).into_iter().find(|it| shown.contains(it));
        let forbidden = matches!(refusal, Refusal::Authority(_));
        let mut wrong = Wrong { forbidden, ..Wrong::default() };
        match field {
            Some(field) => wrong.put(&field, sentence),
            None => wrong.whole.push(sentence),
        }
        wrong
    }
}

/// The fields that a refusal may speak of, the likeliest first.
fn about(refusal: &Refusal, kind: Kind, links: &[(String, Ref)]) -> Vec<String> {
    let labelled = |label: &str| {
        let found = kind.fields().iter().filter(|it| it.label == label);
        found.map(|it| it.name.to_owned()).collect()
    };
    let own = |name: &str| vec![name.to_owned()];
    match refusal {
        Refusal::Missing { field, .. }
        | Refusal::WrongKind { field, .. }
        | Refusal::Fixed { field, .. }
        | Refusal::TooLong { field, .. }
        | Refusal::TooMany { field, .. }
        | Refusal::ControlCharacter { field } => labelled(field),
        Refusal::Unknown { it } => {
            links.iter().filter(|link| link.1 == *it).map(|it| it.0.clone()).collect()
        }
        Refusal::EndsBeforeStart { .. } => ["until", "on", "from"].map(ToOwned::to_owned).into(),
        Refusal::Ended { .. } => own("on"),
        Refusal::BeforeBeginning { .. } | Refusal::NothingRecorded { .. } => own("from"),
        Refusal::Cycle { .. } | Refusal::TooDeep { .. } | Refusal::OtherTree { .. } => {
            kind.tree().map(own).unwrap_or_default()
        }
        Refusal::Tenure(tenure::Refusal::NeedsEnd { .. }) => own("until"),
        Refusal::Tenure(tenure::Refusal::OddShare(_)) => own("share"),
        Refusal::Duty(duty::Refusal::SecondAccountable { .. } | duty::Refusal::PostGone { .. }) => {
            own("post")
        }
        Refusal::Evidence(evidence::Refusal::Answer(it)) => {
            it.question().map(|it| it.reference.to_string()).into_iter().collect()
        }
        Refusal::Evidence(
            evidence::Refusal::Ahead(_)
            | evidence::Refusal::BeforeDue { .. }
            | evidence::Refusal::BeforeProcedure { .. },
        ) => own("from"),
        Refusal::Evidence(evidence::Refusal::SentBackWithoutNote) => own("note"),
        Refusal::Measurement(measurement::Refusal::NoDenominator(_)) => own("denominator"),
        Refusal::Measurement(measurement::Refusal::NoReason) => own("reason"),
        Refusal::Measurement(measurement::Refusal::ReleasedBefore { .. }) => own("next_release"),
        Refusal::Indicator(indicator::Refusal::Override(it)) | Refusal::Override(it) => match it {
            overrides::Refusal::NoReason { .. } => own("override_reason"),
            _ => own("override_until"),
        },
        Refusal::Indicator(indicator::Refusal::WhichPart { .. }) => own("dimension"),
        Refusal::Indicator(indicator::Refusal::SeveralDimensions { .. }) => own("roll_up_by"),
        Refusal::Indicator(indicator::Refusal::EnteredAlready { .. }) => own("roll_up"),
        Refusal::Measurement(_) => own("on"),
        _ => Vec::new(),
    }
}
