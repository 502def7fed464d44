//! Scripts with which something is wrong: each has a clear end, and nothing of it is lost.

use drover_model::Stream;
use serde_json::{Value, json};

use crate::bench::{Bench, Ran, rounds};

fn own(script: &str) -> Value {
    json!({ "kind": "playwright", "placement": "own", "script": script })
}

fn says(ran: &Ran, text: &str) {
    let errors = ran.log(Stream::Stderr).join("\n");
    assert!(errors.contains(text), "`{text}` is not in {}", ran.all());
}

#[tokio::test]
async fn broken_scripts_say_where_they_are_broken() {
    let bench = Bench::new();
    let unreadable = "the script cannot be read: SyntaxError";
    let npm = "the package `pears-of-nobody` is missing; run `npm install pears-of-nobody`";
    let pip = "the module `pears_of_nobody` is missing; install the package that has it";
    for (name, text, error, clue) in [
        ("comma.mjs", "const a = ;", "SyntaxError", unreadable),
        ("colon.cjs", "function (", "SyntaxError", unreadable),
        (
            "away.mjs",
            "import 'pears-of-nobody';",
            "Cannot find package 'pears-of-nobody'",
            npm,
        ),
        (
            "away.cjs",
            "require('pears-of-nobody')",
            "Cannot find module 'pears-of-nobody'",
            npm,
        ),
    ] {
        let ran = bench.run(own(&bench.file(name, text))).await;
        ran.ended("exit_code");
        says(&ran, error);
        assert!(ran.outcome.message.contains(clue), "{}", ran.all());
    }
    for (name, text, error, clue) in [
        ("colon.py", "def f(\n", "SyntaxError", unreadable),
        (
            "away.py",
            "import pears_of_nobody",
            "No module named 'pears_of_nobody'",
            pip,
        ),
    ] {
        let ran = bench.run(own(&bench.python_file(name, text))).await;
        ran.ended("exit_code");
        says(&ran, error);
        assert!(ran.outcome.message.contains(clue), "{}", ran.all());
    }
}

