//! The establishment: one thing in two looks, cut so that it stays quick and readable.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{council::Council, visit::Answer};

/// What a page may hold; restated here so that a change of the limit is a decision.
const BOXES_MAX: usize = 200;
const PAGE_BYTES_MAX: usize = 300_000;

fn establish(kind: &str, terms: Value) -> Value {
    json!({ kind: { "establish": { "from": "2029-01-01", "terms": terms } } })
}

fn post(name: &str, unit: usize, above: Option<usize>) -> Value {
    let above = above.map(|it| format!("POST-{it}"));
    establish("post", json!({ "name": name, "unit": format!("UNIT-{unit}"), "reports_to": above }))
}

fn boxes(page: &Answer) -> usize {
    page.body.matches("class=\"org-box").count()
}

fn picture(page: &Answer) -> String {
    page.words("<div class=\"org\"", "</main>")
}

/// Where links lead that begin like this.
fn href<'a>(page: &'a str, start: &str) -> Vec<&'a str> {
    let links = page.split("href=\"").skip(1).filter_map(|it| it.split('"').next());
    links.filter(|it| it.starts_with(start)).collect()
}

fn plain(href: &str) -> String {
    href.replace("&amp;", "&").split('#').next().unwrap().to_owned()
}

#[tokio::test]
async fn the_picture_and_the_tree_say_the_same() {
    let mut council = Council::new().await;
    let chart = council.get("/establishment").await;
    assert_eq!(chart.status, 200);
    insta::assert_snapshot!(picture(&chart), @"Register administrator POST-1 Mary Okafor 1 direct , beneath Register administrator Zoom in to Register administrator Head of Waste POST-2 Ann Bell");
    let tree = council.get("/establishment?as=tree").await;
    assert_eq!(picture(&tree), picture(&chart));
    assert!(chart.body.contains("data-look=\"chart\"") && tree.body.contains("data-look=\"tree\""));
    insta::assert_snapshot!(chart.words("<ul class=\"org-figures\"", "</ul>"), @"2 posts 0 vacant 1.0 direct reports on average 1 post leads others 2 levels");
    let units = council.get("/establishment?by=units").await;
    insta::assert_snapshot!(picture(&units), @"Unit Fallowmere UNIT-1 2 posts , beneath Fallowmere Zoom in to Fallowmere Register administrator POST-1 Mary Okafor 1 direct Unit Place UNIT-2 1 post , beneath Place Zoom in to Place Head of Waste POST-2 Ann Bell");
}

#[tokio::test]
async fn what_is_looked_for_is_found_by_slips_accents_and_former_names() {
    let mut council = Council::new().await;
    council.record(&[
        post("Rheolwr Pontŵr", 2, Some(2)),
        json!({ "post": { "change": { "id": "POST-2", "from": "2030-01-01",
            "terms": { "name": "Head of Circular Economy" } } } }),
    ]);
    let found = async |council: &mut Council, text: &str| {
        let page = council.get(&format!("/establishment?find={text}")).await;
        page.words("<section class=\"stack\" aria-label=\"What was found\"", "</section>")
    };
    for (text, expected) in [
        ("pontwr", "1 match Rheolwr Pontŵr"),
        ("head+of+waste", "1 match Head of Circular Economy"),
        ("ann+bell", "1 match Head of Circular Economy"),
        ("w12", "1 match Head of Circular Economy"),
        ("POST-3", "1 match Rheolwr Pontŵr"),
        ("circlar", "Nothing has quite that. 1 match Head of Circular Economy"),
    ] {
        let said = found(&mut council, text).await;
        let (how, what) = said.split_once(" for “").unwrap();
        let name = what.split_once("left out. ").unwrap().1;
        let said = format!("{how} {name}");
        assert!(said.starts_with(expected), "{text}: {said}");
    }
    assert!(found(&mut council, "zebra").await.starts_with("Nothing"));
}

