//! Who may: every post and person that may do a kind of act, up to a value, on a day, each with the chain
//! that lets them; and those who nearly may, with what stops them.
//!
//! Whoever is in a post has its authorities, in whatever capacity: also who acts or covers beside a holder
//! who is away. A delegation gives what the post that gave it has on that day and no more, so that it
//! lapses by itself. Authority does not go up the line: that a post is vacant gives nobody what was its own.

use std::fmt;

use jiff::civil::Date;

use crate::{
    Amount, Records, Ref, State, Text,
    authority::{Authority, folded, lower, within},
    day,
    delegation::Delegation,
    id::{AuthorityId, DelegationId, Id, PersonId, PostId},
    read::who::{self, Cover, Holder},
    tenure::Capacity,
    timeline::Timeline,
};

/// One chain of authority, with who is at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    pub authority: AuthorityId,
    /// The post whose authority it is.
    pub post: PostId,
    /// The delegation through which it goes further.
    pub delegation: Option<DelegationId>,
    /// The post or the person that may by it: `post` itself, or who received the delegation.
    pub to: Ref,
    /// The lower of the limits on the way.
    pub limit: Option<Amount>,
    /// The first day on which it no longer holds, as far as an end is known.
    pub until: Option<Date>,
    /// Who may by it.
    pub people: Vec<Whoever>,
    /// Why nobody may by it; nothing if they may.
    pub stops: Option<Stop>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whoever {
    pub person: PersonId,
    /// How they hold the post; nothing where the delegation is to them.
    pub holder: Option<Holder>,
}

/// Why nobody may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    Limit(Amount),
    /// The authority, or the delegation, begins later.
    Begins(Ref, Date),
    Ended(Ref, Date),
    /// A post that stands no longer, or a person who has left.
    Gone(Ref),
    /// The authority or the post cannot be delegated any more.
    NonDelegable(Ref),
    /// The post that delegated has it no longer.
    Lost(PostId),
    Vacant(PostId, Date),
    /// Everybody who could is away.
    Away(Ref),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stop::Limit(it) => write!(f, "limit {it}"),
            Stop::Begins(it, on) => write!(f, "{it} begins on {}", day(*on)),
            Stop::Ended(it, on) => write!(f, "{it} ended on {}", day(*on)),
            Stop::Gone(it) => write!(f, "{it} does not stand then"),
            Stop::NonDelegable(it) => write!(f, "{it} is non-delegable"),
            Stop::Lost(it) => write!(f, "{it} no longer has the authority"),
            Stop::Vacant(it, since) => write!(f, "{it} is vacant since {}", day(*since)),
            Stop::Away(it) => write!(f, "{it} is away"),
        }
    }
}

impl Way {
    /// What is relied on: the delegation, else the authority itself.
    pub fn under(&self) -> Ref {
        self.delegation.map_or(self.authority.into(), Ref::from)
    }

    pub fn holds(&self) -> bool {
        self.stops.is_none()
    }
}

/// Who may do `act` of `value` on `date`, and who nearly may: those who may first, and among them the lowest
/// limit that suffices. Of whom or which post is `away`, nobody is asked.
pub fn may(
    records: &Records,
    act: &str,
    value: Option<Amount>,
    date: Date,
    away: Option<Ref>,
) -> Vec<Way> {
    let mut found = ways(records, act, value, date);
    for way in found.iter_mut().filter(|it| it.holds()) {
        attend(records, way, date, away);
    }
    sort(&mut found);
    found
}

/// The chains themselves, whoever is at their ends.
pub(crate) fn ways(records: &Records, act: &str, value: Option<Amount>, date: Date) -> Vec<Way> {
    let wanted = folded(act);
    let named = records.authorities.iter().filter(|it| folded(it.1.act.near(date)) == wanted);
    let named = named.filter(|it| !records.is_annulled(it.0.into()));
    let mut found: Vec<Way> = named.flat_map(|(id, row)| chains(records, id, row, date)).collect();
    for way in found.iter_mut().filter(|it| it.holds()) {
        way.stops = way.limit.filter(|it| !within(Some(*it), value)).map(Stop::Limit);
    }
    sort(&mut found);
    found
}

fn sort(found: &mut [Way]) {
    let key = |it: &Way| {
        let limit = it.limit.map_or((1, Amount::default()), |it| (0, it));
        (it.stops.is_some(), it.delegation.is_some(), limit, it.authority, it.delegation)
    };
    found.sort_by_key(key);
}

/// Everything that a post or a person may do on `date`: of their own, then what they were delegated.
pub fn of(records: &Records, whose: Ref, date: Date) -> Vec<Way> {
    let own = records.pointing::<AuthorityId>(whose);
    let received = records.pointing::<DelegationId>(whose);
    let received = received.filter_map(|it| records.delegations.get(it));
    let given = received.flat_map(|it| it.authorities.near(date).iter().copied());
    let mut all: Vec<AuthorityId> = own.chain(given).collect();
    all.sort_unstable();
    all.dedup();
    let rows = all.into_iter().filter_map(|id| Some((id, records.authorities.get(id)?)));
    let mut found: Vec<Way> = rows.flat_map(|(id, row)| chains(records, id, row, date)).collect();
    found.retain(|it| it.to == whose && it.holds());
    sort(&mut found);
    found
}

/// The chains through one delegation on `date`, also those that do not hold.
pub fn through(records: &Records, id: DelegationId, date: Date) -> Vec<Way> {
    let Some(row) = records.delegations.get(id) else { return Vec::new() };
    let all = row.authorities.near(date).iter();
    let known = all.filter_map(|it| Some((*it, records.authorities.get(*it)?)));
    known.map(|(authority, it)| delegated(records, (authority, it), (id, row), date)).collect()
}

