//! From what a person types to the thing that is meant.

use drover_model::{
    Code, CommandError, Profile, ProfileId, RunId,
    request::{GetProfile, ListProfiles, ListRuns},
};

use crate::backend::Backend;

/// The fewest last characters of an id by which a run can be named.
const FEWEST: usize = 6;

/// How many of the newest runs are looked through for those characters.
const NEWEST: u32 = 1_000;

/// The living profile of that name or id.
pub(crate) async fn profile(backend: &Backend, profile: String) -> Result<Profile, CommandError> {
    backend.call(GetProfile { profile }).await
}

/// The profile in the trash of that name or id; the one removed last, if there are several.
pub(crate) async fn removed_profile(
    backend: &Backend,
    profile: &str,
) -> Result<ProfileId, CommandError> {
    let mut found: Option<Profile> = None;
    let mut offset = 0;
    loop {
        let page = ListProfiles {
            removed: true,
            offset,
            ..ListProfiles::default()
        };
        let page = backend.call(page).await?;
        let rows = u32::try_from(page.rows.len()).unwrap_or(u32::MAX);
        for row in page.rows {
            let meant = is_called(row.name.as_str(), profile) || row.id.to_string() == profile;
            if meant
                && found
                    .as_ref()
                    .is_none_or(|known| known.removed_at < row.removed_at)
            {
                found = Some(row);
            }
        }
        offset = offset.saturating_add(rows);
        if rows == 0 || offset >= page.total {
            break;
        }
    }
    found.map(|profile| profile.id).ok_or_else(|| {
        CommandError::new(
            Code::ProfileNotFound,
            format!("no profile named `{profile}` is in the trash"),
        )
        .hint("`drover-cli profile list --removed` shows those that are")
        .field("profile")
    })
}

/// Whether a name is meant; case makes no difference, as everywhere.
pub(crate) fn is_called(name: &str, typed: &str) -> bool {
    name.to_lowercase() == typed.trim().to_lowercase()
}

/// The run with that id, or the one of the newest whose id ends like that.
pub(crate) async fn run(backend: &Backend, typed: &str) -> Result<RunId, CommandError> {
    let typed = typed.trim();
    if let Ok(run) = typed.parse() {
        return Ok(run);
    }
    let not_found = |message: String| {
        CommandError::new(Code::RunNotFound, message)
            .hint("`drover-cli runs` shows them")
            .field("run")
    };
    if typed.len() < FEWEST || !typed.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(not_found(format!(
            "`{typed}` names no run: its id or at least the last {FEWEST} characters of it are needed"
        )));
    }
    let newest = ListRuns {
        limit: NEWEST,
        ..ListRuns::default()
    };
    let newest = backend.call(newest).await?;
    let end = typed.to_ascii_uppercase();
    let mut meant = newest
        .rows
        .iter()
        .filter(|row| row.id.to_string().ends_with(&end));
    match (meant.next(), meant.next()) {
        (Some(run), None) => Ok(run.id),
        (None, _) => Err(not_found(format!("no run ends in `{typed}`"))),
        (Some(_), Some(_)) => Err(not_found(format!("several runs end in `{typed}`"))),
    }
}
