//! What was answered survives a kill: a child process writes, tells what was answered, and is
//! killed without warning.

use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Command, Stdio},
};

use drover_model::RunId;

use super::{store, write};
use crate::{
    Store,
    testing::{at, run},
};

const ROUNDS: u128 = 20;

/// Not a test by itself: the parent starts it and writes the folder and a first number.
#[test]
#[ignore = "the child of `what_was_answered_survives_a_kill`"]
fn child() {
    let mut lines = std::io::stdin().lines().map_while(Result::ok);
    let (Some(folder), Some(first)) = (lines.next(), lines.next()) else {
        return;
    };
    let (folder, first) = (PathBuf::from(folder), first.parse::<u128>().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    runtime.block_on(async {
        let opened = Store::open(&folder, at(0)).unwrap().store;
        let writers: Vec<_> = (0..4)
            .map(|lane| {
                let store = opened.clone();
                tokio::spawn(async move {
                    for number in (first + lane..).step_by(4) {
                        write(&store, move |writing| {
                            writing.insert_run(&run(number, None))
                        })
                        .await
                        .unwrap();
                        // Written around the capture of tests, a line in one piece.
                        std::io::stdout()
                            .write_all(format!("\nanswered {number}\n").as_bytes())
                            .unwrap();
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
    });
}

#[tokio::test]
async fn what_was_answered_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path(), 0).await.close().await;
    let mut answered: Vec<u128> = Vec::new();
    for round in 0..ROUNDS {
        answered.extend(one_round(
            &folder,
            1 + round * 100_000,
            1 + usize::try_from(round * 13 % 60).unwrap(),
        ));
        let opened = Store::open(folder.path(), at(1)).unwrap();
        assert!(!opened.was_clean);
        let all = answered.clone();
        opened
            .store
            .read(move |reading| {
                let verdict: String =
                    reading.one("check", "PRAGMA integrity_check", [], |row| row.get(0))?;
                assert_eq!(verdict, "ok");
                for number in &all {
                    assert!(
                        reading.plan(RunId::from_bits(*number))?.is_some(),
                        "run {number} was answered"
                    );
                }
                // Whole or not at all: the run, its plan and its event.
                let halves: u32 = reading.one(
                    "check",
                    "SELECT count(*) FROM run AS r LEFT JOIN run_plan AS p ON p.run_id = r.id
                         LEFT JOIN event AS e ON e.seq = r.seq AND e.run_id = r.id
                     WHERE p.run_id IS NULL OR e.seq IS NULL",
                    [],
                    |row| row.get(0),
                )?;
                assert_eq!(halves, 0);
                Ok(())
            })
            .await
            .unwrap();
        opened.store.close().await;
    }
    assert!(answered.len() >= usize::try_from(ROUNDS).unwrap());
}

/// Starts the child, kills it after so many answers, and gives all that it had told.
#[expect(
    clippy::disallowed_methods,
    reason = "the child is this test itself, and it is to die"
)]
fn one_round(folder: &tempfile::TempDir, first: u128, answers: usize) -> Vec<u128> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "tests::durability::child",
            "--ignored",
            "--nocapture",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    write!(stdin, "{}\n{first}\n", folder.path().display()).unwrap();
    let mut told = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        // The last line may be cut by the kill; then its number is not known to have been told.
        if let Some(number) = line.strip_prefix("answered ") {
            told.push(number.parse().unwrap());
        }
        if told.len() == answers {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(told.len() >= answers, "the child ended by itself");
    told
}
