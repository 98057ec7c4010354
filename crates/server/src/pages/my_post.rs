//! My post: what its holder answers for, what needs them now, what is coming, and who relies on them.
//!
//! Somebody who holds several posts sees them one under another, the one they act as first.

mod decides;

use axum::extract::State;
use jiff::{Span, civil::Date};
use kernel::{
    Kind, Ref, duty,
    id::{Id, PostId},
    read::{
        acceptances::{self, Standing, Word},
        raised::Raised,
        run::Waiting,
        signals::Sort,
        thread, who,
    },
    status::{self, Word as Stands},
};
use maud::{Markup, html};

use super::{Page, Pen, Section, acceptance, capital, handover, queue, record, trend};
use crate::{
    App, Scene,
    scene::{Acting, Right},
    ui::{self, Due, Empty, Link, day_text, empty},
};

/// Duties of one sort on the page; the post's own page and its list have them all.
const DUTIES_MAX: usize = 40;
/// Lines under one heading beside them.
const LINES_MAX: usize = 12;
/// Duties to be answered one by one; the post’s own page has them all.
const ANSWERS_MAX: usize = 60;
/// How far ahead *coming up* looks.
const AHEAD_DAYS: i64 = 60;

/// `GET /my-post`
pub async fn show(State(app): State<App>, scene: Scene) -> Markup {
    let pen = Pen::new(&scene);
    let mut posts = scene.posts();
    let acting = scene.acting().map(|it| it.post);
    posts.sort_by_key(|it| Some(it.post) != acting);
    let content = html! {
        @if posts.is_empty() {
            header { h1 { "My post" } }
            (empty(&Empty {
                title: "You hold no post".into(),
                text: "So you can look at everything and change nothing. An administrator can appoint you to one.".into(),
                steps: vec![Link::to("/pulse", "See how the organisation stands")],
            }))
        }
        @if posts.len() > 1 { h1.out-of-sight { "My posts" } }
        @let (signals, waiting) = (app.signals.raised(&pen), app.queues.find(&scene));
        @for (n, it) in posts.iter().enumerate() {
            (post(&pen, it, (posts.len() > 1, n == 0), (&signals, &waiting), &|| app.sign_in.key()))
        }
    };
    let shown = posts.iter().map(|it| it.post.to_string());
    let kinds = [
        Kind::Duty,
        Kind::Tenure,
        Kind::Post,
        Kind::Objective,
        Kind::Indicator,
        Kind::Initiative,
        Kind::Action,
        Kind::Decision,
        Kind::Acceptance,
        Kind::Handover,
        Kind::Authority,
        Kind::Delegation,
    ];
    let kinds = kinds.into_iter().chain(queue::RESTS_ON).map(|it| it.plural().to_owned());
    Page::new(&scene, "My post")
        .within(Section::MyPost)
        .live(shown.chain(kinds))
        .marked()
        .show(content)
}

/// What one post answers for, sorted by how much it needs its holder.
struct Load {
    /// What it is accountable for.
    answers: Vec<Ref>,
    /// What it is responsible for, consulted on or told of.
    takes_part: Vec<(Ref, duty::Role)>,
    late: Vec<(Date, Ref)>,
    coming: Vec<(Date, Ref)>,
}

impl Load {
    fn of(pen: &Pen<'_>, post: PostId) -> Load {
        let on = pen.scene.on;
        let (mut answers, mut takes_part) = (Vec::new(), Vec::new());
        for (subject, holding) in duty::of_post(pen.scene.state.records(), post, on) {
            match holding.role {
                _ if !pen.view().stands(subject) => {}
                duty::Role::Accountable => answers.push(subject),
                role => takes_part.push((subject, role)),
            }
        }
        let standing = |it: &Ref| pen.view().derived().standing(*it);
        answers
            .sort_by_key(|it| (std::cmp::Reverse(standing(it).map(|it| it.word)), it.kind, it.n));
        let ahead = on.saturating_add(Span::new().days(AHEAD_DAYS));
        let due = answers.iter().filter_map(|it| Some((record::falls_due(pen, *it)?, *it)));
        let (mut late, mut coming): (Vec<_>, Vec<_>) =
            due.filter(|it| it.0 <= ahead).partition(|it| it.0 < on);
        late.sort_unstable();
        coming.sort_unstable();
        Load { answers, takes_part, late, coming }
    }

    fn off_track(&self, pen: &Pen<'_>) -> usize {
        let off = |it: &&Ref| {
            pen.view().derived().standing(**it).is_some_and(|it| it.word == Stands::OffTrack)
        };
        self.answers.iter().filter(off).count()
    }
}

