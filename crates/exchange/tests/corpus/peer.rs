//! Our reader of sheets against the csv crate, cell by cell, on every CSV of the corpus.

use exchange::sheet;

use crate::place::{bytes, corpus, files};

#[test]
fn every_csv_has_the_cells_that_the_csv_crate_finds() {
    let Some(corpus) = corpus() else { return };
    let mut cells = 0;
    for folder in ["organograms", "frameworks", "spc", "strategy", "ifg-ministers"] {
        for path in files(&corpus.join(folder), ".csv") {
            let name = path.display().to_string();
            let bytes = bytes(&path);
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
            // The one Windows-1252 file is compared in `organograms`, after decoding.
            let Ok(text) = std::str::from_utf8(bytes) else { continue };
            let sheet = sheet::read(text, ',');
            if sheet.trouble != sheet::Trouble::default() {
                // Only the validator's own findings have cells past our limit.
                assert!(name.contains("official_validator"), "{name}: {:?}", sheet.trouble);
                continue;
            }
            let mut ours = sheet.rows.iter();
            let mut peer = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(text.as_bytes());
            for record in peer.records() {
                let record = record.unwrap();
                if record.iter().all(|cell| cell.trim().is_empty()) {
                    continue;
                }
                let row = ours.next().unwrap_or_else(|| panic!("{name}: a row is missing"));
                assert!(row.cells().eq(record.iter()), "{name} row {}", row.number);
                cells += row.len();
            }
            assert!(ours.next().is_none(), "{name}: a row too many");
        }
    }
    assert!(cells > 500_000, "{cells}");
}
