//! What is kept of a profile: snapshots, clones, bundles, disk use, and the import from other browsers.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use drover_model::{
    CommandError, CopyReport, ForeignProfile, Snapshot, SnapshotId, SnapshotKind, Usage,
    keeping::{ImportOutcome, ImportReport},
    request::{
        CloneProfile, ExportBundle, GetUsage, ImportBundle, ImportForeign, ListForeignProfiles,
        ListSnapshots, RemoveSnapshot, RollBackProfile, SweepProfile, Swept, TakeSnapshot,
    },
};

use crate::{
    failure::{Failure, Outcome, invalid},
    session::Session,
    table::{facts, table},
    words::{megabytes, or_dash, relative, size},
};

/// What can be kept.
#[derive(Debug, Subcommand)]
pub(crate) enum KeepVerb {
    /// Keep the present state of a profile, to go back to
    #[command(after_help = "Example:\n  drover-cli profile snapshot anna --note clean")]
    Snapshot {
        /// Name or id
        profile: String,
        #[arg(
            long,
            default_value = "",
            hide_default_value = true,
            value_name = "TEXT"
        )]
        note: String,
    },
    /// List the snapshots of a profile
    #[command(after_help = "Example:\n  drover-cli profile snapshots anna")]
    Snapshots {
        /// Name or id
        profile: String,
    },
    /// Go back to a snapshot; the present state becomes one
    #[command(after_help = "Example:\n  drover-cli profile rollback anna")]
    Rollback {
        /// Name or id
        profile: String,
        /// Its id; otherwise the newest that was made by hand
        snapshot: Option<SnapshotId>,
    },
    /// Delete a snapshot
    #[command(after_help = "Example:\n  drover-cli profile forget anna 20261123t100000-000")]
    Forget {
        /// Name or id
        profile: String,
        /// Its id
        snapshot: SnapshotId,
    },
    /// Make a second profile that begins as this one is, sign-ins included
    #[command(after_help = "Example:\n  drover-cli profile clone anna --name berta")]
    Clone {
        /// Name or id
        profile: String,
        /// The name of the new one; otherwise "NAME copy"
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
    },
    /// Say what a profile takes on the disk
    #[command(after_help = "Example:\n  drover-cli profile usage anna")]
    Usage {
        /// Name or id
        profile: String,
    },
    /// Delete the caches of a profile
    #[command(after_help = "Example:\n  drover-cli profile sweep anna --preview")]
    Sweep(SweepArgs),
    /// Write a profile with its browser data to a file
    #[command(after_help = "Example:\n  drover-cli profile pack anna anna.zip")]
    Pack {
        /// Name or id
        profile: String,
        /// A new file
        file: PathBuf,
        /// With cookies and passwords: whoever has the file may have the accounts
        #[arg(long)]
        logins: bool,
    },
    /// Make a profile from such a file
    #[command(after_help = "Example:\n  drover-cli profile unpack anna.zip --name anna-2")]
    Unpack {
        file: PathBuf,
        /// Its name; otherwise that of the file
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
    },
    /// List the profiles of browsers outside Drover, or copy one into a new profile
    #[command(
        after_help = "The browser must be closed. What cannot come along is said.\n\nExample:\n  drover-cli profile adopt ~/.config/chromium/Default --name work"
    )]
    Adopt {
        /// The folder of the profile; without it they are listed
        folder: Option<PathBuf>,
        /// Its name; otherwise that of the source
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
    },
}

/// Which caches.
#[derive(Debug, Args)]
pub(crate) struct SweepArgs {
    /// Name or id
    profile: String,
    /// Keep this many megabytes of caches; otherwise all go
    #[arg(long, value_name = "MB")]
    budget: Option<u64>,
    /// Only say what would go
    #[arg(long)]
    preview: bool,
}

/// Does it.
pub(super) async fn keep(verb: KeepVerb, session: &Session) -> Outcome {
    let (backend, out) = (&session.backend, &session.out);
    match verb {
        KeepVerb::Snapshot { profile, note } => {
            let made = backend.call(TakeSnapshot { profile, note }).await?;
            out.answer(&made, |made| {
                format!("kept {} ({})", made.id, size(made.bytes))
            })?;
        }
        KeepVerb::Snapshots { profile } => {
            let found = backend.call(ListSnapshots { profile }).await?;
            out.answer(&found, |found| snapshots(found, session))?;
        }
        KeepVerb::Rollback { profile, snapshot } => {
            let done = backend.call(RollBackProfile { profile, snapshot }).await?;
            out.answer(&done, |done| {
                format!(
                    "back to {}; what was there before is {}",
                    done.to, done.undo.id
                )
            })?;
        }
        KeepVerb::Forget { profile, snapshot } => {
            let id = snapshot.clone();
            backend.call(RemoveSnapshot { profile, snapshot }).await?;
            out.answer(&serde_json::json!({ "removed": id }), |_| {
                format!("deleted {id}")
            })?;
        }
        KeepVerb::Clone { profile, name } => {
            let made = backend.call(CloneProfile { profile, name }).await?;
            out.answer(&made, |made| {
                made_words(made.profile.name.as_str(), &made.copy)
            })?;
        }
        KeepVerb::Usage { profile } => {
            let usage = backend.call(GetUsage { profile }).await?;
            out.answer(&usage, |usage| usage_words(usage, out.colour))?;
        }
        KeepVerb::Sweep(args) => {
            let swept = backend
                .call(SweepProfile {
                    profile: args.profile,
                    budget: args.budget.map(megabytes),
                    preview: args.preview,
                })
                .await?;
            out.answer(&swept, |swept| swept_words(swept, out.colour))?;
        }
        KeepVerb::Pack {
            profile,
            file,
            logins,
        } => {
            let path = absolute(&file)?;
            let packed = backend
                .call(ExportBundle {
                    profile,
                    path,
                    logins,
                })
                .await?;
            out.answer(&packed, |packed| {
                made_words(&file.display().to_string(), packed)
            })?;
        }
        KeepVerb::Unpack { file, name } => {
            let path = absolute(&file)?;
            let made = backend.call(ImportBundle { path, name }).await?;
            out.answer(&made, |made| {
                made_words(made.profile.name.as_str(), &made.copy)
            })?;
        }
        KeepVerb::Adopt { folder, name } => return adopt(folder, name, session).await,
    }
    Ok(0)
}

