//! Files brought in by a program: what they come to, or that and the record of it, in one request.

use std::sync::Arc;

use axum::{
    Json,
    extract::{FromRequest, Multipart, Request, State, multipart::MultipartError},
    http::StatusCode,
};
use exchange::{
    Source,
    import::{self, FILES_MAX, Options, report},
};
use host::Ask;
use serde_json::{Value, json};

use super::{
    Asked, Told,
    commands::{acting, key},
};
use crate::{
    App, Problem,
    pages::import::{allowed_as, planned, steps},
};

/// A request, as it was sent: files, and options by name.
#[derive(Default)]
struct Sent {
    kind: String,
    dry_run: bool,
    files: Vec<(String, axum::body::Bytes)>,
    options: Options,
}

/// `POST /api/v1/imports`
pub async fn perform(
    State(app): State<App>,
    Asked(scene): Asked,
    request: Request,
) -> Result<(StatusCode, Json<Value>), Told> {
    let by = acting(request.headers(), &scene)?;
    allowed_as(&scene, by)?;
    let headers = request.headers().clone();
    let parts = Multipart::from_request(request, &app).await;
    let parts = parts.map_err(|it| Problem::Refused(it.body_text()))?;
    let sent = receive(parts).await.map_err(Problem::Refused)?;
    if sent.files.is_empty() {
        return Err(Problem::Refused("Send at least one file in a part named files.".into()).into());
    }
    if !sent.dry_run && !scene.is_now() {
        return Err(Problem::NotNow.into());
    }
    let key = if sent.dry_run { None } else { Some(key(&headers)?) };
    let published = Arc::clone(&scene.published);
    let looked = tokio::task::spawn_blocking(move || {
        let sources = sent.files.iter().map(|(name, bytes)| Source::new(name, bytes)).collect();
        let today = published.state.derived().today();
        let request =
            import::Request { kind: &sent.kind, files: sources, options: &sent.options, today };
        let imported = import::read(&request);
        let (state, directory) = (&published.state, &published.directory);
        let mut plan = planned(state, directory, by, &imported.drafts, &|_, _| ());
        plan.findings.splice(0..0, imported.findings);
        plan.findings.sort_by_key(|it| it.grade);
        let mut json = report::json(&plan);
        json["kind"] = json!(imported.kind);
        json["tables"] = report::guesses(&imported.guesses);
        json["dry_run"] = json!(sent.dry_run);
        json["recorded"] = Value::Null;
        (json, plan, imported.drafts, sent.files, published.state.seq())
    });
    let (mut json, plan, drafts, files, seq) = looked
        .await
        .map_err(|it| Problem::Refused(format!("The files could not be read: {it}.")))?;
    let Some(key) = key else { return Ok((StatusCode::OK, Json(json))) };
    if plan.unanswered() > 0 {
        let open = plan.findings.iter().filter(|it| it.ask.as_ref().is_some_and(|it| it.must));
        let says: Vec<String> = open.map(ToString::to_string).collect();
        let says = format!("A question has to be answered first. {}", says.join(" "));
        return Err(Problem::Refused(says).into());
    }
    if plan.steps.is_empty() {
        return Ok((StatusCode::OK, Json(json)));
    }
    let about: Vec<u8> = files.iter().flat_map(|it| it.1.iter().copied()).collect();
    let looked_at = steps(&plan);
    let again = move |state: &kernel::State, directory: &host::Directory| match state.seq() == seq {
        true => Ok(looked_at.clone()),
        false => Ok(steps(&planned(state, directory, by, &drafts, &|_, _| ()))),
    };
    let outcome = app.run(Ask::plan(key, by, &about, Arc::new(again))).await?;
    json["recorded"] = json!({ "first": outcome.first, "last": outcome.last });
    let status = if outcome.repeated { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(json)))
}

async fn receive(mut parts: Multipart) -> Result<Sent, String> {
    let broken = |it: MultipartError| format!("The upload broke off: {}.", it.body_text());
    let mut sent = Sent { kind: "any".into(), ..Sent::default() };
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "files" => {
                let file = part.file_name().unwrap_or_default();
                let file = file.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
                if sent.files.len() >= FILES_MAX {
                    return Err(format!("At most {FILES_MAX} files are read at a time."));
                }
                sent.files.push((file, part.bytes().await.map_err(broken)?));
            }
            "kind" => sent.kind = part.text().await.map_err(broken)?,
            "dry_run" => sent.dry_run = part.text().await.map_err(broken)? == "yes",
            _ => {
                let value = part.text().await.map_err(broken)?;
                sent.options.insert(name, value);
            }
        }
    }
    Ok(sent)
}
