//! New editions and scoping: what is asked about clauses becomes the drafts that it stands for.

use std::borrow::Cow;

use kernel::{
    Kind, Text,
    id::{FrameworkId, PostId},
    read::{editions::changes, scoping, view::View},
};

use super::Planner;
use crate::{
    draft::{Drafts, Edition, Item, Target},
    editions,
    finding::Finding,
    scoping::Scoping,
};

impl Planner<'_> {
    /// The drafts, with those that follow up editions in place of what asks for them.
    pub(super) fn follow_ups<'d>(&mut self, drafts: &'d Drafts) -> Cow<'d, Drafts> {
        let asks = drafts.items.iter().any(|it| matches!(it, Item::Edition(_) | Item::Scoping(_)));
        if !asks {
            return Cow::Borrowed(drafts);
        }
        // Nothing else comes in with one, so places in the list lead nowhere else.
        let mut whole = Drafts { items: Vec::new(), ..drafts.clone() };
        for item in &drafts.items {
            match item {
                Item::Edition(it) => self.follow_up(it, &mut whole),
                Item::Scoping(it) => self.scope(it, &mut whole),
                _ => (),
            }
        }
        Cow::Owned(whole)
    }

    fn scope(&mut self, it: &Scoping, whole: &mut Drafts) {
        let kinds = [Kind::Requirement, Kind::Framework];
        let Ok(of) = self.resolve(&Target::Written(Text::clone(&it.clause)), &kinds, it.on) else {
            let says = "There is no such clause or framework.";
            let todo = "Give its reference, key or exact name.";
            let finding = Finding::fault("link-unknown", says).column("clause");
            return self.say(it.place, finding.value(&it.clause).todo(todo));
        };
        let mut post = None;
        if let Some(text) = &it.post {
            let found = self.resolve(&Target::Written(Text::clone(text)), &[Kind::Post], it.on);
            post = found.ok().and_then(|it| PostId::try_from(it).ok());
            if post.is_none() {
                let says = "There is no such post.";
                let todo = "Give its reference, number or exact name.";
                let finding = Finding::fault("link-unknown", says).column("post");
                return self.say(it.place, finding.value(text).todo(todo));
            }
        }
        let state = self.state.clone();
        let view = View::new(&state, it.on);
        let clauses = scoping::clauses(&view, of);
        if clauses.is_empty() {
            let says =
                format!("At and beneath {of} no clause stands on {} that can be met.", it.on);
            let todo = "Choose another clause, or correct its “Assessable”.";
            let finding = Finding::fault("nothing-to-scope", says).column("clause");
            return self.say(it.place, finding.todo(todo));
        }
        crate::scoping::drafts(&view, it, &clauses, post, whole);
    }

    fn follow_up(&mut self, it: &Edition, whole: &mut Drafts) {
        let target = Target::Written(Text::clone(&it.framework));
        let found = self.resolve(&target, &[Kind::Framework], self.act.today).ok();
        let Some(framework) = found.and_then(|it| FrameworkId::try_from(it).ok()) else {
            let says = "There is no such framework.";
            let todo = "Give its reference, short name or exact name.";
            let finding = Finding::fault("link-unknown", says).column("framework");
            return self.say(it.place, finding.value(&it.framework).todo(todo));
        };
        let state = self.state.clone();
        let view = View::new(&state, self.act.today);
        match changes(&view, framework) {
            Some(changes) => editions::drafts(&view, &changes, it.asked, it.place, whole),
            None => {
                let says = format!(
                    "{framework} follows no edition, so there is nothing to compare it with."
                );
                let todo = "Say in its “Follows” which edition is before it.";
                self.say(it.place, Finding::fault("no-edition-before", says).todo(todo));
            }
        }
    }
}