/// With the first of them stands what was delegated to the person.
fn post(
    pen: &Pen<'_>,
    it: &Acting,
    (several, first): (bool, bool),
    (signals, waiting): (&[Raised], &[Waiting]),
    key: &dyn Fn() -> String,
) -> Markup {
    let of = Ref::from(it.post);
    let load = Load::of(pen, it.post);
    let unit = match pen.view().value(of, "unit") {
        kernel::Value::Link(unit) => Some(unit),
        _ => None,
    };
    html! {
        header.mine {
            p.kind { "My post" @if let Some(unit) = unit { " in " (Link::to(pen.href(unit), pen.title(unit)).show()) } }
            @if several { h2.title { (Link::to(pen.href(of), pen.title(of)).show()) } }
            @else { h1 { (Link::to(pen.href(of), pen.title(of)).show()) } }
            p { (capacity(pen, it)) " Answers for " strong { (load.answers.len()) } @if load.answers.len() == 1 { " thing" } @else { " things" }
                ", of which " strong { (load.off_track(pen)) } " off track and " strong { (load.late.len()) } " late." }
            p.small { (Link::to(pen.scene.href(&format!("{}/handover", pen.path(of))), "What is to be handed over with it").show()) }
        }
        div.halves.wide-first {
            // What needs somebody is read first; where there is room it stands to the right.
            div.stack.apart {
                (to_rule_on(pen, it.post))
                (to_answer(pen, it, key))
                (handed_over(pen, it.post))
                (queue::pressing(pen, waiting, it.post))
                section.stack {
                    h2 { "Needs you now" }
                    @if load.late.is_empty() { p.quiet { "Nothing is late." } }
                    (dates(pen, &load.late))
                }
                (warned(pen, it.post, signals, &load))
                (falls_here(pen, it.post))
                section.stack {
                    h2 { "Coming up" }
                    @if load.coming.is_empty() { p.quiet { "Nothing falls due in the next " (AHEAD_DAYS) " days." } }
                    (dates(pen, &load.coming))
                }
                (decides::section(pen, it.post, first.then_some(it.person)))
                (relying(pen, of))
            }
            section.stack {
                h2 { "Answers for" }
                (answers(pen, of, &load))
                @if !load.takes_part.is_empty() {
                    h3 { "Takes part in" }
                    ul.rows {
                        @for (subject, role) in load.takes_part.iter().take(LINES_MAX) {
                            li { span { (named(pen, *subject)) " " span.quiet { (role.word()) } } (standing(pen, *subject)) }
                        }
                    }
                }
            }
        }
    }
}

/// What warns, and is not late in the plain sense that the page has said already.
fn warned(pen: &Pen<'_>, post: PostId, signals: &[Raised], load: &Load) -> Markup {
    let said: Vec<Ref> = load.late.iter().map(|it| it.1).collect();
    let mut mine = super::signals::of_post(signals, post, &said);
    // What waits to be answered, ruled on or signed stands in a section of its own.
    let own = [Sort::NotAccepted, Sort::Challenge, Sort::NoHandover];
    mine.retain(|it| !own.contains(&it.signal.sort));
    html! {
        @if !mine.is_empty() {
            section.stack {
                h2 { "Signals" }
                ul.rows { @for it in mine.iter().take(LINES_MAX) { (super::signals::line(pen, it, None)) } }
                @if mine.len() > LINES_MAX {
                    p { a href=(pen.scene.query("/signals", [("mine", "yes")]).href()) { "All signals that go to you" } }
                }
            }
        }
    }
}

/// Its name as a link, with what differs from now.
fn named(pen: &Pen<'_>, of: Ref) -> Markup {
    html! {
        (Link::to(pen.href(of), pen.title(of)).show())
        @if let Some(it) = pen.was_now(of) { (ui::differs(&it)) }
    }
}

fn standing(pen: &Pen<'_>, of: Ref) -> Markup {
    html! { @if let Some(it) = pen.status(of) { (ui::status(&it)) } }
}

