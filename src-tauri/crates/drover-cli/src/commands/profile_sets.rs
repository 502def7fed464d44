//! `profile set`: profiles that are meant together, by a name.

use clap::Subcommand;
use drover_model::{
    Name, ProfileSet,
    request::{ListProfileSets, RemoveProfileSet, SaveProfileSet},
};

use crate::{
    failure::Outcome,
    session::Session,
    table::table,
    words::{list, plural},
};

/// What can be done with saved sets.
#[derive(Debug, Subcommand)]
pub(crate) enum SetVerb {
    /// List the saved sets, with what they mean now
    #[command(after_help = "Example:\n  drover-cli profile set list")]
    List,
    /// Save a set, in place of the one of that name
    #[command(
        after_help = "Example:\n  drover-cli profile set save morning anna berta\n  drover-cli profile set save europe --filter 'tag:eu'"
    )]
    Save {
        /// Its name
        name: Name,
        /// Names or ids
        #[arg(value_name = "PROFILE", required_unless_present = "filter")]
        profiles: Vec<String>,
        /// Instead, whatever matches at each start: words and `tag:eu`, `-tag:test`, `proxy:eu-1`
        #[arg(
            long,
            value_name = "EXPR",
            conflicts_with = "profiles",
            allow_hyphen_values = true
        )]
        filter: Option<String>,
    },
    /// Remove a set; the profiles stay
    #[command(after_help = "Example:\n  drover-cli profile set remove morning")]
    Remove {
        /// Its name
        name: Name,
    },
}

/// Does it.
pub(super) async fn set(verb: SetVerb, session: &Session) -> Outcome {
    let (backend, out) = (&session.backend, &session.out);
    match verb {
        SetVerb::List => {
            let sets = backend.call(ListProfileSets {}).await?;
            if sets.is_empty() {
                out.note("no set is saved; `drover-cli profile set save NAME PROFILE…` does");
            }
            out.answer(&sets, |sets| rows(sets, out.colour))?;
        }
        SetVerb::Save {
            name,
            profiles,
            filter,
        } => {
            let request = SaveProfileSet {
                name,
                profiles,
                filter,
            };
            let saved = backend.call(request).await?;
            out.answer(&saved, |saved| {
                let now = plural(saved.profiles.len(), "profile");
                format!("saved set {}: {now} at the moment", saved.name)
            })?;
        }
        SetVerb::Remove { name } => {
            let said = name.to_string();
            backend.call(RemoveProfileSet { name }).await?;
            out.answer(&serde_json::json!({ "removed": said }), |_| {
                format!("removed set {said}; its profiles stay")
            })?;
        }
    }
    Ok(0)
}

fn rows(sets: &[ProfileSet], colour: bool) -> String {
    let rows = sets.iter().map(|set| {
        [
            set.name.to_string().into(),
            set.filter.clone().unwrap_or_else(|| "-".to_owned()).into(),
            set.profiles.len().to_string().into(),
            list(&set.profiles).into(),
        ]
    });
    table(["NAME", "FILTER", "PROFILES", "NOW"], rows, colour)
}
