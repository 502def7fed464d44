//! Tells Tauri which commands there are, so that each needs a grant in `tauri.conf.json`.

use std::{error::Error, fs, path::Path};

use drover_model::command::{REQUESTS, STREAMS};
use tauri_build::{AppManifest, Attributes, try_build};

#[path = "src/shell_commands.rs"]
mod shell_commands;

/// Stands in for the window until it is built, since the app does not compile without one.
const NO_WINDOW: &str = "<!doctype html><title>Drover</title><p>The window was not built. Run <code>cargo xtask run</code>.</p>\n";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=src-tauri/src/shell_commands.rs");
    let page = Path::new("ui/dist/index.html");
    if !page.exists() {
        fs::create_dir_all("ui/dist")?;
        fs::write(page, NO_WINDOW)?;
    }
    let commands: Vec<&str> = [REQUESTS, STREAMS, shell_commands::SHELL].concat();
    let manifest = AppManifest::new().commands(commands.leak());
    try_build(Attributes::new().app_manifest(manifest))?;
    Ok(())
}
