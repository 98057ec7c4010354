//! A framework as OSCAL documents, to take away. Always true: page and API give the same bytes.

use axum::{
    extract::Path,
    http::{
        HeaderName,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
};
use exchange::oscal::out::{self, Sort};
use kernel::{Ref, id::FrameworkId};
use maud::{Markup, html};

use super::{Pen, find};
use crate::{Problem, Scene, ui::Link};

/// A document under the name of its file.
pub type Download = ([(HeaderName, String); 2], String);

/// `GET /frameworks/{reference}/oscal/{document}`
pub async fn show(
    Path((reference, document)): Path<(String, String)>,
    scene: Scene,
) -> Result<Download, Problem> {
    written(&scene, reference, &document)
}

pub fn written(scene: &Scene, reference: String, document: &str) -> Result<Download, Problem> {
    let of = find(scene, &("frameworks".to_owned(), reference))?;
    let of = FrameworkId::try_from(of).map_err(|_| Problem::NoSuchPage)?;
    let sort = Sort::named(document).ok_or(Problem::NoSuchPage)?;
    let found = out::document(&scene.view(), of, sort).map_err(Problem::Refused)?;
    let name = format!("attachment; filename=\"{}\"", sort.file(of));
    let headers = [(CONTENT_TYPE, "application/json".into()), (CONTENT_DISPOSITION, name)];
    Ok((headers, format!("{found:#}\n")))
}

/// The ways to them, on the page of a framework.
pub(super) fn part(pen: &Pen<'_>, of: Ref) -> Markup {
    let says = |it: Sort| match it {
        Sort::Catalog => "Its clauses: a catalog",
        Sort::Profile => "What of it applies: a profile",
        Sort::Component => "What meets it: a component definition",
        Sort::Results => "How it stands on this date: assessment results",
        Sort::Plan => "What was found and is done about it: a plan of action and milestones",
    };
    html! {
        ul {
            @for it in Sort::ALL {
                @let path = format!("{}/oscal/{}", pen.path(of), it.word());
                li { (Link::to(pen.scene.href(&path), says(it)).show()) }
            }
        }
    }
}
