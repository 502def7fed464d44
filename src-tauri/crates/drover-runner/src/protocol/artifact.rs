//! Files that task code hands over: only from the attempt's own folder.

use std::path::{Path, PathBuf};

/// Why a file is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    #[error("the artifact `{path}` is not there")]
    Missing {
        path: String,
        #[source]
        source: std::io::Error,
    },
    #[error("the artifact `{path}` lies outside the folder for files to keep")]
    Outside { path: String },
    #[error("the artifact `{path}` is not a file")]
    NotAFile { path: String },
}

/// A file inside the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArtifactFile {
    /// Relative to the folder.
    pub path: PathBuf,
    pub bytes: u64,
}

/// Resolves what a task named, relative to `folder`. Links are followed first, so none leads out.
///
/// # Errors
/// The file is not there, is not a file, or lies elsewhere.
pub fn resolve_artifact(folder: &Path, named: &str) -> Result<ArtifactFile, ArtifactError> {
    let path = named.to_owned();
    let real = |path: &Path| path.canonicalize();
    let found = real(folder)
        .and_then(|folder| Ok((real(&folder.join(named))?, folder)))
        .and_then(|(file, folder)| Ok((file.metadata()?, file, folder)));
    let (meta, file, folder) = match found {
        Ok(found) => found,
        Err(source) => return Err(ArtifactError::Missing { path, source }),
    };
    let Ok(inside) = file.strip_prefix(&folder) else {
        return Err(ArtifactError::Outside { path });
    };
    if !meta.is_file() {
        return Err(ArtifactError::NotAFile { path });
    }
    Ok(ArtifactFile {
        path: inside.to_owned(),
        bytes: meta.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_inside_are_taken() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("artifacts");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("a.txt"), "abc").unwrap();
        std::fs::write(place.path().join("b.txt"), "b").unwrap();
        std::os::unix::fs::symlink(place.path().join("b.txt"), folder.join("link")).unwrap();
        let inside = ArtifactFile {
            path: "a.txt".into(),
            bytes: 3,
        };
        assert_eq!(resolve_artifact(&folder, "a.txt").unwrap(), inside);
        assert_eq!(
            resolve_artifact(&folder, folder.join("a.txt").to_str().unwrap()).unwrap(),
            inside
        );
        for outside in ["../b.txt", "link", "/etc/passwd"] {
            assert!(
                matches!(
                    resolve_artifact(&folder, outside),
                    Err(ArtifactError::Outside { .. })
                ),
                "{outside}"
            );
        }
        assert!(matches!(
            resolve_artifact(&folder, "."),
            Err(ArtifactError::NotAFile { .. })
        ));
        assert!(matches!(
            resolve_artifact(&folder, "gone"),
            Err(ArtifactError::Missing { .. })
        ));
    }
}