#[tokio::test]
async fn a_node_that_is_too_old_is_named() {
    let bench = Bench::new();
    let node = bench.file("old-node", "#!/bin/sh\necho v18.20.4\n");
    std::fs::set_permissions(&node, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mut task = own(&bench.file("a.mjs", "console.log('started')"));
    task["program"] = json!(node);
    let ran = bench.run(task).await;
    ran.ended("node_unavailable");
    assert!(
        ran.outcome
            .message
            .contains("is Node 18.20.4; Playwright needs Node 20"),
        "{}",
        ran.outcome.message
    );
    let typed = bench.file("a.ts", "const a: number = 1; console.log(a);");
    let mut task = own(&typed);
    let node = bench.file("middle-node", "#!/bin/sh\necho v20.20.4\n");
    std::fs::set_permissions(&node, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    task["program"] = json!(node);
    let ran = bench.run(task).await;
    ran.ended("node_unavailable");
    assert!(
        ran.outcome
            .message
            .contains("run `npm install tsx` in the project"),
        "{}",
        ran.outcome.message
    );
}

#[tokio::test]
async fn scripts_that_hang_run_into_the_idle_limit() {
    let bench = Bench::new();
    let hung = [
        bench.file("busy.mjs", "console.log('begun'); for (;;);"),
        bench.python_file("busy.py", "print('begun')\nwhile True: pass\n"),
    ];
    for script in hung {
        let mut task = own(&script);
        task["timeout"] = json!({ "idle": "2s" });
        let ran = bench.run(task).await;
        ran.ended("idle_limit");
        assert_eq!(ran.log(Stream::Stdout), ["begun"], "{}", ran.all());
    }
}

#[tokio::test]
async fn a_script_that_its_own_child_kills_has_ended_by_a_signal() {
    let bench = Bench::new();
    let script = bench.file(
        "fratricide.mjs",
        "import { spawn } from 'node:child_process';\n\
         console.log('begun');\n\
         spawn('/bin/sh', ['-c', 'kill -9 $PPID; sleep 317'], { stdio: 'ignore', detached: true });\n\
         setInterval(() => {}, 1000);",
    );
    let ran = bench.run(own(&script)).await;
    ran.ended("runner_exited");
    assert_eq!(ran.outcome.message, "it was ended by signal 9");
    assert_eq!(ran.log(Stream::Stdout), ["begun"]);
    let python = bench.python_file(
        "fratricide.py",
        "import os, time\nprint('begun')\nif os.fork() == 0:\n    os.setsid()\n    os.kill(os.getppid(), 9)\n    time.sleep(317)\ntime.sleep(317)\n",
    );
    let ran = bench.run(own(&python)).await;
    ran.ended("runner_exited");
    assert_eq!(ran.log(Stream::Stdout), ["begun"]);
}

#[tokio::test]
async fn a_secret_that_is_printed_in_crumbs_is_masked() {
    let bench = Bench::new().secret("api", "correct-horse-battery");
    let crumbs = bench.file(
        "crumbs.mjs",
        "import { secret } from 'drover';\n\
         import { writeSync } from 'node:fs';\n\
         const value = await secret('api');\n\
         for (const fd of [1, 2]) {\n\
           for (const letter of `<${value}>\\n`) { writeSync(fd, letter); await new Promise(setImmediate); }\n\
           writeSync(fd, Buffer.from(value).toString('base64') + '\\n');\n\
           writeSync(fd, '\\x1b[1m' + value.slice(0, 9) + '\\x1b[0m' + value.slice(9) + '\\n');\n\
         }\n\
         throw new Error(`with ${value}`);",
    );
    let mut task = own(&crumbs);
    task["tokens"] = json!([{ "name": "api" }]);
    let ran = bench.run(task).await;
    ran.ended("exit_code");
    for stream in [Stream::Stdout, Stream::Stderr] {
        let lines = ran.log(stream);
        assert_eq!(lines[0], "<••••api>", "{}", ran.all());
        assert!(lines[1].contains("••••api"), "{}", ran.all());
        assert!(lines[2].contains("••••api"), "{}", ran.all());
    }
    says(&ran, "with ••••api");
    ran.nowhere("correct-horse-battery");
    ran.nowhere("correct-h");
}

#[tokio::test]
async fn a_stopped_program_is_woken_to_end() {
    let script = "trap 'echo woken; exit 0' INT; echo begun; kill -STOP $$; sleep 342";
    let task =
        json!({ "kind": "command", "shell": true, "program": script, "timeout": { "idle": "1s" } });
    let ran = Bench::new().run(task).await;
    ran.ended("idle_limit");
    assert_eq!(ran.log(Stream::Stdout), ["begun", "woken"], "{}", ran.all());
    assert_eq!(ran.outcome.exit.unwrap().code, Some(0));
}

#[tokio::test]
async fn a_program_that_closes_its_output_goes_on_to_its_end() {
    let script = "echo last words; exec >&- 2>&- 3>&- 4<&-; sleep 0.3; : >\"$DROVER_ARTIFACTS/done\"; exit 4";
    let task = json!({ "kind": "command", "shell": true, "program": script });
    let ran = Bench::new().run(task).await;
    ran.ended("exit_code");
    assert_eq!(ran.outcome.exit.unwrap().code, Some(4));
    assert_eq!(ran.log(Stream::Stdout), ["last words"]);
    assert!(ran.artifacts()[0].path.ends_with("/done"), "{}", ran.all());
}

/// Two forks, a session of its own, every signal ignored that can be.
const DAEMON: &str = r#"
import os, signal, sys, time
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
    signal.signal(number, signal.SIG_IGN)
read, write = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.chdir("/")
        os.write(write, str(os.getpid()).encode())
        time.sleep(343)
    os._exit(0)
os.wait()
print("away", os.read(read, 99).decode())
"#;

#[tokio::test]
async fn a_daemon_that_ignores_every_signal_does_not_outlive_its_script() {
    let bench = Bench::new();
    let script = bench.python_file("daemon.py", DAEMON);
    let ran = bench.run(own(&script)).await;
    ran.succeeded();
    assert_eq!(ran.ledger, ["running", "stopping Leftovers"]);
    let pid = ran.log(Stream::Stdout)[0].strip_prefix("away ").unwrap();
    // What nobody has waited for yet is dead as well.
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let lives = stat
        .rsplit_once(") ")
        .is_some_and(|(_, rest)| !rest.starts_with('Z'));
    assert!(!lives, "{stat}\n{}", ran.all());
}

#[tokio::test]
async fn endurance_of_one_line_without_an_end_in_little_memory() {
    let size: u64 = if rounds() >= 100 { 1024 } else { 48 };
    let bytes = size * 1024 * 1024;
    let bench = Bench::new().forgetting_logs();
    let script = format!("head -c {bytes} /dev/zero | tr '\\0' x; echo; echo the end");
    let before = memory();
    let mut last = (String::new(), 0);
    let ran = bench
        .run_watched(
            json!({ "kind": "command", "shell": true, "program": script }),
            Box::new(|event, _| {
                if let drover_runner::AttemptEvent::Log(lines) = event
                    && let Some(line) = lines.iter().rfind(|line| line.stream == Stream::Stdout)
                {
                    last = (line.text.clone(), memory());
                }
            }),
        )
        .await;
    ran.succeeded();
    assert_eq!(last.0, "the end");
    let grown = last.1 - before;
    assert!(
        grown < 64,
        "{size} MiB in a line took {grown} MiB of memory"
    );
}

/// The most that this process ever had in memory, in MiB.
pub(crate) fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kib = line.split_whitespace().nth(1).unwrap();
    kib.parse::<u64>().unwrap() / 1024
}

#[tokio::test]
async fn endurance_of_a_flood_of_output_in_little_memory() {
    const MIB: u64 = 1024 * 1024;
    // A night has a thousand of them: a build for tests works on them for longer than a usual run has.
    let size = if rounds() >= 100 { 1024 } else { 48 };
    let bench = Bench::new().forgetting_logs();
    let script = format!(
        r"
        import {{ once }} from 'node:events';
        const line = 'x'.repeat(1023) + '\n';
        for (let at = 0; at < {size} * 1024; at += 64) {{
          if (!process.stdout.write(line.repeat(64))) await once(process.stdout, 'drain');
        }}
        process.stdout.write('the end\n');
        "
    );
    let before = memory();
    let mut last = (String::new(), 0);
    let ran = bench
        .run_watched(
            own(&bench.file("flood.mjs", &script)),
            Box::new(|event, _| {
                if let drover_runner::AttemptEvent::Log(lines) = event
                    && let Some(line) = lines.iter().rfind(|line| line.stream == Stream::Stdout)
                {
                    last = (line.text.clone(), memory());
                }
            }),
        )
        .await;
    ran.succeeded();
    let (last, memory) = last;
    assert_eq!(last, "the end", "the last line is exact");
    let grown = memory - before;
    assert!(
        grown < 32,
        "{size} MiB of output took {grown} MiB of memory"
    );
    let kept: u64 = std::fs::read_dir(bench.data().join("runs"))
        .unwrap()
        .map(|run| folder_size(&run.unwrap().path()))
        .sum();
    assert!(kept <= 80 * MIB, "{kept} bytes of log are kept");
}

fn folder_size(folder: &std::path::Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| {
            let entry = entry.unwrap();
            let meta = entry.metadata().unwrap();
            if meta.is_dir() {
                folder_size(&entry.path())
            } else {
                meta.len()
            }
        })
        .sum()
}
