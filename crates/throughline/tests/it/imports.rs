//! Importing: a real organisation's establishment, plan, framework and figures from files as they are.

use serde_json::json;

use crate::{
    corpus::corpus,
    program::{Place, run},
};

#[test]
fn a_real_organisation_comes_in_and_the_same_again_is_nothing() {
    let Some(corpus) = corpus() else { return };
    let place = Place::new();
    let file = |path: &str| corpus.join(path).to_str().unwrap().to_owned();
    let establishment = ["senior", "junior"]
        .map(|it| file(&format!("organograms/by-organisation/home_office/2012-09-30-{it}.csv")));
    let goals = ["goals", "targets", "codes"]
        .map(|it| file(&format!("strategy/us-agency-goals/{it}.json")));
    let catalog =
        "oscal/nist/rev5/NIST_SP-800-53_rev5_LOW-baseline-resolved-profile_catalog-min.json";
    let catalog = [file(catalog)];
    let series = [file("spc/ae_attendances.csv")];
    let chosen = [
        "--set",
        "value=breaches",
        "--set",
        "indicator=org_code, type",
        "--set",
        "only=org_code:RQM|RYJ|RXW, type:1",
        "--set",
        "direction=lower is better",
    ];
    let imports: [(&str, &[String], &[&str]); 4] = [
        ("organogram", &establishment, &[]),
        ("goals", &goals, &["--set", "agency=USDA"]),
        ("oscal", &catalog, &[]),
        ("measurements", &series, &chosen),
    ];
    let import = |(kind, files, options): (&str, &[String], &[&str]), look: bool| {
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let look: &[&str] = if look { &["--dry-run"] } else { &[] };
        place.told(&[&["import", kind], &files[..], options, look].concat()).1
    };
    let mut entries_of = Vec::new();
    for it in imports {
        let look = import(it, true);
        assert_eq!(look["recorded"], json!(null), "{}", it.0);
        let done = import(it, false);
        assert_eq!((&done["counts"], &done["findings"]), (&look["counts"], &look["findings"]));
        let said = &done["recorded"];
        entries_of.push(format!("{}-{}", said["first"], said["last"]));
        let entries = done["recorded"]["last"].as_u64().unwrap()
            - done["recorded"]["first"].as_u64().unwrap()
            + 1;
        assert_eq!(done["commands"], json!(entries), "{}", it.0);
        assert_eq!(done["total"]["changed"], json!(0), "{}", it.0);
        let again = import(it, false);
        assert_eq!(again["recorded"], json!(null), "{}", it.0);
        assert_eq!((&again["total"]["new"], &again["total"]["changed"]), (&json!(0), &json!(0)));
    }
    // 221 rows: see the profile. 138 holders, 45 eliminated, 7 vacant, the rest junior groups.
    let first = import(imports[0], true);
    assert_eq!(first["counts"]["posts"]["unchanged"], json!(1078));
    assert_eq!(first["counts"]["tenures"]["unchanged"], json!(138));
    let measured = import(imports[3], true);
    assert_eq!(measured["counts"]["measurements"]["unchanged"], json!(108));

    let (_, post) = place.told(&["show", "POST-20"]);
    assert_eq!(post["terms"]["code"], json!("2LAB02"));
    let (code, who) = place.told(&["who", "POST-20", "--at", "2012-09-30"]);
    assert_eq!((code, &who["holders"][0]["since"]), (0, &json!("2012-09-30")));
    let before = place.run(&["who", "POST-20", "--at", "2012-09-29"]);
    assert_eq!(before.code, 1, "{}", before.out);
    let verified = place.run(&["verify"]);
    assert_eq!(verified.code, 0, "{}", verified.out);

    for kind in ["units", "posts", "people", "tenures", "objectives", "requirements", "anchors"] {
        let said = place.run(&["export", kind, "--all"]);
        let path = place.file(&format!("{kind}.csv"), &said.out);
        let (code, back) = place.told(&["import", kind, &path]);
        assert_eq!((code, &back["recorded"]), (0, &json!(null)), "{kind}: {}", back["findings"]);
    }
    let said = place.run(&["export", "measurements"]);
    let path = place.file("measurements.csv", &said.out);
    let (code, back) = place.told(&["import", "measurements", &path]);
    assert_eq!((code, &back["recorded"]), (0, &json!(null)), "{}", back["findings"]);

    // Each is undone on its own, the last first; then they come in as if they had never been there.
    for entries in entries_of.iter().rev() {
        let look = place.told(&["undo", entries, "--dry-run"]).1;
        assert_eq!((&look["recorded"], &look["total"]["kept"]), (&json!(null), &json!(0)));
        let done = place.told(&["undo", entries]).1;
        assert_eq!(done["total"], look["total"]);
        assert_eq!(place.told(&["undo", entries]).1["commands"], json!(0));
    }
    let anew = import(imports[0], true);
    assert_eq!(anew["counts"]["posts"]["new"], json!(1078));
}