#[tokio::test]
async fn who_holds_a_post_how_and_since_when_nobody_does_is_in_its_box() {
    let mut council = Council::new().await;
    council.record(&[
        post("Director of Place", 2, Some(1)),
        post("Waste planner", 2, Some(2)),
        json!({ "tenure": { "end": { "id": "TEN-2", "on": "2030-03-01" } } }),
        json!({ "post": { "change": { "id": "POST-2", "from": "2029-06-01", "terms": { "statutory": true } } } }),
        json!({ "tenure": { "establish": { "from": "2030-01-01", "until": "2030-06-01", "terms": {
            "post": "POST-3", "person": "PERSON-2", "capacity": "acting" } } } }),
        json!({ "tenure": { "establish": { "from": "2030-01-01", "until": "2030-06-01", "terms": {
            "post": "POST-4", "person": "PERSON-2", "capacity": "cover" } } } }),
    ]);
    let page = council.get("/establishment?levels=3").await;
    insta::assert_snapshot!(picture(&page), @"Register administrator POST-1 Mary Okafor 2 direct , 3 beneath , 1 vacant , beneath Register administrator Zoom in to Register administrator Head of Waste POST-2 Vacant since 1 March 2030 Statutory 1 direct , beneath Head of Waste Zoom in to Head of Waste Waste planner POST-4 Ann Bell Covered until 1 June 2030 Director of Place POST-3 Ann Bell Acting until 1 June 2030");
    insta::assert_snapshot!(page.words("<ul class=\"org-figures\"", "</ul>"), @"4 posts 1 vacant the longest since 1 March 2030 1 acting 1 covered 1 statutory 1 of them vacant 1 vacant with duties 1.5 direct reports on average 2 posts lead others 3 levels");
    let before = council.get("/establishment?levels=3&at=2029-12-01").await;
    insta::assert_snapshot!(picture(&before), @"Register administrator POST-1 Mary Okafor 2 direct , 3 beneath , 2 vacant , beneath Register administrator Zoom in to Register administrator Head of Waste POST-2 Ann Bell Statutory Differs; now: Vacant since 1 March 2030 1 direct , 1 vacant , beneath Head of Waste Zoom in to Head of Waste Waste planner POST-4 Vacant since 1 January 2029 Differs; now: Covered; held by Ann Bell (cover) Director of Place POST-3 Vacant since 1 January 2029 Differs; now: Acting; held by Ann Bell (acting)");
    let table = council.get("/establishment?table=vacancies").await;
    insta::assert_snapshot!(table.words("<table", "</table>"), @"The longest first: 1 in all Post Unit Vacant since Days Accountable for Law Chart Head of Waste POST-2 Place UNIT-2 1 March 2030 29 1 Statutory Its place");
    let table = council.get("/establishment?table=spans").await;
    insta::assert_snapshot!(table.words("<table", "</table>"), @"The widest first: 2 in all Post Held by Direct reports Posts beneath Vacant beneath Chart Register administrator POST-1 Mary Okafor 2 3 1 Its place Head of Waste POST-2 Vacant since 1 March 2030 1 1 0 Its place");
    let table = council.get("/establishment?table=levels").await;
    insta::assert_snapshot!(table.words("<table", "</table>"), @"From the top Level Posts Vacant Lead others Direct reports on average Level 1 1 0 1 2.0 Level 2 2 1 1 1.0 Level 3 1 0 0");

    let only = council.get("/establishment?only=covered").await;
    insta::assert_snapshot!(picture(&only), @"Register administrator POST-1 Mary Okafor 1 found beneath , 2 direct , 3 beneath , 1 vacant , beneath Register administrator Zoom in to Register administrator Head of Waste POST-2 Vacant since 1 March 2030 Statutory 1 found beneath , 1 direct , beneath Head of Waste Zoom in to Head of Waste Waste planner POST-4 Ann Bell Covered until 1 June 2030");
    let found = council.get("/establishment?find=ann+bell").await;
    insta::assert_snapshot!(found.words("<section class=\"stack\" aria-label=\"What was found\"", "</section>"), @"2 matches for “ann bell”, with the line above each; the rest is left out. Waste planner beneath Head of Waste Director of Place beneath Register administrator");
    let none = council.get("/establishment?find=nobody+at+all").await;
    insta::assert_snapshot!(none.words("<section class=\"stack\" aria-label=\"What was found\"", "</section>"), @"Nothing for “nobody at all” here. Show everything .");
    assert_eq!(boxes(&none), 0);
}

