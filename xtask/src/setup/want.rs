//! One thing that is missing.

use super::cargo_tools::CargoTool;
use super::npm::NpmTool;
use super::packages::Package;
use super::python::PythonEnvironment;

/// Something that is missing, with the reason and the way to get it.
pub(super) struct Want {
    pub(super) what: String,
    pub(super) why: &'static str,
    pub(super) how: String,
    pub(super) install: Install,
}

/// The way to get it.
pub(super) enum Install {
    /// From the system's package manager, all of them in one call.
    Package(&'static Package),
    /// The standard library for wasm.
    WasmTarget,
    /// A part of the Rust toolchain.
    Component(&'static str),
    /// A program from crates.io, compiled here.
    CargoTool(CargoTool),
    /// Node with npm, from a Python package.
    Node,
    /// An environment for Python.
    Python(PythonEnvironment),
    /// Packages from npm.
    Npm(NpmTool),
}
