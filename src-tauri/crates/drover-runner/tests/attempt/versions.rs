//! The versions of Playwright that operators have, as `cargo xtask test` has installed them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::bench::{node_tools, own_environment, python_tools};

/// All that take part, the newest last.
pub(crate) const VERSIONS: [&str; 4] = ["1.50", "1.56", "1.60", NEWEST];
pub(crate) const NEWEST: &str = "1.65";

/// `node_modules` with `@playwright/test` of this version.
pub(crate) fn modules(version: &str) -> PathBuf {
    let tools = match version {
        NEWEST => node_tools(),
        _ => among("DROVER_OLDER_PLAYWRIGHTS", version),
    };
    let modules = tools.join("node_modules");
    let text = std::fs::read(modules.join("playwright-core/package.json")).unwrap();
    let text: serde_json::Value = serde_json::from_slice(&text).unwrap();
    assert_minor(text["version"].as_str().unwrap(), version, &modules);
    modules
}

/// A virtual environment with Playwright for Python of this version, and with pytest.
pub(crate) fn python(version: &str) -> PathBuf {
    let tools = match version {
        NEWEST => python_tools(),
        _ => among("DROVER_OLDER_PYTHONS", version),
    };
    let packages = site_packages(&tools);
    let names = std::fs::read_dir(&packages).unwrap();
    let found = names
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .find_map(|name| {
            let version = name
                .strip_prefix("playwright-")?
                .strip_suffix(".dist-info")?;
            Some(version.to_owned())
        });
    assert_minor(&found.expect("it has Playwright"), version, &tools);
    tools
}

/// Where the packages of a virtual environment are.
pub(crate) fn site_packages(tools: &Path) -> PathBuf {
    let mut libraries = std::fs::read_dir(tools.join("lib")).unwrap();
    libraries
        .find_map(|entry| {
            let packages = entry.unwrap().path().join("site-packages");
            packages.is_dir().then_some(packages)
        })
        .unwrap()
}

/// The folder of one version; the older ones are there, and no other.
fn among(variable: &str, version: &str) -> PathBuf {
    let folder = own_environment().remove(&OsString::from(variable));
    let folder = PathBuf::from(folder.unwrap_or_else(|| panic!("set {variable}")));
    let mut found: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    let (_, older) = VERSIONS.split_last().unwrap();
    assert_eq!(found, older, "in `{}`", folder.display());
    folder.join(version)
}

fn assert_minor(found: &str, version: &str, place: &Path) {
    let minor = found.rsplit_once('.').map(|(minor, _)| minor);
    assert_eq!(
        minor,
        Some(version),
        "`{}` has Playwright {found}",
        place.display()
    );
}
