//! The folder of tools, shared by all clones on this machine, and what child programs are told of it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::cargo_tools::CargoTool;
use super::node::NodeRuntime;
use super::npm::NpmTool;
use super::python::PythonEnvironment;
use super::rust::WasmBuild;
use crate::environment;
use crate::process::Cmd;

/// Where tools are kept, one folder for each tool and version; never in `~/.cargo/bin`.
pub(super) fn folder() -> PathBuf {
    environment::cache_dir().join("drover-dev").join("tools")
}

pub(super) fn nextest_on_path() -> Option<PathBuf> {
    environment::find_program("cargo-nextest")
}

/// Everything a verb may need from outside the repository, as found or installed.
pub(crate) struct Tools {
    pub(crate) wasm: WasmBuild,
    node: NodeRuntime,
    wasm_bindgen: CargoTool,
}

impl Tools {
    pub(super) fn new(wasm: WasmBuild, node: NodeRuntime, wasm_bindgen: CargoTool) -> Self {
        Self {
            wasm,
            node,
            wasm_bindgen,
        }
    }

    /// Trunk, with everything on PATH that it looks for there.
    pub(crate) fn trunk(&self) -> Cmd {
        let trunk = CargoTool::trunk();
        let path = environment::path_with(&[trunk.bin_folder(), self.wasm_bindgen.bin_folder()]);
        Cmd::new(trunk.program()).env("PATH", path)
    }

    /// The bridge between `WebDriver` and the app's window.
    pub(crate) fn tauri_driver() -> PathBuf {
        CargoTool::tauri_driver().program()
    }

    /// The runner of the tests: the machine's own, or the one that was installed for them.
    pub(crate) fn nextest() -> Cmd {
        let program = nextest_on_path().unwrap_or_else(|| CargoTool::nextest().program());
        Cmd::new(program).arg("nextest")
    }

    /// The Tauri command line, run by Node.
    pub(crate) fn tauri_cli(&self) -> Cmd {
        let script = NpmTool::tauri_cli()
            .folder()
            .join("node_modules/@tauri-apps/cli/tauri.js");
        Cmd::new(self.node.program()).arg(script)
    }

    /// Node, for programs that are given to it.
    pub(crate) fn node(&self) -> &Path {
        self.node.program()
    }

    /// npm, with its Node on PATH.
    pub(crate) fn npm(&self) -> Cmd {
        self.node.npm()
    }

    /// The folder in which wasm-opt is, whether or not it has been installed.
    pub(crate) fn wasm_opt_folder() -> PathBuf {
        NpmTool::binaryen()
            .folder()
            .join("node_modules")
            .join(".bin")
    }

    /// What the app, and tests of it, are told: where the managed Node packages are, and a PATH with Node.
    pub(crate) fn env(&self) -> Vec<(&'static str, OsString)> {
        vec![
            ("PATH", environment::path_with(&self.node.path_folders())),
            ("DROVER_NODE_TOOLS", NpmTool::playwright().folder().into()),
        ]
    }

    /// Where tests find Playwright for Python.
    pub(crate) fn python() -> PathBuf {
        PythonEnvironment::newest().folder()
    }

    /// Where tests find older Playwrights for Python, an environment for each.
    pub(crate) fn older_pythons() -> PathBuf {
        PythonEnvironment::older_folder()
    }

    /// Where tests find the checker of types for Python: an environment.
    pub(crate) fn mypy() -> PathBuf {
        PythonEnvironment::mypy().folder()
    }

    /// Where tests find the compiler of TypeScript.
    pub(crate) fn typescript() -> PathBuf {
        NpmTool::typescript().folder()
    }

    /// Where tests find older Playwrights, a folder for each.
    pub(crate) fn older_playwrights() -> PathBuf {
        NpmTool::older_playwrights_folder()
    }

    /// Where tests find Puppeteer.
    pub(crate) fn puppeteer() -> PathBuf {
        NpmTool::puppeteer().folder()
    }

    /// PATH with Node and further folders in front.
    pub(crate) fn path_with(&self, folders: &[&Path]) -> OsString {
        let mut all: Vec<PathBuf> = folders.iter().map(|folder| folder.to_path_buf()).collect();
        all.extend(self.node.path_folders());
        environment::path_with(&all)
    }
}
