//! A script that kills the Drover that runs it: the next one knows that the run is lost, and the profile opens again.

use drover_engine::{Claims, QuitWay};
use drover_model::{Caller, ProfileDraft, RunState, TaskFile, request::SaveProfile};

use crate::{
    after,
    life::{self, Does, Life, data, rows, start},
};

fn task(name: &str, line: &str) -> TaskFile {
    let json = serde_json::json!({
        "name": name, "kind": "command", "shell": true, "program": line, "profiles": { "names": ["anna"] }
    });
    TaskFile::from_json(&json.to_string()).unwrap()
}

#[tokio::test]
async fn a_script_that_kills_drover_is_lost_and_its_profile_opens_again() {
    let folder = tempfile::tempdir().unwrap();
    let first = life::engine(folder.path(), Claims::WhenAsked)
        .await
        .unwrap();
    let draft = ProfileDraft {
        name: "anna".to_owned(),
        ..ProfileDraft::default()
    };
    let save = SaveProfile { id: None, draft };
    first.save_profile(Caller::Cli, save).await.unwrap();
    first.quit(QuitWay::StopRuns).await;
    drop(first);

    let killer = task("killer", "kill -9 $PPID; sleep 347");
    let life = Life::begin(folder.path(), Does::Some(1), &[killer]);
    let rest = life.rest();
    assert!(!rest.iter().any(|line| line == "done"), "{rest:?}");
    after::database_is_sound(folder.path());

    let second = life::engine(folder.path(), Claims::AtOnce).await.unwrap();
    assert_eq!(after::left_over(folder.path(), &[]), Vec::<String>::new());
    let found = rows(&second).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].state, RunState::Lost, "{found:?}");
    let profiles = data(folder.path()).join("profiles");
    assert_eq!(
        processes_with(profiles.to_str().unwrap()),
        Vec::<u32>::new()
    );

    life::save(&second, task("again", "true")).await;
    let again = start(&second, "again").await.remove(0).id;
    let mut events = second.events();
    let ended = async {
        loop {
            let rows = rows(&second).await;
            let row = rows.into_iter().find(|row| row.id == again).unwrap();
            if row.state.is_terminal() {
                return row;
            }
            events.recv().await.ok();
        }
    };
    let patience = std::time::Duration::from_mins(2);
    let row = tokio::time::timeout(patience, ended).await.unwrap();
    assert_eq!(row.state, RunState::Succeeded, "{row:?}");
    second.quit(QuitWay::StopRuns).await;
}

/// Living processes with that text in their command line.
fn processes_with(text: &str) -> Vec<u32> {
    let pids = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(text)
    })
    .collect()
}
