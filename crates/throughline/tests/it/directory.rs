//! What a directory says, at the command line.

use crate::program::Place;

#[test]
fn a_list_of_people_comes_in_and_what_it_leaves_open_is_chosen() {
    let place = Place::new();
    let clerk = serde_json::json!([
        { "post": { "establish": { "from": "2020-01-01", "terms": { "name": "Clerk", "unit": "UNIT-1", "code": "C1" } } } },
        { "person": { "establish": { "from": "2020-01-01", "terms": { "name": "Ben Ray" } } } },
    ]);
    place.perform(&clerk, &[]).fine();
    let file = place.file("staff.csv", "Username,Name,Employee ID\nben,Ben Ray,C1\n");
    let (code, looked) = place.told(&["directory", "--file", &file, "--dry-run"]);
    assert_eq!((code, &looked["counts"]["new"]), (0, &1.into()), "{looked}");
    let (code, empty) = place.told(&["directory"]);
    assert_eq!((code, &empty["people"]), (0, &0.into()));
    place.run(&["directory", "--file", &file]).fine();
    let (code, queue) = place.told(&["directory"]);
    assert_eq!((code, &queue["items"][0]["asks"]), (1, &"same person".into()), "{queue}");
    place.run(&["directory", "--choose", "PERSON-2=leave"]).fails(1, "not asked");
    place.run(&["directory", "--choose", "PERSON-2=perhaps"]).fails(2, "is no choice");
    place.run(&["directory", "--choose", "PERSON-2=same:PERSON-1"]).fine();
    let (code, queue) = place.told(&["directory"]);
    assert_eq!((code, &queue["people"]), (0, &1.into()), "{queue}");
    let (_, who) = place.told(&["who", "POST-2"]);
    assert_eq!(who["holders"][0]["person"]["reference"], "PERSON-1", "{who}");
    assert_eq!(place.run(&["verify"]).code, 0);
}
