//! The installable package.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::console;
use crate::digest;
use crate::files;
use crate::layout;
use crate::process::Cmd;
use crate::setup::{self, Purpose, Tools};
use crate::ui_build;

/// The window has just been built, with its wasm optimised; the CLI's own hook would build it once more.
const WITHOUT_HOOK: &str = r#"{"build": {"beforeBuildCommand": null}}"#;

/// `cargo xtask dist`.
pub(crate) fn dist() -> Result<ExitCode> {
    if !cfg!(target_os = "linux") {
        bail!("packages are made on Linux only so far");
    }
    let tools = setup::prepare(Purpose::Dist)?;
    ui_build::build_optimised(&tools, &Tools::wasm_opt_folder())?;
    let clock = console::heading("programs");
    Cmd::cargo()
        .args(["build", "--release", "-p", "drover-cli"])
        .run()?;
    clock.done("built");
    let clock = console::heading("package");
    let bundles = layout::target().join("release/bundle/deb");
    fs::remove_dir_all(&bundles).ok(); // an older version's package would be taken for this one's
    tools
        .tauri_cli()
        .args([
            "build",
            "--bundles",
            "deb",
            "--ci",
            "--config",
            WITHOUT_HOOK,
        ])
        .dir(layout::root())
        .run()?;
    let packages = collect(&bundles)?;
    clock.done("packed");
    for package in packages {
        println!("   {package}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Copies the packages to `target/dist/`, each with its checksum, and describes them.
fn collect(bundles: &Path) -> Result<Vec<String>> {
    let found: Vec<PathBuf> = fs::read_dir(bundles)
        .with_context(|| format!("failed to list `{}`", bundles.display()))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "deb"))
        .collect();
    if found.is_empty() {
        bail!("no package in `{}`", bundles.display());
    }
    let mut described = Vec::new();
    for package in found {
        let content = fs::read(&package)
            .with_context(|| format!("failed to read `{}`", package.display()))?;
        let name = files::name(&package);
        let to = layout::target().join("dist").join(&name);
        let sum = digest::hex(&content);
        files::write(&to, &content)?;
        files::write(
            &to.with_file_name(format!("{name}.sha256")),
            sum_line(&sum, &name).as_bytes(),
        )?;
        let size = console::bytes(content.len() as u64);
        described.push(format!("{}\n   {size}, SHA-256 {sum}", to.display()));
    }
    Ok(described)
}

/// A line that `sha256sum --check` takes.
fn sum_line(sum: &str, name: &str) -> String {
    format!("{sum}  {name}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hook_is_changed_for_packing() {
        let config: serde_json::Value = serde_json::from_str(WITHOUT_HOOK).unwrap();
        assert_eq!(
            config,
            serde_json::json!({"build": {"beforeBuildCommand": null}})
        );
    }

    #[test]
    fn packages_come_with_a_line_for_sha256sum() {
        assert_eq!(sum_line("abc", "drover.deb"), "abc  drover.deb\n");
    }
}