async fn adopt(folder: Option<PathBuf>, name: Option<String>, session: &Session) -> Outcome {
    let (backend, out) = (&session.backend, &session.out);
    let known = backend.call(ListForeignProfiles {}).await?;
    let Some(folder) = folder else {
        if known.is_empty() {
            out.note("no browser has a profile in its usual place");
        }
        out.answer(&known, |known| foreign(known, out.colour))?;
        return Ok(0);
    };
    let source = source(&folder, known)?;
    let made = backend.call(ImportForeign { source, name }).await?;
    out.answer(&made, |made| {
        format!(
            "made profile {}\n{}",
            made.profile.name,
            came(&made.report, out.colour)
        )
    })?;
    Ok(0)
}

/// The profile of that folder: one that is known, or the folder as it is.
fn source(folder: &Path, known: Vec<ForeignProfile>) -> Result<ForeignProfile, Failure> {
    let folder = std::path::absolute(folder)
        .map_err(|error| invalid("folder", format!("`{}`: {error}", folder.display())))?;
    let is_it = |one: &ForeignProfile| Path::new(&one.root).join(&one.folder) == folder;
    if let Some(found) = known.into_iter().find(is_it) {
        return Ok(found);
    }
    let parts = folder.parent().zip(folder.file_name());
    let (root, name) = parts.ok_or_else(|| invalid("folder", "it has no parent".to_owned()))?;
    let name = name.to_string_lossy().into_owned();
    Ok(ForeignProfile {
        root: root.display().to_string(),
        name: name.clone(),
        brand: None,
        folder: name,
    })
}

fn absolute(path: &Path) -> Result<String, CommandError> {
    let absolute = std::path::absolute(path)
        .map_err(|error| invalid("file", format!("`{}`: {error}", path.display())))?;
    Ok(absolute.to_string_lossy().into_owned())
}

fn snapshots(found: &[Snapshot], session: &Session) -> String {
    let rows = found.iter().map(|one| {
        let kind = match one.kind {
            SnapshotKind::Manual => "by hand",
            SnapshotKind::BeforeRollback => "before a rollback",
            SnapshotKind::BeforeChange => "before a change",
        };
        [
            one.id.to_string().into(),
            relative(one.at, session.now).into(),
            size(one.bytes).into(),
            kind.into(),
            one.note.clone().into(),
        ]
    });
    table(
        ["SNAPSHOT", "MADE", "SIZE", "WHY", "NOTE"],
        rows,
        session.out.colour,
    )
}

fn made_words(what: &str, copy: &CopyReport) -> String {
    let left = copy.left.iter();
    let left = left.map(|left| format!("  without {}: {}", left.what, left.why));
    let made = format!("made {what} ({})", size(copy.bytes));
    std::iter::once(made)
        .chain(left)
        .collect::<Vec<_>>()
        .join("\n")
}

fn usage_words(usage: &Usage, colour: bool) -> String {
    let pairs = [
        ("sign-ins", size(usage.logins).into()),
        ("data of sites", size(usage.site_data).into()),
        ("extensions", size(usage.extensions).into()),
        ("caches", size(usage.caches).into()),
        ("other", size(usage.other).into()),
        ("snapshots", size(usage.snapshots).into()),
        ("altogether", size(usage.total()).into()),
    ];
    facts(pairs, colour)
}

fn swept_words(swept: &Swept, colour: bool) -> String {
    let rows = swept.plan.folders.iter().map(|one| {
        [
            one.path.clone().into(),
            one.kind.label().into(),
            size(one.bytes).into(),
        ]
    });
    let rows = table(["FOLDER", "WHAT", "SIZE"], rows, colour);
    match &swept.report {
        None => format!("{rows}{} would be freed", size(swept.plan.freed())),
        Some(report) => format!("{rows}{} freed", size(report.freed)),
    }
}

fn foreign(known: &[ForeignProfile], colour: bool) -> String {
    let rows = known.iter().map(|one| {
        let folder = Path::new(&one.root).join(&one.folder);
        [
            one.name.clone().into(),
            or_dash(one.brand.as_ref()).into(),
            folder.display().to_string().into(),
        ]
    });
    table(["NAME", "BROWSER", "FOLDER"], rows, colour)
}

fn came(report: &ImportReport, colour: bool) -> String {
    let rows = report.items.iter().map(|item| {
        let (state, note) = match &item.outcome {
            ImportOutcome::Copied { bytes, note } => (
                format!("copied, {}", size(*bytes)),
                note.clone().unwrap_or_default(),
            ),
            ImportOutcome::Left { why } => ("left".to_owned(), why.clone()),
            ImportOutcome::Absent => ("none".to_owned(), String::new()),
        };
        [item.thing.label().into(), state.into(), note.into()]
    });
    table(["WHAT", "RESULT", "NOTE"], rows, colour)
}
