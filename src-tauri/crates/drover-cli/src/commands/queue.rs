//! `queue`: what waits and what runs, in which order and within which limits.

use std::time::Duration;

use clap::{ArgGroup, Args, Subcommand};
use drover_model::{
    Capacity, Limit, LimitKey, Pause, PauseKey, Priority, Rate, RunState, Span,
    request::{
        CancelRuns, GetQueue, GetSummary, ListLimits, PauseQueue, QueueView, SetLimit, SetPause,
        SetPriority, WaitingRun,
    },
};
use jiff::SignedDuration;

use crate::{
    commands::{runs::rows, why::line},
    failure::{Failure, Outcome, invalid},
    find,
    session::Session,
    table::{facts, table, toned},
    words::{Tone, or_dash, plural, relative},
};

/// How often a drain looks whether something still runs.
const LOOK: Duration = Duration::from_millis(500);

/// What can be done with the queue.
#[derive(Debug, Subcommand)]
pub(crate) enum QueueVerb {
    /// Show what runs, what waits and why, and the limits
    #[command(after_help = "Example:\n  drover-cli queue show --limit 20")]
    Show {
        /// At most this many waiting runs
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: u32,
    },
    /// Start nothing more, or no runs of one task, profile or proxy; what runs goes on
    Pause(PauseArgs),
    /// Start runs again
    #[command(
        after_help = "Example:\n  drover-cli queue resume\n  drover-cli queue resume task:check"
    )]
    Resume {
        /// `all`, `task:NAME`, `profile:NAME` or `proxy:NAME`
        #[arg(default_value = "all")]
        what: PauseKey,
    },
    /// Start nothing more, and wait until nothing runs
    #[command(after_help = "Example:\n  drover-cli queue drain")]
    Drain,
    /// Show the limits, or set one
    Limit(LimitArgs),
    /// Give queued runs a priority: 0 is last, 9 is first
    #[command(after_help = "Example:\n  drover-cli queue priority 9 01K0000000000000000000ABCD")]
    Priority {
        /// From 0 to 9; 5 is normal
        priority: Priority,
        /// Their ids, or at least the last six characters of each
        #[arg(required = true)]
        runs: Vec<String>,
    },
    /// Stop every run that matches
    Clear(ClearArgs),
}

/// What, for how long, and why.
#[derive(Debug, Args)]
#[command(
    after_help = "Runs of what is paused stand aside; others of the same profile go on.\n\nExample:\n  drover-cli queue pause\n  drover-cli queue pause proxy:eu-1 --for 30m --note 'the provider is down'"
)]
pub(crate) struct PauseArgs {
    /// `all`, `task:NAME`, `profile:NAME` or `proxy:NAME`
    #[arg(default_value = "all")]
    what: PauseKey,
    /// Ends by itself after this time, such as `30m`
    #[arg(long = "for", value_name = "TIME")]
    lasts: Option<Span>,
    /// Why, for whoever sees it
    #[arg(long, default_value = "")]
    note: String,
}

/// Which limit, and how far.
#[derive(Debug, Args)]
#[command(
    after_help = "At most so many runs that use the thing go on at once, or so many start in a time.\n\nExample:\n  drover-cli queue limit proxy:eu-1 4 --rate 10/1m"
)]
pub(crate) struct LimitArgs {
    /// `task:NAME`, `proxy:NAME`, `token:NAME`, `tag:NAME` or `resource:NAME`
    key: Option<LimitKey>,
    /// Runs at the same time; 0 lets none start
    #[arg(requires = "key")]
    capacity: Option<Capacity>,
    /// Starts in a time, such as `10/1m`
    #[arg(long, value_name = "N/TIME", value_parser = Rate::parse, requires = "key")]
    rate: Option<Rate>,
    /// Take the limit away
    #[arg(long, requires = "key", conflicts_with_all = ["capacity", "rate"])]
    remove: bool,
}

