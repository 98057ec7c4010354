//! Gathers what the browser gets into `OUT_DIR`: the stylesheet (one file from its layers), our own
//! script, and from npm, pinned by `package-lock.json` and never committed, htmx and the typeface.
//!
//! Offline builds name a folder that holds those packages (or has them in `node_modules`) in
//! `THROUGHLINE_NPM`; otherwise `npm ci --ignore-scripts` runs, once for each state of the lock file.

use std::{
    env, fs,
    hash::{DefaultHasher, Hasher},
    path::{Path, PathBuf},
    process::Command,
};

/// What comes from npm: the name it is served by, and where the packages have it.
const PACKED: [(&str, &str); 4] = [
    ("htmx.js", "htmx.org/dist/htmx.min.js"),
    ("inter.woff2", "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"),
    ("inter-ext.woff2", "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2"),
    ("inter-licence.txt", "@fontsource-variable/inter/LICENSE"),
];
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

    let packages = packages(&here, &out);
    let packed = PACKED.map(|(name, at)| {
        let file = packages.join(at);
        (name, fs::read(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display())))
    });
    // Only the page of a step has a use for these, and only one with days of change for the slider.
    let [step_css, step_js, slider_js] =
        ["step.css", "step.js", "slider.js"].map(|it| read(&here.join("assets").join(it)));
    let own = [
        ("style.css", css),
        ("own.js", js),
        ("step.css", step_css),
        ("step.js", step_js),
        ("slider.js", slider_js),
        ("icon.svg", icon),
    ];
    // Only tells one build's assets from another's; nobody's trust rests on it.
    let mut hash = DefaultHasher::new();
    for (name, bytes) in own.map(|it| (it.0, it.1.into_bytes())).into_iter().chain(packed) {
        hash.write(&bytes);
        fs::write(out.join(name), bytes).expect("OUT_DIR can be written");
    }
    println!("cargo:rustc-env=THROUGHLINE_ASSETS={:016x}", hash.finish());
}

/// The folder that the packages are in, fetched first if need be.
fn packages(here: &Path, out: &Path) -> PathBuf {
    let has_all = |at: &Path| PACKED.iter().all(|it| at.join(it.1).exists());
    if let Some(named) = env::var_os("THROUGHLINE_NPM").map(PathBuf::from) {
        let places = [named.clone(), named.join("node_modules")];
        return places.into_iter().find(|it| has_all(it)).unwrap_or_else(|| {
            let wanted = PACKED.map(|it| it.1).join(", ");
            panic!("THROUGHLINE_NPM names {}, which lacks one of {wanted}", named.display())
        });
    }
    let npm = out.join("npm");
    let (lock, kept) = (read(&here.join("package-lock.json")), npm.join("installed.lock"));
    let modules = npm.join("node_modules");
    if has_all(&modules) && fs::read_to_string(&kept).is_ok_and(|it| it == lock) {
        return modules;
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
    modules
}

/// A layer is one file, or a folder of them; without what is there for its readers only.
fn layer(at: &Path) -> String {
    let text = if at.is_dir() { all(at) } else { read(&at.with_extension("css")) };
    let is_comment = |it: &&str| it.starts_with("/*") && it.ends_with("*/");
    let lines = text.lines().map(str::trim).filter(|it| !it.is_empty() && !is_comment(it));
    lines.flat_map(|it| [it, "\n"]).collect()
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
