//! Drover is killed without warning, again and again, while it starts and while runs and fan-outs are queued, started and
//! ended, and expire: nothing that was answered is gone, nothing starts twice, fan-outs are whole, and nothing lives on.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use drover_engine::{Claims, QuitWay};
use drover_model::{RunState, TaskFile};
use serde_json::json;

use crate::{
    after,
    life::{self, Does, Life, WITHOUT, accepted, data, rows},
};

/// Lives in every test run; a night has ten for each of its `DROVER_ROUNDS`.
const LIVES: u64 = 50;

/// Three tasks, two of which end soon, one of these only if it starts soon; all note their start, and leave a process in a
/// session of its own.
fn tasks(folder: &Path) -> [TaskFile; 3] {
    let notes = folder.join("started");
    let notes = notes.display();
    [("0.05", json!({})), ("2", json!({})), ("0.06", json!({ "queue": "1s" }))].map(|(seconds, timeout)| {
        let line = format!(
            "echo \"$DROVER_RUN_ID $DROVER_ATTEMPT\" >> '{notes}'; (setsid sleep {seconds} &) ; sleep {seconds}"
        );
        let json = json!({
            "name": format!("sleeps {seconds}"), "kind": "command", "shell": true, "program": line,
            "parameters": { "who": { "type": "string", "default": "nobody" } }, "timeout": timeout,
            "limits": { "resources": [format!("bed {seconds}:4")] }
        });
        TaskFile::from_json(&json.to_string()).unwrap()
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the rounds of a night and the built programs are told to the test program alone"
)]
fn told(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn lives() -> u64 {
    told("DROVER_ROUNDS")
        .and_then(|rounds| rounds.parse().ok())
        .map_or(LIVES, |rounds: u64| LIVES.max(rounds * 10))
}

#[tokio::test]
async fn endurance_of_the_queue_over_killed_lives() {
    let folder = tempfile::tempdir().unwrap();
    let lives = lives();
    let program = told("DROVER_CLI_BIN").map(PathBuf::from);
    let mut seen = BTreeSet::new();
    let (mut up, mut refused) = (0, 0);
    for number in 0..lives {
        // The order is always the same, the moments never are.
        let chance = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
        let told = match (number % 5, &program) {
            // Somewhere on the way: in the start, in the recovery, or a while later.
            (1, _) => one_life_of(folder.path(), Duration::from_millis(chance % 1_500)),
            (3, Some(program)) => {
                let pause = Duration::from_millis(chance % 3_000);
                one_life_of_the_program(folder.path(), program, pause);
                Vec::new()
            }
            _ => one_life(folder.path(), usize::try_from(1 + chance % 37).unwrap()),
        };
        up += u64::from(told.iter().any(|line| line == "up"));
        refused += told.iter().filter(|line| *line == "refused").count();
        seen.extend(
            told.iter()
                .filter_map(|line| accepted(line))
                .map(str::to_owned),
        );
        after::database_is_sound(folder.path());
    }
    assert!(up >= lives / 2, "{up} of {lives} lives came to do anything");
    assert!(
        seen.len() >= usize::try_from(lives / 2).unwrap(),
        "{} were accepted and {refused} refused",
        seen.len()
    );

    // The start checks the database after an unclean end, and ends what the last life left.
    let engine = life::engine(folder.path(), Claims::WhenAsked)
        .await
        .unwrap();
    assert_eq!(
        after::left_over(folder.path(), &[]),
        Vec::<String>::new(),
        "processes live on"
    );
    let rows = rows(&engine).await;
    let states: BTreeMap<String, RunState> = rows
        .iter()
        .map(|row| (row.id.to_string(), row.state))
        .collect();
    for run in &seen {
        assert!(
            states.contains_key(run),
            "run {run} was accepted and is gone"
        );
    }
    let starts = std::fs::read_to_string(folder.path().join("started")).unwrap_or_default();
    let mut started = BTreeSet::new();
    for line in starts.lines() {
        let (run, _) = line.split_once(' ').unwrap();
        assert!(started.insert(run.to_owned()), "run {run} started twice");
    }
    assert!(started.len() > 50, "only {} runs started", started.len());
    for row in &rows {
        let id = row.id.to_string();
        let ran = matches!(row.state, RunState::Succeeded | RunState::Failed);
        assert!(
            !ran || started.contains(&id),
            "{id} ended and never started"
        );
        let too_late = row.state == RunState::Expired && started.contains(&id);
        assert!(!too_late, "{id} started and expired as if it had not");
        // Whoever started and did not end is known to be lost: its outcome is never hidden.
        let open = matches!(row.state, RunState::Queued) && started.contains(&id);
        assert!(!open, "{id} started and waits as if it had not");
    }
    engine.quit(QuitWay::StopRuns).await;
    after::database_is_sound(folder.path());
}

/// One life, killed after so many answers. Gives all that it had told.
fn one_life(folder: &Path, answers: usize) -> Vec<String> {
    let mut life = Life::begin(folder, Does::Crowd, &tasks(folder));
    let mut told = Vec::new();
    let mut answered = 0;
    while answered < answers {
        let line = life.next().expect("a life does not end by itself");
        if line == "up" {
            let left = after::left_over(folder, &[life.pid()]);
            assert_eq!(left, Vec::<String>::new(), "of an earlier life");
        } else {
            // A refusal is an answer too.
            answered += 1;
        }
        told.push(line);
    }
    told.extend(life.kill());
    told
}

/// One life, killed after that time wherever it is.
fn one_life_of(folder: &Path, time: Duration) -> Vec<String> {
    let life = Life::begin(folder, Does::Crowd, &tasks(folder));
    std::thread::sleep(time); // what is waited for is the moment alone
    life.kill()
}

/// One life of the program that people start, which works off what others have queued.
#[expect(
    clippy::disallowed_methods,
    reason = "the program is started as a person would, and it is to die"
)]
fn one_life_of_the_program(folder: &Path, program: &Path, time: Duration) {
    let mut command = Command::new(program);
    for name in WITHOUT {
        command.env_remove(name);
    }
    let mut child = command
        .arg("--data-dir")
        .arg(data(folder))
        .args(["schedule", "work"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(time); // what is waited for is the moment alone
    assert_eq!(child.try_wait().unwrap(), None, "it ended by itself");
    child.kill().unwrap();
    child.wait().unwrap();
}
