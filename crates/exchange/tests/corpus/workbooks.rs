//! Excel workbooks: what tables in them say, and those that are made to do harm. All are made here.

use std::fmt::Write as _;

use exchange::{
    Finding, Source,
    import::{self, Imported, Options, Request},
    limits::{PART_BYTES_MAX, SHARED_TEXTS_MAX},
};
use flate2::{Compression, write::DeflateEncoder};

use crate::landing::{TODAY, day, options};

/// A zip archive of parts, each packed; `size` is what it says of itself.
pub(crate) fn archive(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let sized: Vec<(&str, Vec<u8>, usize)> =
        parts.iter().map(|(name, it)| (*name, packed(it), it.len())).collect();
    zip(&sized)
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut out = DeflateEncoder::new(Vec::new(), Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn zip(parts: &[(&str, Vec<u8>, usize)]) -> Vec<u8> {
    let (mut out, mut list) = (Vec::new(), Vec::new());
    let n4 = |it: usize| u32::try_from(it).unwrap().to_le_bytes();
    let n2 = |it: usize| u16::try_from(it).unwrap().to_le_bytes();
    for (name, packed, size) in parts {
        let at = out.len();
        let head = |out: &mut Vec<u8>| {
            out.extend([n2(0), n2(8), n2(0), n2(0)].concat());
            out.extend([n4(0), n4(packed.len()), n4(*size)].concat());
            out.extend([n2(name.len()), n2(0)].concat());
        };
        out.extend(b"PK\x03\x04\x14\x00");
        head(&mut out);
        out.extend(name.as_bytes());
        out.extend(packed);
        list.extend(b"PK\x01\x02\x14\x00\x14\x00");
        head(&mut list);
        list.extend([n2(0), n2(0), n2(0)].concat());
        list.extend([n4(0), n4(at)].concat());
        list.extend(name.as_bytes());
    }
    let at = out.len();
    out.extend(&list);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([n2(parts.len()), n2(parts.len())].concat());
    out.extend([n4(list.len()), n4(at)].concat());
    out.extend([0, 0]);
    out
}

const STYLES: &str = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd\/mm\/yyyy"/></numFmts>
    <cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>
    <cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="9"/></cellXfs></styleSheet>"#;

/// A workbook of sheets, each with its name, its state and its XML.
fn book(sheets: &[(&str, &str, &str)], shared: &str) -> Vec<u8> {
    let (mut list, mut links) = (String::new(), String::new());
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for (n, (name, state, xml)) in sheets.iter().enumerate() {
        write!(list, r#"<sheet name="{name}" sheetId="{n}" state="{state}" r:id="r{n}"/>"#)
            .unwrap();
        write!(links, r#"<Relationship Id="r{n}" Target="worksheets/sheet{n}.xml"/>"#).unwrap();
        let xml = format!("<?xml version=\"1.0\"?>\n<worksheet>{xml}</worksheet>");
        parts.push((format!("xl/worksheets/sheet{n}.xml"), xml.into_bytes()));
    }
    let list = format!("<workbook xmlns:r='x'><sheets>{list}</sheets></workbook>");
    let links = format!("<Relationships>{links}</Relationships>");
    parts.push(("xl/workbook.xml".into(), list.into_bytes()));
    parts.push(("xl/_rels/workbook.xml.rels".into(), links.into_bytes()));
    parts.push(("xl/styles.xml".into(), STYLES.into()));
    parts.push(("xl/sharedStrings.xml".into(), format!("<sst>{shared}</sst>").into_bytes()));
    let parts: Vec<(&str, Vec<u8>)> =
        parts.iter().map(|(name, it)| (name.as_str(), it.clone())).collect();
    archive(&parts)
}

fn read(kind: &str, bytes: &[u8], options: &Options) -> Imported {
    let files = vec![Source::new("book.xlsx", bytes)];
    import::read(&Request { kind, files, options, today: day(TODAY) })
}

fn text(at: &str, it: &str) -> String {
    format!(r#"<c r="{at}" t="inlineStr"><is><t>{it}</t></is></c>"#)
}

const POSTS: &str = r#"<sheetData>
  <row r="1"><c r="A1" t="s"><v>0</v></c></row>
  <row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3" t="s"><v>2</v></c><c r="C3" t="s"><v>3</v></c><c r="D3" t="s"><v>4</v></c></row>
  <row r="4"><c r="A4" t="s"><v>5</v></c><c r="B4" t="str"><f>"Hou"&amp;"sing"</f><v>Housing</v></c><c r="C4" s="1"><v>46350</v></c><c r="D4" s="2"><v>0.5</v></c></row>
  <row r="6"><c r="A6" t="inlineStr"><is><r><t>Aide </t></r><r><t>&amp; clerk</t></r><rPh><t>zz</t></rPh></is></c><c r="D6"><v>1.234</v></c></row>
  </sheetData><mergeCells><mergeCell ref="A1:D1"/><mergeCell ref="B4:B6"/></mergeCells>"#;
const TEXTS: &str = "<si><t>Establishment of Testshire</t></si><si><t>Job title</t></si><si><t>Service</t></si>\
    <si><t>Start date</t></si><si><t>FTE</t></si><si><t xml:space='preserve'>Head of Housing</t></si>";

#[test]
fn cells_say_what_a_reader_of_the_sheet_sees() {
    let bytes = book(&[("Staff", "visible", POSTS)], TEXTS);
    let imported = read("any", &bytes, &Options::new());
    let guess = &imported.guesses[0];
    let said: Vec<_> = imported.findings.iter().map(|it| (it.code, it.row)).collect();
    assert_eq!(said, [("titles-passed-over", Some(3))]);
    assert_eq!((guess.kind, guess.heading_row), (Some(kernel::Kind::Post), 3));
    let columns: Vec<_> = guess
        .columns
        .iter()
        .map(|it| {
            format!(
                "{} {}: {}",
                it.heading,
                it.becomes.as_ref().unwrap().name,
                it.samples.join(" | ")
            )
        })
        .collect();
    assert_eq!(
        columns,
        [
            "Job title name: Head of Housing | Aide & clerk",
            "Service unit: Housing",
            "Start date from: 2026-11-24",
            "FTE fte: 50% | 1.234"
        ]
    );
    let rows: Vec<_> = imported.drafts.items.iter().map(|it| format!("{it:?}")).collect();
    assert_eq!(rows.len(), 2);
    assert!(rows[0].contains("0.5") && rows[0].contains("2026-11-24"), "{}", rows[0]);
    assert!(rows[1].contains("row: Some(6)") && rows[1].contains("Housing"), "merged: {}", rows[1]);
}

#[test]
fn of_several_sheets_one_is_read_and_the_question_asked() {
    let table = |a: &str, b: &str| {
        let head = text("A1", a) + &text("B1", b);
        format!(
            "<sheetData><row r=\"1\">{head}</row><row r=\"2\">{}{}</row></sheetData>",
            text("A2", "x"),
            text("B2", "y")
        )
    };
    let (costs, posts) = (table("Item", "Price"), table("Job title", "Service"));
    let note = format!("<sheetData><row r=\"1\">{}</row></sheetData>", text("A1", "Read me"));
    let sheets = [
        ("Read me", "visible", note.as_str()),
        ("Costs", "visible", &costs),
        ("Posts", "visible", &posts),
        ("Old posts", "hidden", &posts),
    ];
    let bytes = book(&sheets, "");
    let imported = read("any", &bytes, &Options::new());
    assert_eq!(imported.guesses[0].sheet.as_deref(), Some("Posts"));
    let ask = imported.findings[0].ask.clone().unwrap();
    assert_eq!((imported.findings[0].code, ask.option.as_str()), ("sheet-to-choose", "sheet"));
    assert_eq!(ask.choices.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), ["Costs", "Posts"]);
    let imported = read("any", &bytes, &options(&[("sheet", "Old posts")]));
    assert_eq!(imported.guesses[0].sheet.as_deref(), Some("Old posts"), "by name, hidden too");
    let imported = read("any", &bytes, &options(&[("sheet", "Nowhere")]));
    assert_eq!(imported.findings[0].code, "sheet-unknown");
}

fn refused(bytes: &[u8]) -> Finding {
    let imported = read("posts", bytes, &Options::new());
    assert_eq!(imported.drafts.items.len(), 0);
    imported.findings.into_iter().next().expect("something is said")
}

#[test]
fn what_is_no_workbook_is_named_for_what_it_is() {
    for (bytes, code) in [
        (b"PK\x03\x04zzz".to_vec(), "workbook-broken"),
        (archive(&[("content.xml", b"<a/>".to_vec())]), "not-a-workbook"),
        (archive(&[("xl/workbook.xml", b"<workbook></sheets>".to_vec())]), "workbook-broken"),
        (archive(&[("xl/workbook.xml", b"<workbook/>".to_vec())]), "empty-file"),
    ] {
        assert_eq!(refused(&bytes).code, code);
    }
    let mut locked = book(&[("S", "visible", POSTS)], TEXTS);
    let list = locked.windows(4).position(|it| it == b"PK\x01\x02").unwrap();
    locked[list + 8] |= 1;
    assert_eq!(refused(&locked).code, "workbook-locked");
    let whole = book(&[("S", "visible", POSTS)], TEXTS);
    for len in (0..whole.len()).step_by(97) {
        // Wherever it is cut off, there is an answer.
        assert!(!read("posts", &whole[..len], &Options::new()).findings.is_empty());
    }
}

/// Parts as a workbook has them, one of them replaced.
fn with_part(name: &str, packed_part: Vec<u8>, size: usize) -> Vec<u8> {
    let links =
        "<Relationships><Relationship Id='r0' Target='worksheets/sheet0.xml'/></Relationships>";
    let list = "<workbook><sheets><sheet name='S' r:id='r0'/></sheets></workbook>";
    let parts = [
        ("xl/workbook.xml", list),
        ("xl/_rels/workbook.xml.rels", links),
        ("xl/worksheets/sheet0.xml", "<worksheet><sheetData/></worksheet>"),
        ("xl/sharedStrings.xml", "<sst/>"),
    ];
    let parts: Vec<_> = parts
        .into_iter()
        .map(|(it, xml)| match it == name {
            true => (it, packed_part.clone(), size),
            false => (it, packed(xml.as_bytes()), xml.len()),
        })
        .collect();
    zip(&parts)
}

/// So many bytes that repeat a text, packed without being held.
fn packed_repeat(head: &str, text: &str, bytes: u64) -> Vec<u8> {
    use std::io::Write;
    let mut out = DeflateEncoder::new(Vec::new(), Compression::fast());
    out.write_all(head.as_bytes()).unwrap();
    let block = text.repeat((1 << 20) / text.len());
    let mut written = 0;
    while written < bytes {
        out.write_all(block.as_bytes()).unwrap();
        written += block.len() as u64;
    }
    out.finish().unwrap()
}

#[test]
fn a_part_that_unpacks_without_end_is_refused_whatever_it_says_of_itself() {
    let sheet = "xl/worksheets/sheet0.xml";
    let honest = with_part(sheet, packed(b"x"), usize::try_from(PART_BYTES_MAX).unwrap() + 1);
    assert_eq!(refused(&honest).code, "workbook-too-large");
    // Rows or cells without end, in a part that says that it is small.
    for (head, text) in
        [("<worksheet><sheetData>", "<row/>"), ("<worksheet><sheetData><row>", "<c/>")]
    {
        let file = with_part(sheet, packed_repeat(head, text, 16 << 20), 1000);
        assert!(file.len() < 1 << 20, "{} bytes", file.len());
        assert_eq!(refused(&file).code, "workbook-unsafe");
    }
}

#[test]
fn a_tag_or_a_text_without_end_and_declared_entities_are_refused_at_once() {
    let sheet = "xl/worksheets/sheet0.xml";
    let long = packed_repeat("<worksheet><sheetData><row><c t='inlineStr'><is><t>", "x", 32 << 20);
    assert_eq!(refused(&with_part(sheet, long, 1000)).code, "workbook-unsafe");
    let tag = packed_repeat("<worksheet ", "x='1' ", 32 << 20);
    assert_eq!(refused(&with_part(sheet, tag, 1000)).code, "workbook-unsafe");
    for head in [
        "<!DOCTYPE a [<!ENTITY b 'bb'>]><worksheet>&b;</worksheet>",
        "<worksheet><!-- <> <> --></worksheet>",
        "<worksheet><![CDATA[<>]]></worksheet>",
    ] {
        let file = with_part(sheet, packed(head.as_bytes()), head.len());
        assert_eq!(refused(&file).code, "workbook-unsafe", "{head}");
    }
}

#[test]
fn too_many_texts_or_parts_are_refused() {
    let texts = packed_repeat("<sst>", "<si/>", 5 * (SHARED_TEXTS_MAX as u64 + 200_000));
    let finding = refused(&with_part("xl/sharedStrings.xml", texts, 1000));
    assert_eq!(finding.code, "workbook-too-large");
    assert!(finding.says.contains("texts"), "{}", finding.says);
    let parts: Vec<(String, Vec<u8>)> = (0..5_000).map(|n| (format!("p{n}"), Vec::new())).collect();
    let parts: Vec<(&str, Vec<u8>)> = parts.iter().map(|it| (it.0.as_str(), Vec::new())).collect();
    assert!(refused(&archive(&parts)).says.contains("5000 parts"));
}

#[test]
fn cells_far_apart_and_one_text_in_all_of_them_stay_small() {
    // A rectangle around these two would have seventeen thousand million cells.
    let far = format!(
        "<sheetData><row r=\"1\">{}{}</row><row r=\"2\">{}</row><row r=\"1048576\">{}{}</row></sheetData>",
        text("A1", "name"),
        text("B1", "unit"),
        text("A2", "a"),
        text("A1048576", "z"),
        text("XFD1048576", "far")
    );
    let imported = read("posts", &book(&[("S", "visible", &far)], ""), &Options::new());
    assert_eq!(imported.drafts.items.len(), 2);
    assert!(
        imported.findings.iter().any(|it| it.code == "row-too-wide" && it.row == Some(1_048_576))
    );
    // A long shared text in sixty thousand cells unpacks to more than a table may hold.
    let cells = "<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>0</v></c><c t=\"s\"><v>0</v></c></row>"
        .repeat(20_000);
    let long = format!("<si><t>{}</t></si>", "x".repeat(32_000));
    let all = format!("<sheetData>{cells}</sheetData>");
    let imported = read("posts", &book(&[("S", "visible", &all)], &long), &Options::new());
    assert!(
        imported.findings.iter().any(|it| it.code == "too-many-rows"),
        "{:?}",
        imported.findings
    );
}
