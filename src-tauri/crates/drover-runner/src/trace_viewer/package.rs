//! Where there is a viewer for a trace.

use std::path::{Path, PathBuf};

use drover_model::Script;

use super::viewer::is_viewer;

/// The package `playwright-core` that shows the traces of a script: its own project's first, since that one wrote the
/// trace, then Drover's own copy. Playwright for Python brings the package along.
pub fn viewer_for(
    script: Option<&Script>,
    interpreter: Option<&Path>,
    node_tools: &Path,
    python_tools: &Path,
) -> Option<PathBuf> {
    let from = match script {
        Some(Script::File { path }) => Path::new(path.as_str()).parent(),
        Some(Script::Project { path, .. }) => Some(Path::new(path.as_str())),
        _ => None,
    };
    let of_project = from
        .into_iter()
        .flat_map(Path::ancestors)
        .flat_map(packages);
    let given = interpreter.and_then(|python| python.parent()?.parent());
    let near = from.into_iter().flat_map(Path::ancestors);
    let near = near.flat_map(|folder| [folder.join(".venv"), folder.join("venv")]);
    let of_python = pythons(given.map(Path::to_owned).into_iter().chain(near));
    let own = packages(node_tools)
        .into_iter()
        .chain(pythons(std::iter::once(python_tools.to_owned())));
    let mut all = of_project.chain(of_python).chain(own);
    all.find(|package| is_viewer(package))
}

/// Beside the other packages, or inside of the one that needs it.
fn packages(folder: &Path) -> [PathBuf; 3] {
    [
        "node_modules/playwright/node_modules/playwright-core",
        "node_modules/@playwright/test/node_modules/playwright-core",
        "node_modules/playwright-core",
    ]
    .map(|inside| folder.join(inside))
}

/// The packages inside of virtual environments.
fn pythons(homes: impl Iterator<Item = PathBuf>) -> impl Iterator<Item = PathBuf> {
    let libraries = homes.filter_map(|home| std::fs::read_dir(home.join("lib")).ok());
    libraries.flat_map(Iterator::flatten).map(|python| {
        python
            .path()
            .join("site-packages/playwright/driver/package")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_comes_before_drovers_own_copy() {
        let place = tempfile::tempdir().unwrap();
        let package = |inside: &str| {
            let package = place.path().join(inside);
            std::fs::create_dir_all(package.join("lib/vite/traceViewer")).unwrap();
            std::fs::write(package.join("lib/vite/traceViewer/index.html"), "").unwrap();
            package
        };
        let tools = place.path().join("tools");
        let script = place.path().join("shop/e2e/a.mjs");
        let script = Script::file(script.to_str().unwrap()).unwrap();
        let snakes = place.path().join("snakes");
        let found = || viewer_for(Some(&script), None, &tools, &snakes);
        assert_eq!(found(), None);
        let snake = package("snakes/lib/python3.11/site-packages/playwright/driver/package");
        assert_eq!(found(), Some(snake));
        let own = package("tools/node_modules/playwright-core");
        assert_eq!(found(), Some(own.clone()));
        let python = package("shop/.venv/lib/python3.11/site-packages/playwright/driver/package");
        assert_eq!(found(), Some(python));
        let theirs = package("shop/node_modules/playwright-core");
        assert_eq!(found(), Some(theirs));
        assert_eq!(viewer_for(None, None, &tools, &snakes), Some(own));
    }
}
