//! Erasing a person: name, sign-in and whatever they kept go; what they did stays, without a name.

use axum::{
    extract::{Path, State},
    response::Response,
};
use host::Failure;
use kernel::{
    By, Kind, Ref,
    id::{Id, PersonId},
    read::who,
};
use ledger::Erasure;
use maud::{Markup, html};

use super::{Page, Pen, Sent, Wrong, find, record::administers, sent};
use crate::{
    App, Problem, Scene,
    ui::{self, Field, Form, Link},
};

const NAME: &str = "name";
pub(crate) const WHO_MAY: &str =
    "Only the holder of a post that administers the register can erase a person.";

/// `GET /people/{reference}/erase`
pub async fn form(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let of = allowed(&scene, &of)?;
    Ok(page(&Pen::new(&scene), of, &Wrong::default(), app.sign_in.key()))
}

/// `POST /people/{reference}/erase`: the name typed once more says that it is meant.
pub async fn perform(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let of = allowed(&scene, &of)?;
    let pen = Pen::new(&scene);
    let mut wrong = Wrong::default();
    if !sent.get(NAME).eq_ignore_ascii_case(&pen.title(of)) {
        wrong.put(NAME, format!("this is not {}", pen.title(of)));
    }
    if !wrong.any() {
        let by = scene.acting().ok_or(Problem::NoPost)?.into();
        match erase(&app, &scene, of, by).await {
            Ok(()) => return Ok(sent::onward(&sent, &pen.path(of))),
            Err(Problem::Refused(sentence)) => wrong.whole.push(sentence),
            Err(other) => return Err(other),
        }
    }
    let key = sent::key_text(&sent.key);
    Ok(sent::wrong_page(&wrong, page(&pen, of, &wrong, key)))
}

/// Erases a person who holds no post, in whose name.
///
/// # Errors
///
/// Refused for whoever holds a post today or later, and for the visitor themselves.
pub(crate) async fn erase(app: &App, scene: &Scene, of: Ref, by: By) -> Result<(), Problem> {
    let person = PersonId::new(of.n);
    if scene.visitor.person == of.to_string() {
        let says = "You cannot erase yourself; another administrator can.";
        return Err(Problem::Refused(says.into()));
    }
    let records = scene.published.state.records();
    if let Some(post) = who::holds_from(records, person, scene.today) {
        let post = Pen::new(scene).title(post.into());
        return Err(Problem::Refused(format!(
            "This person holds a post, now or from a later day: {post}. End the tenure first, so that it shows when the post fell vacant."
        )));
    }
    // First what others keep that speaks of them, so that no old copy of it outlives the erasure.
    if let Some(name) = scene.published.directory.name(person) {
        app.sign_in.forget_name(name.to_string()).await.map_err(Problem::door)?;
    }
    let (answer, erased) = tokio::sync::oneshot::channel();
    app.host.erase(person, by, move |it| {
        // The asker may have gone; what was erased is erased.
        let _ = answer.send(it);
    });
    let stopped = |_| Failure::Unknown("the host has stopped".into());
    let erased = erased.await.map_err(stopped)??;
    // Only once they are erased: after a failure they can still come in.
    app.sign_in.forget(of.to_string()).await.map_err(Problem::door)?;
    // An upload that waits may hold the name, and what it would come to was worked out with it.
    app.imports.forget();
    let search = app.search.clone();
    app.wait(move |host| {
        let published = host.published();
        drop(search.now(&published.state, &published.directory));
        Ok(())
    })
    .await?;
    match erased {
        Erasure::Complete => Ok(()),
        Erasure::Pending => Err(Problem::Refused(
            "The name is gone from every page and file of ours, but another program holds the database open, so its old bytes may still be on the disk. Send this again once a backup or the like has ended.".into(),
        )),
    }
}

fn allowed(scene: &Scene, of: &(String, String)) -> Result<Ref, Problem> {
    let of = find(scene, of)?;
    if of.kind != Kind::Person {
        return Err(Problem::NoSuchPage);
    }
    if !administers(&Pen::new(scene), scene.by()?) {
        return Err(Problem::NotAllowed(WHO_MAY.into()));
    }
    Ok(of)
}

fn page(pen: &Pen<'_>, of: Ref, wrong: &Wrong, key: String) -> Markup {
    let name = pen.title(of);
    let form = Form {
        id: "erase".into(),
        action: format!("{}/erase", pen.path(of)),
        fields: vec![
            Field::new(NAME, "The name once more", ui::Kind::Text)
                .required()
                .help("This cannot be undone, by anybody.")
                .error(wrong.at(NAME)),
        ],
        button: format!("Erase {name}"),
        idempotency_key: Some(key),
        errors: wrong.whole.clone(),
        cancel: Some(Link::to(pen.path(of), "Cancel")),
        ..Form::default()
    };
    let content = html! {
        (super::heading(&pen.link(of), "Erase a person"))
        ul {
            li { "The name goes from every page, export, search and file of this installation, with the way to sign in and all that they kept here." }
            li { "What they did as a postholder stays, as done by a former postholder. Every proof of the ledger still holds." }
            li { "Text that others have typed into records is not searched for the name; look through " a href=(pen.href(of)) { "what they are joined to" } " first." }
        }
        (ui::form(&form))
    };
    Page::new(pen.scene, "Erase a person")
        .section(Kind::Person)
        .at(format!("{}/erase", pen.path(of)))
        .show(content)
}
