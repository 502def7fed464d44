//! Real processes: how they are started, what they see, and that nothing of them is left.

#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute, and these are their helpers"
)]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Read as _;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

use drover_browser::Exit;
use drover_runner::process::{
    Audience, Child, Door, Environment, Graces, Output, Rung, Start, stop_tree, sweep,
};
use tokio::io::AsyncReadExt as _;

fn door() -> Door {
    let own: BTreeMap<OsString, OsString> = [
        ("PATH", "/usr/bin:/bin:relative"),
        ("HOME", "/nonexistent"),
        ("LD_PRELOAD", "/nonexistent/evil.so"),
        ("NODE_OPTIONS", "--require /nonexistent/evil.js"),
        ("GITHUB_TOKEN", "not for children"),
    ]
    .into_iter()
    .map(|(name, value)| (name.into(), value.into()))
    .collect();
    Door::open(own).unwrap()
}

fn start(door: &Door, program: &str, args: &[&str], marker: &str) -> Start {
    Start {
        program: PathBuf::from(program),
        args: args.iter().map(Into::into).collect(),
        environment: door.environment(Audience::Task),
        folder: PathBuf::from("/"),
        fds: Vec::new(),
        marker: format!("test-{}-{marker}", std::process::id()),
        output: Output::Pipes,
    }
}

async fn shell(script: &str, marker: &str) -> Child {
    let door = door();
    door.start(start(&door, "/bin/sh", &["-c", script], marker))
        .await
        .unwrap()
}

/// Everything a child writes to standard output until it ends.
async fn output_of(child: &Child) -> String {
    let (mut stdout, _stderr) = child.take_pipes().unwrap();
    let mut text = String::new();
    stdout.read_to_string(&mut text).await.unwrap();
    text
}

/// Waits until the child has written `ready`, so that its traps and its own children are there.
async fn ready(child: &Child) {
    let (mut stdout, _stderr) = child.take_pipes().unwrap();
    let mut seen = Vec::new();
    while !seen.windows(5).any(|part| part == b"ready") {
        assert_ne!(
            stdout.read_buf(&mut seen).await.unwrap(),
            0,
            "the child ended before it was ready"
        );
    }
}

fn is_alive(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

async fn until_gone(pid: u32) {
    let gone = async {
        while is_alive(pid) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), gone)
        .await
        .expect("it must end");
}

#[tokio::test]
async fn a_child_sees_the_allow_list_and_nothing_else() {
    let door = door();
    let mut start = start(&door, "/usr/bin/env", &[], "env");
    start
        .environment
        .insert("SITE".into(), "https://example.test".into());
    let child = door.start(start).await.unwrap();
    let mut lines: Vec<String> = output_of(&child).await.lines().map(str::to_owned).collect();
    lines.sort();
    let marker = format!("DROVER_MARKER={}", child.identity().marker);
    assert_eq!(
        lines,
        [
            &marker,
            "HOME=/nonexistent",
            "PATH=/usr/bin:/bin",
            "SITE=https://example.test"
        ]
    );
    assert_eq!(child.wait().await, Exit::Code(0));
}

#[tokio::test]
async fn a_child_leads_its_own_session_writes_private_files_and_leaves_no_core() {
    let child = shell(
        "umask; ulimit -c; cut -d' ' -f5,6 /proc/$$/stat; echo $$; readlink /proc/$$/fd/0",
        "session",
    )
    .await;
    let pid = child.identity().pid;
    assert_eq!(
        output_of(&child).await,
        format!("0077\n0\n{pid} {pid}\n{pid}\n/dev/null\n")
    );
}

#[tokio::test]
async fn descriptors_arrive_under_their_numbers_and_no_others_do() {
    let door = door();
    let (reader, writer) = std::io::pipe().unwrap();
    let mut start = start(
        &door,
        "/bin/sh",
        &["-c", "echo hello >&3; ls /proc/$$/fd"],
        "fds",
    );
    start.fds = vec![(3, OwnedFd::from(writer))];
    let child = door.start(start).await.unwrap();
    assert_eq!(output_of(&child).await, "0\n1\n2\n3\n");
    let mut heard = String::new();
    { reader }.read_to_string(&mut heard).unwrap(); // ends only when Drover's copy of the writing end is closed
    assert_eq!(heard, "hello\n");
}

#[tokio::test]
async fn arguments_reach_the_program_as_they_are() {
    let door = door();
    let odd = ["$(touch /tmp/x)", "a b", "'\"`;&|", "--", "*", "\n", "ö"];
    let args = [&["%s\\037"], odd.as_slice()].concat();
    let child = door
        .start(start(&door, "/usr/bin/printf", &args, "args"))
        .await
        .unwrap();
    let expected = odd.map(|arg| format!("{arg}\x1f")).concat();
    assert_eq!(output_of(&child).await, expected);
}

