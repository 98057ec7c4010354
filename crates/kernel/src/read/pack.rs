//! The pack of a post: everything that whoever takes it over has to know, drawn from the state on a
//! day and kept nowhere. Of the same state and day it is always the same.

use jiff::{Span, civil::Date};

use crate::{
    Amount, Kind, Ref, Value,
    delegation::{self, Delegation},
    duty::{self, Role},
    id::{AuthorityId, DelegationId, DutyId, Id, IndicatorId, PostId, TenureId},
    read::{
        acceptances::{self, Standing as Accepting, Word as Answered},
        due, may,
        signals::Signal,
        thread,
        variation::variation,
        view::View,
        who::{self, Holder},
    },
    status::Word,
    variation::{Cause, Meaning},
};

/// Days back with which the present is compared.
pub const WORSE_DAYS: i64 = 30;
/// Days ahead, and one list for each.
pub const AHEAD_DAYS: [i64; 3] = [30, 60, 90];

#[derive(Debug, Clone, PartialEq)]
pub struct Pack {
    pub post: PostId,
    pub on: Date,
    pub holders: Vec<Holder>,
    /// What the post is accountable for, the worst first.
    pub answers_for: Vec<Ref>,
    pub takes_part_in: Vec<(Ref, Role)>,
    /// Work that is not done, the soonest due first.
    pub open_actions: Vec<(Ref, Option<Date>)>,
    pub getting_worse: Vec<Worse>,
    /// What lapses or falls due, late or in the next 90 days, in order.
    pub ahead: Vec<Ahead>,
    pub decisions: Vec<Ref>,
    /// What was delegated to the post, and to its present holders in person, which does not pass on
    /// with it; what ends soonest first.
    pub held: Vec<Delegated>,
    /// What the post delegated to others.
    pub given: Vec<Delegated>,
    /// Posts that report to it.
    pub beneath: Vec<PostId>,
    /// Posts with a part in what it answers for.
    pub relying: Vec<(PostId, Role, Ref)>,
    /// Challenges and reservations of its present holders.
    pub answers: Vec<Accepting>,
    /// Duties that its present holders have not answered to.
    pub unanswered: usize,
    /// Warnings that go to the post, the gravest first.
    pub signals: Vec<Signal>,
}

/// Something that is going the wrong way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worse {
    pub of: Ref,
    pub why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its status has fallen since 30 days ago.
    Fell { from: Word, to: Word },
    /// Its figures vary for the worse, beyond chance.
    SpecialCause,
}

/// A delegation that stands, as far as it gives anything on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegated {
    pub of: DelegationId,
    /// The post that gave it.
    pub from: PostId,
    pub to: Ref,
    /// What it still gives, each up to the lower of the limits.
    pub authorities: Vec<(AuthorityId, Option<Amount>)>,
    /// Whether it lets the other act in the register.
    pub signs: bool,
    /// The first day on which it no longer holds.
    pub until: Date,
}

impl Delegated {
    /// Everything it gave is gone: it stands, and gives nothing.
    pub fn is_lapsed(&self) -> bool {
        self.authorities.is_empty() && !self.signs
    }
}

/// Something with a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ahead {
    pub on: Date,
    pub what: What,
    pub of: Ref,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    WorkDue,
    FigureDue,
    ReviewDue,
    TenureEnds,
    DelegationEnds,
}

impl What {
    pub fn words(self) -> &'static str {
        match self {
            What::WorkDue => "is to be done",
            What::FigureDue => "needs a figure",
            What::ReviewDue => "is to be reviewed",
            What::TenureEnds | What::DelegationEnds => "ends",
        }
    }
}

/// The pack of `post` on the view's date. `signals` are all of that date.
pub fn pack(view: &View<'_>, post: PostId, signals: &[Signal]) -> Pack {
    let (records, on) = (view.records(), view.on());
    let (mut answers_for, mut takes_part_in) = (Vec::new(), Vec::new());
    for (subject, holding) in duty::of_post(records, post, on) {
        match holding.role {
            _ if !view.stands(subject) => (),
            Role::Accountable => answers_for.push(subject),
            role => takes_part_in.push((subject, role)),
        }
    }
    let standing = |it: &Ref| view.derived().standing(*it).map(|it| it.word);
    answers_for.sort_by_key(|it| (std::cmp::Reverse(standing(it)), *it));
    takes_part_in.sort_unstable_by_key(|it| (it.1, it.0));
    let accepting = acceptances::of_post(records, post, on);
    let unanswered = accepting.iter().filter(|it| it.word.waits_for_holder()).count();
    let mut answers = accepting;
    answers.retain(|it| !matches!(it.word, Answered::Accepted | Answered::NotYet));
    answers.sort_by_key(|it| (it.word, it.duty));
    let beneath = thread::beneath(view, post.into()).into_iter();
    let beneath =
        beneath.filter_map(|it| PostId::try_from(it.1).ok().filter(|_| it.0 == "reports here"));
    let holders = who::holders(records, post, on);
    let people = holders.iter().map(|it| Ref::from(it.person));
    let held = delegations(
        view,
        std::iter::once(post.into())
            .chain(people)
            .flat_map(|it| delegation::received(records, it, on)),
    );
    let given = delegations(view, delegation::given(records, post, on));
    Pack {
        post,
        on,
        open_actions: open_actions(view, &answers_for),
        getting_worse: getting_worse(view, &answers_for),
        ahead: ahead(view, post, &answers_for, held.iter().chain(&given)),
        decisions: decisions(view, &answers_for),
        beneath: beneath.collect(),
        relying: relying(view, post, &answers_for),
        answers,
        unanswered,
        signals: signals.iter().filter(|it| it.goes_to == Some(post)).cloned().collect(),
        answers_for,
        takes_part_in,
        holders,
        held,
        given,
    }
}

