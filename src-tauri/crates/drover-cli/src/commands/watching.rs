//! What happens after a start: `--wait`, `--follow`, Ctrl-C, and the exit code.

use std::collections::{HashMap, HashSet};

use clap::Args;
use drover_model::{
    Run, RunId, RunRow, RunState,
    request::{CancelRun, GetRun, GetSummary},
    run::RunDocument,
};
use serde::Serialize;
use tokio::{sync::mpsc, task::JoinSet};

use crate::{
    bars::Bars,
    failure::{Failure, Outcome},
    follow::{Lines, Seen, follow},
    interrupts::interrupts,
    session::Session,
    words::{Tone, duration, first_line, or_dash, paint, plural},
};

/// Runs that are watched at the same time; of more, the others are looked at in turn.
const MOST_WATCHED: usize = 64;

/// What was seen and not yet printed.
const SEEN: usize = 256;

/// Whether the command stays.
#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    /// Wait for the end; the exit code says how it ended
    #[arg(long)]
    wait: bool,
    /// Print output as it comes, and wait for the end
    #[arg(long)]
    follow: bool,
}

/// The document of a start.
#[derive(Serialize)]
struct Runs {
    runs: Vec<RunDocument>,
}

/// Tells what was started, and stays with it where that was asked for, or where the runs
/// would end with this process. In JSON a run that is `alone` is the document; otherwise
/// there may be several, and the document has a list of them.
pub(crate) async fn started(
    rows: Vec<RunRow>,
    alone: bool,
    args: &WatchArgs,
    session: &Session,
) -> Outcome {
    let out = &session.out;
    let wait = args.wait || args.follow;
    if !wait {
        if out.is_json() {
            let mut runs = Vec::with_capacity(rows.len());
            for row in &rows {
                runs.push(session.backend.call(GetRun { run: row.id }).await?);
            }
            print(runs, alone, session)?;
        } else {
            for row in &rows {
                out.line(&row.id.to_string())?;
            }
        }
        if !session.backend.owns_runs() {
            return Ok(0);
        }
        if session.backend.call(GetSummary {}).await?.paused {
            out.note("the queue is paused; `drover-cli queue resume` lets it start");
            return Ok(0);
        }
        let runs = plural(rows.len(), "run");
        out.note(&format!(
            "Drover is not running, so this command stays until the end of {runs}"
        ));
    } else if !out.is_json() {
        for row in &rows {
            let profile = or_dash(row.profile.as_ref());
            out.note(&format!("queued {} ({}, {profile})", row.id, row.task));
        }
    }
    let ended = watch(&rows, args.follow, session).await?;
    if !wait {
        return Ok(0);
    }
    let code = exit_code(ended.iter().map(|run| run.row.state));
    if out.is_json() {
        print(ended, alone, session)?;
    } else {
        for run in &ended {
            out.line(&summary(&run.row, out.colour))?;
        }
    }
    Ok(code)
}

fn print(runs: Vec<Run>, alone: bool, session: &Session) -> Result<(), Failure> {
    let mut runs: Vec<_> = runs.into_iter().map(RunDocument::from).collect();
    match runs.pop() {
        Some(run) if alone => session.out.document(&run)?,
        last => {
            runs.extend(last);
            session.out.document(&Runs { runs })?;
        }
    }
    Ok(())
}

/// Waits until all of them ended; in the order of `rows`.
async fn watch(rows: &[RunRow], with_output: bool, session: &Session) -> Result<Vec<Run>, Failure> {
    let (tell, mut seen) = mpsc::channel(SEEN);
    let lines = if with_output {
        Lines::From(1)
    } else {
        Lines::No
    };
    let mut waiting = rows.iter();
    let mut watched = JoinSet::new();
    let mut ended: HashMap<RunId, Run> = HashMap::new();
    let mut printer = Printer::new(rows, session);
    let mut interrupts = interrupts();
    let mut interrupted = false;
    loop {
        while watched.len() < MOST_WATCHED {
            let Some(row) = waiting.next() else { break };
            let (backend, tell) = (session.backend.clone(), tell.clone());
            watched.spawn(follow(backend, row.id, lines, tell));
        }
        tokio::select! {
            biased;
            Some((run, seen)) = seen.recv() => printer.print(run, seen)?,
            done = watched.join_next() => match done {
                Some(done) => {
                    let run = done.expect("BUG: following a run does not panic")?;
                    ended.insert(run.row.id, run);
                }
                None => break,
            },
            () = interrupts.next() => {
                if !session.backend.owns_runs() {
                    let goes_on = if rows.len() == 1 { "the run goes on" } else { "the runs go on" };
                    session.out.note(&format!("{goes_on}; `drover-cli cancel ID` stops one"));
                    return Err(Failure::Interrupted);
                }
                interrupted = true;
                session.out.note("stopping; Ctrl-C again kills what is left");
                for row in rows.iter().filter(|row| !ended.contains_key(&row.id)) {
                    // It may have ended a moment ago, which is what is wanted.
                    session.backend.call(CancelRun { run: row.id }).await.ok();
                }
            }
        }
    }
    while let Ok((run, seen)) = seen.try_recv() {
        printer.print(run, seen)?;
    }
    if interrupted {
        return Err(Failure::Interrupted);
    }
    Ok(rows
        .iter()
        .filter_map(|row| ended.remove(&row.id))
        .collect())
}

