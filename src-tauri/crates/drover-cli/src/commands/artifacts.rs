//! `artifacts`: the files that a run left.

use std::path::Path;

use clap::Args;
use drover_model::{request::GetRun, run::Artifact};

use crate::{failure::Outcome, find, session::Session, table::table, words::size};

/// Of which run.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  drover-cli artifacts 01K0000000000000000000ABCD")]
pub(crate) struct ArtifactsArgs {
    /// Its id, or at least the last six characters of it
    run: String,
}

/// Lists them.
pub(crate) async fn artifacts(args: ArtifactsArgs, session: &Session) -> Outcome {
    let run = find::run(&session.backend, &args.run).await?;
    let run = session.backend.call(GetRun { run }).await?;
    let out = &session.out;
    if run.artifacts.is_empty() {
        out.note("this run left no files");
    }
    out.answer(&run.artifacts, |files| {
        rows(files, &session.data, out.colour)
    })?;
    Ok(0)
}

fn rows(files: &[Artifact], data: &Path, colour: bool) -> String {
    let rows = files.iter().map(|file| {
        [
            file.kind.clone().into(),
            size(file.bytes).into(),
            data.join(&file.path).display().to_string().into(),
        ]
    });
    table(["KIND", "SIZE", "FILE"], rows, colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn files_can_be_opened_from_the_list() {
        let file = Artifact {
            kind: "screenshot".into(),
            path: "runs/01J/01-home.png".into(),
            bytes: 48_211,
        };
        insta::assert_snapshot!(rows(&[file], Path::new("/data"), false), @r"
        KIND        SIZE     FILE
        screenshot  48.2 kB  /data/runs/01J/01-home.png
        ");
    }
}
