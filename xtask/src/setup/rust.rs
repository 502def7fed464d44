//! The Rust toolchain: its components, and one of two ways to compile for wasm.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::packages::RUSTC_WEB;
use super::system;
use super::want::{Install, Want};
use crate::environment;
use crate::process::Cmd;

/// The target of the window.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// How code is compiled for wasm here.
pub(crate) struct WasmBuild {
    /// What Cargo is told in its environment.
    pub(crate) env: Vec<(&'static str, OsString)>,
    /// Whether clippy can check wasm code. It cannot where the compiler is not the toolchain's own.
    pub(crate) has_clippy: bool,
}

impl WasmBuild {
    /// The way to use; meaningful once nothing is missing.
    pub(super) fn find() -> Self {
        let sysroot = sysroot();
        if has_wasm(&sysroot) || !system::debian_has(RUSTC_WEB) {
            return Self {
                env: Vec::new(),
                has_clippy: true,
            };
        }
        println!("   wasm: built with Debian's rustc-web, since this toolchain has no {WASM}");
        Self {
            env: debian_env(find_linker(&sysroot)),
            has_clippy: false,
        }
    }
}

/// Parts of the toolchain that are missing.
pub(super) fn missing() -> Vec<Want> {
    let sysroot = sysroot();
    let mut wants = Vec::new();
    if !has_wasm(&sysroot) && !system::debian_has(RUSTC_WEB) {
        wants.push(Want {
            what: WASM.to_owned(),
            why: "the window is compiled to wasm",
            how: "rustup target add; where that fails, Debian's rustc-web".to_owned(),
            install: Install::WasmTarget,
        });
    }
    for (component, program, why) in [
        ("rustfmt", "cargo-fmt", "checks the format"),
        ("clippy", "cargo-clippy", "checks the code"),
    ] {
        let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
        if !sysroot.join("bin").join(file).is_file() {
            wants.push(Want {
                what: component.to_owned(),
                why,
                how: "rustup component add".to_owned(),
                install: Install::Component(component),
            });
        }
    }
    wants
}

pub(super) fn install_wasm_target() -> Result<()> {
    if environment::find_program("rustup").is_some() {
        let add = Cmd::new("rustup").args(["target", "add", WASM]);
        let added = add.dir(crate::layout::root()).succeeds()?;
        if added && has_wasm(&sysroot()) {
            return Ok(());
        }
        println!("   rustup has no {WASM} to give: taking Debian's rustc-web instead");
    }
    system::apt(RUSTC_WEB)
}

pub(super) fn install_component(name: &str) -> Result<()> {
    if environment::find_program("rustup").is_none() {
        bail!("install `{name}` from where this Rust came, then run this again");
    }
    let add = Cmd::new("rustup").args(["component", "add", name]);
    add.dir(crate::layout::root()).run()
}

/// The toolchain's folder; empty where there is no rustc, which then shows as everything missing.
fn sysroot() -> PathBuf {
    let said = Cmd::new("rustc")
        .args(["--print", "sysroot"])
        .dir(crate::layout::root())
        .output();
    said.map(|text| text.trim().into()).unwrap_or_default()
}

fn has_wasm(sysroot: &Path) -> bool {
    sysroot.join("lib/rustlib").join(WASM).join("lib").is_dir()
}

/// Debian's compiler builds the standard library for wasm from its sources, which takes a nightly
/// feature and a linker that knows wasm.
fn debian_env(linker: PathBuf) -> Vec<(&'static str, OsString)> {
    vec![
        ("RUSTC", "/usr/bin/rustc".into()),
        ("RUSTC_BOOTSTRAP", "1".into()),
        ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort".into()),
        ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker.into()),
    ]
}

/// The toolchain's own linker, or one on PATH.
fn find_linker(sysroot: &Path) -> PathBuf {
    let hosts = std::fs::read_dir(sysroot.join("lib/rustlib"));
    let own = hosts.into_iter().flatten().flatten().find_map(|host| {
        let linker = host.path().join("bin").join("rust-lld");
        linker.is_file().then_some(linker)
    });
    own.or_else(|| environment::find_any(&["rust-lld", "wasm-ld", "lld"]))
        .unwrap_or("lld".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_running_toolchain_is_found() {
        let sysroot = sysroot();
        assert!(
            sysroot.join("lib").is_dir(),
            "no toolchain at `{}`",
            sysroot.display()
        );
        assert!(!has_wasm(Path::new("/no/such/folder")));
    }

    #[test]
    fn debians_way_names_compiler_and_linker() {
        let env = debian_env("/opt/rust-lld".into());
        assert!(env.contains(&("RUSTC", "/usr/bin/rustc".into())));
        assert!(env.iter().any(|(_, value)| value == "/opt/rust-lld"));
    }
}
