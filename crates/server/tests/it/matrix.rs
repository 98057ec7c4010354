//! Every page of every kind, at every pair of times.

use kernel::Kind;

use crate::council::Council;

/// Now, another day, another moment, both; before anything was, and long after.
const TIMES: [&str; 6] = [
    "",
    "at=2029-08-01",
    "known=2029-07-01T00:00:00Z",
    "at=2029-08-01&known=2029-07-01T00:00:00Z",
    "at=1990-01-01&known=1990-01-01T00:00:00Z",
    "at=2200-01-01",
];

fn pages(kind: Kind) -> Vec<String> {
    // Their list is a page of its own, and nobody establishes one by a form.
    let own = [
        "/signals?sort=work+overdue&mine=yes",
        "/signals?gravity=serious&state=open",
        "/signals/SIG-1/answer",
    ];
    let (list, one) = (kind.plural(), format!("/{}/{}-1", kind.plural(), kind.prefix()));
    let mut all = vec![
        format!("/{list}"),
        format!("/{list}?sort=-status&all=true&find=e"),
        format!("/{list}?sort=name&status=on%20track&only=orphan"),
        format!("/{list}.csv"),
        format!("/{list}/new"),
        one.clone(),
        format!("{one}/thread"),
        format!("{one}/history"),
        format!("{one}/change"),
        format!("{one}/correct"),
        format!("{one}/correct?was=2029-01-01"),
        format!("{one}/end"),
        format!("{one}/withdraw?on=2029-05-31"),
        format!("{one}/sign-in-link"),
    ];
    if kind == Kind::Signal {
        all.retain(|it| !it.contains("?sort="));
        all.extend(own.map(ToOwned::to_owned));
    }
    all
}

#[tokio::test]
async fn every_page_answers_whatever_kind_and_whatever_time() {
    let mut council = Council::with_scheme().await;
    council.say_what_a_holder_says();
    council.record(&[serde_json::json!({ "rule": { "establish": { "from": "2029-01-01", "terms": { "name": "Waste officer", "posts": ["POST-2"] } } } })]);
    council.record(&[serde_json::json!({ "threshold": { "establish": { "from": "2029-01-01", "terms": { "sort": "tenure about to end" } } } })]);
    council.record(&crate::frameworks::editions());
    council.record(&crate::changing::drafts());
    council.warn();
    let mut paths: Vec<String> = [
        "/pulse",
        "/my-post",
        "/strategy",
        "/watch",
        "/gaps",
        "/frameworks/FWK-1/changes",
        "/frameworks/FWK-2/changes",
        "/rule-packs",
        "/rule-packs/council",
        "/may",
        "/may?act=let+a+contract&value=60000",
        "/search",
        "/search?find=waste",
        "/ledger",
        "/ledger?before=9",
        "/ledger/9",
        "/ledger?by=PERSON-2&about=POST-2&kind=posts&from=2029-01-01&to=2030-12-31",
        "/ledger/9/proof",
        "/ledger/checkpoint",
        "/ledger/checkpoint/note",
        "/ledger/verify",
        "/posts/POST-2/handover",
    ]
    .map(ToOwned::to_owned)
    .into();
    paths.extend(Kind::ALL.into_iter().flat_map(pages));
    for path in paths {
        for times in TIMES {
            let joint = if path.contains('?') { '&' } else { '?' };
            let path =
                if times.is_empty() { path.clone() } else { format!("{path}{joint}{times}") };
            let answer = council.get(&path).await;
            let fitting = match times {
                "" => matches!(answer.status, 200 | 303 | 404),
                _ => matches!(answer.status, 200 | 303 | 404 | 409),
            };
            assert!(fitting, "{path}: {}", answer.main());
            let only_some = path.contains("/withdraw") || path.contains("/sign-in-link");
            if times.is_empty() && !only_some {
                assert_eq!(answer.status, 200, "{path}");
            }
            assert!(!answer.body.contains("known=1990-01-01T00:00:00Z%"), "{path}: escaped twice");
            named(&path, &answer.body);
        }
    }
}

