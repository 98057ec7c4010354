//! What the palette offers: records, what this visitor may do, pages. The script adds what is on the page
//! at hand already: its own actions, the frame's links, what was looked at last.

use axum::extract::State;
use kernel::Kind;
use maud::Markup;

use super::{look, may_establish, said};
use crate::{
    App, Problem, Scene,
    pages::{Pen, capital, establish},
    search::Asked,
    ui::{Offer, Offers, Query, offers},
};

/// Records, and other offers of one sort, at once.
const RECORDS_MAX: usize = 8;
const OTHERS_MAX: usize = 5;

/// Pages that are no list of records, with words by which they are looked for too.
const PLACES: [(&str, &str, &str); 6] = [
    ("/ledger", "Ledger", "entries log history audit"),
    ("/ledger/checkpoint", "Newest checkpoint", "ledger signature root"),
    ("/ledger/verify", "Verify the ledger", "check proof tampering"),
    ("/audit-file", "Audit file", "evidence proof auditor take away"),
    ("/import", "Import", "files spreadsheet upload csv"),
    ("/search", "Search", "find"),
];

/// `GET /search/palette?find=`
pub async fn show(State(app): State<App>, scene: Scene) -> Result<Markup, Problem> {
    let text = scene.here.get("find").unwrap_or_default().trim().to_owned();
    let (asked, found) =
        look(&app, &scene, Asked::new(&text, scene.on).standing(), RECORDS_MAX).await?;
    let pen = Pen::new(&scene);
    let records = match asked.is_empty() {
        true => Vec::new(),
        false => said::best(&pen, &asked, &found, &[], RECORDS_MAX),
    };
    let records: Vec<Offer> = records.iter().map(|it| it.offer(&pen)).collect();
    let (deeds, places) = (deeds(&pen, &asked), places(&pen, &asked));
    let everywhere = (!text.is_empty()).then(|| everywhere(&scene, &text, found.count()));
    let said = match (asked.is_empty(), records.len() + deeds.len() + places.len()) {
        (true, _) => String::new(),
        (_, 0) => format!("Nothing fits “{text}”."),
        _ if found.near => format!("Nothing has exactly “{text}”; these come near."),
        (_, 1) => "1 fits.".into(),
        (_, count) => format!("{count} fit."),
    };
    let group = |title: &str, them| (title.to_owned(), them);
    Ok(offers(&Offers {
        groups: vec![
            group("Records", records),
            group("Do", deeds),
            group("Pages", places),
            group("Search", everywhere.into_iter().collect()),
        ],
        said,
    }))
}

/// What the visitor may establish.
fn deeds(pen: &Pen<'_>, asked: &Asked) -> Vec<Offer> {
    let Ok(by) = pen.scene.by() else { return Vec::new() };
    let fits =
        |it: &Kind| asked.fits(&establish::title(*it)) || asked.fits(&format!("new {}", it.word()));
    let kinds = Kind::ALL
        .into_iter()
        .filter(|it| !matches!(it, Kind::Organisation | Kind::Acceptance) && fits(it));
    let may = kinds.filter(|it| may_establish(pen, by, *it));
    let offer = |it: Kind| plain(asked, format!("/{}/new", it.plural()), &establish::title(it));
    may.take(OTHERS_MAX).map(offer).collect()
}

fn places(pen: &Pen<'_>, asked: &Asked) -> Vec<Offer> {
    if asked.is_empty() {
        return Vec::new();
    }
    let here = |path: &str| pen.scene.href(path);
    let others = PLACES.iter().filter(|it| asked.fits(it.1) || asked.fits(it.2));
    let others = others.map(|it| plain(asked, here(it.0), it.1));
    let lists = Kind::ALL.into_iter().map(|it| (it.plural(), format!("All {}", it.words())));
    let lists = lists.filter(|it| asked.fits(&it.1));
    let lists = lists.map(|(plural, title)| plain(asked, here(&format!("/{plural}")), &title));
    others.chain(lists).take(OTHERS_MAX).collect()
}

/// The page with everything that was found, what has ended too.
fn everywhere(scene: &Scene, text: &str, count: usize) -> Offer {
    let times = scene.here.without(&["find", "kind", "limit"]);
    let to = Query { path: "/search".into(), ..times }.with("find", text);
    let title = match count {
        0 => format!("Search everything for “{text}”"),
        _ => format!("Everything that fits “{text}”, on a page"),
    };
    Offer { href: to.href(), title: vec![title], ..Offer::default() }
}

fn plain(asked: &Asked, href: String, title: &str) -> Offer {
    Offer { href, title: asked.marked(&capital(title)), ..Offer::default() }
}
