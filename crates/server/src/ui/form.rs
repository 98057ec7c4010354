//! Forms from descriptors: one way to ask for anything.
//!
//! A form carries its idempotency key, so that sending it twice has one effect. What is wrong is said
//! twice: in a summary on top that leads to each field, and beside the field.

use maud::{Markup, html};

use super::Link;

#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Tells the fields of two forms on one page apart; letters and digits.
    pub id: String,
    pub action: String,
    pub title: Option<String>,
    pub text: Option<String>,
    pub fields: Vec<Field>,
    pub button: String,
    /// Repeating the same key has no second effect.
    pub idempotency_key: Option<String>,
    /// Carried along unseen, such as the version the form was drawn from.
    pub hidden: Vec<(String, String)>,
    /// What is wrong with the whole, not with one field.
    pub errors: Vec<String>,
    pub cancel: Option<Link>,
}

#[derive(Debug, Clone, Default)]
pub struct Field {
    pub name: String,
    pub label: String,
    pub kind: Kind,
    pub value: String,
    pub help: Option<String>,
    pub required: bool,
    pub error: Option<String>,
    /// What is asked about the form as it was sent; ticking or filling in this field answers.
    pub question: Option<String>,
    /// The key that leads here: with the browser's own modifier or, with script, by itself.
    pub key: Option<char>,
    /// Where suggestions for a link come from when there are too many to carry along.
    pub suggest: Option<String>,
    /// Records that could have been meant by what was typed into a link; one of them is sent as
    /// `name-meant`.
    pub meant: Vec<Choice>,
    /// What browsers and password keepers may fill in: `username`, `new-password`.
    pub autocomplete: Option<&'static str>,
    /// Shown and sent as it is.
    pub fixed: bool,
}

#[derive(Debug, Clone, Default)]
pub enum Kind {
    #[default]
    Text,
    LongText,
    Secret,
    Date,
    /// Sent and shown as typed; the kernel says what counts as a number.
    Number,
    Choice(Vec<Choice>),
    /// One of few, each with a target of its own.
    Radios(Vec<Choice>),
    /// Photos, taken at once or chosen, or other files; several may come.
    Photos,
    /// A record by its reference, with suggestions as the reader types.
    Link(Vec<Choice>),
    /// Several records, one a line; beneath, a field that adds one, with the same suggestions.
    Links(Vec<Choice>),
    /// Ticked sends `true`.
    Flag,
    /// One file; the form is then sent as multipart.
    File,
    /// One file or several.
    Files,
}

#[derive(Debug, Clone, Default)]
pub struct Choice {
    pub value: String,
    pub text: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Choice {
        Choice { value: value.into(), text: text.into() }
    }
}

impl Field {
    pub fn new(name: impl Into<String>, label: impl Into<String>, kind: Kind) -> Field {
        Field { name: name.into(), label: label.into(), kind, ..Field::default() }
    }

    pub fn required(self) -> Field {
        Field { required: true, ..self }
    }

    pub fn value(self, value: impl Into<String>) -> Field {
        Field { value: value.into(), ..self }
    }

    pub fn help(self, help: impl Into<String>) -> Field {
        Field { help: Some(help.into()), ..self }
    }

    pub fn error(self, error: Option<impl Into<String>>) -> Field {
        Field { error: error.map(Into::into), ..self }
    }

    pub fn question(self, question: impl Into<String>) -> Field {
        Field { question: Some(question.into()), ..self }
    }

    pub fn key(self, key: char) -> Field {
        Field { key: Some(key), ..self }
    }

    pub fn autocomplete(self, token: &'static str) -> Field {
        Field { autocomplete: Some(token), ..self }
    }
}

impl Field {
    pub fn fixed(self) -> Field {
        Field { fixed: true, ..self }
    }
}

/// Comes after the name of a field for several records, for the one that is added.
pub(crate) const ADDED: &str = "-added";

