//! Python without a browser: the `drover` module, and what is missing.

use std::ffi::OsString;

use drover_browser::Exit;
use drover_model::Stream;
use drover_runner::process::Door;
use drover_runner::{AttemptEvent, Control};
use serde_json::json;

use crate::bench::{Bench, Watcher, on_path, own_environment, python_tools};
use crate::heard::heard;
use crate::site::task;

#[tokio::test]
async fn a_module_works_without_a_browser_and_chains_other_customisations() {
    let bench = Bench::new().secret("api", "correct-horse-battery");
    let other = bench.file(
        "own/sitecustomize.py",
        "import builtins\nbuiltins.CHAINED = True\n",
    );
    let script = r#"
import json, os, subprocess, sys, multiprocessing
import drover
value = drover.secret("api")
print("the value is", value, "and its length", len(value), CHAINED)
try:
    drover.secret("other")
except RuntimeError as error:
    print("refused:", error)
open("here.txt", "w").write("kept")
print(os.path.basename(drover.artifact("here.txt", kind="note")))
print("exposed", any(value.encode() in open(f"/proc/self/{name}", "rb").read() for name in ("cmdline", "environ")))
print(json.loads(os.environ["DROVER_PARAMS"]), sys.flags.utf8_mode, "ü")
# Children of every kind reach Drover through this process.
subprocess.run([sys.executable, "-c", "import drover; drover.output('child', len(drover.secret('api')))"], check=True)
child = os.fork()
if child == 0:
    drover.output("forked", len(drover.secret("api")))
    os._exit(0)
os.waitpid(child, 0)
drover.pause("please look")
print("thanks")
"#;
    let file = bench.python_file("own/talk.py", script);
    let folder = other.strip_suffix("/sitecustomize.py").unwrap();
    let watcher: Watcher<'_> = Box::new(|event, controls| {
        if matches!(event, AttemptEvent::Parked { .. }) {
            controls.try_send(Control::Resume).unwrap();
        }
    });
    let ran = bench
        .run_watched(
            json!({
                "kind": "playwright", "placement": "own", "script": file, "tokens": [{ "name": "api" }],
                "env": { "PYTHONPATH": folder },
            }),
            watcher,
        )
        .await;
    ran.succeeded();
    assert_eq!(
        ran.log(Stream::Stdout),
        [
            "the value is ••••api and its length 21 True",
            "refused: the task does not name the token `other`",
            "here.txt",
            "exposed False",
            "{} 1 ü",
            "thanks",
        ],
        "{}",
        ran.all()
    );
    assert_eq!(
        ran.outputs(),
        [
            ("child".to_owned(), json!(21)),
            ("forked".to_owned(), json!(21))
        ]
        .into()
    );
    ran.nowhere("correct-horse-battery");
}

#[tokio::test]
async fn what_is_missing_is_named_with_its_command() {
    let bench = Bench::new();
    let file = bench.file("bare/check.py", "print('started')");
    let interpreter = |says: &str| {
        let path = bench.file("bare/python", &format!("#!/bin/sh\necho '{says}'\n"));
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .unwrap();
        path
    };
    let with = |program: &str| task(&json!({ "script": file, "program": program }));
    let program = interpreter(r#"{"version":"3.11.0","playwright":null,"pytest":null}"#);
    let ran = bench.run(with(&program)).await;
    ran.ended("playwright_unavailable");
    assert!(
        ran.outcome
            .message
            .ends_with(&format!("run `{program} -m pip install playwright`")),
        "{}",
        ran.outcome.message
    );
    let program = interpreter(r#"{"version":"3.7.1","playwright":null,"pytest":null}"#);
    let ran = bench.run(with(&program)).await;
    ran.ended("python_unavailable");
    let ran = bench.run(with("/nonexistent/python")).await;
    ran.ended("python_unavailable");
    assert!(!ran.outcome.started, "nothing was started");
}

#[tokio::test]
async fn a_script_without_playwright_of_its_own_gets_drovers_copy() {
    let mut bench = Bench::new();
    // For the machine's own, which may have one.
    let bare = bench.place.path().join("bare-python");
    let args = ["-m", "venv", "--without-pip", bare.to_str().unwrap()];
    let args = args.map(OsString::from).to_vec();
    let python = on_path("python3");
    let made = heard(python, args, [].into(), bench.place.path(), "venv".into()).await;
    assert_eq!(made.0, Exit::Code(0), "{made:?}");
    let mut environment = own_environment();
    environment.insert("PATH".into(), bare.join("bin").into());
    bench.door = Door::open(environment).unwrap();
    let theirs = bare.join("bin/python3");
    let file = bench.file(
        "bare/who.py",
        "import sys\nfrom playwright.sync_api import sync_playwright\nprint(sys.prefix)\n",
    );
    let own = || task(&json!({ "script": file, "placement": "profile" }));
    let ran = bench.run(own()).await;
    ran.ended("playwright_unavailable");
    let words = format!(
        "Playwright was not found in `{}`, and Drover has no copy",
        theirs.display()
    );
    assert!(
        ran.outcome.message.contains(&words),
        "{}",
        ran.outcome.message
    );
    bench.managed_python = true;
    let ran = bench.run(own()).await;
    ran.succeeded();
    let home = python_tools();
    assert_eq!(ran.log(Stream::Stdout), [home.to_str().unwrap()]);
    let said = ran.log(Stream::Drover).join("\n");
    assert!(said.contains("(Drover's own copy)"), "{said}");
}
