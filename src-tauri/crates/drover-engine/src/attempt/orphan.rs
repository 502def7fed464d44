//! Runs that nobody brings to an end: their processes do not end, or what looked after them fell.

use std::time::Duration;

use drover_browser::SeatState;
use drover_model::RunId;
use drover_runner::{attempt_marker, process::sweep};
use drover_store::LiveRun;

use super::storage;
use crate::engine::Rooms;

/// The pause before processes that do not end are killed again.
const AGAIN: Duration = Duration::from_secs(5);

/// Kills what is left of a run again and again, and then lets it end as its stop, or its loss, decides. Until then it
/// holds what it has, and every order to stop it kills once more. Returns earlier when Drover quits.
pub(crate) async fn outlive(rooms: &Rooms, run: RunId) {
    let (turn, mut orders) = rooms.live.begin(run);
    let mut capacity = rooms.capacity.subscribe();
    loop {
        match step(rooms, run).await {
            Ok(Left::Nobody) => break,
            Ok(Left::Survivors) => {}
            Err(error) if error.is_storage() => {
                if !storage::returns(rooms).await {
                    break; // the recovery at the next start settles the run
                }
                continue;
            }
            Err(error) => tracing::error!(%run, %error, "failed to settle a run"),
        }
        let quits = async {
            // An error says that nobody is left who could wait for it.
            capacity.wait_for(|capacity| capacity.draining).await.ok();
        };
        tokio::select! {
            () = tokio::time::sleep(AGAIN) => {}
            Some(order) = orders.recv() => tracing::info!(%run, ?order, "survivors are killed once more"),
            () = quits => break,
        }
    }
    rooms.live.end(run, turn);
}

/// Who is left of a run.
enum Left {
    Nobody,
    Survivors,
}

async fn step(rooms: &Rooms, run: RunId) -> drover_store::Result<Left> {
    let live = rooms.store.read(|db| db.live_runs()).await?;
    let Some(live) = live.into_iter().find(|live| live.id == run) else {
        return Ok(Left::Nobody);
    };
    let survivors = end_processes(rooms, &live).await;
    let survives = !survivors.is_empty();
    if survives {
        tracing::error!(%run, ?survivors, "processes of a run do not end");
        let words = format!("{} processes survive: {survivors:?}", survivors.len());
        rooms
            .live
            .tell(run, |batch| batch.phase = Some(words.clone()));
    }
    let now = rooms.now();
    rooms.queue.settle_orphan(now, &live, survives).await?;
    rooms.live.tell(run, |batch| batch.refresh = true);
    Ok(if survives {
        Left::Survivors
    } else {
        Left::Nobody
    })
}

/// Ends what carries the marker of the attempt, and a browser of its profile that would not end.
async fn end_processes(rooms: &Rooms, live: &LiveRun) -> Vec<u32> {
    let marker = attempt_marker(&Rooms::marker(&rooms.paths), live.id, live.attempt);
    let stuck = live.profile_id.filter(|profile| {
        let profile = profile.to_string();
        let mut seats = rooms.leases.seats().into_iter();
        seats.any(|seat| seat.profile == profile && seat.state == SeatState::Draining)
    });
    let folders: Vec<_> = stuck
        .map(|profile| rooms.paths.chrome(profile))
        .into_iter()
        .collect();
    let swept = sweep(&[marker], &folders).await;
    if let Some(profile) = stuck.filter(|_| swept.survivors.is_empty()) {
        rooms.leases.forget_stuck(&profile.to_string());
    }
    swept.survivors
}

#[cfg(test)]
mod tests {
    use std::{path::Path, sync::Arc};

    use drover_model::{
        Caller, Ended, Move, Plan, RunRow, RunState, StopIntent, Surroundings, Task, TaskId,
        task::{Command, OnLost},
    };
    use drover_runner::{
        Outcome, Reason,
        process::{Audience, Child, Output, Start},
    };
    use drover_store::{Claimed, MoveDetail, NewRun, Origin};

    use super::*;
    use crate::{
        Engine, Faces, Paths, QuitWay,
        attempt::{Settled, to_the_end},
    };

    async fn engine(folder: &Path) -> Engine {
        let paths = Paths::from_environment(Some(folder.join("data"))).unwrap();
        Engine::start(paths, Faces::default()).await.unwrap()
    }

