//! New editions: what is asked about one becomes the drafts that it stands for.

use std::borrow::Cow;

use kernel::{
    Kind, Text,
    id::FrameworkId,
    read::{editions::changes, view::View},
};

use super::Planner;
use crate::{
    draft::{Drafts, Edition, Item, Target},
    editions,
    finding::Finding,
};

impl Planner<'_> {
    /// The drafts, with those that follow up editions in place of what asks for them.
    pub(super) fn follow_ups<'d>(&mut self, drafts: &'d Drafts) -> Cow<'d, Drafts> {
        let asks = drafts.items.iter().any(|it| matches!(it, Item::Edition(_)));
        if !asks {
            return Cow::Borrowed(drafts);
        }
        // Nothing else comes in with one, so places in the list lead nowhere else.
        let mut whole = Drafts { items: Vec::new(), ..drafts.clone() };
        for item in &drafts.items {
            if let Item::Edition(it) = item {
                self.follow_up(it, &mut whole);
            }
        }
        Cow::Owned(whole)
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
