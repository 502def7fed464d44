//! The end of an attempt is committed: what it says, what it used, and the step that its run takes.

use drover_model::{Caller, Ended, Move, ProxyHealth, ProxyState, RunState, StopIntent};
use drover_runner::{Outcome, Reason};
use drover_store::{Applied, Claimed, MoveDetail};
use drover_vault::State;

use super::next::{Machine, Standing, next};
use crate::{
    Result,
    conditions::{Lacks, look_again},
    engine::Rooms,
    error::Doing as _,
    rung::rung_word,
};

/// Commits the end of an attempt.
pub(super) async fn commit(rooms: &Rooms, claimed: &Claimed, outcome: Outcome) -> Result<()> {
    let now = rooms.now();
    let (run, attempt) = (claimed.run.id, claimed.attempt);
    let Some(standing) = standing(rooms, claimed).await? else {
        return Ok(());
    };
    keep_network(rooms, claimed, &outcome).await?;
    if let Some(proxy) = claimed.plan.proxy_id.filter(|_| is_to_blame(&outcome)) {
        // Before the run goes back to the queue, which would choose the same one again.
        rooms
            .store
            .write(now, Caller::Drover, move |tx| tx.proxy_failed(proxy, now))
            .await
            .doing("note the failure of a proxy")?;
    }
    let detail = MoveDetail {
        reason: (outcome.ended != Ended::Succeeded).then(|| outcome.reason.code().to_owned()),
        message: said(&outcome),
        exit: outcome.exit,
        rung: outcome.browser.map(rung_word),
        ..MoveDetail::at(now)
    };
    // What the runner ended by force goes through `stopping`, so that the row says why.
    if let Some(intent) = missing_stop(&outcome, standing.state) {
        let stop = MoveDetail {
            exit: None,
            rung: None,
            ..detail.clone()
        };
        rooms
            .queue
            .advance(Caller::Drover, run, attempt, Move::Stop { intent }, stop)
            .await
            .doing("note the stop")?;
    }
    if !outcome.survivors.is_empty() {
        // The profile stays held: a stop is finished when the tree is empty, never earlier.
        // Whoever called sees to them.
        return Ok(());
    }
    let machine = Machine {
        locked: rooms.vault().state() == State::Locked,
        queue_waits: queue_waits(rooms, claimed, &outcome).await,
    };
    let (step, detail) = next(&outcome, claimed, standing, machine, detail);
    let applied = rooms
        .queue
        .advance(Caller::Drover, run, attempt, step, detail)
        .await
        .doing("write the end of the run")?;
    if let Applied::Done(row) = applied {
        rooms.live.tell(run, |batch| {
            batch.row = Some(row.clone());
            batch.refresh = true;
        });
    }
    Ok(())
}

/// What the row says of the end: nothing of a good one, unless a part of its log is missing.
fn said(outcome: &Outcome) -> Option<String> {
    let why = (outcome.ended != Ended::Succeeded).then(|| outcome.message.clone());
    let cut = outcome.log_cut.as_ref();
    let cut =
        cut.map(|error| format!("its log ends early, because it could not be written: {error}"));
    match (why, cut) {
        (Some(why), Some(cut)) => Some(format!("{why}; {cut}")),
        (why, cut) => why.or(cut),
    }
}

/// Lets the queue wait for what the attempt lacked; `false` when that is there by now.
async fn queue_waits(rooms: &Rooms, claimed: &Claimed, outcome: &Outcome) -> bool {
    let profile = claimed.run.profile_id;
    match (outcome.reason, profile) {
        _ if outcome.started => false,
        (Reason::ProfileInUse, Some(profile)) => {
            let now = look_again(rooms, Some(Lacks::Profile(profile))).await;
            now.busy_profiles.contains_key(&profile)
        }
        (Reason::MemoryShort, _) => {
            let now = look_again(rooms, Some(Lacks::Memory)).await;
            now.memory_short.is_some()
        }
        _ => false,
    }
}

/// What went through the proxy, with the address that its last check found.
async fn keep_network(rooms: &Rooms, claimed: &Claimed, outcome: &Outcome) -> Result<()> {
    let Some(mut network) = outcome.network.clone() else {
        return Ok(());
    };
    let (run, attempt, proxy) = (claimed.run.id, claimed.attempt, claimed.plan.proxy_id);
    rooms
        .store
        .write(rooms.now(), Caller::Drover, move |tx| {
            let proxy = proxy.map(|id| tx.proxy(id)).transpose()?.flatten();
            if let Some(ProxyHealth {
                checked_at,
                state: ProxyState::Works { exit, .. },
            }) = proxy.and_then(|proxy| proxy.health)
            {
                network.exit = Some(exit);
                network.exit_at = Some(checked_at);
            }
            tx.put_network(run, attempt, &network)
        })
        .await
        .doing("keep what went through the proxy")
        .map(drop) // an attempt that is over has nothing more to say
}

/// Whether the proxy is the reason why an attempt failed, so that pools leave it out for a while.
fn is_to_blame(outcome: &Outcome) -> bool {
    if outcome.reason == Reason::ProxyFailed {
        return true;
    }
    let failed = matches!(outcome.ended, Ended::Failed | Ended::TimedOut);
    let network = outcome.network.as_ref().filter(|_| failed);
    network.is_some_and(|network| {
        let dead = ["unreachable", "timed_out", "login", "garbled"];
        let has = |kind: &str| network.failures.contains_key(kind);
        // Sites end connections, too; only where nothing came at all was it surely the proxy.
        dead.into_iter().any(has) || (has("broken") && network.bytes_down == 0)
    })
}

/// `None` when this attempt is stale.
async fn standing(rooms: &Rooms, claimed: &Claimed) -> Result<Option<Standing>> {
    let id = claimed.run.id;
    let run = rooms
        .store
        .read(move |db| db.run_row(id))
        .await
        .doing("read the run")?;
    let used = rooms
        .store
        .read(move |db| Ok(db.budget(id)?.retries))
        .await
        .doing("count the retries")?;
    Ok(run
        .filter(|row| row.attempt == claimed.attempt && row.state.holds())
        .map(|row| Standing {
            state: row.state,
            stop: row.stop_intent.filter(|_| row.state == RunState::Stopping),
            used,
        }))
}

/// The stop that the run's state does not show yet.
fn missing_stop(outcome: &Outcome, state: RunState) -> Option<StopIntent> {
    let intent = match (outcome.ended, outcome.reason) {
        _ if state == RunState::Stopping => return None,
        (Ended::TimedOut, _) => StopIntent::Timeout,
        (Ended::Cancelled, Reason::Quit) => StopIntent::Quit,
        (Ended::Cancelled, _) => StopIntent::Cancel,
        _ if !outcome.survivors.is_empty() => StopIntent::Leftovers,
        _ => return None,
    };
    Some(intent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::next::tests::outcome;

    #[test]
    fn a_log_that_ends_early_is_said_of_every_end() {
        let cut = |reason| Outcome {
            log_cut: Some("no space left".to_owned()),
            ..outcome(reason, true)
        };
        let words = "its log ends early, because it could not be written: no space left";
        assert_eq!(said(&cut(Reason::Succeeded)).as_deref(), Some(words));
        let failed = said(&cut(Reason::ExitCode)).unwrap();
        assert_eq!(failed, format!("so it ended; {words}"));
        assert_eq!(said(&outcome(Reason::Succeeded, true)), None);
    }
}
