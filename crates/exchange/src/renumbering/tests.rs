//! Stories of renumbered posts.

use super::*;

fn post(number: &str, title: &str, holder: &str) -> Post {
    let holders = Some(holder.to_owned()).filter(|it| !it.is_empty());
    Post {
        number: number.into(),
        title: title.into(),
        grade: "SCS1".into(),
        holders: holders.into_iter().collect(),
        ..Post::default()
    }
}

/// Posts that each differ from every other in title, function and unit.
fn distinct(prefix: &str) -> Vec<Post> {
    let one = |n: usize| Post {
        about: format!("Speciality{n} and trade{n}"),
        unit: format!("Unit{n}"),
        ..post(&format!("{prefix}{}", 31 * (n + 1)), &format!("Head of matter{n}"), "")
    };
    (0..40).map(one).collect()
}

#[test]
fn posts_that_differ_in_nothing_but_their_numbers_are_all_found() {
    let (old, new) = (distinct("A"), distinct("7"));
    let found = recognise(&old, &new);
    assert_eq!(found.sure.len(), 40);
    assert!(found.sure.iter().all(|it| it.old == it.new));
    assert_eq!(found.sure[0].signs, [Sign::Title, Sign::Function, Sign::Unit, Sign::Grade]);
}

#[test]
fn a_holder_who_moved_to_quite_another_post_makes_no_pair() {
    let (mut old, mut new) = (distinct("A"), distinct("7"));
    old[0].holders = vec!["Ann Other".into()];
    new[0] = post("77", "Secretary for everything", "Ann Other");
    let found = recognise(&old, &new);
    assert!(!found.sure.iter().any(|it| it.old == 0 || it.new == 0), "{:?}", found.sure);
}

#[test]
fn two_posts_that_are_alike_in_all_are_left_open_until_a_line_tells_them_apart() {
    let (mut old, mut new) = (distinct("A"), distinct("7"));
    for them in [&mut old, &mut new] {
        let manager = Post {
            unit: "North".into(),
            about: "Runs a region".into(),
            ..post("", "Regional Manager", "")
        };
        them[3] = Post { number: them[3].number.clone(), ..manager.clone() };
        them[4] = Post { number: them[4].number.clone(), ..manager };
    }
    let found = recognise(&old, &new);
    assert_eq!(found.sure.len(), 38);
    let open: Vec<usize> = found.open.iter().map(|it| it.0).collect();
    assert_eq!(open, [3, 4]);
    assert!(found.open.iter().all(|it| it.1.len() == 2), "{:?}", found.open);
    for them in [&mut old, &mut new] {
        (them[3].line, them[4].line) = (Line::Under(7), Line::Under(8));
    }
    let found = recognise(&old, &new);
    assert_eq!(found.sure.len(), 40);
    assert!(found.sure.iter().all(|it| it.old == it.new));
}

#[test]
fn a_rule_of_numbering_that_most_pairs_follow_speaks_for_the_rest() {
    let (mut old, mut new) = (distinct("PB"), distinct(""));
    for them in [&mut old, &mut new] {
        for it in &mut them[30..] {
            *it = Post { number: it.number.clone(), ..post("", "Board Member", "") };
        }
    }
    let found = recognise(&old, &new);
    assert_eq!(found.sure.len(), 40, "{:?}", found.open);
    assert!(found.sure.iter().all(|it| it.old == it.new));
}

#[test]
fn a_name_is_the_same_whichever_part_stands_first() {
    assert_eq!(named("Dr WECHSBERG, Anna"), named("Anna Wechsberg"));
    assert_ne!(named("Anna Wechsberg"), named("Anne Wechsberg"));
}

#[test]
fn a_number_behind_another_beginning_is_the_same_number() {
    for (old, new, same) in [
        ("PB15", "15", true),
        ("15", "PB15", true),
        ("PB15", "5", false),
        ("HO-7", "NHS/HO-7", true),
        ("DCA", "ICODCA", false),
        ("A1", "A1", false),
    ] {
        assert_eq!(same_digits(old, new), same, "{old} {new}");
    }
}

#[test]
fn whatever_the_posts_each_stands_in_one_pair_at_most() {
    let old: Vec<Post> = (0..60)
        .map(|n| {
            post(&n.to_string(), ["Analyst", "Clerk", "Head"][n % 7 % 3], ["Ann", "Bob", ""][n % 3])
        })
        .collect();
    let mut new = old.clone();
    new.reverse();
    let found = recognise(&old, &new);
    let (mut before, mut after) = (HashSet::new(), HashSet::new());
    for it in &found.sure {
        assert!(before.insert(it.old) && after.insert(it.new));
    }
    assert_eq!(found.sure.len() + found.open.len(), new.len());
}
