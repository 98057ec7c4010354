//! The warning ledger: of each thing that went wrong, when it was known.

use axum::{
    Json,
    extract::{Query, State},
};
use exchange::wire;
use kernel::read::warnings::kept::Known;
use serde_json::{Value, json};

use super::{
    Asked, Told,
    records::{Paging, names},
};
use crate::{App, pages::signals::warnings};

/// `GET /api/v1/signals/warnings`: the rules, and what went wrong in the order of its days, a page of it. `after` is the
/// `next` of the page before.
pub async fn show(
    State(app): State<App>,
    Query(paging): Query<Paging>,
    Asked(scene): Asked,
) -> Result<Json<Value>, Told> {
    let asked = warnings::asked(&scene)?;
    let found = app.warnings.find(&app, &scene, asked).await?;
    let after: usize = paging.after.parse().unwrap_or(0);
    let some: Vec<Known> = found.wrongs.iter().skip(after).take(paging.limit()).cloned().collect();
    let next = after + some.len();
    let rows = warnings::proved(&app, &scene, some).await?;
    let rows: Vec<_> = rows.iter().map(|it| (&it.0, it.1.clone())).collect();
    let mut told = wire::warnings::kept(&found, &rows, &names(&scene));
    told["next"] = json!((next < found.wrongs.len()).then(|| next.to_string()));
    Ok(Json(told))
}
