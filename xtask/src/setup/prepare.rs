//! From what is missing to what is there.

use anyhow::{Context, Result};

use super::cargo_tools::CargoTool;
use super::node::{self, NodeRuntime};
use super::npm::NpmTool;
use super::packages::{Group, Package};
use super::python::PythonEnvironment;
use super::rust::{self, WasmBuild};
use super::system;
use super::tools::{self, Tools};
use super::want::{Install, Want};
use crate::console;
use crate::lockfile;

/// What the machine is prepared for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Run { virtual_display: bool },
    Check,
    Test,
    Shots,
    Dist,
}

/// Finds what a purpose needs; installs what is missing after it has been listed with its reason.
pub(crate) fn prepare(purpose: Purpose) -> Result<Tools> {
    let clock = console::heading("set-up");
    let wants = missing(purpose)?;
    if wants.is_empty() {
        clock.done("nothing is missing; looked");
    } else {
        list(&wants);
        install_all(&wants)?;
        clock.done("installed");
    }
    found()
}

/// What was prepared before, without looking whether it still is.
pub(crate) fn found() -> Result<Tools> {
    let bindgen = CargoTool::wasm_bindgen(lockfile::locked_version("wasm-bindgen")?);
    Ok(Tools::new(WasmBuild::find(), NodeRuntime::find(), bindgen))
}

fn missing(purpose: Purpose) -> Result<Vec<Want>> {
    let mut wants = system::missing(groups(purpose));
    wants.extend(rust::missing());
    if purpose == Purpose::Check {
        return Ok(wants);
    }
    wants.extend(CargoTool::trunk().missing());
    let bindgen = lockfile::locked_version("wasm-bindgen")?;
    wants.extend(CargoTool::wasm_bindgen(bindgen).missing());
    if purpose == Purpose::Test {
        wants.extend(CargoTool::tauri_driver().missing());
        if tools::nextest_on_path().is_none() {
            wants.extend(CargoTool::nextest().missing());
        }
    }
    let npm = npm_tools(purpose);
    if !npm.is_empty() {
        wants.extend(node::missing());
    }
    wants.extend(npm.into_iter().filter_map(NpmTool::missing));
    if purpose == Purpose::Test {
        let newest = [PythonEnvironment::newest(), PythonEnvironment::mypy()];
        let all = newest.into_iter().chain(PythonEnvironment::older());
        wants.extend(all.flat_map(PythonEnvironment::missing));
    }
    Ok(wants)
}

/// The system packages of a purpose.
fn groups(purpose: Purpose) -> &'static [Group] {
    match purpose {
        Purpose::Run {
            virtual_display: false,
        }
        | Purpose::Check
        | Purpose::Dist => &[Group::Build],
        Purpose::Run {
            virtual_display: true,
        } => &[Group::Build, Group::VirtualDisplay],
        Purpose::Shots => &[Group::Build, Group::Browser],
        Purpose::Test => &[
            Group::Build,
            Group::VirtualDisplay,
            Group::Browser,
            Group::Tests,
        ],
    }
}

/// The packages from npm of a purpose.
fn npm_tools(purpose: Purpose) -> Vec<NpmTool> {
    match purpose {
        Purpose::Run { .. } => vec![NpmTool::playwright()],
        Purpose::Test => {
            let newest = [
                NpmTool::playwright(),
                NpmTool::puppeteer(),
                NpmTool::typescript(),
            ];
            newest
                .into_iter()
                .chain(NpmTool::older_playwrights())
                .collect()
        }
        Purpose::Dist => vec![NpmTool::binaryen(), NpmTool::tauri_cli()],
        Purpose::Check | Purpose::Shots => Vec::new(),
    }
}

fn list(wants: &[Want]) {
    println!("   These are missing and will be installed now. Tools go to");
    println!(
        "   {}, nothing goes to ~/.cargo/bin.\n",
        tools::folder().display()
    );
    let rows: Vec<Vec<String>> = wants
        .iter()
        .map(|want| vec![want.what.clone(), want.why.to_owned(), want.how.clone()])
        .collect();
    println!("{}", console::table(&["what", "why", "how"], &rows));
}

/// System packages first and in one call, then the rest in its order.
fn install_all(wants: &[Want]) -> Result<()> {
    let packages: Vec<&Package> = wants
        .iter()
        .filter_map(|want| match want.install {
            Install::Package(package) => Some(package),
            _ => None,
        })
        .collect();
    if !packages.is_empty() {
        println!("\n-- {} system packages", packages.len());
        system::install(&packages)?;
    }
    let rest: Vec<&Want> = wants
        .iter()
        .filter(|want| !matches!(want.install, Install::Package(_)))
        .collect();
    for (at, want) in rest.iter().enumerate() {
        println!("\n-- {} of {}: {}", at + 1, rest.len(), want.what);
        install(&want.install).with_context(|| format!("failed to set up {}", want.what))?;
    }
    Ok(())
}

fn install(what: &Install) -> Result<()> {
    match what {
        Install::Package(package) => system::install(&[package]),
        Install::WasmTarget => rust::install_wasm_target(),
        Install::Component(name) => rust::install_component(name),
        Install::CargoTool(tool) => tool.install(),
        Install::Node => node::install(),
        Install::Python(environment) => environment.install(),
        Install::Npm(tool) => tool.install(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purpose_asks_for_what_it_uses_only() {
        let window = groups(Purpose::Run {
            virtual_display: false,
        });
        assert_eq!(window, [Group::Build]);
        assert!(!groups(Purpose::Dist).contains(&Group::Tests));
        assert_eq!(groups(Purpose::Test).len(), 4, "the tests use everything");
        assert!(npm_tools(Purpose::Check).is_empty());
    }
}