#[tokio::test]
async fn a_branch_can_be_zoomed_to_and_left_again() {
    let mut council = Council::new().await;
    let page = council.get("/establishment?root=POST-2").await;
    insta::assert_snapshot!(page.words("<header><nav aria-label=\"Above it\"", "</header>"), @"Whole establishment Register administrator Head of Waste Head of Waste The page of this post");
    assert_eq!(boxes(&page), 1);
    let record = council.get("/posts/POST-2?at=2030-01-01").await;
    let place = href(&record.body, "/establishment?by=");
    assert_eq!(place, ["/establishment?by=line&amp;root=POST-2&amp;at=2030-01-01"]);
    assert_eq!(council.get(&plain(place[0])).await.status, 200);
    let unit = council.get("/units/UNIT-2").await;
    assert_eq!(href(&unit.body, "/establishment?by="), ["/establishment?by=units&amp;root=UNIT-2"]);
    let gone = council.get("/establishment?root=POST-2&at=2028-12-31").await;
    assert!(gone.body.contains("Head of Waste does not stand on 31 December 2028"));
    assert_eq!(council.get("/establishment?root=POST-99").await.status, 404);
}

#[tokio::test]
async fn an_establishment_without_posts_says_what_to_do_next() {
    let mut council = Council::new().await;
    let page = council.get("/establishment?at=2020-01-01").await;
    insta::assert_snapshot!(page.words("<div class=\"empty\"", "</div>"), @"No post stands on 1 January 2020 Bring in an organogram or a list of posts, or establish the first unit and the first post here. Each post says which one it reports to; the picture follows from that.");
}

#[tokio::test]
async fn opening_and_closing_is_in_the_address_and_the_address_is_bounded() {
    let mut council = Council::new().await;
    let heads = (0..40).map(|n| post(&format!("Head {n}"), 2, Some(1)));
    let officers = (0..40).map(|n| post(&format!("Officer {n}"), 2, Some(3 + n)));
    council.record(&heads.chain(officers).collect::<Vec<_>>());
    let mut path = "/establishment".to_owned();
    for n in 3..43 {
        let page = council.get(&path).await;
        let fold = format!("#POST-{n}");
        path = plain(
            href(&page.body, "/establishment").iter().find(|it| it.ends_with(&fold)).unwrap(),
        );
    }
    let page = council.get(&path).await;
    // The first ones opened are forgotten.
    assert_eq!(path.matches("POST-").count(), 30);
    assert_eq!(boxes(&page), 42 + 30);
    let close = href(&page.body, "/establishment");
    let close = plain(close.iter().find(|it| it.ends_with("#POST-42")).unwrap());
    assert_eq!(boxes(&council.get(&close).await), 42 + 29);
    // What is open by itself can be closed.
    let top = href(&page.body, "/establishment");
    let top = plain(top.iter().find(|it| it.ends_with("#POST-1")).unwrap());
    assert!(top.contains("shut=POST-1"), "{top}");
    assert_eq!(boxes(&council.get(&top).await), 1);
}