/// Prints what is seen, once.
struct Printer<'a> {
    session: &'a Session,
    /// What stands before a line of each run; empty when there is one run alone.
    prefixes: HashMap<RunId, String>,
    states: HashSet<(RunId, u32, RunState)>,
    bars: Bars,
}

impl<'a> Printer<'a> {
    fn new(rows: &[RunRow], session: &'a Session) -> Self {
        let prefix = |row: &RunRow| match (&row.profile, rows.len()) {
            (_, 1) => String::new(),
            (Some(profile), _) => format!("{profile} | "),
            (None, _) => format!("{} | ", row.id.short()),
        };
        Self {
            session,
            prefixes: rows.iter().map(|row| (row.id, prefix(row))).collect(),
            states: HashSet::new(),
            bars: Bars::new(rows, session.out.is_watched()),
        }
    }

    fn print(&mut self, run: RunId, seen: Seen) -> Result<(), Failure> {
        let prefix = self.prefixes.get(&run).map_or("", String::as_str);
        let (out, bars) = (&self.session.out, &mut self.bars);
        match seen {
            Seen::Line(line) => bars.above(|| out.log_line(prefix, &line.text))?,
            Seen::Progress(progress) => bars.at(run, &progress),
            Seen::Phase(phase) => {
                bars.says(run, &phase);
                if out.is_verbose() {
                    bars.above(|| out.note(&format!("{prefix}{phase}")));
                }
            }
            Seen::Waits(why) => {
                bars.says(run, &why);
                bars.above(|| out.note(&format!("{prefix}waits: {why}")));
            }
            Seen::Row(row) => {
                let news = self.states.insert((run, row.attempt, row.state));
                if row.state.is_terminal() {
                    bars.ended(run);
                } else if news && row.state != RunState::Queued {
                    // The end is told by the command itself.
                    bars.says(run, row.state.key());
                    bars.above(|| out.note(&format!("{prefix}{}", row.state.key())));
                }
            }
        }
        Ok(())
    }
}

fn summary(row: &RunRow, colour: bool) -> String {
    let state = paint(row.state.key(), Tone::of(row.state), colour);
    let profile = row
        .profile
        .as_ref()
        .map(|name| format!(" ({name})"))
        .unwrap_or_default();
    let ran = row
        .ran_ms
        .map(|ms| format!(" after {}", duration(ms)))
        .unwrap_or_default();
    // Of a success there is nothing more to say.
    let why = row
        .message
        .as_ref()
        .filter(|_| row.state != RunState::Succeeded);
    let why = why
        .map(|message| format!(": {}", first_line(message)))
        .unwrap_or_default();
    format!("{}{profile} {state}{ran}{why}", row.id)
}

/// The exit code of one state (interfaces.md).
pub(super) const fn code_of(state: RunState) -> u8 {
    match state {
        RunState::Succeeded => 0,
        RunState::TimedOut => 3,
        RunState::Cancelled => 4,
        RunState::Lost => 5,
        RunState::Skipped | RunState::Expired => 6,
        RunState::Failed
        | RunState::Queued
        | RunState::Starting
        | RunState::Running
        | RunState::Parked
        | RunState::Stopping => 1,
    }
}

/// The exit code of several: 0 when all succeeded, else the smallest of the others, so that
/// a failure shows before what was cancelled or skipped.
fn exit_code(states: impl Iterator<Item = RunState>) -> u8 {
    states
        .map(code_of)
        .filter(|code| *code != 0)
        .min()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_those_of_the_contract() {
        use RunState::{Cancelled, Expired, Failed, Lost, Skipped, Succeeded, TimedOut};
        let codes = [
            Succeeded, Failed, TimedOut, Cancelled, Lost, Skipped, Expired,
        ]
        .map(code_of);
        assert_eq!(codes, [0, 1, 3, 4, 5, 6, 6]);
        assert_eq!(exit_code([Succeeded, Succeeded].into_iter()), 0);
        assert_eq!(exit_code([Succeeded, Cancelled, Failed].into_iter()), 1);
        assert_eq!(exit_code([TimedOut, Cancelled].into_iter()), 3);
    }
}
