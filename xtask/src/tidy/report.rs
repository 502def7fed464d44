//! Runs every rule over the workspace and prints what is wrong.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

use super::arrows::{self, Member};
use super::libraries;
use super::rules::{self, Length};
use super::tables::{LONG, ROOMS, TOO_LONG};
use crate::files;
use crate::layout;

/// Folders that hold hand-written code.
const FOLDERS: &[&str] = &["src-tauri", "tests", "ui", "xtask"];
/// Endings of hand-written code.
const ENDINGS: &[&str] = &["rs", "css", "html", "js", "mjs", "cjs", "ts", "py", "sql"];
/// Folders that are generated, or are data for tests.
const SKIPPED: &[&str] = &["target", "gen", "node_modules", "snapshots"];

/// Whether everything is tidy; what is not has been printed.
pub(crate) fn tidy() -> Result<bool> {
    let metadata = MetadataCommand::new()
        .current_dir(layout::root())
        .exec()
        .context("failed to read the workspace")?;
    let members = members(&metadata);
    let mut wrong = arrows::check(&members, ROOMS);
    wrong.extend(libraries::check_owners(&members));
    wrong.extend(libraries::check_features(&resolved_features(&metadata)));
    for (file, text) in sources()? {
        let path = relative(&file);
        match rules::length(&text) {
            Length::Fine => {}
            Length::Long(lines) => {
                println!("   look twice: {path} has {lines} lines (above {LONG})");
            }
            Length::TooLong(lines) => {
                wrong.push(format!(
                    "{path}: {lines} lines; split what is above {TOO_LONG}"
                ));
            }
        }
        if file.extension().is_some_and(|ending| ending == "rs") {
            wrong.extend(rules::check_rust(&path, &text));
        }
    }
    for line in &wrong {
        println!("   {line}");
    }
    Ok(wrong.is_empty())
}

/// Every hand-written file with its text.
pub(crate) fn sources() -> Result<Vec<(PathBuf, String)>> {
    let enter = |path: &Path| {
        let name = files::name(path);
        !SKIPPED.contains(&name.as_str()) && !name.starts_with("dist") && !name.starts_with('.')
    };
    let mut sources = Vec::new();
    for folder in FOLDERS {
        let folder = layout::root().join(folder);
        if !folder.is_dir() {
            continue;
        }
        for path in files::walk(&folder, &enter)? {
            let ending = path
                .extension()
                .and_then(|ending| ending.to_str())
                .unwrap_or_default();
            if ENDINGS.contains(&ending) {
                let text = std::fs::read_to_string(&path)
                    .with_context(|| format!("failed to read `{}`", path.display()))?;
                sources.push((path, text));
            }
        }
    }
    Ok(sources)
}

fn members(metadata: &Metadata) -> Vec<Member> {
    metadata
        .workspace_packages()
        .into_iter()
        .map(|package| {
            let of = |kind: DependencyKind| {
                let all = package.dependencies.iter();
                all.filter(|dependency| dependency.kind == kind)
                    .map(|dependency| dependency.name.clone())
                    .collect()
            };
            Member {
                name: package.name.to_string(),
                normal: of(DependencyKind::Normal),
                build: of(DependencyKind::Build),
            }
        })
        .collect()
}

/// Every package of the build with the features that are on in it.
fn resolved_features(metadata: &Metadata) -> Vec<(String, Vec<String>)> {
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    nodes
        .map(|node| {
            let features = node.features.iter().map(ToString::to_string).collect();
            (metadata[&node.id].name.to_string(), features)
        })
        .collect()
}

fn relative(path: &Path) -> String {
    let path = path.strip_prefix(layout::root()).unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_is_read_with_its_arrows() {
        let metadata = MetadataCommand::new()
            .current_dir(layout::root())
            .no_deps()
            .exec()
            .unwrap();
        let members = members(&metadata);
        let shell = members
            .iter()
            .find(|member| member.name == "drover")
            .unwrap();
        assert!(
            shell.normal.contains(&"drover-engine".to_owned()),
            "{shell:?}"
        );
        assert!(
            shell.build.contains(&"drover-model".to_owned()),
            "{shell:?}"
        );
    }

    #[test]
    fn this_very_file_is_among_the_sources() {
        let sources = sources().unwrap();
        let here = sources
            .iter()
            .any(|(path, _)| relative(path) == "xtask/src/tidy/report.rs");
        assert!(here, "{} files, but not this one", sources.len());
    }
}
