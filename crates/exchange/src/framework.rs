//! Frameworks: numbered clauses as a tree, from our neutral CSV (`seq, node, parent, depth,
//! assessable, ref_id, name, description`), and crosswalks between two of them.
//!
//! Not here: obligations, which are what an organisation makes of requirements. OSCAL catalogs
//! give the same records (`oscal`).
//!
//! Always true: keys are unique; a parent, where there is one, is a key that came before or after
//! in the same framework and the way up from every requirement ends.

use std::collections::HashMap;

use crate::{
    Mapping, Source,
    finding::{Finding, Findings, Reading, shown},
    limits::{DEPTH_MAX, LOOP_LINKS_SHOWN_MAX},
    table::{Columns, Field, Need, Table},
};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Framework {
    pub title: String,
    pub version: String,
    pub requirements: Vec<Requirement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// Unique in its framework; stays the same from one version of the file to the next.
    pub key: String,
    pub parent: Option<String>,
    /// The number people cite; blank where a clause has none.
    pub code: String,
    pub title: String,
    pub text: String,
    /// Whether anybody can be asked to meet it, or it only holds others together.
    pub assessable: bool,
    pub kind: Kind,
    /// 1 at the top.
    pub depth: u16,
    /// Where it stands in a table; none in a tree.
    pub row: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Clause,
    Group,
    Control,
    Part,
}

/// One row of a crosswalk: two clauses that speak of the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    pub source: String,
    pub target: String,
    pub relationship: String,
    pub strength: String,
    pub row: u32,
}

const KEY: usize = 0;
const PARENT: usize = 1;
const DEPTH: usize = 2;
const ASSESSABLE: usize = 3;
const CODE: usize = 4;
const TITLE: usize = 5;
const TEXT: usize = 6;

pub(crate) const FIELDS: [Field; 7] = [
    Field { name: "key", headings: &["node", "key", "id"], need: Need::Required },
    Field { name: "parent", headings: &["parent", "parent key"], need: Need::Optional },
    Field { name: "depth", headings: &["depth", "level"], need: Need::Optional },
    Field { name: "assessable", headings: &["assessable"], need: Need::Optional },
    Field { name: "code", headings: &["ref_id", "code", "number", "clause"], need: Need::Optional },
    Field { name: "title", headings: &["name", "title"], need: Need::Optional },
    Field { name: "text", headings: &["description", "text"], need: Need::Optional },
];

/// Reads a framework. Its title is the file's name; the file does not say it.
pub fn read(source: Source<'_>, mapping: &Mapping) -> Reading<Framework> {
    let mut findings = Findings::about(source.name);
    let mut framework = Framework { title: named(source.name), ..Framework::default() };
    if let Some(table) = Table::read(source, &mut findings)
        && let Some(columns) = table.columns(&FIELDS, mapping, &mut findings)
    {
        framework.requirements = requirements(&table, &columns, &mut findings);
        if framework.requirements.is_empty() {
            findings.push(
                Finding::fault("no-rows", "No requirement is in the file.")
                    .todo("Check that the right file was chosen."),
            );
        }
    }
    settle(&mut framework, &mut findings);
    Reading { records: framework, findings: findings.done() }
}

/// `frameworks/nist-csf-2.0.csv` is called `nist-csf-2.0` until somebody names it better.
fn named(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.strip_suffix(".csv").unwrap_or(name).to_owned()
}

fn requirements(table: &Table, columns: &Columns, findings: &mut Findings) -> Vec<Requirement> {
    let mut requirements: Vec<Requirement> = Vec::with_capacity(table.rows.len());
    let mut first_row: HashMap<String, u32> = HashMap::new();
    for row in &table.rows {
        let key = columns.get(row, KEY);
        if key.is_empty() {
            let says = format!("Row {} has no key, so it was left out.", row.number);
            findings.push(
                Finding::fault("key-missing", says)
                    .row(row.number)
                    .column(columns.name(KEY))
                    .todo("Give the requirement a key that no other row has."),
            );
            continue;
        }
        if let Some(first) = first_row.get(key) {
            let says = format!(
                "Row {}: the key {} is already in row {first}; this row was left out.",
                row.number,
                shown(key)
            );
            findings.push(
                Finding::fault("key-repeated", says)
                    .row(row.number)
                    .column(columns.name(KEY))
                    .value(key)
                    .todo("Give the requirement a key that no other row has."),
            );
            continue;
        }
        first_row.insert(key.to_owned(), row.number);
        let parent = columns.get(row, PARENT);
        requirements.push(Requirement {
            key: key.to_owned(),
            parent: (!parent.is_empty()).then(|| parent.to_owned()),
            code: columns.get(row, CODE).to_owned(),
            title: columns.get(row, TITLE).to_owned(),
            text: columns.get(row, TEXT).to_owned(),
            assessable: yes(columns, row, findings),
            kind: Kind::Clause,
            // As written, until the tree says; 0 where the file does not.
            depth: columns.get(row, DEPTH).parse().unwrap_or(0),
            row: Some(row.number),
        });
    }
    requirements
}

