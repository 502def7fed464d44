//! Versions from Cargo.lock.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::layout;

/// The locked version of a package of which exactly one version may be there.
pub(crate) fn locked_version(package: &str) -> Result<String> {
    version_in(&layout::root().join("Cargo.lock"), package)
}

/// The same in another lock file.
pub(crate) fn version_in(path: &Path, package: &str) -> Result<String> {
    let lock = std::fs::read_to_string(path)
        .with_context(|| format!("failed to read `{}`", path.display()))?;
    match versions(&lock, package).as_slice() {
        [version] => Ok(version.clone()),
        [] => bail!("`{package}` is not in `{}`", path.display()),
        several => bail!(
            "`{package}` is in `{}` more than once: {}",
            path.display(),
            several.join(", ")
        ),
    }
}

/// All locked versions of a package, in the order of the file.
fn versions(lock: &str, package: &str) -> Vec<String> {
    let name = format!("name = \"{package}\"");
    lock.lines()
        .zip(lock.lines().skip(1))
        .filter(|(line, _)| *line == name)
        .filter_map(|(_, next)| next.strip_prefix("version = \"")?.strip_suffix('"'))
        .map(String::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "[[package]]\nname = \"base64\"\nversion = \"0.21.7\"\n\n\
        [[package]]\nname = \"base64\"\nversion = \"0.23.1\"\n\n\
        [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n\n\
        [[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.2.131\"\n";

    #[test]
    fn takes_the_package_of_that_very_name() {
        assert_eq!(versions(LOCK, "wasm-bindgen"), ["0.2.130"]);
        assert_eq!(versions(LOCK, "base64"), ["0.21.7", "0.23.1"]);
        assert!(versions(LOCK, "bindgen").is_empty());
    }
}