#[test]
fn an_import_says_what_it_found_and_what_it_did() {
    let place = Place::new();
    let path =
        place.file("posts.csv", "name,unit,statutory\nHead,UNIT-1,yes\nClerk,UNIT-1,perhaps\n");
    let look = place.run(&["import", "posts", &path, "--dry-run"]);
    assert_eq!(look.code, 1);
    assert!(look.out.contains("fault: posts.csv, row 3, statutory “perhaps”"), "{}", look.out);
    assert!(look.out.contains("posts: 2 new, 0 changed, 0 unchanged\n"), "{}", look.out);
    assert!(look.out.ends_with("Nothing was recorded: this was only a look.\n"), "{}", look.out);
    let done = place.run(&["import", "posts", &path, "--from", "2026-01-01"]);
    assert!(done.out.ends_with("Recorded as entries 4 to 5.\n"), "{}", done.out);
    assert_eq!(place.told(&["show", "POST-2"]).1["from"], json!("2026-01-01"));
}

#[test]
fn a_table_of_others_is_guessed_mapped_and_asked_about() {
    let place = Place::new();
    let path = place.file(
        "staff.csv",
        "Job title,Service,Notes,Start date\nHead,Throughshire,7,03/04/2026\nClerk,Nowhere,3,\n",
    );
    let look = place.run(&["import", &path, "--dry-run", "--map", "Notes=grade"]);
    for says in [
        "and “Service” are columns of posts)",
        "Job title   becomes name           likely: another word for “Title”",
        "Notes       becomes grade          chosen: as chosen",
        "--set \"dates.Start date=month\"  Month first: 03/04/2026 is 4 March 2026",
        "row 2, unit “Throughshire”: “Unit” leads to nothing",
    ] {
        assert!(look.out.contains(says), "{says}:\n{}", look.out);
    }
    let done = place.run(&["import", &path]);
    assert!(
        done.out.ends_with("a question has to be answered first, see above.\n"),
        "{}",
        done.out
    );
    let told = place.told(&["import", &path, "--as", "people", "--map", "Job title=name"]).1;
    assert_eq!(told["tables"][0]["kind"], json!("people"));
    let (code, told) = place.told(&[
        "import",
        &path,
        "--set",
        "dates.Start date=day",
        "--set",
        "all.grade=1",
        "--set",
        "is.unit.Throughshire=UNIT-1",
        "--set",
        "is.unit.Nowhere=UNIT-1",
    ]);
    assert!(code < 2, "{told}");
    assert_eq!(told["total"]["new"], json!(2), "{told}");
    assert_eq!(told["tables"][0]["columns"][3]["becomes"], json!("from"));
    assert_eq!(place.told(&["show", "POST-2"]).1["from"], json!("2026-04-03"));
}

#[test]
fn a_template_can_be_filled_in_and_imported() {
    let place = Place::new();
    let template = run(["import", "posts", "--template"]);
    assert_eq!(template.code, 0, "{}", template.err);
    let path = place.file("posts.csv", &template.out);
    let said = place.run(&["import", "posts", &path]);
    assert_eq!(said.code, 0, "{}", said.out);
}

#[test]
fn what_cannot_be_meant_is_misuse() {
    let place = Place::new();
    let path = place.file("x.csv", "name\nA\n");
    for (words, says) in [
        (vec!["import", "wishes", &path], "there is no kind `wishes`"),
        (vec!["import", "posts"], "name at least one file"),
        (vec!["import", "posts", "nowhere.csv"], "cannot read nowhere.csv"),
        (vec!["import", "posts", &path, "--set", "from"], "`from` is no option"),
    ] {
        let said = place.run(&words);
        assert_eq!(said.code, 2, "{words:?}");
        assert!(said.err.contains(says), "{words:?}: {}", said.err);
    }
    let said = run(["import", "posts", &path]);
    assert_eq!(said.code, 2, "no folder is named");
}

#[test]
fn a_renumbered_department_is_asked_about_and_its_map_comes_back_corrected() {
    let Some(corpus) = corpus() else { return };
    let place = Place::new();
    let file = |date: &str, sort: &str| {
        let path = format!(
            "organograms/by-organisation/department_for_work_and_pensions/{date}-{sort}.csv"
        );
        corpus.join(path).to_str().unwrap().to_owned()
    };
    let (old, new) = (file("2011-03-31", "senior"), file("2011-09-30", "senior"));
    place.told(&["import", "organogram", &old]);
    let (exit, asked) = place.told(&["import", "organogram", &new]);
    assert_eq!((exit, &asked["recorded"]), (1, &json!(null)));
    let map = &asked["successor_maps"][0];
    assert_eq!(
        (&map["recorded"], &map["in_file"], &map["same"]),
        (&json!(266), &json!(201), &json!(null))
    );
    assert_eq!(map["pairs"].as_array().unwrap().len(), 15);
    // The map, without the last of its pairs, is the answer.
    let answer = place.run(&["import", "organogram", &new, "--successors"]);
    assert_eq!(answer.code, 1);
    let mut lines: Vec<&str> = answer.out.lines().collect();
    assert_eq!(lines.iter().filter(|it| it.contains(",yes,")).count(), 15);
    let last = lines.iter().rposition(|it| it.contains(",yes,")).unwrap();
    lines.remove(last);
    let corrected = place.file("map.csv", &lines.join("\n"));
    let (_, done) = place.told(&["import", "organogram", &new, &corrected]);
    assert!(done["recorded"]["first"].is_u64(), "{done}");
    let says = done["findings"].as_array().unwrap().iter().find(|it| it["code"] == "renumbered");
    assert!(says.unwrap()["says"].as_str().unwrap().starts_with("14 posts of "), "{says:?}");
}