#[tokio::test]
async fn the_end_of_a_child_is_told_as_it_was() {
    assert_eq!(shell("exit 7", "code").await.wait().await, Exit::Code(7));
    assert_eq!(
        shell("kill -9 $$", "signal").await.wait().await,
        Exit::Signal(9)
    );
}

#[tokio::test]
async fn what_cannot_be_started_says_why() {
    let door = door();
    let error = door
        .start(start(&door, "/nonexistent/program", &[], "none"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
    let relative = door
        .start(start(&door, "sh", &[], "relative"))
        .await
        .unwrap_err();
    assert_eq!(relative.to_string(), "the program is not an absolute path");
    let mut nowhere = start(&door, "/bin/sh", &[], "nowhere");
    nowhere.folder = "/nonexistent/folder".into();
    assert_eq!(
        door.start(nowhere).await.unwrap_err().to_string(),
        "the folder `/nonexistent/folder` is not there"
    );
}

async fn check_ladder(script: &str, marker: &str, interrupt: u64, expected: Rung) {
    let child = shell(script, marker).await;
    ready(&child).await;
    let graces = Graces {
        interrupt: Duration::from_millis(interrupt),
        terminate: Duration::from_millis(600),
        kill: Duration::from_secs(10),
    };
    let stopped = stop_tree(&child, graces, std::future::pending()).await;
    assert_eq!(
        (stopped.rung, stopped.survivors),
        (expected, Vec::new()),
        "{script}"
    );
    assert_eq!(
        child.survivors(),
        Vec::<u32>::new(),
        "nobody is left of: {script}"
    );
}

#[tokio::test]
async fn the_ladder_stops_at_the_first_rung_that_works() {
    // No shell here: one that is interrupted between fork and exec of its job loses the signal.
    check_ladder(
        "exec perl -e '$| = 1; print \"ready\\n\"; sleep 300'",
        "int",
        5_000,
        Rung::Interrupted,
    )
    .await;
    check_ladder(
        "trap '' INT; sleep 300 & echo ready; wait",
        "term",
        300,
        Rung::Terminated,
    )
    .await;
    check_ladder(
        "trap '' INT TERM; sleep 300 & echo ready; wait",
        "kill",
        300,
        Rung::Killed,
    )
    .await;
}

#[tokio::test]
async fn who_left_the_group_is_found_and_ended() {
    // Whoever leaves the group says so, so that nobody is looked for too early.
    let escape = "trap '' INT TERM; (setsid sh -c 'sleep 301 & echo ready; exec sleep 302' &); exec sleep 300";
    check_ladder(escape, "setsid", 200, Rung::Killed).await;
    // The main process has ended, an orphan in a session of its own has not.
    check_ladder(
        "(setsid sh -c 'echo ready; exec sleep 303' &)",
        "orphan",
        200,
        Rung::Terminated,
    )
    .await;
}

#[tokio::test]
async fn a_second_cancel_skips_the_waits() {
    let child = shell(
        "trap '' INT TERM; sleep 300 & echo ready; wait; sleep 300",
        "hurry",
    )
    .await;
    ready(&child).await;
    let patience = Graces {
        interrupt: Duration::from_mins(50),
        terminate: Duration::ZERO,
        kill: Duration::from_secs(10),
    };
    let stopped = stop_tree(&child, patience, std::future::ready(())).await;
    assert_eq!(
        (stopped.rung, stopped.survivors),
        (Rung::Killed, Vec::new())
    );
}

#[tokio::test]
async fn a_handle_does_not_take_a_later_process_of_the_same_marker_for_its_own() {
    let older = shell("exit 0", "same").await;
    older.wait().await;
    let newer = shell("echo ready; exec sleep 300", "same").await;
    ready(&newer).await;
    assert_eq!(older.survivors(), Vec::<u32>::new());
    drop(older);
    assert_eq!(newer.survivors(), [newer.identity().pid]);
}

#[tokio::test]
async fn dropping_the_handle_ends_the_tree() {
    let child = shell("sleep 300 & echo ready; wait", "drop").await;
    ready(&child).await;
    let tree = child.survivors();
    assert!(tree.len() >= 2, "shell and sleep: {tree:?}");
    drop(child);
    for pid in tree {
        until_gone(pid).await;
    }
}

#[tokio::test]
async fn a_sweep_ends_what_an_earlier_life_left() {
    let prefix = format!("test-{}-swept", std::process::id());
    let child = shell(
        "trap '' TERM; sleep 300 & (setsid sh -c 'echo ready; exec sleep 304' &); wait",
        "swept",
    )
    .await;
    ready(&child).await;
    let bystander = shell("echo ready; exec sleep 300", "bystander").await;
    ready(&bystander).await;
    let swept = sweep(&[prefix], &[]).await;
    assert!(swept.found.len() >= 3, "two sleeps and a shell: {swept:?}");
    assert_eq!(swept.survivors, Vec::<u32>::new());
    assert_eq!(
        bystander.survivors(),
        [bystander.identity().pid],
        "others are left alone"
    );
}

/// Leaves a daemon that has left its group, its session, its parent and its environment, and writes its number.
const DAEMON: &str = "setsid env -i setsid sh -c 'env -i sleep 318 & echo ready $!'";

#[tokio::test]
async fn a_daemon_in_a_cleaned_environment_is_ended_with_its_tree() {
    let child = shell(&format!("{DAEMON}; exec sleep 319"), "daemon").await;
    let daemon = ready_number(&child).await;
    assert!(child.survivors().contains(&daemon), "it is of the tree");
    let stopped = stop_tree(&child, Graces::at_once(), std::future::pending()).await;
    assert_eq!(stopped.survivors, Vec::<u32>::new());
    assert!(!is_alive(daemon));
}

#[tokio::test]
async fn a_daemon_in_a_cleaned_environment_is_swept() {
    let child = shell(DAEMON, "daemon-swept").await;
    let daemon = ready_number(&child).await;
    child.wait().await;
    let prefix = format!("test-{}-daemon-swept", std::process::id());
    let other = format!("test-{}-daemon", std::process::id());
    assert_eq!(sweep(&[other], &[]).await.found, Vec::<u32>::new());
    let swept = sweep(&[prefix], &[]).await;
    assert!(swept.found.contains(&daemon), "{swept:?}");
    assert_eq!(swept.survivors, Vec::<u32>::new());
    assert!(!is_alive(daemon));
}

/// The number that stands after `ready`.
async fn ready_number(child: &Child) -> u32 {
    let (mut stdout, _stderr) = child.take_pipes().unwrap();
    let mut seen = String::new();
    loop {
        if let Some(number) = seen
            .strip_prefix("ready ")
            .and_then(|rest| rest.strip_suffix('\n'))
        {
            return number.parse().unwrap();
        }
        let mut bytes = [0; 64];
        let read = stdout.read(&mut bytes).await.unwrap();
        assert_ne!(read, 0, "the child ended before it was ready: {seen}");
        seen.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
    }
}

#[tokio::test]
async fn a_sweep_knows_a_browser_by_its_data_folder() {
    let door = door();
    let folder = Path::new("/tmp/drover-sweep-test/profile");
    // A program that does not carry the marker in a readable environment, but has the argument.
    let script = "sleep 300 & echo ready; wait";
    let args = [
        "-c",
        script,
        "chrome",
        &format!("--user-data-dir={}", folder.display()),
    ];
    let child = door
        .start(start(&door, "/bin/sh", &args, "browser"))
        .await
        .unwrap();
    ready(&child).await;
    let swept = sweep(&[], &[folder.to_owned()]).await;
    assert!(swept.found.contains(&child.identity().pid), "{swept:?}");
    assert_eq!(
        (swept.survivors, child.survivors()),
        (Vec::new(), Vec::new())
    );
}

#[tokio::test]
async fn children_die_with_drover() {
    let this = std::env::current_exe().unwrap();
    let door = door();
    let args = [
        "--ignored",
        "--exact",
        "a_life_that_will_be_killed",
        "--nocapture",
    ];
    let life = door
        .start(start(&door, this.to_str().unwrap(), &args, "life"))
        .await
        .unwrap();
    let (mut stdout, _stderr) = life.take_pipes().unwrap();
    let mut seen = Vec::new();
    let child: u32 = loop {
        assert_ne!(
            stdout.read_buf(&mut seen).await.unwrap(),
            0,
            "{}",
            String::from_utf8_lossy(&seen)
        );
        let text = String::from_utf8_lossy(&seen);
        if let Some((pid, _)) = text
            .split_once("child=")
            .and_then(|(_, rest)| rest.split_once(';'))
        {
            break pid.parse().unwrap();
        }
    };
    assert!(is_alive(child), "it sleeps for 300 seconds");
    // Only the one process: the child is in a session of its own.
    let pid = rustix::process::Pid::from_raw(life.identity().pid.cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    assert_eq!(life.wait().await, Exit::Signal(9));
    until_gone(child).await;
}

#[tokio::test]
#[ignore = "not a test of its own: the process that `children_die_with_drover` starts and kills"]
async fn a_life_that_will_be_killed() {
    let child = shell("exec sleep 300", "mortal").await;
    std::io::Write::write_all(
        &mut std::io::stdout(),
        format!("child={};\n", child.identity().pid).as_bytes(),
    )
    .unwrap();
    child.wait().await;
}

#[test]
fn the_environment_for_a_browser_has_more_than_the_one_for_a_task() {
    let own: Environment = [(
        "DBUS_SESSION_BUS_ADDRESS".into(),
        "unix:path=/run/bus".into(),
    )]
    .into();
    let door = Door::open(own.clone()).unwrap();
    assert_eq!(door.environment(Audience::Browser), own);
    assert_eq!(door.environment(Audience::Task), Environment::new());
}
