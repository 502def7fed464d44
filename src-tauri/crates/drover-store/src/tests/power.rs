//! The power goes while many callers write: what was answered is there afterwards, whole and once.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Arc, Mutex},
};

use drover_model::{Ended, Event, Fact, Move, RunId, RunState};

use super::{store, write};
use crate::{
    Error, MoveDetail, Result, Store,
    disk::{Disk, Keep, Op, scatter},
    error::Doing,
    open::{self, FILE},
    testing::{at, run},
};

const ROUNDS: u64 = 24;
const CALLERS: u128 = 16;
/// Half as many, so that callers meet busy profiles.
const PROFILES: u128 = 8;
/// Some hundred commits with one or two folds of the log between them.
const REACH: u64 = 5_000;

/// What callers and listeners were told.
#[derive(Default)]
struct Told {
    /// The last step that was answered.
    runs: BTreeMap<RunId, RunState>,
    events: BTreeMap<u64, Event>,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_survives_a_power_cut() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::under(folder.path());
    store(folder.path(), PROFILES).await.close().await;
    let told = Arc::new(Mutex::new(Told::default()));
    for round in 0..rounds() {
        let seed = scatter(round);
        // Some of the times at an answer's own flush, and while the log is folded into the file.
        match round % 4 {
            2 => disk.cut_after(1 + seed % 150, Some(("log", Op::Flush))),
            3 => disk.cut_after(1 + seed % 60, Some(("database", Op::Write))),
            _ => disk.cut_after(1 + seed % REACH, None),
        }
        one_life(folder.path(), round.into(), &told).await;
        assert!(disk.is_off(), "somebody failed and the power was on");
        disk.restore(match seed >> 32 & 1 {
            0 => Keep::Nothing,
            _ => Keep::Some(seed),
        });
        check(folder.path(), round, &told).await;
    }
    let cuts = disk.cut_at();
    for cut in [
        ("log", Op::Write),
        ("log", Op::Flush),
        ("database", Op::Write),
    ] {
        assert!(cuts.contains(&cut), "never at {cut:?}, but {cuts:?}");
    }
    let runs = told.lock().unwrap().runs.len();
    assert!(runs > 500, "only {runs} runs were answered");
}