/// Which runs.
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("which").multiple(true).required(true)),
    after_help = "Example:\n  drover-cli queue clear --task check --waiting"
)]
pub(crate) struct ClearArgs {
    /// Of this task, by name or id
    #[arg(long, group = "which")]
    task: Option<String>,
    /// In this profile, by name or id
    #[arg(long, group = "which")]
    profile: Option<String>,
    /// All of them
    #[arg(long, group = "which", conflicts_with_all = ["task", "profile"])]
    all: bool,
    /// Those that wait alone; what runs goes on
    #[arg(long)]
    waiting: bool,
}

/// Does it.
pub(crate) async fn queue(verb: QueueVerb, session: &Session) -> Outcome {
    let (backend, out) = (&session.backend, &session.out);
    match verb {
        QueueVerb::Show { limit } => {
            let queue = backend.call(GetQueue { limit }).await?;
            out.answer(&queue, |queue| shown(queue, session))?;
        }
        QueueVerb::Pause(args) => pause(args, session).await?,
        QueueVerb::Resume { what } => {
            let request = SetPause {
                what,
                paused: false,
                until: None,
                note: String::new(),
            };
            set_pause(request, session).await?;
        }
        QueueVerb::Drain => return drain(session).await,
        QueueVerb::Limit(args) => return limit(args, session).await,
        QueueVerb::Priority { priority, runs } => {
            let mut found = Vec::new();
            for run in &runs {
                found.push(find::run(backend, run).await?);
            }
            let changed = backend
                .call(SetPriority {
                    runs: found,
                    priority,
                })
                .await?;
            out.answer(&serde_json::json!({ "changed": changed }), |_| {
                format!(
                    "{} now have priority {}",
                    plural(changed as usize, "queued run"),
                    priority.get()
                )
            })?;
        }
        QueueVerb::Clear(args) => {
            let stopped = backend
                .call(CancelRuns {
                    task: args.task,
                    profile: args.profile,
                    waiting: args.waiting,
                    ..CancelRuns::default()
                })
                .await?;
            out.answer(&serde_json::json!({ "stopped": stopped }), |_| {
                format!("stopped {}", plural(stopped as usize, "run"))
            })?;
        }
    }
    Ok(0)
}

async fn pause(args: PauseArgs, session: &Session) -> Result<(), Failure> {
    let lasts = args
        .lasts
        .map(|span| SignedDuration::try_from(span.duration()));
    let lasts = lasts
        .transpose()
        .map_err(|error| invalid("for", error.to_string()))?;
    let request = SetPause {
        what: args.what,
        paused: true,
        until: lasts.and_then(|lasts| session.now.checked_add(lasts).ok()),
        note: args.note,
    };
    set_pause(request, session).await
}

async fn set_pause(request: SetPause, session: &Session) -> Result<(), Failure> {
    let pauses = session.backend.call(request).await?;
    session
        .out
        .answer(&pauses, |pauses| pauses_text(pauses, session))?;
    Ok(())
}

fn pauses_text(pauses: &[Pause], session: &Session) -> String {
    if pauses.is_empty() {
        return "the queue goes on, and nothing is paused".to_owned();
    }
    let rows = pauses.iter().map(|pause| {
        [
            pause.what.to_string().into(),
            relative(pause.since, session.now).into(),
            pause
                .until
                .map_or_else(|| "-".to_owned(), |until| relative(until, session.now))
                .into(),
            or_dash(Some(&pause.note).filter(|note| !note.is_empty())).into(),
        ]
    });
    table(
        ["paused", "since", "until", "note"],
        rows,
        session.out.colour,
    )
}

