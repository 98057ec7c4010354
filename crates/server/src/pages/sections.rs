//! Where everything is: the sections of the product, and what each leads to.

use kernel::{Kind, id::AuditId};

use super::capital;
use crate::{
    Scene,
    ui::{Link, Menu, MenuEntry},
};

/// What the frame leads to from every page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Pulse,
    MyPost,
    Strategy,
    Establishment,
    Rules,
    Work,
    Compliance,
    Ledger,
    Import,
}

const SECTIONS: [Section; 9] = [
    Section::Pulse,
    Section::MyPost,
    Section::Strategy,
    Section::Establishment,
    Section::Rules,
    Section::Work,
    Section::Compliance,
    Section::Ledger,
    Section::Import,
];

/// A page that is not the list of a kind: its path and what it is called.
type Place = (&'static str, &'static str);

impl Section {
    pub(crate) fn of(kind: Kind) -> Section {
        match kind {
            Kind::Plan | Kind::Objective | Kind::Indicator | Kind::Anchor | Kind::Risk => {
                Section::Strategy
            }
            Kind::Organisation
            | Kind::Unit
            | Kind::Post
            | Kind::Person
            | Kind::Tenure
            | Kind::Duty
            | Kind::Acceptance
            | Kind::Handover
            | Kind::ChangeSet
            | Kind::Proposal
            | Kind::Succession => Section::Establishment,
            Kind::Rule | Kind::Authority | Kind::Delegation | Kind::Threshold => Section::Rules,
            Kind::Signal => Section::Pulse,
            Kind::Initiative | Kind::Action | Kind::Decision => Section::Work,
            Kind::Framework
            | Kind::Requirement
            | Kind::Mapping
            | Kind::Obligation
            | Kind::Control
            | Kind::Procedure
            | Kind::Step
            | Kind::Question
            | Kind::Occurrence
            | Kind::Evidence
            | Kind::Finding
            | Kind::Audit => Section::Compliance,
        }
    }

    fn text(self) -> &'static str {
        match self {
            Section::Pulse => "Pulse",
            Section::MyPost => "My post",
            Section::Strategy => "Strategy",
            Section::Establishment => "Establishment",
            Section::Rules => "Rules",
            Section::Work => "Work",
            Section::Compliance => "Compliance",
            Section::Ledger => "Ledger",
            Section::Import => "Import",
        }
    }

    /// Pages of its own, before the lists of its kinds. The first is where the section begins.
    fn places(self) -> &'static [Place] {
        match self {
            Section::Pulse => &[("/pulse", "Pulse"), ("/signals", "Signals")],
            Section::MyPost => {
                &[("/my-post", "My post"), ("/queue", "Queue"), ("/measurements", "Enter figures")]
            }
            Section::Strategy => &[("/strategy", "Map")],
            Section::Establishment => &[("/establishment", "Chart"), ("/gaps", "Gap-days")],
            Section::Rules => &[("/watch", "Watch"), ("/may", "Who may")],
            Section::Work => &[],
            Section::Compliance => &[("/weather", "Weather")],
            Section::Ledger => &[
                ("/ledger", "Entries"),
                ("/ledger/checkpoint", "Checkpoint"),
                ("/ledger/verify", "Verify"),
                ("/audit-file", "Audit file"),
            ],
            Section::Import => &[("/import", "Import")],
        }
    }

    fn kinds(self) -> impl Iterator<Item = Kind> {
        let mine = move |it: &Kind| {
            !matches!(self, Section::Pulse | Section::MyPost) && Section::of(*it) == self
        };
        Kind::ALL.into_iter().filter(mine)
    }

    fn links(self, scene: &Scene) -> Vec<(&'static str, Link)> {
        let places = self.places().iter().map(|it| (it.0, Link::to(scene.href(it.0), it.1)));
        let lists = self.kinds().map(|it| {
            (it.plural(), Link::to(scene.href(&format!("/{}", it.plural())), capital(it.words())))
        });
        places.chain(lists).collect()
    }
}

/// The menu of a page: every section, and beneath it what the current one leads to.
pub(crate) fn menu(scene: &Scene, current: Option<Section>, path: &str, writes: bool) -> Menu {
    let shown = SECTIONS.into_iter().filter(|it| *it != Section::Import || writes);
    let sections = shown.filter_map(|it| {
        let first = it.links(scene).into_iter().next()?.1;
        let here = current == Some(it);
        Some(MenuEntry { link: Link::to(first.href, it.text()), here })
    });
    let within = current.map(|it| it.links(scene)).unwrap_or_default();
    // The list of a kind is also where its records are.
    let kind = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let exact = within.iter().position(|it| it.0 == path);
    let here = exact.or_else(|| within.iter().position(|it| it.0 == kind));
    let within = within.into_iter().enumerate();
    Menu {
        sections: sections.collect(),
        within: within.map(|(n, it)| MenuEntry { link: it.1, here: here == Some(n) }).collect(),
    }
}

/// The menu of an auditor from outside: the rooms of their audits, and nothing else.
pub(crate) fn rooms(scene: &Scene, audits: &[AuditId], path: &str) -> Menu {
    let records = scene.published.state.records();
    let entry = |it: &AuditId| {
        let (room, it) = (format!("/audits/{it}/room"), kernel::Ref::from(*it));
        let name = records.name(it, scene.today).unwrap_or_default();
        MenuEntry { here: path == room, link: Link::to(room, &*name) }
    };
    Menu { sections: audits.iter().map(entry).collect(), within: Vec::new() }
}