pub fn form(it: &Form) -> Markup {
    let multipart =
        it.fields.iter().any(|it| matches!(it.kind, Kind::File | Kind::Files | Kind::Photos));
    html! {
        form.form #(it.id) method="post" action=(it.action)
            enctype=[multipart.then_some("multipart/form-data")] {
            @if let Some(title) = &it.title { h2 { (title) } }
            @if let Some(text) = &it.text { p { (text) } }
            (summary(it))
            @if let Some(key) = &it.idempotency_key {
                // A live redraw leaves the key alone: the form being filled in stays one form.
                input type="hidden" name="idempotency_key" value=(key) hx-morph-skip;
            }
            @for (name, value) in &it.hidden { input type="hidden" name=(name) value=(value); }
            @for field in &it.fields { (show(&it.id, field)) }
            div.acts {
                button.main { (it.button) }
                @if let Some(link) = &it.cancel { a.button href=(link.href) { (link.text) } }
            }
        }
    }
}

fn summary(it: &Form) -> Markup {
    let wrong = || it.fields.iter().filter_map(|field| Some((field, field.error.as_ref()?)));
    let count = it.errors.len() + wrong().count();
    let asked = || it.fields.iter().filter_map(|field| Some((field, field.question.as_ref()?)));
    html! {
        @if count == 0 && asked().next().is_some() {
            div.notice data-tone="warn" role="alert" {
                p { strong { "Is that right? Nothing is saved yet." } }
                ul { @for (field, question) in asked() { li { a href={ "#" (id(&it.id, field)) } { (question) } } } }
            }
        }
        @if count > 0 {
            div.notice data-tone="bad" role="alert" {
                p { strong { @if count == 1 { "One thing to put right" } @else { (count) " things to put right" } } }
                ul {
                    @for error in &it.errors { li { (error) } }
                    @for (field, error) in wrong() {
                        li { a href={ "#" (id(&it.id, field)) } { (field.label) ": " (error) } }
                    }
                }
            }
        }
    }
}

fn id(form: &str, field: &Field) -> String {
    // A name may hold what others wrote; an id holds no spaces.
    format!("{form}-{}", field.name.replace(char::is_whitespace, "-"))
}

fn show(form: &str, it: &Field) -> Markup {
    let id = id(form, it);
    let flag = matches!(it.kind, Kind::Flag);
    if let Kind::Radios(choices) = &it.kind {
        return radios(&id, it, choices);
    }
    html! {
        div.field.flag[flag] data-wrong=[it.error.as_ref().map(|_| "")] data-asked=[it.question.as_ref().map(|_| "")] {
            @if flag { (control(&id, it)) }
            label for=(id) {
                (it.label)
                @if matches!(it.kind, Kind::Photos) { ": take a photo" }
                @if !it.required && !flag { span.must { " (optional)" } }
            }
            @if let Some(help) = &it.help { span.help id={ (id) "-help" } { (help) } }
            @if let Some(error) = &it.error { span.error id={ (id) "-error" } { "Error: " (error) } }
            @if !flag { (control(&id, it)) }
            @if !it.meant.is_empty() { (meant(it)) }
        }
    }
}

/// A group with a name; what is wrong with it and what helps stand before the first choice.
fn radios(id: &str, it: &Field, choices: &[Choice]) -> Markup {
    html! {
        fieldset.field.radios id=(id) data-wrong=[it.error.as_ref().map(|_| "")] aria-describedby=[described(id, it)] {
            legend { (it.label) @if !it.required { span.must { " (optional)" } } }
            @if let Some(help) = &it.help { span.help id={ (id) "-help" } { (help) } }
            @if let Some(error) = &it.error { span.error id={ (id) "-error" } { "Error: " (error) } }
            @for choice in choices {
                label { input type="radio" name=(it.name) value=(choice.value) required[it.required] checked[choice.value == it.value]; span { (choice.text) } }
            }
        }
    }
}

fn described(id: &str, it: &Field) -> Option<String> {
    match (&it.help, &it.error) {
        (None, None) => None,
        (Some(_), None) => Some(format!("{id}-help")),
        (None, Some(_)) => Some(format!("{id}-error")),
        (Some(_), Some(_)) => Some(format!("{id}-error {id}-help")),
    }
}

