//! A register of appointments as drafts: a unit for each organisation, its posts, and who held them.
//!
//! Always true: a post of the register stays one post, with the register's id as its number; an
//! organisation that only changed its name is one unit with two names, each from its day; a post
//! stands from its first appointment on. Nobody's name is in a finding.

use std::collections::HashMap;

use jiff::{ToSpan, civil::Date};
use kernel::{Kind, Value, tenure::Capacity};

use crate::{
    appointments::{self, Appointment, At, Register},
    draft::{
        Appointee, Appointments, Begin, Draft, DraftId, End, Identity, Item, Place, Stint, Target,
    },
    finding::{Finding, shown},
    import::Reading,
};

/// How long an acting appointment without an end is taken to last, from the day of the file on.
const ASSUMED_YEARS: i8 = 1;

struct Drafting<'a, 'r> {
    register: &'a Register,
    reading: &'a mut Reading<'r>,
    /// The appointments of each post, by position.
    of_post: Vec<Vec<usize>>,
    /// The organisation that each one was before it only changed its name.
    formerly: Vec<Option<usize>>,
    units: Vec<Option<DraftId>>,
    posts: Vec<DraftId>,
}

pub(crate) fn read(reading: &mut Reading<'_>) {
    let found = appointments::read(&reading.request.files);
    reading.findings.extend(found.findings);
    let register = &found.records;
    if register.posts.is_empty() {
        return;
    }
    let mut of_post = vec![Vec::new(); register.posts.len()];
    for (n, it) in register.appointments.iter().enumerate() {
        of_post[it.post].push(n);
    }
    let mut drafting = Drafting {
        register,
        reading,
        of_post,
        formerly: vec![None; register.organisations.len()],
        units: vec![None; register.organisations.len()],
        posts: Vec::new(),
    };
    drafting.name_changes();
    drafting.units();
    drafting.successions();
    drafting.posts();
    drafting.people();
    drafting.say_counts();
}

fn place(at: At) -> Place {
    Place { file: at.file, row: Some(at.row) }
}

impl Drafting<'_, '_> {
    fn say(&mut self, at: At, finding: Finding) {
        let finding = self.reading.drafts.placed(finding, place(at));
        self.reading.findings.push(finding);
    }

    /// Which organisations are only another's later name: one goes when the other comes, and no
    /// third one has a claim to either.
    fn name_changes(&mut self) {
        let register = self.register;
        let changes = || register.links.iter().filter(|it| it.is_name_change());
        for link in changes() {
            let (before, after) =
                (&register.organisations[link.before], &register.organisations[link.after]);
            let alone = changes().filter(|it| it.before == link.before || it.after == link.after);
            let gone = before.until.is_some_and(|until| {
                let day = link.first.saturating_sub(1.day());
                day <= until && until <= link.last.saturating_add(1.day())
            });
            let later = before.from.is_none_or(|from| from < link.first);
            if alone.count() == 1 && gone && later && link.before != link.after {
                self.formerly[link.after] = Some(link.before);
                continue;
            }
            let says = format!(
                "“{}” became “{}” by a change of name, but the two do not follow one another in the table: they are two units.",
                shown(&before.name),
                shown(&after.name)
            );
            let todo = "If they are one unit, give the first the second's name from that day, and move the posts.";
            self.say(link.at, Finding::question("name-change-doubtful", says).todo(todo));
        }
        // A ring of names has no beginning.
        for start in 0..self.formerly.len() {
            let mut at = start;
            for _ in 0..self.formerly.len() {
                match self.formerly[at] {
                    Some(before) if before == start => {
                        self.formerly[start] = None;
                        break;
                    }
                    Some(before) => at = before,
                    None => break,
                }
            }
        }
    }

    /// The day a change of name took effect.
    fn renamed_on(&self, after: usize) -> Date {
        let link = self.register.links.iter().find(|it| it.is_name_change() && it.after == after);
        let link = link.map_or(self.reading.on, |it| it.first);
        self.register.organisations[after].from.unwrap_or(link)
    }

    /// When the first of an organisation's posts was held.
    fn first_held(&self, organisation: usize) -> Option<Date> {
        let register = self.register;
        let posts =
            register.posts.iter().enumerate().filter(|it| it.1.organisation == organisation);
        let held =
            posts.flat_map(|it| &self.of_post[it.0]).map(|it| register.appointments[*it].from);
        held.min()
    }

    fn units(&mut self) {
        let register = self.register;
        let Some(first) = register.organisations.first() else { return };
        let mut top = Draft::new(Kind::Unit, Identity::Top, self.reading.on, place(first.at))
            .is("name", Value::Text("The organisation".into()));
        top.keep = true;
        let top = self.reading.drafts.add(top);
        let mut later: HashMap<usize, usize> = HashMap::new();
        for (after, before) in self.formerly.iter().enumerate() {
            if let Some(before) = before {
                later.insert(*before, after);
            }
        }
        for first in 0..register.organisations.len() {
            if self.formerly[first].is_some() {
                continue;
            }
            let mut chain = vec![first];
            while let Some(next) = chain.last().and_then(|it| later.get(it)) {
                chain.push(*next);
            }
            self.unit(&chain, top);
        }
    }

