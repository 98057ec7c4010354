//! Gathers what the browser gets into `OUT_DIR`: the stylesheet (one file from its layers), our own
//! script, and htmx from npm, pinned by `package-lock.json` and never committed.
//!
//! Offline builds name a folder that holds `htmx.org` (or `node_modules/htmx.org`) in
//! `THROUGHLINE_NPM`; otherwise `npm ci --ignore-scripts` runs, once for each state of the lock file.

use std::{
    env, fs,
    hash::{DefaultHasher, Hasher},
    path::{Path, PathBuf},
    process::Command,
};

/// The order of the layers is the order of the cascade; `parts` is a folder, a file for each piece.
const LAYERS: [&str; 6] = ["reset", "tokens", "base", "parts", "forced", "print"];

fn main() {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    println!("cargo:rerun-if-env-changed=THROUGHLINE_NPM");
    for watched in ["build.rs", "package.json", "package-lock.json", "assets"] {
        println!("cargo:rerun-if-changed={watched}");
    }

    let css = format!("@layer {};\n", LAYERS.join(", "))
        + &LAYERS.map(|it| layer(&here.join("assets/css").join(it))).concat();
    let js = all(&here.join("assets/js"));
    let icon = read(&here.join("assets/icon.svg"));
    let htmx = read(&htmx(&here, &out));

    // Only tells one build's assets from another's; nobody's trust rests on it.
    let mut hash = DefaultHasher::new();
    for (name, text) in
        [("style.css", &css), ("own.js", &js), ("icon.svg", &icon), ("htmx.js", &htmx)]
    {
        hash.write(text.as_bytes());
        fs::write(out.join(name), text).expect("OUT_DIR can be written");
    }
    println!("cargo:rustc-env=THROUGHLINE_ASSETS={:016x}", hash.finish());
}

/// Where htmx is, fetched first if need be.
fn htmx(here: &Path, out: &Path) -> PathBuf {
    const FILE: &str = "htmx.org/dist/htmx.min.js";
    if let Some(named) = env::var_os("THROUGHLINE_NPM").map(PathBuf::from) {
        let places = [named.join(FILE), named.join("node_modules").join(FILE)];
        return places.into_iter().find(|it| it.exists()).unwrap_or_else(|| {
            panic!("THROUGHLINE_NPM names {}, which holds no {FILE}", named.display())
        });
    }
    let npm = out.join("npm");
    let (lock, kept) = (read(&here.join("package-lock.json")), npm.join("installed.lock"));
    let file = npm.join("node_modules").join(FILE);
    if file.exists() && fs::read_to_string(&kept).is_ok_and(|it| it == lock) {
        return file;
    }
    fs::create_dir_all(&npm).expect("OUT_DIR can be written");
    for name in ["package.json", "package-lock.json"] {
        fs::copy(here.join(name), npm.join(name)).expect("OUT_DIR can be written");
    }
    let status = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(&npm)
        .status();
    match status {
        Ok(it) if it.success() => {}
        Ok(it) => panic!("`npm ci` ended with {it}. Without a network, set THROUGHLINE_NPM."),
        Err(e) => panic!("npm did not start ({e}). Install Node.js 20, or set THROUGHLINE_NPM."),
    }
    fs::write(kept, lock).expect("OUT_DIR can be written");
    file
}

/// A layer is one file, or a folder of them.
fn layer(at: &Path) -> String {
    if at.is_dir() { all(at) } else { read(&at.with_extension("css")) }
}

/// Every file of a folder, in the order of their names: none may lean on another's place.
fn all(folder: &Path) -> String {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = entries.filter_map(|it| Some(it.ok()?.path())).collect();
    files.sort();
    files.iter().map(|it| read(it)).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