/// How the visitor holds it; at another time, who held it then.
fn capacity(pen: &Pen<'_>, it: &Acting) -> String {
    if !pen.scene.is_now() {
        let (records, on) = (pen.scene.state.records(), pen.scene.on);
        if !records.stands(it.post.into(), on) {
            return "It is yours now; at the time looked at it did not stand.".into();
        }
        let then = who::holders(records, it.post, on);
        let names: Vec<String> = then.iter().map(|it| pen.title(it.person.into())).collect();
        return match names.as_slice() {
            [] => "It is yours now; at the time looked at nobody held it.".into(),
            names => {
                format!("It is yours now; at the time looked at held by {}.", names.join(" and "))
            }
        };
    }
    let holder = match it.right {
        Right::Holds(it) => it,
        Right::Delegated { delegation, .. } => {
            let row = pen.scene.state.records().facet(delegation.into());
            let until = row.map_or(Date::MAX, |it| it.life().ends_after(pen.scene.today));
            let last = day_text(until.saturating_sub(Span::new().days(1)));
            return format!("You act for it under {delegation}, last day {last}.");
        }
    };
    let word = match holder.capacity.word() {
        "substantive" => "Held".to_owned(),
        other => capital(other),
    };
    let since = day_text(holder.since);
    match holder.until {
        None => format!("{word} since {since}."),
        Some(until) => {
            let last = until.saturating_sub(Span::new().days(1));
            let left = status::days_between(pen.scene.today, last);
            format!("{word} since {since}, last day {} ({left} days left).", day_text(last))
        }
    }
}

/// What it is accountable for, by kind, the worst first.
fn answers(pen: &Pen<'_>, post: Ref, load: &Load) -> Markup {
    let mut kinds: Vec<Kind> = load.answers.iter().map(|it| it.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut left = DUTIES_MAX;
    let more = load.answers.len().saturating_sub(DUTIES_MAX);
    html! {
        @if load.answers.is_empty() {
            (empty(&Empty {
                title: "It answers for nothing yet".into(),
                text: "A duty makes a post answer for an objective, an indicator, a piece of work, an obligation. Duties stay with the post when you go.".into(),
                steps: vec![Link::to(pen.href(post), "Open the post")],
            }))
        }
        @for kind in kinds {
            @let mine: Vec<Ref> = load.answers.iter().filter(|it| it.kind == kind).copied().collect();
            @let shown = mine.len().min(left);
            @if shown > 0 {
                h3 { (capital(kind.words())) " " span.quiet { (mine.len()) } }
                ul.rows { @for it in &mine[..shown] { li { span { (named(pen, *it)) } (trend::of(pen, *it).as_ref().map(ui::sparkline).unwrap_or_default()) (standing(pen, *it)) } } }
            }
            ({ left -= shown; "" })
        }
        @if more > 0 { p { a href=(pen.href(post)) { "And " (more) " more, on the page of the post" } } }
    }
}

fn dates(pen: &Pen<'_>, them: &[(Date, Ref)]) -> Markup {
    let line = |(on, of): &(Date, Ref)| {
        let text = match of.kind {
            Kind::Indicator => format!("Enter a figure: {}", pen.title(*of)),
            Kind::Decision => format!("Review: {}", pen.title(*of)),
            _ => pen.title(*of),
        };
        let href = match of.kind {
            Kind::Indicator if pen.scene.is_now() => format!("{}#measure", pen.href(*of)),
            _ => pen.href(*of),
        };
        Due { link: Link::to(href, text), on: *on, late: *on < pen.scene.on }
    };
    let lines: Vec<Due> = them.iter().take(LINES_MAX).map(line).collect();
    html! {
        (ui::due(&lines))
        @if them.len() > LINES_MAX { p.quiet { "And " (them.len() - LINES_MAX) " more." } }
    }
}

/// Challenges that wait for this post, as the one above.
fn to_rule_on(pen: &Pen<'_>, post: PostId) -> Markup {
    let (records, on) = (pen.scene.state.records(), pen.scene.on);
    let waiting = acceptances::waiting_for(records, post, on);
    html! {
        @if !waiting.is_empty() {
            section.stack {
                h2 { "Challenges that wait for you" }
                ul.rows {
                    @for it in waiting.iter().take(LINES_MAX) {
                        li {
                            span {
                                (Link::to(pen.href(it.duty.into()), pen.title(it.duty.into())).show())
                                br; span.quiet.small { (pen.title(it.holder.person.into())) ", since " (day_text(it.since)) }
                                (acceptance::reason(pen, it))
                            }
                            @if let Some(of) = it.acceptance.filter(|of| acceptance::above(pen.scene, *of).is_some()) {
                                a.button href={ (pen.path(of.into())) "/ruling?back=/my-post" } { "Rule on it" }
                            }
                        }
                    }
                }
                @if waiting.len() > LINES_MAX { p.quiet { "And " (waiting.len() - LINES_MAX) " more." } }
            }
        }
    }
}

/// Duties that wait for the holder’s answer: all at once, or one by one.
fn to_answer(pen: &Pen<'_>, mine: &Acting, key: &dyn Fn() -> String) -> Markup {
    let (records, on) = (pen.scene.state.records(), pen.scene.on);
    let mut waiting = acceptances::of_post(records, mine.post, on);
    waiting.retain(|it| Some(it.holder.tenure) == mine.tenure() && it.word.waits_for_holder());
    waiting.sort_by_key(|it| (it.due_by, it.subject));
    let late = waiting.iter().filter(|it| it.is_late(on)).count();
    let href = |it: &Standing, answer: &str| {
        format!("{}/acceptance?answer={answer}&back=/my-post", pen.path(it.duty.into()))
    };
    html! {
        @if !waiting.is_empty() {
            section.stack #to-accept {
                h2 { "Wait for your answer" }
                p {
                    strong { (waiting.len()) } @if waiting.len() == 1 { " duty" } @else { " duties" }
                    " you have neither accepted nor challenged"
                    @if late > 0 { ", " span.late { (late) " late" } }
                    "."
                }
                @if pen.scene.is_now() {
                    form method="post" action={ (pen.path(mine.post.into())) "/acceptances" } {
                        input type="hidden" name="idempotency_key" value=(key());
                        button.main { @if waiting.len() == 1 { "Accept it" } @else { "Accept all " (waiting.len()) } }
                    }
                }
                details open[waiting.len() <= LINES_MAX] {
                    summary { "One by one" }
                    ul.rows {
                        @for it in waiting.iter().take(ANSWERS_MAX) {
                            li {
                                span {
                                    (Link::to(pen.href(it.subject), pen.title(it.subject)).show())
                                    br; span.quiet.small { (it.role.word()) ", " span.late[it.is_late(on)] { @if let Some(by) = it.due_by { "by " (day_text(by)) } } }
                                    @if it.word == Word::Dismissed { br; span.small { "Your challenge was dismissed." } }
                                }
                                @if pen.scene.is_now() {
                                    span.small {
                                        a href=(href(it, "accepted")) { "Answer" span.out-of-sight { " to " (pen.title(it.subject)) } }
                                        " · "
                                        a href=(href(it, "challenged")) { "Challenge" span.out-of-sight { " " (pen.title(it.subject)) } }
                                    }
                                }
                            }
                        }
                    }
                    @if waiting.len() > ANSWERS_MAX { p.quiet { "And " (waiting.len() - ANSWERS_MAX) " more." } }
                }
            }
        }
    }
}

