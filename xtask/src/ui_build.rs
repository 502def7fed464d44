//! The window, built by Trunk; skipped when nothing it is made of has changed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::console;
use crate::files;
use crate::layout;
use crate::process::Cmd;
use crate::setup::{Tools, WASM};

/// Which window to build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ui {
    /// The one that the app embeds.
    Window,
    /// The one with demo data, which also runs in a plain browser.
    Demo,
}

impl Ui {
    /// The folder that the built window is in.
    pub(crate) fn dist(self) -> PathBuf {
        layout::ui().join(self.dist_name())
    }

    fn dist_name(self) -> &'static str {
        match self {
            Self::Window => "dist",
            Self::Demo => "dist-demo",
        }
    }

    fn features(self) -> &'static [&'static str] {
        match self {
            Self::Window => &[],
            Self::Demo => &["--features", "demo"],
        }
    }
}

/// Builds the window for release.
pub(crate) fn build(tools: &Tools, ui: Ui) -> Result<()> {
    build_with(tools, ui, None)
}

/// Builds the window for release and optimises its wasm with the wasm-opt in `folder`.
pub(crate) fn build_optimised(tools: &Tools, folder: &Path) -> Result<()> {
    build_with(tools, Ui::Window, Some(folder))
}

fn build_with(tools: &Tools, ui: Ui, wasm_opt: Option<&Path>) -> Result<()> {
    let clock = console::heading(&format!("window: ui/{}", ui.dist_name()));
    let optimised = if wasm_opt.is_some() {
        "optimised"
    } else {
        "plain"
    };
    let stamp = format!("{optimised} {}", files::fingerprint(&inputs()?)?);
    let note = layout::notes().join(format!("ui-{}.stamp", ui.dist_name()));
    let built = ui.dist().join("index.html").is_file();
    if built && fs::read_to_string(&note).is_ok_and(|noted| noted == stamp) {
        clock.done("unchanged; looked");
        return Ok(());
    }
    fetch(tools)?;
    fs::remove_file(&note).ok(); // it says nothing until this build has succeeded
    trunk(tools, ui, wasm_opt).run()?;
    if !ui.dist().join("index.html").is_file() {
        bail!("Trunk left no `index.html` in `{}`", ui.dist().display());
    }
    files::write(&note, stamp.as_bytes())?;
    clock.done("built");
    Ok(())
}

/// Trunk is told to stay offline so that it never downloads tools, and then passes that on to Cargo; so
/// everything is fetched before, the standard library's own dependencies included where it is compiled.
fn fetch(tools: &Tools) -> Result<()> {
    let fetch = Cmd::cargo().args(["fetch", "--locked", "--quiet", "--target", WASM]);
    fetch.envs(tools.wasm.env.iter().cloned()).run()
}

fn trunk(tools: &Tools, ui: Ui, wasm_opt: Option<&Path>) -> Cmd {
    let folders: Vec<&Path> = wasm_opt.into_iter().collect();
    let mut cmd = tools
        .trunk()
        .args(["build", "--release", "--offline", "--dist", ui.dist_name()])
        .args(ui.features())
        .dir(&layout::ui())
        .env("CARGO_TARGET_DIR", layout::wasm_target())
        // Trunk takes only `true` and `false` here, and fails on the usual `1`.
        .without_env("NO_COLOR")
        // Its own backtrace would bury the compiler's message.
        .env("RUST_BACKTRACE", "0")
        .envs(tools.wasm.env.iter().cloned());
    if let Some(folder) = wasm_opt {
        let wasm_opt = folder.join(if cfg!(windows) {
            "wasm-opt.cmd"
        } else {
            "wasm-opt"
        });
        cmd = cmd
            .env(crate::ui_post::WASM_OPT, wasm_opt)
            .env(crate::ui_post::PATH_FOR_WASM_OPT, tools.path_with(&folders));
    }
    hook_env(&layout::target())
        .into_iter()
        .fold(cmd, |cmd, (name, value)| cmd.env(name, value))
}

/// Trunk's hook calls `cargo xtask ui-post` with Trunk's environment. The alias is given anew there, so
/// that xtask is not compiled a second time, into the folder that belongs to wasm.
fn hook_env(target: &Path) -> Option<(&'static str, String)> {
    let target = target.to_str()?;
    // Cargo splits an alias at spaces; with one in the path the hook compiles xtask again, which also works.
    let alias = format!("run --quiet --package xtask --target-dir {target} --");
    (!target.contains(' ')).then_some(("CARGO_ALIAS_XTASK", alias))
}

/// Everything that the window is made of.
fn inputs() -> Result<Vec<PathBuf>> {
    let root = layout::root();
    let enter = |path: &Path| !files::name(path).starts_with("dist");
    let mut all = files::walk(&layout::ui(), &enter)?;
    all.extend(files::walk(
        &root.join("src-tauri/crates/drover-model"),
        &|_| true,
    )?);
    all.extend(files::walk(&root.join("xtask/src/ui_post"), &|_| true)?);
    for name in ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml"] {
        all.push(root.join(name));
    }
    all.retain(|path| path.is_file());
    if !layout::ui().join("index.html").is_file() {
        return Err(anyhow::anyhow!("`ui/index.html` is not there")).context("no window to build");
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_windows_do_not_share_a_folder() {
        assert_ne!(Ui::Window.dist(), Ui::Demo.dist());
        assert!(
            Ui::Window.features().is_empty(),
            "what ships has no demo data"
        );
    }

    #[test]
    fn the_hook_uses_the_xtask_that_is_already_compiled() {
        let (name, alias) = hook_env(Path::new("/src/drover/target")).unwrap();
        assert_eq!(name, "CARGO_ALIAS_XTASK");
        assert!(
            alias.ends_with("--package xtask --target-dir /src/drover/target --"),
            "{alias}"
        );
        assert_eq!(
            hook_env(Path::new("/my src/target")),
            None,
            "an alias cannot hold a space"
        );
    }
}
