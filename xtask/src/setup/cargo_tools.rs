//! Programs from crates.io, compiled once into the folder of tools.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::tools;
use super::want::{Install, Want};
use crate::process::Cmd;

/// A program from crates.io at one exact version.
#[derive(Clone, Debug)]
pub(super) struct CargoTool {
    /// The package on crates.io.
    package: &'static str,
    /// The program it brings.
    program: &'static str,
    version: String,
    /// Whether the package's own lock file is tried first.
    locked: bool,
    /// Without what it can do beyond its work here, such as renewing itself.
    lean: bool,
    why: &'static str,
}

impl CargoTool {
    /// Builds the window. 0.22 wants a newer Rust.
    pub(super) fn trunk() -> Self {
        Self {
            package: "trunk",
            program: "trunk",
            version: "0.21.14".to_owned(),
            locked: true,
            lean: false,
            why: "builds the window (about 5 minutes of compiling, once)",
        }
    }

    /// Glue between wasm and JavaScript; its version must be the library's, to the last digit. Its own
    /// lock file may name a release that is no longer served, so it is not used.
    pub(super) fn wasm_bindgen(version: String) -> Self {
        Self {
            package: "wasm-bindgen-cli",
            program: "wasm-bindgen",
            version,
            locked: false,
            lean: false,
            why: "glue between wasm and JavaScript, at the version in Cargo.lock",
        }
    }

    /// Lets tests drive the real window.
    pub(super) fn tauri_driver() -> Self {
        Self {
            package: "tauri-driver",
            program: "tauri-driver",
            version: "2.1.0".to_owned(),
            locked: true,
            lean: false,
            why: "lets tests drive the real window",
        }
    }

    /// Runs each test in a process of its own, and ends one that hangs.
    pub(super) fn nextest() -> Self {
        Self {
            package: "cargo-nextest",
            program: "cargo-nextest",
            version: "0.9.143".to_owned(),
            locked: true,
            lean: true,
            why: "runs the tests, and ends one that hangs (about 5 minutes of compiling, once)",
        }
    }

    /// The want for this tool, unless it is there.
    pub(super) fn missing(self) -> Option<Want> {
        if self.program().is_file() {
            return None;
        }
        Some(Want {
            what: format!("{} {}", self.program, self.version),
            why: self.why,
            how: "cargo install, into the folder of tools".to_owned(),
            install: Install::CargoTool(self),
        })
    }

    fn folder(&self) -> PathBuf {
        tools::folder().join(format!("{}-{}", self.program, self.version))
    }

    pub(super) fn bin_folder(&self) -> PathBuf {
        self.folder().join("bin")
    }

    pub(super) fn program(&self) -> PathBuf {
        let file = format!("{}{}", self.program, std::env::consts::EXE_SUFFIX);
        self.bin_folder().join(file)
    }

    pub(super) fn install(&self) -> Result<()> {
        if self.locked {
            if self.cargo_install().arg("--locked").succeeds()? {
                return Ok(());
            }
            println!("   its own lock file did not resolve: once more without it");
        }
        self.cargo_install()
            .run()
            .with_context(|| format!("failed to install `{}` {}", self.package, self.version))
    }

    /// A debug build: these tools are waited for far longer while they compile than while they run.
    fn cargo_install(&self) -> Cmd {
        Cmd::cargo()
            .args([
                "install",
                self.package,
                "--version",
                &format!("={}", self.version),
            ])
            .args(self.lean.then_some("--no-default-features"))
            .args(["--debug", "--force", "--root"])
            .arg(self.folder())
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_INCREMENTAL", "0")
            .without_env("CARGO_TARGET_DIR")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_has_a_folder_of_its_own() {
        let one = CargoTool::wasm_bindgen("0.2.130".to_owned());
        let other = CargoTool::wasm_bindgen("0.2.131".to_owned());
        assert!(
            one.folder()
                .ends_with("drover-dev/tools/wasm-bindgen-0.2.130")
        );
        assert_ne!(one.program(), other.program());
    }

    #[test]
    fn what_is_not_there_is_wanted_with_its_version() {
        let want = CargoTool::wasm_bindgen("0.0.0-none".to_owned())
            .missing()
            .unwrap();
        assert_eq!(want.what, "wasm-bindgen 0.0.0-none");
    }
}
