//! What a post may decide: its own authorities, those delegated to it or to its holder, and what it
//! delegated itself, each with its last day.

use kernel::{
    Kind, Ref, delegation,
    id::{DelegationId, PersonId, PostId},
    read::may::{self, Way},
};
use maud::{Markup, html};

use super::LINES_MAX;
use crate::{
    pages::{Pen, establish, may as page, record},
    ui::{Link, day_text},
};

/// `person` is whoever looks: what was delegated to them in person is theirs in every post.
pub(super) fn section(pen: &Pen<'_>, post: PostId, person: Option<PersonId>) -> Markup {
    let (records, on) = (pen.view().records(), pen.scene.on);
    let mut ways = may::of(records, post.into(), on);
    ways.extend(person.into_iter().flat_map(|it| may::of(records, it.into(), on)));
    let signing: Vec<DelegationId> = [Some(Ref::from(post)), person.map(Ref::from)]
        .into_iter()
        .flatten()
        .flat_map(|it| delegation::received(records, it, on))
        .filter(|it| *it.1.signs.near(on))
        .map(|it| it.0)
        .collect();
    let given: Vec<DelegationId> = delegation::given(records, post, on).map(|it| it.0).collect();
    let delegate = [("post", post.to_string())];
    let offer = !may::of(records, post.into(), on).is_empty() && may_delegate(pen, post);
    html! {
        section.stack {
            h2 { "May decide" }
            @if ways.is_empty() && signing.is_empty() {
                p.quiet { "The scheme of delegation gives it no authority." }
            }
            ul.rows { @for it in ways.iter().take(LINES_MAX) { (way(pen, it)) } }
            @if ways.len() > LINES_MAX { p.quiet { "And " (ways.len() - LINES_MAX) " more, on the page of the post." } }
            @if !signing.is_empty() {
                h3 { "Acts in the register for" }
                ul.rows { @for it in &signing { (other(pen, *it, "post")) } }
            }
            @if !given.is_empty() {
                h3 { "Delegated to others" }
                ul.rows { @for it in &given { (other(pen, *it, "to")) } }
            }
            @if offer {
                p { (Link::to(establish::href(Kind::Delegation, &delegate, "/my-post"), "Delegate until a date").show()) }
            }
        }
    }
}

fn may_delegate(pen: &Pen<'_>, post: PostId) -> bool {
    let Ok(by) = pen.scene.by() else { return false };
    let body = serde_json::json!({
        "from": pen.scene.today,
        "terms": { "post": post.to_string() },
    });
    let command = crate::pages::terms::command(Kind::Delegation, "establish", body);
    command.is_ok_and(|it| record::may(pen, by, &it))
}

fn way(pen: &Pen<'_>, it: &Way) -> Markup {
    html! {
        li {
            span {
                (Link::to(pen.href(it.under()), pen.title(it.authority.into())).show())
                @if it.delegation.is_some() {
                    br;
                    span.quiet.small {
                        "from " (pen.title(it.post.into()))
                        @if let Some(until) = it.until { ", last day " (day_text(page::last(until))) }
                    }
                }
            }
            span.quiet { @if it.limit.is_some() { "up to " } (page::limit(pen, it)) }
        }
    }
}

/// One delegation, called by who is at its other end.
fn other(pen: &Pen<'_>, id: DelegationId, end: &str) -> Markup {
    let of = Ref::from(id);
    let name = match pen.view().value(of, end) {
        kernel::Value::Link(it) => pen.title(it),
        _ => pen.title(of),
    };
    let until = pen.view().records().facet(of).map(|it| it.life().ends_after(pen.scene.on));
    html! {
        li {
            span { (Link::to(pen.href(of), name).show()) @if let Some(it) = pen.status(of) { " " (crate::ui::status(&it)) } }
            span.quiet { @if let Some(it) = until { "last day " (day_text(page::last(it))) } }
        }
    }
}
