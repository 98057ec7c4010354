//! What looks different after a commit: for whoever has it on a page.
//!
//! A record looks different by its own change, by one beneath it, and by who answers for it.
//!
//! Always true: complete, or [`Changed::is_everything`].

use std::collections::BTreeSet;

use kernel::{
    Event, Kind, Ref, State, duty,
    id::{Id, PersonId, PostId, TenureId},
    read::{
        thread,
        view::View,
        who::{Cover, posts_of},
    },
};

/// Subjects told to the stream for one publication; past that, "everything" is as good.
pub const CHANGED_MAX: usize = 1000;

/// Records that look different now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changed {
    subjects: BTreeSet<Ref>,
    everything: bool,
}

impl Changed {
    pub fn subjects(&self) -> impl Iterator<Item = Ref> {
        self.subjects.iter().copied()
    }

    /// Too much to list, or nothing that could be listed.
    pub fn is_everything(&self) -> bool {
        self.everything
    }

    pub fn is_empty(&self) -> bool {
        self.subjects.is_empty() && !self.everything
    }

    /// Notes that something is due, or no longer in time, by a time of day.
    pub(crate) fn by_time(&mut self) {
        self.everything = true;
    }

    /// Notes what `events` moved between two states.
    pub(crate) fn note(&mut self, before: &State, after: &State, events: &[Event]) {
        let views = [before, after].map(|it| View::new(it, it.derived().today()));
        for event in events {
            if self.everything {
                return;
            }
            let subject = event.subject();
            self.reach(&views, subject);
            for target in event.given().iter().flat_map(|it| it.1.links()) {
                self.reach(&views, *target);
            }
            // What it was tied to before counts as well.
            for record in views.iter().filter_map(|it| it.records().facet(subject)) {
                let spans = record.fields().iter().flat_map(|it| record.spans(it.name));
                for target in spans.flat_map(|it| it.1.links().to_vec()) {
                    self.reach(&views, target);
                }
            }
            match subject.kind {
                Kind::Person => self.person(after, PersonId::new(subject.n)),
                Kind::Tenure => {
                    let tenure = after.records().tenures.get(TenureId::new(subject.n));
                    tenure.into_iter().for_each(|it| self.answering(&views, it.post.0));
                }
                Kind::Post => self.answering(&views, PostId::new(subject.n)),
                _ => (),
            }
        }
    }

    /// Notes that a person is called otherwise, here or gone.
    pub(crate) fn person(&mut self, state: &State, person: PersonId) {
        self.add(person.into());
        let today = state.derived().today();
        for tenure in state.records().pointing::<TenureId>(person) {
            self.add(tenure.into());
        }
        let view = [View::new(state, today)];
        for (post, _) in posts_of(state.records(), person, today) {
            self.answering(&view, post);
        }
    }

    /// `of` and everything up the thread from it.
    fn reach(&mut self, views: &[View<'_>], of: Ref) {
        let mut up = vec![of];
        while let Some(it) = up.pop() {
            if self.add(it) {
                let above = views.iter().filter(|view| view.records().facet(it).is_some());
                up.extend(above.flat_map(|view| thread::above(view, it)).map(|it| it.1));
            }
        }
    }

    /// What `post` answers for, itself or for posts beneath it that nobody holds.
    fn answering(&mut self, views: &[View<'_>], post: PostId) {
        let mut seen = BTreeSet::new();
        let mut posts = vec![post];
        while let Some(post) = posts.pop() {
            if self.everything || !seen.insert(post) {
                continue;
            }
            self.add(post.into());
            for view in views {
                for (subject, holding) in duty::of_post(view.records(), post, view.on()) {
                    self.add(subject);
                    self.add(holding.duty.into());
                }
                let beneath = view.records().pointing::<PostId>(post);
                posts.extend(beneath.filter(|it| {
                    matches!(view.derived().cover(*it), Some(Cover::Vacant { .. } | Cover::Gone))
                }));
            }
        }
    }

    /// Whether it was not there yet.
    fn add(&mut self, it: Ref) -> bool {
        if self.subjects.len() >= CHANGED_MAX {
            self.everything = true;
        }
        !self.everything && self.subjects.insert(it)
    }
}