fn yes(columns: &Columns, row: &crate::sheet::Row, findings: &mut Findings) -> bool {
    let cell = columns.get(row, ASSESSABLE);
    match cell.to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" => true,
        "false" | "no" | "n" | "0" => false,
        "" => !columns.has(ASSESSABLE),
        _ => {
            let says = format!("Row {}: {} is neither yes nor no.", row.number, shown(cell));
            findings.push(
                Finding::question("assessable-unclear", says)
                    .row(row.number)
                    .column(columns.name(ASSESSABLE))
                    .value(cell)
                    .todo("Write True or False; it was read as False."),
            );
            false
        }
    }
}

/// Makes the tree sound: orphans and rings become top requirements and are said, depths follow.
fn settle(framework: &mut Framework, findings: &mut Findings) {
    let requirements = &mut framework.requirements;
    let place: HashMap<String, usize> =
        requirements.iter().enumerate().map(|(at, one)| (one.key.clone(), at)).collect();
    let mut above: Vec<Option<usize>> = Vec::with_capacity(requirements.len());
    for one in requirements.iter_mut() {
        let parent = one.parent.as_ref().and_then(|parent| place.get(parent)).copied();
        if parent.is_none()
            && let Some(missing) = one.parent.take()
        {
            let says = format!(
                "{} is under {}, which is not in the file; it was put at the top.",
                cited(one),
                shown(&missing)
            );
            findings.push(
                at_row(Finding::fault("parent-unknown", says), one.row)
                    .column("parent")
                    .value(&missing)
                    .todo("Add the parent, or leave the cell blank."),
            );
        }
        above.push(parent);
    }
    let depths = depths(requirements, &mut above, findings);
    if let Some(at) = depths.iter().position(|depth| usize::from(*depth) > DEPTH_MAX) {
        let says = format!("{} lies more than {DEPTH_MAX} levels deep.", cited(&requirements[at]));
        findings.push(
            at_row(Finding::question("too-deep", says), requirements[at].row)
                .column("parent")
                .todo("No published framework is so deep: check the parents."),
        );
    }
    let mut differ = Vec::new();
    for (one, depth) in requirements.iter_mut().zip(depths) {
        if one.depth != 0 && one.depth != depth {
            differ.push((one.row, one.depth, depth));
        }
        one.depth = depth;
    }
    for (row, written, depth) in differ {
        let says = format!("The depth says {written}, but its parents put it at {depth}.");
        findings.push(
            at_row(Finding::question("depth-differs", says), row)
                .column("depth")
                .value(&written.to_string())
                .todo("Correct the depth or the parent; the parent was believed."),
        );
    }
}

/// How deep each stands, cutting rings where they are met. Without recursion.
fn depths(
    requirements: &mut [Requirement],
    above: &mut [Option<usize>],
    findings: &mut Findings,
) -> Vec<u16> {
    let mut depth = vec![0_u16; requirements.len()];
    let mut on_way = vec![false; requirements.len()];
    for start in 0..requirements.len() {
        let mut way = Vec::new();
        let mut at = start;
        while depth[at] == 0 && !on_way[at] {
            on_way[at] = true;
            way.push(at);
            let Some(next) = above[at] else { break };
            if on_way[next] && depth[next] == 0 {
                let from = way.iter().position(|&seen| seen == next).unwrap_or(0);
                findings.push(ring(requirements, &way[from..]));
                above[at] = None;
                requirements[at].parent = None;
                break;
            }
            at = next;
        }
        for &at in way.iter().rev() {
            depth[at] = above[at].map_or(1, |parent| depth[parent].saturating_add(1));
            on_way[at] = false;
        }
    }
    depth
}