#[expect(
    clippy::disallowed_methods,
    reason = "the rounds of a night are told to the test program alone"
)]
fn rounds() -> u64 {
    std::env::var("DROVER_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .map_or(ROUNDS, |rounds: u64| ROUNDS.max(rounds * 4))
}

/// Writes with many callers until the power goes.
async fn one_life(folder: &Path, round: u128, told: &Arc<Mutex<Told>>) {
    let store = match Store::open(folder, at(1)) {
        Ok(opened) => opened.store,
        Err(error) => return assert!(error.is_storage(), "{error:?}"),
    };
    let mut events = store.events();
    let heard = Arc::clone(told);
    let listener = tokio::spawn(async move {
        while let Ok(group) = events.recv().await {
            let mut told = heard.lock().unwrap();
            for event in group.iter() {
                told.events.insert(event.seq, event.clone());
            }
        }
    });
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let (store, told) = (store.clone(), Arc::clone(told));
            tokio::spawn(async move {
                for step in 0.. {
                    let number = 1 + round * 10_000_000 + step * CALLERS + caller;
                    if let Err(error) = one_run(&store, number, caller, &told).await {
                        return assert!(error.is_storage(), "{error:?}");
                    }
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
    store.close().await;
    listener.await.unwrap();
}

/// Queues a run and, if its profile is free, takes it to its end; notes each step when answered.
async fn one_run(store: &Store, number: u128, caller: u128, told: &Mutex<Told>) -> Result<()> {
    let id = RunId::from_bits(number);
    let note = |state| told.lock().unwrap().runs.insert(id, state);
    let new = run(number, Some(1 + caller % PROFILES));
    write(store, move |writing| writing.insert_run(&new)).await?;
    note(RunState::Queued);
    let claim = write(store, move |writing| writing.claim(id, at(1 << 36), "m"));
    if claim.await?.is_none() {
        return Ok(());
    }
    note(RunState::Starting);
    let ended = Ended::Succeeded;
    for (step, state) in [
        (Move::Run, RunState::Running),
        (Move::End { ended }, RunState::Succeeded),
    ] {
        let detail = MoveDetail::at(at(2));
        write(store, move |writing| writing.advance(id, 1, step, detail)).await?;
        note(state);
    }
    Ok(())
}

fn rank(state: RunState) -> u8 {
    match state {
        RunState::Queued => 0,
        RunState::Starting => 1,
        RunState::Running => 2,
        _ => 3,
    }
}

/// Opens what the cut left, compares it with what was told, and ends what was under way.
async fn check(folder: &Path, round: u64, told: &Mutex<Told>) {
    let store = Store::open(folder, at(3)).unwrap().store;
    let (found, events) = store
        .read(|reading| {
            for (question, right) in [
                ("SELECT integrity_check FROM pragma_integrity_check", "ok"),
                ("SELECT count(*) || '' FROM pragma_foreign_key_check", "0"),
                // Whole or not at all: the run, its plan, its newest event.
                (
                    "SELECT count(*) || '' FROM run AS r LEFT JOIN run_plan AS p ON p.run_id = r.id
                     LEFT JOIN event AS e ON e.seq = r.seq AND e.run_id = r.id
                     WHERE p.run_id IS NULL OR e.seq IS NULL",
                    "0",
                ),
            ] {
                let answer: String = reading.one("check", question, [], |row| row.get(0))?;
                assert_eq!(answer, right, "{question}");
            }
            let found = reading.all("check", "SELECT id, state FROM run", [], |row| {
                let id = row.get::<_, crate::column::Text<RunId>>(0)?.0;
                Ok((id, row.get::<_, crate::column::Word<RunState>>(1)?.0))
            })?;
            let found: BTreeMap<_, _> = found.into_iter().collect();
            Ok((found, reading.events_since(0, u32::MAX)?))
        })
        .await
        .unwrap();
    let mut steps = BTreeSet::new();
    for event in &events {
        if let Fact::RunMoved {
            run, attempt, to, ..
        } = &event.fact
        {
            let once = steps.insert((*run, *attempt, to.key()));
            assert!(once, "round {round}: {run} came to {to:?} twice");
        }
    }
    let live = store.read(|reading| reading.live_runs()).await.unwrap();
    {
        let told = told.lock().unwrap();
        for (id, state) in &told.runs {
            let is = found.get(id).copied();
            assert!(
                is.is_some_and(|is| rank(is) >= rank(*state)),
                "round {round}: {id} was answered as {state:?} and is {is:?}"
            );
        }
        let stored: BTreeMap<_, _> = events.iter().map(|event| (event.seq, event)).collect();
        for (seq, event) in &told.events {
            assert_eq!(stored.get(seq), Some(&event), "round {round}: it was told");
        }
        let profiles: BTreeSet<_> = live.iter().map(|run| run.profile_id).collect();
        assert_eq!(profiles.len(), live.len(), "one live run a profile");
    }
    // What a start after a crash does.
    for run in live {
        let step = match found[&run.id] {
            RunState::Starting => Move::Requeue,
            _ => Move::End {
                ended: Ended::Failed,
            },
        };
        let detail = MoveDetail::at(at(4));
        write(&store, move |writing| {
            writing.advance(run.id, run.attempt, step, detail)
        })
        .await
        .unwrap();
        let after = match step {
            Move::Requeue => RunState::Queued,
            _ => RunState::Failed,
        };
        told.lock().unwrap().runs.insert(run.id, after);
    }
    store.close().await;
}

#[tokio::test]
async fn only_what_is_flushed_outlives_the_power() {
    for (synchronous, is_kept) in [("FULL", true), ("NORMAL", false), ("OFF", false)] {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::under(folder.path());
        store(folder.path(), 0).await.close().await;
        let conn = open::writer(&folder.path().join(FILE)).unwrap();
        conn.pragma_update(None, "synchronous", synchronous)
            .unwrap();
        let note = "INSERT INTO meta (key, value) VALUES ('note', 'x')";
        conn.execute(note, []).doing("write a note").unwrap();
        disk.cut();
        assert!(
            matches!(
                conn.execute("DELETE FROM meta", []).doing("delete"),
                Err(Error::Sqlite { .. })
            ),
            "nothing is done without power"
        );
        drop(conn);
        disk.restore(Keep::Nothing);
        let conn = open::writer(&folder.path().join(FILE)).unwrap();
        let found: u32 = conn
            .query_row("SELECT count(*) FROM meta WHERE key = 'note'", [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(found == 1, is_kept, "synchronous = {synchronous}");
    }
}