async fn drain(session: &Session) -> Outcome {
    let (backend, out) = (&session.backend, &session.out);
    backend.call(PauseQueue { paused: true }).await?;
    let mut told = None;
    loop {
        // Also those that wait for a person: their task code is alive.
        let live = backend.call(GetQueue { limit: 1 }).await?.live;
        if live.is_empty() {
            break;
        }
        let parked = live
            .iter()
            .filter(|row| row.state == RunState::Parked)
            .count();
        if told != Some((live.len(), parked)) {
            told = Some((live.len(), parked));
            let person = match parked {
                0 => String::new(),
                parked => format!(", {parked} of them for you"),
            };
            out.note(&format!(
                "waiting for {}{person}",
                plural(live.len(), "run")
            ));
        }
        tokio::time::sleep(LOOK).await;
    }
    let summary = backend.call(GetSummary {}).await?;
    out.answer(&summary, |summary| {
        format!(
            "nothing runs and nothing starts; {} waiting, `drover-cli queue resume` lets them",
            summary.queued
        )
    })?;
    Ok(0)
}

async fn limit(args: LimitArgs, session: &Session) -> Outcome {
    let (backend, out) = (&session.backend, &session.out);
    let limits = match args.key {
        Some(key) if args.remove || args.capacity.is_some() || args.rate.is_some() => {
            let request = SetLimit {
                key,
                capacity: args.capacity,
                rate: args.rate,
            };
            backend.call(request).await?
        }
        wanted => {
            let mut all = backend.call(ListLimits {}).await?;
            all.retain(|limit| wanted.as_ref().is_none_or(|key| limit.key == *key));
            all
        }
    };
    if limits.is_empty() {
        out.note("no limit is set; a profile runs one task at a time in any case");
    }
    out.answer(&limits, |limits| limits_table(limits, out.colour))?;
    Ok(0)
}

fn shown(queue: &QueueView, session: &Session) -> String {
    let colour = session.out.colour;
    let state = if queue.paused {
        toned("paused", Tone::Attn)
    } else {
        toned("open", Tone::Ok)
    };
    let mut text = facts(
        [
            ("queue", state),
            ("waiting", queue.waiting_total.to_string().into()),
            (
                "running",
                format!("{} of {}", queue.live.len(), queue.workers).into(),
            ),
        ],
        colour,
    );
    if !queue.live.is_empty() {
        text.push('\n');
        text.push_str(&rows(&queue.live, session.now, colour));
    }
    if !queue.waiting.is_empty() {
        text.push('\n');
        text.push_str(&waiting_table(&queue.waiting, session));
    }
    let aside: Vec<Pause> = queue
        .pauses
        .iter()
        .filter(|pause| pause.what != PauseKey::All)
        .cloned()
        .collect();
    if !aside.is_empty() {
        text.push('\n');
        text.push_str(&pauses_text(&aside, session));
    }
    if !queue.limits.is_empty() {
        text.push('\n');
        text.push_str(&limits_table(&queue.limits, colour));
    }
    text.trim_end().to_owned()
}

fn waiting_table(waiting: &[WaitingRun], session: &Session) -> String {
    let rows = waiting.iter().map(|waiting| {
        let why = waiting.reasons.first();
        [
            waiting.row.id.short().into(),
            waiting.row.task.to_string().into(),
            or_dash(waiting.row.profile.as_ref()).into(),
            waiting.priority.get().to_string().into(),
            why.map_or_else(|| "starts in a moment".to_owned(), |why| line(why, session))
                .into(),
        ]
    });
    table(
        ["run", "task", "profile", "priority", "waits because"],
        rows,
        session.out.colour,
    )
}

fn limits_table(limits: &[Limit], colour: bool) -> String {
    let rows = limits.iter().map(|limit| {
        let used = limit.held_by.len();
        [
            limit.key.to_string().into(),
            limit
                .capacity
                .map_or_else(|| "-".to_owned(), |most| format!("{used} of {most}"))
                .into(),
            limit
                .rate
                .map_or_else(|| "-".to_owned(), |rate| rate.to_string())
                .into(),
            limit.waiting.to_string().into(),
        ]
    });
    table(["limit", "running", "rate", "waiting"], rows, colour)
}
