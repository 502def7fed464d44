//! What the outcome of an attempt means for its run: an end, another attempt, or a wait.

use drover_model::{
    Caller, Ended, Move, ProxyHealth, ProxyState, RunState, StopIntent, task::RetryOn,
};
use drover_runner::{Outcome, Reason};
use drover_store::{Applied, Charge, Claimed, MoveDetail};
use drover_vault::State;
use jiff::SignedDuration;

use crate::{Result, engine::Rooms, error::Doing as _, rung::rung_word};

/// How long a run waits before it looks again whether a foreign Chrome has left its profile.
const FOREIGN_CHROME: SignedDuration = SignedDuration::from_secs(5);

/// How long a run waits before it looks again whether there is memory for its browser.
const SHORT_MEMORY: SignedDuration = SignedDuration::from_secs(10);

/// How long a run waits before it asks its pool for another proxy. The one that failed is left out by then.
const OTHER_PROXY: SignedDuration = SignedDuration::ZERO;

/// How long a run waits before it looks again whether the keychain was unlocked, when something other than its tokens
/// is in there.
const LOCKED_KEYCHAIN: SignedDuration = SignedDuration::from_secs(10);

/// Commits the end of an attempt.
pub(super) async fn commit(rooms: &Rooms, claimed: &Claimed, outcome: Outcome) -> Result<()> {
    let now = rooms.now();
    let (run, attempt) = (claimed.run.id, claimed.attempt);
    let Some((state, used)) = standing(rooms, claimed).await? else {
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
        message: (outcome.ended != Ended::Succeeded).then(|| outcome.message.clone()),
        exit: outcome.exit,
        rung: outcome.browser.map(rung_word),
        ..MoveDetail::at(now)
    };
    // What the runner ended by force goes through `stopping`, so that the row says why.
    if let Some(intent) = missing_stop(&outcome, state) {
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
        tracing::error!(%run, survivors = ?outcome.survivors, "processes of a run do not end");
        return Ok(());
    }
    let (step, detail) = next(
        &outcome,
        claimed,
        (state, used, rooms.vault().state() == State::Locked),
        detail,
    );
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

/// The run's state, and how many retries earlier attempts have used; `None` when this attempt is stale.
async fn standing(rooms: &Rooms, claimed: &Claimed) -> Result<Option<(RunState, u32)>> {
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
        .map(|row| (row.state, used)))
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

/// Under which heading a task asks for another attempt after this end.
const fn retry_on(outcome: &Outcome) -> Option<RetryOn> {
    match (outcome.ended, outcome.reason) {
        (Ended::TimedOut, _) => Some(RetryOn::TimedOut),
        (Ended::Failed, Reason::BrowserCrashed | Reason::BrowserHung | Reason::BrowserClosed) => {
            Some(RetryOn::BrowserCrashed)
        }
        (Ended::Failed, _) if !outcome.started => Some(RetryOn::StartError),
        (Ended::Failed, _) => Some(RetryOn::Failed),
        _ => None,
    }
}

fn next(
    outcome: &Outcome,
    claimed: &Claimed,
    (state, used, locked): (RunState, u32, bool),
    detail: MoveDetail,
) -> (Move, MoveDetail) {
    let now = detail.at;
    let again = |pause: SignedDuration, charge: Charge, detail: MoveDetail| {
        (
            Move::Requeue,
            MoveDetail {
                charge,
                not_before: now.checked_add(pause).ok(),
                ..detail
            },
        )
    };
    if state == RunState::Starting && !outcome.started {
        match outcome.reason {
            Reason::ProfileInUse => return again(FOREIGN_CHROME, Charge::None, detail),
            Reason::ProxyFailed if claimed.plan.pool.is_some() => {
                return again(OTHER_PROXY, Charge::None, detail);
            }
            Reason::MemoryShort => return again(SHORT_MEMORY, Charge::None, detail),
            Reason::SecretUnavailable if locked => {
                // A run with tokens is not claimed again before the keychain is open; the queue knows that it is locked.
                let pause = if claimed.plan.tokens.is_empty() {
                    LOCKED_KEYCHAIN
                } else {
                    SignedDuration::ZERO
                };
                return again(
                    pause,
                    Charge::None,
                    MoveDetail {
                        reason: Some("vault_locked".to_owned()),
                        ..detail
                    },
                );
            }
            _ => {}
        }
    }
    // A person's stop wins over whatever the process said at its end.
    let cancelled = outcome.ended == Ended::Cancelled
        || outcome.reason == Reason::Stale && state == RunState::Stopping;
    if cancelled {
        return (
            Move::End {
                ended: Ended::Cancelled,
            },
            detail,
        );
    }
    let retries = &claimed.plan.retries;
    if retry_on(outcome).is_some_and(|end| retries.grants(end, used)) {
        let pause = SignedDuration::try_from(retries.pause_after(used + 1).duration())
            .unwrap_or(SignedDuration::from_secs(30));
        return again(pause, Charge::Retry, detail);
    }
    (
        Move::End {
            ended: outcome.ended,
        },
        detail,
    )
}
