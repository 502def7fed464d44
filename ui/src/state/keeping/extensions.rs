//! The extensions of a profile with what its browser says of them.

use drover_model::request::ExtensionList;
use drover_model::{Extension, ExtensionState, ExtensionStatus};

/// Whether an extension works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadState {
    Loaded,
    /// The browser takes it when it is started again.
    NextStart,
    /// Why not, as a fragment.
    NotLoaded(String),
    /// It was removed; the browser that runs still has it.
    UntilClosed,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtensionRow {
    pub digest: String,
    pub name: String,
    pub state: LoadState,
    /// None for one that is damaged or removed.
    pub about: Option<Extension>,
}

/// What is installed first, then what is damaged, then what only the running browser still has.
pub fn extension_rows(list: &ExtensionList) -> Vec<ExtensionRow> {
    let of = |digest: &str| list.running.iter().find(|status| status.digest == digest);
    let installed = list.extensions.iter().map(|extension| ExtensionRow {
        digest: extension.digest.clone(),
        name: extension.name.clone(),
        state: of(&extension.digest).map_or(LoadState::NextStart, |status| match &status.state {
            ExtensionState::Loaded { .. } => LoadState::Loaded,
            ExtensionState::NotLoaded { reason } => LoadState::NotLoaded(reason.clone()),
        }),
        about: Some(extension.clone()),
    });
    let damaged = list.damaged.iter().map(|status| ExtensionRow {
        digest: status.digest.clone(),
        name: status.name.clone(),
        state: LoadState::NotLoaded(match &status.state {
            ExtensionState::NotLoaded { reason } => reason.clone(),
            ExtensionState::Loaded { .. } => "its files are damaged".to_owned(),
        }),
        about: None,
    });
    let gone = |status: &&ExtensionStatus| {
        let there = list
            .extensions
            .iter()
            .map(|one| &one.digest)
            .chain(list.damaged.iter().map(|one| &one.digest))
            .any(|digest| *digest == status.digest);
        !there && matches!(status.state, ExtensionState::Loaded { .. })
    };
    let removed = list.running.iter().filter(gone).map(|status| ExtensionRow {
        digest: status.digest.clone(),
        name: status.name.clone(),
        state: LoadState::UntilClosed,
        about: None,
    });
    installed.chain(damaged).chain(removed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installed(digest: &str) -> Extension {
        Extension {
            digest: digest.into(),
            name: format!("Extension {digest}"),
            version: "1.0".into(),
            manifest_version: 3,
            description: None,
            permissions: Vec::new(),
            store_id: None,
            files: 3,
            bytes: 4_000,
        }
    }

    fn status(digest: &str, state: ExtensionState) -> ExtensionStatus {
        ExtensionStatus {
            digest: digest.into(),
            name: format!("Extension {digest}"),
            state,
        }
    }

    fn states(list: &ExtensionList) -> Vec<(String, LoadState)> {
        extension_rows(list)
            .into_iter()
            .map(|row| (row.digest, row.state))
            .collect()
    }

    #[test]
    fn without_a_browser_they_wait_for_its_start() {
        let list = ExtensionList {
            extensions: vec![installed("a")],
            ..ExtensionList::default()
        };
        assert_eq!(states(&list), [("a".into(), LoadState::NextStart)]);
    }

    #[test]
    fn the_running_browser_is_believed() {
        let loaded = || ExtensionState::Loaded { id: "abc".into() };
        let reason = "the browser did not list it".to_owned();
        let list = ExtensionList {
            extensions: vec![installed("a"), installed("b"), installed("new")],
            damaged: vec![status(
                "c",
                ExtensionState::NotLoaded {
                    reason: "its manifest cannot be read".into(),
                },
            )],
            running: vec![
                status("a", loaded()),
                status(
                    "b",
                    ExtensionState::NotLoaded {
                        reason: reason.clone(),
                    },
                ),
                status("old", loaded()),
            ],
        };
        assert_eq!(
            states(&list),
            [
                ("a".into(), LoadState::Loaded),
                ("b".into(), LoadState::NotLoaded(reason)),
                ("new".into(), LoadState::NextStart),
                (
                    "c".into(),
                    LoadState::NotLoaded("its manifest cannot be read".into())
                ),
                ("old".into(), LoadState::UntilClosed),
            ]
        );
    }
}