    /// A run whose task code runs, as far as the rows say, with a process that ignores what it is asked.
    async fn running(engine: &Engine) -> (Claimed, Child) {
        let rooms = engine.rooms();
        let now = rooms.now();
        let command = Command {
            program: "true".to_owned(),
            args: Vec::new(),
            cwd: None,
            shell: false,
        };
        let spec = Task::command(command)
            .tuned(|spec| spec.on_lost = OnLost::Fail)
            .named("t".parse().unwrap())
            .unwrap();
        let id = RunId::from_bits(1);
        let around = Surroundings {
            task_version: 1,
            run: Some(id),
            profile: None,
            proxy: None,
            pool: None,
            tokens: &[],
            params: &std::collections::BTreeMap::new(),
            program: Some("/bin/true"),
            browser: None,
            visible: false,
        };
        let new = NewRun {
            id,
            task_id: TaskId::from_bits(1),
            task_version: 1,
            profile_id: None,
            plan: Plan::resolve(&spec, &around).unwrap(),
            request_id: None,
            rerun_of: None,
            queued_at: now,
            priority: drover_model::Priority::NORMAL,
            not_before: None,
            origin: Origin::default(),
        };
        let task = Task {
            id: TaskId::from_bits(1),
            version: 1,
            spec,
            created_at: now,
            updated_at: now,
            removed_at: None,
        };
        // Everything in one order, so that the engine's own claimer does not see it wait.
        let claimed = rooms.store.write(now, Caller::Drover, move |tx| {
            tx.insert_task(&task)?;
            tx.insert_run(&new)?;
            let claimed = tx.claim(id, now, "m")?;
            tx.advance(id, 1, Move::Run, MoveDetail::at(now))?;
            Ok(claimed)
        });
        let claimed = claimed.await.unwrap().unwrap();
        let script = "trap '' INT TERM; while :; do sleep 1; done";
        let start = Start {
            program: "/bin/sh".into(),
            args: ["-c", script].map(Into::into).into(),
            environment: rooms.door.environment(Audience::Task),
            folder: "/".into(),
            fds: Vec::new(),
            marker: attempt_marker(&Rooms::marker(&rooms.paths), id, 1),
            output: Output::Tail(100),
        };
        (claimed, rooms.door.start(start).await.unwrap())
    }

    async fn row(rooms: &Rooms, run: RunId) -> RunRow {
        let row = rooms.store.read(move |db| db.run_row(run)).await;
        row.unwrap().unwrap()
    }

    #[tokio::test]
    async fn what_survives_an_attempt_is_killed_until_it_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(folder.path()).await;
        let rooms: &Arc<Rooms> = engine.rooms();
        let (claimed, child) = running(&engine).await;
        let outcome = Outcome {
            ended: Ended::Cancelled,
            reason: Reason::Cancelled,
            message: "stopped by the operator".to_owned(),
            started: true,
            exit: None,
            browser: None,
            network: None,
            survivors: vec![child.identity().pid],
            masked: 0,
            log_cut: None,
        };
        let run = claimed.run.id;
        let work = async { crate::attempt::settle(rooms, &claimed, outcome).await };
        to_the_end(rooms, &claimed, work).await;
        assert_eq!(child.survivors(), Vec::<u32>::new());
        let row = row(rooms, run).await;
        assert_eq!(
            (row.state, row.stop_intent),
            (RunState::Cancelled, Some(StopIntent::Cancel))
        );
        assert_eq!(engine.live_runs(), 0);
        engine.quit(QuitWay::StopRuns).await;
    }

    #[tokio::test]
    async fn a_run_whose_attempt_falls_does_not_stay_live() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(folder.path()).await;
        let rooms: &Arc<Rooms> = engine.rooms();
        let (claimed, child) = running(&engine).await;
        let run = claimed.run.id;
        let falls = async { panic!("an attempt of a test falls") };
        to_the_end(rooms, &claimed, falls).await;
        assert_eq!(child.survivors(), Vec::<u32>::new());
        assert_eq!(row(rooms, run).await.state, RunState::Lost);
        assert_eq!(engine.live_runs(), 0);
        engine.quit(QuitWay::StopRuns).await;
    }

    #[tokio::test]
    async fn an_end_that_cannot_be_committed_leaves_nothing_live() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(folder.path()).await;
        let rooms: &Arc<Rooms> = engine.rooms();
        let (claimed, child) = running(&engine).await;
        to_the_end(rooms, &claimed, async { Settled::Failed }).await;
        assert_eq!(child.survivors(), Vec::<u32>::new());
        assert_eq!(row(rooms, claimed.run.id).await.state, RunState::Lost);
        engine.quit(QuitWay::StopRuns).await;
    }
}