    /// One unit, by all the names that it has had.
    fn unit(&mut self, chain: &[usize], top: DraftId) {
        let register = self.register;
        let (Some(&first), Some(&last)) = (chain.first(), chain.last()) else { return };
        let it = &register.organisations[first];
        let begins = it.from.or(self.first_held(first)).unwrap_or(self.reading.on);
        let mut draft = self.named(
            first,
            Identity::Code { code: it.key.as_str().into(), within: None },
            begins,
        );
        draft = draft.link("within", Target::Draft(top));
        draft.begin = Begin::ByLatest(begins);
        if let Some(until) = register.organisations[last].until.filter(|it| *it > begins) {
            draft.end = End::On(until);
        }
        let unit = self.reading.drafts.add(draft);
        for (n, organisation) in chain.iter().enumerate() {
            self.units[*organisation] = Some(unit);
            if n > 0 {
                let on = self.renamed_on(*organisation).max(begins);
                let draft = self.named(*organisation, Identity::Is(Target::Draft(unit)), on);
                self.reading.drafts.add(draft);
            }
        }
    }

    fn named(&self, organisation: usize, identity: Identity, on: Date) -> Draft {
        let it = &self.register.organisations[organisation];
        Draft::new(Kind::Unit, identity, on, place(it.at))
            .is("name", Value::Text(it.name.as_str().into()))
            .text("code", &it.key)
            .text("about", &self.story(organisation))
    }

    /// What it came from and went into, in a line each.
    fn story(&self, organisation: usize) -> String {
        let register = self.register;
        let mut lines = Vec::new();
        let it = &register.organisations[organisation];
        if !it.short.is_empty() && it.short != it.name {
            lines.push(format!("Short name: {}.", it.short));
        }
        let mut links: Vec<_> = register.links.iter().collect();
        links.sort_by_key(|it| (it.first, it.before, it.after));
        for link in links {
            let (way, other) = match (link.before == organisation, link.after == organisation) {
                (true, false) => ("to", link.after),
                (false, true) => ("from", link.before),
                _ => continue,
            };
            let days = match link.first == link.last {
                true => link.first.to_string(),
                false => format!("{} to {}", link.first, link.last),
            };
            let name = &register.organisations[other].name;
            lines.push(format!("{}, {days}: {way} {name}.", link.sort));
        }
        lines.join("\n")
    }

    /// What came after what: each merger and demerger of two units, from its first day on.
    fn successions(&mut self) {
        let register = self.register;
        for link in register.links.iter().filter(|it| it.is_succession()) {
            let (Some(old), Some(new)) = (self.units[link.before], self.units[link.after]) else {
                continue;
            };
            if old == new {
                continue;
            }
            let mut draft =
                Draft::new(Kind::Succession, Identity::Links, link.first, place(link.at))
                    .link("old", Target::Draft(old))
                    .link("new", Target::Draft(new))
                    .is("about", Value::Text(link.sort.as_str().into()));
            draft.begin = Begin::IfNew(link.first);
            self.reading.drafts.add(draft);
        }
    }

    fn posts(&mut self) {
        let register = self.register;
        for (n, post) in register.posts.iter().enumerate() {
            let organisation = &register.organisations[post.organisation];
            let held: Vec<&Appointment> =
                self.of_post[n].iter().map(|it| &register.appointments[*it]).collect();
            let first = held.iter().map(|it| it.from).min();
            let begins = first.or(organisation.from).unwrap_or(self.reading.on);
            let last = held.iter().map(|it| it.until.unwrap_or(Date::MAX)).max();
            let gone = organisation.until.map(|until| last.map_or(until, |it| it.max(until)));
            let open = held.iter().find(|it| it.until.is_none()).map(|it| it.at);
            if let (Some(at), Some(until)) = (open, organisation.until) {
                let says = format!(
                    "This appointment has no end, though the organisation of its post ended on {until}: the post goes on."
                );
                let todo = "Give the appointment its end, or the post its new organisation.";
                self.say(at, Finding::question("organisation-ended", says).todo(todo));
            }
            let gone = gone.filter(|it| *it != Date::MAX && *it > begins);
            // What is over is corrected where it differs; what goes on changes.
            let on = if gone.is_some() { begins } else { self.reading.on.max(begins) };
            let identity = Identity::Code { code: post.key.as_str().into(), within: None };
            let mut draft = Draft::new(Kind::Post, identity, on, place(post.at))
                .is("name", Value::Text(post.name.as_str().into()))
                .text("code", &post.key)
                .text("grade", &post.rank);
            if !post.groups.is_empty() {
                draft = draft.text("about", &format!("Grouped with: {}.", post.groups.join("; ")));
            }
            if let Some(unit) = self.units[post.organisation] {
                draft = draft.link("unit", Target::Draft(unit));
            }
            draft.begin = Begin::ByLatest(begins);
            if let Some(gone) = gone {
                draft.end = End::On(gone);
            }
            let id = self.reading.drafts.add(draft);
            self.posts.push(id);
        }
    }