/// No link to a record says only its reference, and none says what the vault keeps instead of a name.
fn named(path: &str, body: &str) {
    for link in body.split("<a ").skip(1) {
        let Some((_, rest)) = link.split_once('>') else { continue };
        let text = rest.split("</a>").next().unwrap();
        // The reference after the name does not count.
        let named = text.split("<span class=\"ref\"").next().unwrap();
        let bare = named.split('<').map(|it| it.split_once('>').map_or(it, |it| it.1));
        let bare = bare.collect::<String>();
        let bare = bare.trim();
        let is_reference = bare.parse::<kernel::Ref>().is_ok();
        assert!(!is_reference && !bare.is_empty(), "{path}: a link says only “{text}”");
    }
    assert!(!body.contains("PERSON-1</a>"), "{path}");
}

#[tokio::test]
async fn nothing_is_changed_from_another_time() {
    let mut council = Council::new().await;
    for times in ["at=2029-08-01", "known=2029-07-01T00:00:00Z"] {
        let page = council.get(&format!("/objectives/OBJ-2?{times}")).await;
        assert!(!page.body.contains("aria-label=\"Actions\""));
        let form = [("name", "Other"), ("was-name", "Less waste"), ("from", "2030-01-01")];
        let answer = council.send(&format!("/objectives/OBJ-2/change?{times}"), &form).await;
        assert_eq!(answer.status, 409);
        assert!(answer.words("<main", "</main>").starts_with("The past cannot be changed"));
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_within_the_frame() {
    let mut council = Council::new().await;
    for (path, says) in [
        ("/nothing", "There is no such page"),
        ("/posts/POST-99", "There is no such record"),
        ("/posts/OBJ-1", "There is no such page"),
        ("/posts/nonsense", "There is no such page"),
        ("/POST-99", "There is no such record"),
        ("/a/b/c/d/e", "There is no such page"),
        ("/ledger/9999", "There is no such page"),
        ("/posts/POST-2?known=1999-01-01T00:00:00Z", "This was not known yet"),
        ("/posts?at=tomorrow", "This is not a date"),
        ("/actions/ACT-1/done", "This cannot be asked for in that way"),
    ] {
        let answer = council.get(path).await;
        assert!(answer.words("<main", "</main>").starts_with(says), "{path}: {}", answer.main());
        assert!(answer.body.contains("Fallowmere Council") && answer.body.contains("Sign out"));
        assert!((400..500).contains(&answer.status), "{path}: {}", answer.status);
    }
    let location = council.get("/POST-2").await.location;
    assert_eq!(location.as_deref(), Some("/posts/POST-2"));
}

#[tokio::test]
async fn strangers_see_nothing_of_it() {
    let council = Council::new().await;
    let mut stranger = council.visit.beside();
    for kind in Kind::ALL {
        for path in pages(kind) {
            let answer = stranger.get(&path).await;
            assert_eq!(answer.status, 303, "{path}");
            assert!(answer.location.unwrap().starts_with("/sign-in"), "{path}");
        }
    }
    for path in ["/", "/pulse", "/my-post", "/strategy", "/ledger", "/search?find=a", "/nothing"] {
        assert!(!stranger.get(path).await.body.contains("Fallowmere"), "{path}");
    }
}

#[tokio::test]
async fn what_a_great_many_things_hang_from_stays_a_page_to_read() {
    let mut council = Council::new().await;
    let post = |n: usize| {
        serde_json::json!({ "post": { "establish": { "from": "2029-01-01", "terms":
            { "name": format!("Officer {n}"), "unit": "UNIT-2", "reports_to": "POST-2" } } } })
    };
    council.record(&(0..1000).map(post).collect::<Vec<_>>());
    let page = council.get("/posts/POST-2").await;
    assert!(page.body.contains("All 1000, on the thread"));
    assert!(page.body.len() < 60_000, "{} bytes", page.body.len());
    let thread = council.get("/posts/POST-2/thread").await;
    assert!(thread.body.contains("more; the list of posts has them"));
    // More than a form can suggest: the name does it, on sending.
    let form = council.get("/posts/new").await;
    assert!(!form.body.contains("Officer 5"));
    let sent = [
        ("name", "Deputy"),
        ("unit", "place"),
        ("reports_to", "officer 999"),
        ("from", "2030-01-01"),
    ];
    assert_eq!(council.send("/posts", &sent).await.status, 303);
    let list = council.get("/posts?page=6").await;
    assert!(list.body.contains("Page 6 of 6"));
}
