//! `extension`: the extensions of a profile.

use std::path::PathBuf;

use clap::Subcommand;
use drover_model::{
    ExtensionState,
    request::{AddExtension, ExtensionList, ListExtensions, RemoveExtension},
};

use crate::{
    failure::{Outcome, invalid},
    session::Session,
    table::{table, toned},
    words::Tone,
};

/// What can be done with extensions.
#[derive(Debug, Subcommand)]
pub(crate) enum ExtensionVerb {
    /// List the extensions of a profile, and whether its browser has loaded them
    #[command(after_help = "Example:\n  drover-cli extension list anna")]
    List {
        /// Name or id
        profile: String,
    },
    /// Install an extension; the browser loads it at its next start
    #[command(
        after_help = "Only Manifest V3, which is what current browsers run.\n\nExample:\n  drover-cli extension add anna ./helper.crx"
    )]
    Add {
        /// Name or id
        profile: String,
        /// A folder, a .zip or a .crx
        path: PathBuf,
    },
    /// Take an extension away
    #[command(after_help = "Example:\n  drover-cli extension remove anna Helper")]
    Remove {
        /// Name or id
        profile: String,
        /// Its name or digest
        extension: String,
    },
}

/// Does it.
pub(crate) async fn extension(verb: ExtensionVerb, session: &Session) -> Outcome {
    let (backend, out) = (&session.backend, &session.out);
    match verb {
        ExtensionVerb::List { profile } => {
            let found = backend.call(ListExtensions { profile }).await?;
            out.answer(&found, |found| rows(found, out.colour))?;
        }
        ExtensionVerb::Add { profile, path } => {
            let path = std::path::absolute(&path)
                .map_err(|error| invalid("path", format!("`{}`: {error}", path.display())))?;
            let path = path.to_string_lossy().into_owned();
            let added = backend.call(AddExtension { profile, path }).await?;
            out.answer(&added, |added| {
                format!("installed {} {}", added.name, added.version)
            })?;
        }
        ExtensionVerb::Remove { profile, extension } => {
            let name = extension.clone();
            backend.call(RemoveExtension { profile, extension }).await?;
            out.answer(&serde_json::json!({ "removed": name }), |_| {
                format!("removed {name}")
            })?;
        }
    }
    Ok(0)
}

fn rows(found: &ExtensionList, colour: bool) -> String {
    let sound = found.extensions.iter().map(|one| {
        let running = found
            .running
            .iter()
            .find(|status| status.digest == one.digest);
        let state = match running.map(|status| &status.state) {
            Some(ExtensionState::Loaded { .. }) => toned("loaded", Tone::Ok),
            Some(ExtensionState::NotLoaded { reason }) => {
                toned(format!("not loaded: {reason}"), Tone::Err)
            }
            None => "at the next start".into(),
        };
        [
            one.name.clone().into(),
            one.version.clone().into(),
            state,
            one.digest.clone().into(),
        ]
    });
    let damaged = found.damaged.iter().map(|one| {
        let ExtensionState::NotLoaded { reason } = &one.state else {
            return [
                one.name.clone().into(),
                "-".into(),
                "-".into(),
                one.digest.clone().into(),
            ];
        };
        let state = toned(format!("not usable: {reason}"), Tone::Err);
        [
            one.name.clone().into(),
            "-".into(),
            state,
            one.digest.clone().into(),
        ]
    });
    table(
        ["NAME", "VERSION", "STATE", "DIGEST"],
        sound.chain(damaged),
        colour,
    )
}