fn delegations<'a>(
    view: &View<'_>,
    them: impl Iterator<Item = (DelegationId, &'a Delegation)>,
) -> Vec<Delegated> {
    let (records, on) = (view.records(), view.on());
    let delegated = |(of, row): (DelegationId, &Delegation)| {
        let ways = may::through(records, of, on);
        let ways = ways.into_iter().filter(may::Way::holds);
        Delegated {
            of,
            from: row.post.0,
            to: row.to.0,
            authorities: ways.map(|it| (it.authority, it.limit)).collect(),
            signs: may::lets_act(records, row, on),
            until: row.live.ends_after(on),
        }
    };
    let mut all: Vec<_> = them.map(delegated).collect();
    all.sort_by_key(|it| (it.until, it.of));
    all
}

fn day(view: &View<'_>, of: Ref, field: &str) -> Option<Date> {
    match view.value(of, field) {
        Value::Day(it) => Some(it),
        _ => None,
    }
}

fn is_open_work(view: &View<'_>, of: Ref) -> bool {
    matches!(of.kind, Kind::Action | Kind::Initiative)
        && view.value(of, "done") != Value::Flag(true)
}

fn open_actions(view: &View<'_>, mine: &[Ref]) -> Vec<(Ref, Option<Date>)> {
    let open = mine.iter().filter(|it| is_open_work(view, **it));
    let mut open: Vec<_> = open.map(|it| (*it, day(view, *it, "due"))).collect();
    open.sort_by_key(|it| (it.1.unwrap_or(Date::MAX), it.0));
    open
}

fn getting_worse(view: &View<'_>, mine: &[Ref]) -> Vec<Worse> {
    let judged = mine.iter().filter(|it| view.derived().standing(**it).is_some());
    let judged: Vec<Ref> = judged.copied().collect();
    if judged.is_empty() {
        return Vec::new();
    }
    let before = View::new(view.state(), view.on().saturating_sub(Span::new().days(WORSE_DAYS)));
    let mut worse = Vec::new();
    for of in judged {
        let (to, from) = (view.derived().standing(of), before.derived().standing(of));
        // What did not stand then, or of which nobody knew anything, has not fallen.
        let from = from.filter(|_| before.stands(of)).map(|it| it.word);
        if let (Some(to), Some(from)) = (to.map(|it| it.word), from)
            && to > from
            && matches!(to, Word::AtRisk | Word::OffTrack)
        {
            worse.push(Worse { of, why: Why::Fell { from, to } });
        }
        let cause = IndicatorId::try_from(of).ok().and_then(|it| variation(view, it)?.variation());
        if matches!(cause, Some(Cause::Special { meaning: Meaning::Concerning, .. })) {
            worse.push(Worse { of, why: Why::SpecialCause });
        }
    }
    worse
}

fn ahead<'a>(
    view: &View<'_>,
    post: PostId,
    mine: &[Ref],
    delegations: impl Iterator<Item = &'a Delegated>,
) -> Vec<Ahead> {
    let (records, on) = (view.records(), view.on());
    let mut all = Vec::new();
    for of in mine {
        let (what, date) = match of.kind {
            Kind::Action | Kind::Initiative if is_open_work(view, *of) => {
                (What::WorkDue, day(view, *of, "due"))
            }
            Kind::Decision => (What::ReviewDue, day(view, *of, "review_on")),
            Kind::Indicator => {
                (What::FigureDue, due::next(view, IndicatorId::new(of.n)).map(|it| it.due_by))
            }
            _ => continue,
        };
        all.extend(date.map(|on| Ahead { on, what, of: *of }));
    }
    let tenures = records.pointing::<TenureId>(post);
    let tenures = tenures.filter_map(|it| Some((it, records.tenures.get(it)?)));
    for (id, row) in tenures.filter(|it| it.1.post.0 == post && it.1.live.is(on)) {
        let end = row.live.ends_after(on);
        if end != Date::MAX {
            all.push(Ahead { on: end, what: What::TenureEnds, of: id.into() });
        }
    }
    // What has lapsed has nothing left that could end.
    all.extend(delegations.filter(|it| !it.is_lapsed()).map(|it| Ahead {
        on: it.until,
        what: What::DelegationEnds,
        of: it.of.into(),
    }));
    let last = on.saturating_add(Span::new().days(AHEAD_DAYS[2]));
    all.retain(|it| it.on <= last);
    all.sort_unstable();
    all
}

/// The newest first.
fn decisions(view: &View<'_>, mine: &[Ref]) -> Vec<Ref> {
    let taken = |of: Ref| view.records().facet(of).map(|it| it.life().begins());
    let mut all: Vec<Ref> = mine.iter().filter(|it| it.kind == Kind::Decision).copied().collect();
    all.sort_by_key(|it| std::cmp::Reverse((taken(*it), *it)));
    all
}

fn relying(view: &View<'_>, post: PostId, mine: &[Ref]) -> Vec<(PostId, Role, Ref)> {
    let records = view.records();
    let mut all = Vec::new();
    for of in mine {
        for it in records.pointing::<DutyId>(*of).filter_map(|it| records.duties.get(it)) {
            let theirs = *it.post.near(view.on());
            if it.subject.0 == *of && it.live.is(view.on()) && theirs != post {
                all.push((theirs, it.role.0, *of));
            }
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}