/// A handover that waits to be read and signed, or that should have been.
fn handed_over(pen: &Pen<'_>, post: PostId) -> Markup {
    html! {
        @if let Some(line) = handover::line(pen, post) {
            section.stack { h2 { "Handover" } (line) }
        }
    }
}

/// Duties of vacant posts beneath, which this post answers for meanwhile.
fn falls_here(pen: &Pen<'_>, post: PostId) -> Markup {
    let (records, on) = (pen.scene.state.records(), pen.scene.on);
    let answering = |vacant: PostId| who::who(records, vacant.into(), on).ok()?.answering;
    let here: Vec<_> = who::uncovered(records, on)
        .into_iter()
        .filter(|it| it.1 != post && answering(it.1) == Some(post))
        .collect();
    html! {
        @if !here.is_empty() {
            section.stack {
                h2 { "Falls to you while nobody holds the post" }
                ul.rows {
                    @for (subject, vacant, since) in here.iter().take(LINES_MAX) {
                        li {
                            span { (named(pen, *subject)) br; span.quiet.small { (named(pen, (*vacant).into())) } }
                            span.late { (status::days_between(*since, on)) " days" }
                        }
                    }
                }
                @if here.len() > LINES_MAX { p.quiet { "And " (here.len() - LINES_MAX) " more." } }
            }
        }
    }
}

fn relying(pen: &Pen<'_>, of: Ref) -> Markup {
    let beneath = thread::beneath(pen.view(), of);
    let reports: Vec<Ref> =
        beneath.iter().filter(|it| it.1.kind == Kind::Post).map(|it| it.1).collect();
    html! {
        section.stack {
            h2 { "Relies on you" }
            @if reports.is_empty() { p.quiet { "No post reports to this one." } }
            ul.rows {
                @for it in reports.iter().take(LINES_MAX) {
                    li { span { (named(pen, *it)) (holders(pen, *it)) } (standing(pen, *it)) }
                }
            }
            @if reports.len() > LINES_MAX { p { a href=(pen.href(of)) { "And " (reports.len() - LINES_MAX) " more" } } }
        }
    }
}

fn holders(pen: &Pen<'_>, post: Ref) -> Markup {
    let them = who::holders(pen.scene.state.records(), PostId::new(post.n), pen.scene.on);
    html! {
        @for (n, it) in them.iter().enumerate() {
            (if n == 0 { " " } else { ", " }) span.quiet { (pen.title(it.person.into())) }
        }
    }
}