/// What could have been meant, to choose from: works without script.
fn meant(it: &Field) -> Markup {
    let name = format!("{}-meant", it.name);
    html! {
        fieldset.meant {
            legend { "Which is meant?" }
            @for choice in &it.meant {
                label { input type="radio" name=(name) value=(choice.value); (choice.text) }
            }
            label { input type="radio" name=(name) value="" checked; "What is typed above" }
        }
    }
}

fn control(id: &str, it: &Field) -> Markup {
    let described = described(id, it);
    let wrong = it.error.as_ref().map(|_| "true");
    let (kind, mode, list) = match &it.kind {
        Kind::Secret => ("password", None, None),
        Kind::Date => ("date", None, None),
        // Not type=number: that one drops what it cannot read and turns with the wheel.
        Kind::Number => ("text", Some("decimal"), None),
        Kind::Flag => ("checkbox", None, None),
        Kind::File | Kind::Files | Kind::Photos => ("file", None, None),
        Kind::Link(_) => ("text", None, Some(format!("{id}-list"))),
        Kind::Text | Kind::LongText | Kind::Choice(_) | Kind::Radios(_) | Kind::Links(_) => {
            ("text", None, None)
        }
    };
    html! {
        @match &it.kind {
            Kind::LongText | Kind::Links(_) => {
                textarea id=(id) name=(it.name) required[it.required] aria-describedby=[described]
                    aria-invalid=[wrong] { (it.value) }
            }
            Kind::Choice(choices) => {
                select id=(id) name=(it.name) required[it.required] aria-describedby=[described]
                    aria-invalid=[wrong] {
                    @if !it.required || it.value.is_empty() { option value="" { "Choose …" } }
                    @for choice in choices {
                        option value=(choice.value) selected[choice.value == it.value] { (choice.text) }
                    }
                }
            }
            Kind::Flag => {
                input id=(id) name=(it.name) type=(kind) value="true" checked[it.value == "true"]
                    aria-describedby=[described] aria-invalid=[wrong];
            }
            _ => {
                // A secret is never sent back to the page that it came from.
                @let value = (!matches!(it.kind, Kind::Secret | Kind::File | Kind::Files | Kind::Photos)).then_some(&it.value);
                @let photos = matches!(it.kind, Kind::Photos).then_some(());
                @let multiple = matches!(it.kind, Kind::Files | Kind::Photos);
                // A sign-in name is no sentence: a telephone should leave it as it is typed.
                @let exact = (it.autocomplete == Some("username") || matches!(it.kind, Kind::Secret)).then_some(());
                input id=(id) name=(it.name) type=(kind) value=[value] required[it.required] readonly[it.fixed]
                    autocapitalize=[exact.map(|()| "none")] spellcheck=[exact.map(|()| "false")] multiple[multiple] accept=[photos.map(|()| "image/*")] capture=[photos.map(|()| "environment")] inputmode=[mode] accesskey=[it.key] data-key=[it.key]
                    list=[list.as_ref()] data-suggest=[it.suggest.as_ref()] autocomplete=[it.autocomplete]
                    aria-describedby=[described]
                    aria-invalid=[wrong];
            }
        }
        @if let (Kind::Link(choices), Some(list)) = (&it.kind, &list) { (datalist(list, choices)) }
        @if matches!(it.kind, Kind::Photos) {
            label.other for={ (id) "-file" } { "Or choose photos or files" }
            input id={ (id) "-file" } name=(it.name) type="file" multiple;
        }
        @if let Kind::Links(choices) = &it.kind { (adding(id, it, choices)) }
    }
}

/// What is chosen here goes on a line of its own above: by script at once, else when the form is sent.
fn adding(id: &str, it: &Field, choices: &[Choice]) -> Markup {
    let (adds, list) = (format!("{id}{ADDED}"), format!("{id}{ADDED}-list"));
    html! {
        label.add for=(adds) { "Add one more" }
        input id=(adds) name={ (it.name) (ADDED) } type="text" list=(list) data-suggest=[it.suggest.as_ref()]
            data-adds=(id) autocomplete="off";
        (datalist(&list, choices))
    }
}

fn datalist(id: &str, choices: &[Choice]) -> Markup {
    html! {
        datalist id=(id) { @for choice in choices { option value=(choice.value) { (choice.text) } } }
    }
}
