//! What was found on a framework, as findings and their corrective actions.
//!
//! Always true: a finding that is here already, by its number or as what it was written from, stays as it is;
//! what was found on a clause that is not here is raised on the framework, and that is said.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use kernel::{
    Kind, Ref, Text, Value,
    finding::Grade,
    id::{FrameworkId, RequirementId},
};

use super::{Planner, crosswalk::folded};
use crate::{
    draft::{Begin, Draft, Found, Identity, Place, Target},
    finding::{Finding, shown},
    oscal::assessed::{At, Item, Milestone},
};

impl Planner<'_> {
    pub(super) fn found(&mut self, it: &Found) {
        let all = self.all_keys();
        let Some(framework) = self.framework_of(it, &all) else { return };
        let none = HashMap::new();
        let keys = all.get(&framework).unwrap_or(&none);
        let mut elsewhere = HashSet::new();
        for item in &it.items {
            let clause = item.clause.as_ref().map(|at| (at, clause(keys, at)));
            if let Some((at, None)) = clause {
                let called = if at.key.is_empty() { &at.id } else { &at.key };
                elsewhere.insert(shown(called));
            }
            let regards = match clause.and_then(|it| it.1) {
                Some(it) => it.into(),
                None => self.itself(item).unwrap_or_else(|| framework.into()),
            };
            self.raise(it, item, regards);
        }
        if !elsewhere.is_empty() {
            let mut elsewhere: Vec<String> = elsewhere.into_iter().collect();
            elsewhere.sort_unstable();
            let says = format!(
                "No clause has the key {}; what was found there is raised on the framework as a whole.",
                elsewhere.join(", ")
            );
            let todo = "Import the catalog that the file answers to first, or correct what each is raised on.";
            self.say(it.place, Finding::question("clause-unknown", says).todo(todo));
        }
    }

    /// The framework on which it was found.
    fn framework_of(
        &mut self,
        it: &Found,
        all: &HashMap<FrameworkId, HashMap<String, RequirementId>>,
    ) -> Option<FrameworkId> {
        if let Some(said) = &it.said {
            return self.named_framework("framework", said, it.place);
        }
        let target = Target::Written(Text::clone(&it.framework));
        if let Ok(found) = self.resolve(&target, &[Kind::Framework], self.act.today) {
            return FrameworkId::try_from(found).ok();
        }
        let keys = it.items.iter().filter_map(|it| it.clause.as_ref());
        let keys: HashSet<&str> =
            keys.map(|at| if at.key.is_empty() { of_id(&at.id) } else { &at.key }).collect();
        self.fitting("framework", &keys, all, it.place)
    }

    /// What a finding was raised on, where this organisation is the one that wrote it.
    fn itself(&self, item: &Item) -> Option<Ref> {
        let (of, name) = item.regards.as_ref()?;
        self.named_so(of, name).filter(|it| kernel::finding::RAISED_ON.contains(&it.kind))
    }

    /// The record of a reference, if it is or was called so.
    fn named_so(&self, of: &str, name: &str) -> Option<Ref> {
        let of = of.parse().ok()?;
        self.names_of(of).iter().any(|it| **it == *name).then_some(of)
    }

    /// A draft of what is here by that reference and name, or by that number, or new.
    fn drafted(&self, kind: Kind, (reference, name): (&str, &str), at: (Date, Place)) -> Draft {
        let here = self.named_so(reference, name).filter(|it| it.kind == kind);
        let code = Text::from(reference);
        let identity = match here {
            Some(it) => Identity::Is(Target::Record(it)),
            None => Identity::Code { code, within: None },
        };
        let mut draft = Draft::new(kind, identity, at.0, at.1);
        draft.keep = true;
        draft.is("name", Value::Text(name.into())).text("code", reference)
    }

    fn raise(&mut self, it: &Found, item: &Item, regards: Ref) {
        let begin = |on: Date| Begin::IfNew(on.min(it.on));
        let said = item.grade.as_deref();
        let grade = said.and_then(|it| Grade::WORDS.iter().copied().find(|word| *word == it));
        let mut draft = self
            .drafted(Kind::Finding, (&item.reference, &item.name), (it.on, it.place))
            .text("about", item.about.as_deref().unwrap_or_default())
            .text("cause", item.cause.as_deref().unwrap_or_default())
            .is("grade", Value::Choice(grade.unwrap_or(it.grade)))
            .link("regards", Target::Record(regards));
        if let Some(on) = item.check_on {
            draft = draft.is("check_on", Value::Day(on));
        }
        draft.begin = begin(item.raised);
        let known = self.knows(&draft);
        let Some(finding) = self.record(&draft) else { return };
        if !known {
            self.answers(it, item.post.as_deref(), finding);
        }
        for action in &item.actions {
            self.correct(it, action, finding, item.raised);
        }
    }

    fn correct(&mut self, it: &Found, action: &Milestone, finding: Ref, raised: Date) {
        let mut draft = self
            .drafted(Kind::Action, (&action.reference, &action.name), (it.on, it.place))
            .text("about", action.about.as_deref().unwrap_or_default())
            .link("regards", Target::Record(finding));
        if let Some(due) = action.due {
            draft = draft.is("due", Value::Day(due));
        }
        draft.begin = Begin::IfNew(action.since.unwrap_or(raised).min(it.on));
        let known = self.knows(&draft);
        let Some(of) = self.record(&draft) else { return };
        if known {
            return;
        }
        if let Some(done) = action.done {
            let mut draft =
                Draft::new(Kind::Action, Identity::Is(Target::Record(of)), done, it.place);
            draft = draft.is("done", Value::Flag(true));
            self.record(&draft);
        }
        self.answers(it, action.post.as_deref(), of);
    }

    /// The post answers for it, if a post is called so here.
    fn answers(&mut self, it: &Found, post: Option<&str>, subject: Ref) {
        let Some((_, title)) = post.and_then(|post| it.posts.iter().find(|it| it.0 == post)) else {
            return;
        };
        let target = Target::Written(title.as_str().into());
        let Ok(post) = self.resolve(&target, &[Kind::Post], it.on) else { return };
        if kernel::duty::accountable(self.state.records(), subject, it.on).is_some() {
            return;
        }
        let draft = Draft::new(Kind::Duty, Identity::Links, it.on, it.place)
            .link("post", Target::Record(post))
            .link("subject", Target::Record(subject))
            .is("role", Value::Choice("accountable"));
        self.record(&draft);
    }

    fn knows(&self, draft: &Draft) -> bool {
        match &draft.identity {
            Identity::Is(_) => true,
            Identity::Code { code, .. } => {
                self.state.records().with_code(draft.kind, code).next().is_some()
            }
            _ => false,
        }
    }
}

/// The clause at a place of the catalog: by its key, else by what its id begins with.
fn clause(keys: &HashMap<String, RequirementId>, at: &At) -> Option<RequirementId> {
    let tries = [at.key.as_str(), &at.id, of_id(&at.id)];
    tries.into_iter().filter(|it| !it.is_empty()).find_map(|it| keys.get(&folded(it)).copied())
}

/// The control whose statement or objective an id means.
fn of_id(id: &str) -> &str {
    let end = ["_smt", "_obj"].into_iter().filter_map(|it| id.find(it)).min();
    &id[..end.unwrap_or(id.len())]
}