    fn people(&mut self) {
        let register = self.register;
        let on = self.reading.on;
        let mut people: Vec<Appointee> = register
            .people
            .iter()
            .map(|it| {
                let called = it.called(on);
                Appointee {
                    name: called.name.clone(),
                    named_from: called.from,
                    names: it.names.iter().map(|it| it.name.clone()).collect(),
                    stints: Vec::new(),
                    place: place(called.at),
                }
            })
            .collect();
        for it in &register.appointments {
            for run in &it.runs {
                let open = run.acting && run.until.is_none();
                let until = match open {
                    true => Some(self.assumed_end(it.at, run.from)),
                    false => run.until,
                };
                people[it.person].stints.push(Stint {
                    post: self.posts[it.post],
                    from: run.from,
                    until,
                    assumed: open,
                    capacity: if run.acting { Capacity::Acting } else { Capacity::Substantive },
                    place: place(it.at),
                });
            }
        }
        let file = register.appointments.first().map_or(0, |it| it.at.file);
        let mut units: Vec<DraftId> = self.units.iter().flatten().copied().collect();
        units.sort_unstable_by_key(|it| it.0);
        units.dedup();
        self.reading.drafts.items.push(Item::Appointments(Appointments {
            people,
            posts: self.posts.clone(),
            units,
            place: Place { file, row: None },
        }));
    }

    fn assumed_end(&mut self, at: At, from: Date) -> Date {
        let until = self.reading.on.max(from).saturating_add(i32::from(ASSUMED_YEARS).years());
        let says = format!(
            "This appointment is an acting one without an end, and an acting tenure needs one: {until} was taken."
        );
        let todo = "Give the tenure its end when it is known.";
        self.say(at, Finding::question("acting-without-end", says).todo(todo));
        until
    }

    /// What holds for many rows is said once.
    fn say_counts(&mut self) {
        let (register, on) = (self.register, self.reading.on);
        let Some(first) = register.appointments.first() else { return };
        let (posts, people) = (register.posts[0].at.file, register.people[0].at.file);
        let renamed = register.people.iter().filter(|it| it.names.len() > 1).count();
        let unheld = register.people.len() - {
            let mut held = vec![false; register.people.len()];
            register.appointments.iter().for_each(|it| held[it.person] = true);
            held.iter().filter(|it| **it).count()
        };
        let at_once = self.of_post.iter().filter(|them| {
            let mut spans: Vec<(Date, Date)> = them
                .iter()
                .map(|it| &register.appointments[*it])
                .map(|it| (it.from, it.until.unwrap_or(Date::MAX)))
                .collect();
            spans.sort_unstable();
            spans.windows(2).any(|it| it[1].0 < it[0].1)
        });
        let at_once = at_once.count();
        let vacant = register.posts.iter().enumerate().filter(|(n, post)| {
            let holds = |it: &&usize| {
                let it = &register.appointments[**it];
                it.from <= on && it.until.is_none_or(|until| on < until)
            };
            let begun = self.of_post[*n].iter().any(|it| register.appointments[*it].from <= on);
            let gone = register.organisations[post.organisation].until.is_some();
            begun && !gone && !self.of_post[*n].iter().any(|it| holds(&it))
        });
        let vacant = vacant.count();
        let mut say = |count: usize, file: usize, finding: Finding| {
            if count > 0 {
                let place = Place { file, row: None };
                let finding = self.reading.drafts.placed(finding, place);
                self.reading.findings.push(finding);
            }
        };
        say(
            renamed,
            people,
            Finding::note(
                "other-names",
                format!(
                    "{renamed} people have had other names, which the table gives with their days. The vault keeps one name of a person: the one of {on}. The others serve to find people again and are not kept."
                ),
            ),
        );
        say(
            unheld,
            people,
            Finding::note(
                "never-appointed",
                format!("{unheld} people in the table have no appointment: they are not recorded."),
            ),
        );
        say(
            at_once,
            first.at.file,
            Finding::note(
                "several-at-once",
                format!(
                    "{at_once} posts have had several holders at a time. Each is a substantive tenure of its own, because the tables tell no shares."
                ),
            ),
        );
        say(vacant, posts, Finding::question("long-unheld", format!(
            "{vacant} posts of organisations that go on have no holder on {on}. The tables do not say whether the posts are gone: they stand, vacant."
        )).todo("End those that are gone."));
        say(
            register.posts.len(),
            posts,
            Finding::note(
                "lines-unsaid",
                "The tables do not say which post reports to which: the posts have no line.",
            )
            .todo(
                "Give the posts their lines, so that somebody answers while one of them is vacant.",
            ),
        );
        say(
            register.posts.len(),
            first.at.file,
            Finding::note(
                "not-carried-over",
                "Cabinet status, gender, parliamentary ids and websites' ids are not recorded: nothing here keeps them.",
            ),
        );
    }
}
