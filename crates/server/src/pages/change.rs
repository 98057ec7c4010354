//! Changing a record from a date: only what was changed on the form is sent.

use axum::{
    extract::{Path, State},
    response::Response,
};
use exchange::wire;
use host::{Ask, Step};
use kernel::{By, Field, Kind, Ref};
use maud::{Markup, html};
use serde_json::{Value as Json, json};

use super::{
    Page, Pen, Sent, Wrong, establish, find,
    overtaken::{self, Values},
    problem::may_change,
    sent::{self, Asked},
    terms::{self, Terms},
};
use crate::{
    App, Problem, Scene,
    ui::{self, Form, Link},
};

/// `GET /{kind}/{reference}/change`
pub async fn form(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
) -> Result<Markup, Problem> {
    let of = find(&scene, &of)?;
    let pen = Pen::new(&scene);
    may_change(&pen, of)?;
    let now = standing(&pen, of);
    Ok(page(&pen, of, &now, &now, &Wrong::default(), app.sign_in.key()).show())
}

/// `POST /{kind}/{reference}/change`
pub async fn perform(
    State(app): State<App>,
    Path(of): Path<(String, String)>,
    scene: Scene,
    sent: Sent,
) -> Result<Response, Problem> {
    let of = find(&scene, &of)?;
    let by = scene.by()?;
    // Who may not change it is told that, and nothing else.
    let overtaken = match may_change(&Pen::new(&scene), of) {
        Ok(()) => overtaken::fields(standing(&Pen::new(&scene), of), &sent),
        Err(_) => Values::default(),
    };
    let read = match overtaken.is_empty() {
        true => read(&Pen::new(&scene), of, by, &sent),
        false => Err(overtaken::told(&app, &scene, of, &overtaken).await?),
    };
    let path = Pen::new(&scene).path(of);
    let again = |wrong: &Wrong, key| {
        let typed = sent.pairs().iter().cloned().collect();
        let was = overtaken::shown(&sent, &overtaken);
        page(&Pen::new(&scene), of, &typed, &was, wrong, key).answer()
    };
    Ok(sent::answer(&app, &scene, &sent, &path, read, again).await)
}

fn changeable(kind: Kind) -> impl Iterator<Item = &'static Field> {
    terms::fields(kind).filter(|it| !it.fixed)
}

/// What stands in the fields today.
fn standing(pen: &Pen<'_>, of: Ref) -> Values {
    let mut values = Values::from([("from".to_owned(), pen.scene.today.to_string())]);
    if of.kind == Kind::Person {
        values.insert(establish::NAME.into(), pen.title(of));
    }
    for it in changeable(of.kind) {
        values.insert(it.name.into(), terms::shown(pen, &pen.view().value(of, it.name)));
    }
    values
}

struct Shown<'a, 's> {
    pen: &'a Pen<'s>,
    of: Ref,
    form: Form,
}

fn page<'a, 's>(
    pen: &'a Pen<'s>,
    of: Ref,
    values: &Values,
    was: &Values,
    wrong: &Wrong,
    key: String,
) -> Shown<'a, 's> {
    let value = |name: &str| values.get(name).map_or("", String::as_str);
    let mut fields = vec![
        ui::Field::new("from", "From", ui::Kind::Date)
            .required()
            .value(value("from"))
            .help("The day from which it is so. To mend what was recorded wrongly, correct it instead.")
            .error(wrong.at("from")),
    ];
    let mut hidden = Vec::new();
    if of.kind == Kind::Person {
        fields.push(establish::name_field(value(establish::NAME), wrong));
    }
    fields.extend(changeable(of.kind).map(|it| terms::control(pen, it, value(it.name), wrong)));
    hidden.extend(fields.iter().skip(1).map(|it| overtaken::hidden(&it.name, was)));
    let form = Form {
        id: "change".into(),
        action: format!("{}/change", pen.path(of)),
        fields,
        button: "Change".into(),
        idempotency_key: Some(key),
        hidden,
        errors: wrong.whole.clone(),
        cancel: Some(Link::to(pen.path(of), "Cancel")),
        ..Form::default()
    };
    Shown { pen, of, form }
}

impl Shown<'_, '_> {
    fn content(&self) -> Markup {
        html! { (super::heading(&self.pen.link(self.of), "Change")) (ui::form(&self.form)) }
    }

    fn page(&self) -> Page<'_> {
        let title = format!("Change {}", self.pen.title(self.of));
        Page::new(self.pen.scene, title).section(self.of.kind)
    }

    /// It follows the record until somebody types.
    fn show(&self) -> Markup {
        self.page().live([self.of]).show(self.content())
    }

    fn answer(&self) -> Markup {
        self.page().at(self.form.action.clone()).show(self.content())
    }
}

fn read(pen: &Pen<'_>, of: Ref, by: By, sent: &Sent) -> Result<Asked, Wrong> {
    let (mut wrong, mut terms) = (Wrong::default(), Terms::default());
    for field in changeable(of.kind) {
        if overtaken::differs(sent, field.name) {
            terms.read(pen, field, sent, &mut wrong);
        }
    }
    let mut name = None;
    if of.kind == Kind::Person && overtaken::differs(sent, establish::NAME) {
        match wire::person_name(sent.get(establish::NAME)) {
            Ok(it) => name = Some(it),
            Err(it) => wrong.put(establish::NAME, it),
        }
    }
    let from = terms::day(sent.get("from")).map_err(|it| wrong.put("from", it)).ok();
    if wrong.any() {
        return Err(wrong);
    }
    if terms.json.is_empty() && name.is_none() {
        return Err(Wrong::with("Nothing on this form differs from what is recorded."));
    }
    let body = json!({ "id": of.to_string(), "from": from, "terms": Json::Object(terms.json) });
    let command = terms::command(of.kind, "change", body)?;
    let ask = Ask::steps(sent.key, by, vec![Step { command, name }]);
    let shown = changeable(of.kind).map(|it| it.name.to_owned());
    let shown = shown.chain(["from".to_owned(), establish::NAME.to_owned()]).collect();
    Ok(Asked { ask, kind: of.kind, shown, links: terms.links })
}
