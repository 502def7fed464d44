//! `batch`: the many runs of one start.

use clap::Subcommand;
use drover_model::{
    Batch, BatchId, Code, CommandError, RunRow,
    request::{CancelBatch, GetBatch, ListBatches, ListRuns, RetryBatch},
};
use jiff::Timestamp;

use crate::{
    commands::watching::{WatchArgs, started},
    failure::{Failure, Outcome},
    session::Session,
    table::table,
    words::{plural, relative},
};

/// The fewest last characters of an id by which a batch can be named.
const FEWEST: usize = 6;

/// What can be done with batches.
#[derive(Debug, Subcommand)]
pub(crate) enum BatchVerb {
    /// List batches, newest first
    #[command(after_help = "Example:\n  drover-cli batch list --live")]
    List {
        /// Those of this task
        #[arg(long, value_name = "TASK")]
        task: Option<String>,
        /// Those with a live run
        #[arg(long)]
        live: bool,
        /// At most so many
        #[arg(long, default_value_t = 100, value_name = "N")]
        limit: u32,
    },
    /// Show how one stands
    #[command(after_help = "Example:\n  drover-cli batch show 4KTX2M")]
    Show {
        /// Id, or its last 6 characters or more
        batch: String,
    },
    /// Cancel its runs
    #[command(after_help = "Example:\n  drover-cli batch cancel 4KTX2M --waiting")]
    Cancel {
        /// Id, or its last 6 characters or more
        batch: String,
        /// Those that wait alone; what runs goes on
        #[arg(long)]
        waiting: bool,
    },
    /// Start its failed runs again, with the same inputs, as a new batch
    #[command(after_help = "Example:\n  drover-cli batch retry 4KTX2M --wait")]
    Retry {
        /// Id, or its last 6 characters or more
        batch: String,
        #[command(flatten)]
        watch: WatchArgs,
    },
}

/// Does it.
pub(crate) async fn batch(verb: BatchVerb, session: &Session) -> Outcome {
    let (backend, out) = (&session.backend, &session.out);
    match verb {
        BatchVerb::List { task, live, limit } => {
            let request = ListBatches {
                task,
                live,
                limit,
                ..ListBatches::default()
            };
            let found = backend.call(request).await?;
            if found.rows.is_empty() {
                out.note("no batch; `drover-cli run TASK --tag T` or `--csv FILE` starts one");
            }
            out.answer(&found, |found| rows(&found.rows, session.now, out.colour))?;
        }
        BatchVerb::Show { batch } => {
            let batch = find(session, &batch).await?;
            let found = backend.call(GetBatch { batch }).await?;
            said(&found, session)?;
        }
        BatchVerb::Cancel { batch, waiting } => {
            let batch = find(session, &batch).await?;
            let found = backend.call(CancelBatch { batch, waiting }).await?;
            said(&found, session)?;
        }
        BatchVerb::Retry { batch, watch } => {
            let request = RetryBatch {
                batch: find(session, &batch).await?,
                request_id: None,
            };
            let new = backend.call(request).await?;
            let rows = runs_of(new.id, session).await?;
            return started(rows, false, &watch, session).await;
        }
    }
    Ok(0)
}

/// The runs of a batch, oldest first.
pub(super) async fn runs_of(batch: BatchId, session: &Session) -> Result<Vec<RunRow>, Failure> {
    let request = ListRuns {
        batch: Some(batch),
        limit: u32::MAX,
        ..ListRuns::default()
    };
    let mut rows = session.backend.call(request).await?.rows;
    rows.reverse();
    Ok(rows)
}

async fn find(session: &Session, typed: &str) -> Result<BatchId, CommandError> {
    let typed = typed.trim();
    if let Ok(batch) = typed.parse() {
        return Ok(batch);
    }
    let none = || {
        CommandError::new(Code::BatchNotFound, format!("no batch ends in `{typed}`"))
            .hint("`drover-cli batch list` shows them")
            .field("batch")
    };
    if typed.len() < FEWEST {
        return Err(none());
    }
    let newest = ListBatches {
        limit: 1_000,
        ..ListBatches::default()
    };
    let newest = session.backend.call(newest).await?.rows;
    let end = typed.to_ascii_uppercase();
    let mut meant = newest
        .iter()
        .filter(|one| one.id.to_string().ends_with(&end));
    match (meant.next(), meant.next()) {
        (Some(one), None) => Ok(one.id),
        _ => Err(none()),
    }
}

fn said(batch: &Batch, session: &Session) -> Result<(), Failure> {
    let (now, colour) = (session.now, session.out.colour);
    Ok(session.out.answer(batch, |batch| {
        rows(std::slice::from_ref(batch), now, colour)
    })?)
}

fn rows(batches: &[Batch], now: Timestamp, colour: bool) -> String {
    let rows = batches.iter().map(|batch| {
        let counts = &batch.counts;
        let ended = counts.succeeded + counts.failed + counts.cancelled + counts.skipped;
        let mut parts = Vec::new();
        for (count, what) in [
            (counts.waiting, "waiting"),
            (counts.running, "running"),
            (counts.succeeded, "succeeded"),
            (counts.failed, "failed"),
            (counts.cancelled, "cancelled"),
            (counts.skipped, "skipped"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        if batch.stopped_at.is_some() {
            parts.push("stopped after too many failures".to_owned());
        }
        [
            batch.id.to_string().into(),
            batch.task.to_string().into(),
            batch.over.clone().into(),
            format!("{ended} of {}", plural(counts.total as usize, "run")).into(),
            parts.join(", ").into(),
            relative(batch.started_at, now).into(),
        ]
    });
    table(
        ["batch", "task", "over", "done", "runs", "started"],
        rows,
        colour,
    )
}
