//! Trunk's hook: smaller wasm and style sheets, the size table, the budget.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use super::budget::{self, Kind, excess};
use super::{style, wasm};
use crate::console;
use crate::environment;
use crate::files;
use crate::layout;
use crate::process::Cmd;
use crate::version::{self, Version};

/// Names the wasm-opt to use; otherwise one on PATH is taken.
pub(crate) const WASM_OPT: &str = "XTASK_WASM_OPT";
/// PATH for that wasm-opt, which is itself run by Node.
pub(crate) const PATH_FOR_WASM_OPT: &str = "XTASK_WASM_OPT_PATH";

/// Older ones do not know the instructions that rustc writes.
const OLDEST_WASM_OPT: Version = Version(120, 0, 0);
/// What rustc may use in wasm; without these the validation fails.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Works on the folder that Trunk names.
pub(crate) fn ui_post() -> Result<ExitCode> {
    let Some(staging) = environment::var("TRUNK_STAGING_DIR") else {
        bail!("`TRUNK_STAGING_DIR` is not set: this is called by Trunk, not by hand");
    };
    let staging = PathBuf::from(staging);
    let release = environment::var("TRUNK_PROFILE").is_some_and(|profile| profile == "release");
    let demo = environment::var("TRUNK_DIST_DIR")
        .is_some_and(|dist| files::name(Path::new(&dist)) != "dist");
    let all = files::walk(&staging, &|_| true)?;
    let mut optimised = false;
    if release {
        for module in all.iter().filter(|path| Kind::of(path) == Kind::Wasm) {
            optimised = shrink(module)?;
        }
        for sheet in all.iter().filter(|path| Kind::of(path) == Kind::Style) {
            let text = fs::read_to_string(sheet)
                .with_context(|| format!("failed to read `{}`", sheet.display()))?;
            files::write(sheet, style::squeezed(&text).as_bytes())?;
        }
    }
    let over = report(&all)?;
    // Names and debug code make a debug build large, and demo data does not ship.
    if !release || demo || over.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    if optimised {
        bail!("the window is too large: {}", over.join("; "));
    }
    println!(
        "   over the budget, but not optimised, so this is only a warning: {}",
        over.join("; ")
    );
    Ok(ExitCode::SUCCESS)
}

/// Drops the names, after a copy with them was kept for profilers, and optimises where that can be done.
fn shrink(path: &Path) -> Result<bool> {
    let module = fs::read(path).with_context(|| format!("failed to read `{}`", path.display()))?;
    files::write(&layout::notes().join("window-with-names.wasm"), &module)?;
    let small = wasm::without_names(&module)
        .with_context(|| format!("failed to drop the names from `{}`", path.display()))?;
    files::write(path, &small)?;
    let Some(wasm_opt) = wasm_opt() else {
        return Ok(false);
    };
    optimiser(&wasm_opt)
        .arg("-Oz")
        .args(FEATURES)
        .arg(path)
        .arg("-o")
        .arg(path)
        .run()?;
    Ok(true)
}

fn wasm_opt() -> Option<PathBuf> {
    let program = environment::var(WASM_OPT)
        .map(PathBuf::from)
        .or_else(|| environment::find_program("wasm-opt"))?;
    let said = optimiser(&program).arg("--version").output().ok()?;
    version::find(&said).filter(|found| *found >= OLDEST_WASM_OPT)?;
    Some(program)
}

fn optimiser(program: &Path) -> Cmd {
    let cmd = Cmd::new(program);
    match environment::var(PATH_FOR_WASM_OPT) {
        Some(path) => cmd.env("PATH", path),
        None => cmd,
    }
}

/// Prints the size table and returns what is over its limit.
fn report(all: &[PathBuf]) -> Result<Vec<String>> {
    let mut sizes: BTreeMap<Kind, (u64, Option<u64>)> = BTreeMap::new();
    for path in all {
        let kind = Kind::of(path);
        let size = path
            .metadata()
            .with_context(|| format!("no `{}`", path.display()))?
            .len();
        let entry = sizes.entry(kind).or_default();
        entry.0 += size;
        if kind == Kind::Wasm {
            entry.1 = gzipped(path);
        }
    }
    let mut over = Vec::new();
    let mut rows = Vec::new();
    for (kind, (size, gzip)) in sizes {
        over.extend(excess(kind.label(), size, kind.limit()));
        over.extend(gzip.and_then(|gzip| excess("wasm, gzip", gzip, Some(budget::WASM_GZIP))));
        rows.push(vec![
            kind.label().to_owned(),
            console::bytes(size),
            gzip.map(console::bytes).unwrap_or_default(),
            kind.limit().map(console::bytes).unwrap_or_default(),
        ]);
    }
    println!(
        "{}",
        console::table(&["part", "size", "gzip", "limit"], &rows)
    );
    Ok(over)
}

/// The size through gzip, where there is one.
fn gzipped(path: &Path) -> Option<u64> {
    let list = Cmd::new("sh")
        .args(["-c", "gzip -9 -c \"$0\" | wc -c"])
        .arg(path)
        .output()
        .ok()?;
    list.trim().parse().ok().filter(|size| *size > 0)
}