fn ring(requirements: &[Requirement], ring: &[usize]) -> Finding {
    let mut links: Vec<String> =
        ring.iter().take(LOOP_LINKS_SHOWN_MAX).map(|&at| shown(&requirements[at].key)).collect();
    if ring.len() > LOOP_LINKS_SHOWN_MAX {
        links.push(format!("… ({} in all)", ring.len()));
    }
    links.push(shown(&requirements[ring[0]].key));
    let spelled = links.join(" → ");
    let cut = &requirements[ring[ring.len() - 1]];
    let says = format!(
        "Requirements come round to themselves: {spelled}. {} was put at the top.",
        cited(cut)
    );
    at_row(Finding::fault("loop", says), cut.row)
        .column("parent")
        .value(&spelled)
        .todo("Correct the parent of one of them.")
}

fn cited(one: &Requirement) -> String {
    match one.row {
        Some(row) => format!("Row {row}: {}", shown(&one.key)),
        None => shown(&one.key),
    }
}

fn at_row(finding: Finding, row: Option<u32>) -> Finding {
    match row {
        Some(row) => finding.row(row),
        None => finding,
    }
}

pub(crate) const PAIR_FIELDS: [Field; 4] = [
    Field { name: "source", headings: &["source", "from"], need: Need::Required },
    Field { name: "target", headings: &["target", "to"], need: Need::Required },
    Field { name: "relationship", headings: &["relationship"], need: Need::Optional },
    Field { name: "strength", headings: &["strength"], need: Need::Optional },
];

/// Reads a crosswalk: pairs of keys of two frameworks.
pub fn read_crosswalk(source: Source<'_>, mapping: &Mapping) -> Reading<Vec<Pair>> {
    let mut findings = Findings::about(source.name);
    let mut pairs = Vec::new();
    if let Some(table) = Table::read(source, &mut findings)
        && let Some(columns) = table.columns(&PAIR_FIELDS, mapping, &mut findings)
    {
        let mut seen: HashMap<(String, String), u32> = HashMap::new();
        for row in &table.rows {
            let [source, target, relationship, strength] =
                [0, 1, 2, 3].map(|field| columns.get(row, field).to_owned());
            if source.is_empty() || target.is_empty() {
                let says = format!("Row {} names only one clause.", row.number);
                findings.push(
                    Finding::fault("pair-incomplete", says)
                        .row(row.number)
                        .todo("Name both, or delete the row."),
                );
                continue;
            }
            let key = (source.clone(), target.clone());
            if let Some(first) = seen.get(&key) {
                let says = format!("Row {} says the same as row {first}.", row.number);
                findings.push(Finding::note("pair-repeated", says).row(row.number));
                continue;
            }
            seen.insert(key, row.number);
            pairs.push(Pair { source, target, relationship, strength, row: row.number });
        }
    }
    Reading { records: pairs, findings: findings.done() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Reading<Framework> {
        read(Source::new("f.csv", text.as_bytes()), &Mapping::new())
    }

    fn codes(reading: &Reading<Framework>) -> Vec<(&'static str, Option<u32>)> {
        reading.findings.iter().map(|finding| (finding.code, finding.row)).collect()
    }

    #[test]
    fn a_row_without_a_number_is_a_requirement_all_the_same() {
        let reading =
            read_text("node,parent,depth,ref_id,name,description\na,,1,A,Alpha,\nn2,a,2,,,Do it");
        let second = &reading.records.requirements[1];
        assert_eq!((second.code.as_str(), second.depth, second.assessable), ("", 2, true));
        assert!(reading.findings.is_empty());
    }

    #[test]
    fn orphans_repeats_rings_and_wrong_depths_are_named() {
        let reading =
            read_text("node,parent,depth\na,,1\na,,1\nb,z,2\nc,d,1\nd,e,1\ne,c,1\nf,a,5\n,a,2");
        assert_eq!(
            codes(&reading),
            [
                ("key-repeated", Some(3)),
                ("key-missing", Some(9)),
                ("parent-unknown", Some(4)),
                ("loop", Some(7)),
                ("depth-differs", Some(4)),
                ("depth-differs", Some(5)),
                ("depth-differs", Some(6)),
                ("depth-differs", Some(8)),
            ]
        );
        let ring = reading.with_code("loop").next().unwrap();
        assert_eq!(ring.value.as_deref(), Some("c → d → e → c"));
    }

    #[test]
    fn a_chain_a_hundred_thousand_deep_is_followed_and_said() {
        let mut text = "node,parent\nn0,\n".to_owned();
        for n in 1..100_000 {
            text.push_str(&format!("n{n},n{}\n", n - 1));
        }
        let reading = read_text(&text);
        assert_eq!(reading.records.requirements.len(), 100_000);
        assert_eq!(reading.records.requirements[99_999].depth, u16::MAX);
        assert_eq!(reading.findings[0].code, "too-deep");
    }
}