/// Whether a delegation that stands still gives anything: an authority, or to act in the register.
pub(crate) fn gives(state: &State, of: Ref, date: Date) -> bool {
    let Ok(id) = DelegationId::try_from(of) else { return false };
    let records = state.records();
    let Some(row) = records.delegations.get(id) else { return false };
    lets_act(records, row, date) || through(records, id, date).iter().any(Way::holds)
}

/// Whether a delegation that stands lets its receiver act as the post in the register.
pub(crate) fn lets_act(records: &Records, row: &Delegation, date: Date) -> bool {
    let non_delegable =
        records.posts.get(row.post.0).is_some_and(|it| *it.non_delegable.near(date));
    *row.signs.near(date)
        && !non_delegable
        && [row.post.0.into(), row.to.0].iter().all(|it| records.stands(*it, date))
}

/// The acts that the scheme names on `date`, each once, in the order of their letters.
pub fn acts(records: &Records, date: Date) -> Vec<Text> {
    let rows = records.authorities.iter().map(|it| it.1).filter(|it| it.live.is(date));
    let acts = rows.map(|it| (folded(it.act.near(date)), it.act.near(date).clone()));
    let acts: std::collections::BTreeMap<String, Text> = acts.collect();
    acts.into_values().collect()
}

/// An authority of a post itself, and every delegation of it.
fn chains(records: &Records, id: AuthorityId, row: &Authority, date: Date) -> Vec<Way> {
    let delegations = records.pointing::<DelegationId>(id).filter_map(|delegation| {
        let it = records.delegations.get(delegation)?;
        let gives = it.authorities.near(date).contains(&id);
        let stood = !records.is_annulled(delegation.into());
        (gives && stood).then(|| delegated(records, (id, row), (delegation, it), date))
    });
    std::iter::once(own(records, id, row, date)).chain(delegations).collect()
}

fn own(records: &Records, id: AuthorityId, row: &Authority, date: Date) -> Way {
    let post = *row.post.near(date);
    let stops = standing(id.into(), &row.live, date)
        .or((!records.stands(post.into(), date)).then_some(Stop::Gone(post.into())));
    let until = [row.live.ends_after(date), ends(records, post.into(), date)];
    Way {
        authority: id,
        post,
        delegation: None,
        to: post.into(),
        limit: *row.limit.near(date),
        until: until.into_iter().min().filter(|it| *it != Date::MAX),
        people: Vec::new(),
        stops,
    }
}

fn delegated(
    records: &Records,
    (authority, row): (AuthorityId, &Authority),
    (id, it): (DelegationId, &Delegation),
    date: Date,
) -> Way {
    let from = own(records, authority, row, date);
    let post_is_not = records.posts.get(it.post.0).is_some_and(|it| *it.non_delegable.near(date));
    let stops = standing(id.into(), &it.live, date)
        .or(from.stops)
        .or((from.post != it.post.0).then_some(Stop::Lost(it.post.0)))
        .or(row.non_delegable.near(date).then_some(Stop::NonDelegable(authority.into())))
        .or(post_is_not.then_some(Stop::NonDelegable(it.post.0.into())))
        .or((!records.stands(it.to.0, date)).then_some(Stop::Gone(it.to.0)));
    let until = [it.live.ends_after(date), ends(records, it.to.0, date)];
    let until = until.into_iter().chain(from.until).min();
    Way {
        authority,
        post: it.post.0,
        delegation: Some(id),
        to: it.to.0,
        limit: lower(from.limit, *it.limit.near(date)),
        until: until.filter(|it| *it != Date::MAX),
        people: Vec::new(),
        stops,
    }
}

fn standing(it: Ref, live: &Timeline<bool>, date: Date) -> Option<Stop> {
    if live.is(date) {
        return None;
    }
    match live.ended(date) {
        Some(on) => Some(Stop::Ended(it, on)),
        None => Some(Stop::Begins(it, live.begins())),
    }
}

/// The first day after `date` on which a record no longer stands.
fn ends(records: &Records, it: Ref, date: Date) -> Date {
    records.facet(it).map_or(Date::MAX, |it| it.life().ends_after(date))
}

/// Puts whoever is there at the end of a chain.
fn attend(records: &Records, way: &mut Way, date: Date, away: Option<Ref>) {
    let Ok(post) = PostId::try_from(way.to) else {
        if away == Some(way.to) {
            way.stops = Some(Stop::Away(way.to));
        } else {
            let person = PersonId::new(way.to.n);
            way.people = vec![Whoever { person, holder: None }];
        }
        return;
    };
    let there = who::everybody(records, post, date);
    match who::cover(records, post, date) {
        Cover::Vacant { since } => way.stops = Some(Stop::Vacant(post, since)),
        Cover::Group => (),
        _ => {
            // Of a post that is away, whoever acts or covers is there.
            let stands_in = |it: &Holder| matches!(it.capacity, Capacity::Acting | Capacity::Cover);
            let here = |it: &&Holder| {
                away != Some(it.person.into()) && (away != Some(way.to) || stands_in(it))
            };
            let people = there.iter().filter(here);
            way.people =
                people.map(|it| Whoever { person: it.person, holder: Some(*it) }).collect();
            if let (true, Some(away)) = (way.people.is_empty(), away) {
                way.stops = Some(Stop::Away(away));
            }
        }
    }
}
