//! Scoping: whether the clauses at and beneath one apply, said in one go. As an import, so that it is
//! shown before it is recorded and can be undone.
//!
//! Always true: a post that is accountable for an obligation already stays so; asked for again, nothing is
//! done twice.

use jiff::civil::Date;
use kernel::{
    Kind, Ref, Text, Value,
    id::PostId,
    obligation::Scope,
    read::{scoping::Clause, view::View},
};

use crate::draft::{Begin, Draft, Drafts, Identity, Place, Target};

/// What a row of the file asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Scoping {
    /// A clause, or a framework for all of its clauses, as somebody named it.
    pub clause: Text,
    pub scope: Scope,
    /// The post that is to be accountable where none is, as somebody named it.
    pub post: Option<Text>,
    pub reason: Option<Text>,
    pub on: Date,
    pub place: Place,
}

/// A scope as people write it.
pub fn scope(text: &str) -> Option<Scope> {
    match text.trim().to_lowercase().as_str() {
        "in" | "in scope" => Some(Scope::InScope),
        "tailored" => Some(Scope::Tailored),
        "out" | "not applicable" | "n/a" => Some(Scope::NotApplicable),
        _ => None,
    }
}

/// The file that asks for it, as [`read`](crate::import::read) takes it with the kind `scope`.
pub fn file(clause: Ref, scope: Scope, post: Option<Ref>, reason: &str, from: Date) -> String {
    let post = post.map(|it| it.to_string()).unwrap_or_default();
    let heading = ["clause", "scope", "post", "reason", "from"].map(str::to_owned);
    let row =
        [clause.to_string(), scope.word().to_owned(), post, reason.to_owned(), from.to_string()];
    crate::wire::csv(&heading, &[row.to_vec()])
}

/// Adds what is asked for, as drafts.
pub(crate) fn drafts(
    view: &View<'_>,
    asked: &Scoping,
    clauses: &[Clause],
    post: Option<PostId>,
    drafts: &mut Drafts,
) {
    let reason = asked.reason.as_ref().map_or(Value::Nothing, |it| Value::Text(Text::clone(it)));
    for clause in clauses {
        let identity = match clause.obligation {
            Some(it) => Identity::Is(Target::Record(it.into())),
            None => Identity::Links,
        };
        let mut draft = Draft::new(Kind::Obligation, identity, asked.on, asked.place)
            .link("requirement", Target::Record(clause.requirement.into()))
            .is("scope", Value::Choice(asked.scope.word()));
        // Without a reason the one that was given stays, unless it said why the clause did not apply as it is.
        let was = clause.obligation.map(|it| view.value(it.into(), "scope"));
        let is_as_it_was = was == Some(Value::Choice(asked.scope.word()));
        if asked.reason.is_some() || !is_as_it_was {
            draft = draft.is("about", reason.clone());
        }
        if clause.obligation.is_none() {
            // What had ended is another one.
            draft.begin = Begin::On(asked.on);
        }
        let obligation = drafts.add(draft);
        if let Some(post) = post {
            let mut draft = Draft::new(Kind::Duty, Identity::Links, asked.on, asked.place)
                .link("subject", Target::Draft(obligation))
                .link("post", Target::Record(post.into()))
                .is("role", Value::Choice("accountable"));
            draft.begin = Begin::On(asked.on);
            draft.keep = true;
            draft.beside = true;
            drafts.add(draft);
        }
    }
}