/// `n` posts, each leading `fan`, in units of a hundred.
async fn large(n: usize, fan: usize) -> Council {
    let mut council = Council::new().await;
    let mut commands: Vec<Value> = (0..n.div_ceil(100))
        .map(|it| establish("unit", json!({ "name": format!("Service {it}"), "within": "UNIT-1" })))
        .collect();
    // The first two posts are there already.
    commands
        .extend((3..=n).map(|it| {
            post(&format!("Officer {it}"), 3 + (it - 1) / 100, Some((it - 2) / fan + 1))
        }));
    council.record(&commands);
    council
}

#[tokio::test]
async fn with_five_thousand_posts_no_page_holds_more_than_its_limit() {
    let mut council = large(5000, 8).await;
    let open: Vec<String> = (1..=40).map(|it| format!("POST-{it}")).collect();
    for query in [
        String::new(),
        "as=tree".into(),
        "by=units".into(),
        "by=units&levels=9".into(),
        "levels=9".into(),
        "only=vacant".into(),
        "only=vacant&levels=9&as=tree".into(),
        "find=officer".into(),
        "find=officer+4999".into(),
        format!("open={}", open.join(".")),
        format!("levels=3&open={}", open.join(".")),
        "root=POST-3&levels=9".into(),
        "table=vacancies".into(),
        "table=spans".into(),
        "table=levels".into(),
    ] {
        let page = council.get(&format!("/establishment?{query}")).await;
        assert_eq!(page.status, 200, "{query}");
        let (boxes, bytes) = (boxes(&page), page.body.len());
        assert!(boxes <= BOXES_MAX, "{query}: {boxes} boxes");
        assert!(bytes <= PAGE_BYTES_MAX, "{query}: {bytes} bytes");
        assert!(boxes > 0 || query.starts_with("table"), "{query}: nothing is drawn");
    }
    let page = council.get("/establishment").await;
    insta::assert_snapshot!(page.words("<ul class=\"org-figures\"", "</ul>"), @"5,000 posts 4,998 vacant the longest since 1 January 2029 8.0 direct reports on average 625 posts lead others 6 levels");
    let found = council.get("/establishment?find=officer+4999").await;
    assert!(found.body.contains("id=\"POST-4999\""));
}

#[tokio::test]
async fn five_thousand_posts_without_a_line_come_in_parts() {
    let mut council = Council::new().await;
    let posts: Vec<Value> = (0..5000).map(|it| post(&format!("Officer {it}"), 2, None)).collect();
    council.record(&posts);
    let first = council.get("/establishment").await;
    // Sixty at the top, the only post with another beneath it among them, and that one.
    assert_eq!(boxes(&first), 60 + 1);
    assert!(first.body.contains("Part 1 of 84"));
    let last = council.get("/establishment?part=84").await;
    assert_eq!(boxes(&last), 5001 - 83 * 60);
    let beyond = council.get("/establishment?part=999").await;
    assert!(beyond.body.contains("Part 84 of 84"));
}

#[tokio::test]
async fn whatever_is_left_out_can_be_reached() {
    for (fan, by) in [(3, "line"), (90, "line"), (5, "units")] {
        let mut council = large(500, fan).await;
        let (mut seen, mut asked) = (BTreeSet::new(), BTreeSet::new());
        let mut ask = vec![format!("/establishment?by={by}")];
        while let Some(path) = ask.pop() {
            if !asked.insert(path.clone()) {
                continue;
            }
            let page = council.get(&path).await;
            let ids = page.body.split(" id=\"").skip(1).filter_map(|it| it.split('"').next());
            seen.extend(ids.filter(|it| it.starts_with("POST-")).map(ToOwned::to_owned));
            // Zooming in and turning over; no branch is opened in place.
            let links = href(&page.body, "/establishment").into_iter().map(plain);
            ask.extend(links.filter(|it| {
                !["open=", "shut=", "levels=", "table=", "as="].iter().any(|no| it.contains(no))
                    && it.contains(&format!("by={by}"))
            }));
        }
        assert_eq!(seen.len(), 500, "fan {fan}, by {by}, {} pages", asked.len());
    }
}
