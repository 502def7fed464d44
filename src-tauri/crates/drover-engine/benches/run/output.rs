//! W8: an output is kept, beside the same program with its output in a file.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Instant;

use drover_browser::{BoxFuture, Leases, Rules};
use drover_model::{Plan, Profile, Proxy, RunId, StopIntent, Surroundings, TaskSpec, TokenName};
use drover_runner::capture::Quota;
use drover_runner::process::Door;
use drover_runner::{
    AttemptEvent, Ledger, NoStart, OutputLimits, Places, Ports, Request, Secrets, Spares, attempt,
    run_folder,
};
use secrecy::SecretString;
use serde_json::json;
use tokio::sync::mpsc;

use crate::Done;
use crate::kept::kept;
use crate::rooms::Setup;
use crate::series::Series;

/// Every token has a value of its own, none of which is in the output.
struct Tokens;

impl Secrets for Tokens {
    fn get(&self, name: &TokenName) -> BoxFuture<'_, Result<SecretString, String>> {
        let value = format!("{name}-7f3d0c1b9a8e6524-{name}");
        Box::pin(std::future::ready(Ok(SecretString::from(value))))
    }
}

/// Commits at once: what a commit costs is in the other workload.
struct NoLedger;

impl Ledger for NoLedger {
    fn commit_running(&self) -> BoxFuture<'_, Result<(), NoStart>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn commit_stopping(&self, _: StopIntent) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

fn rate(bytes: u64, started: Instant) -> f64 {
    megabytes(bytes) / started.elapsed().as_secs_f64()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "no output here is so long that a float gets coarse"
)]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// The program writes into a file by itself.
#[expect(
    clippy::disallowed_methods,
    reason = "this is what the one door is compared with"
)]
pub(crate) fn redirect(setup: &Setup, bytes: u64, line: u64) -> Done<Vec<Series>> {
    let path = setup.folder.join("redirected");
    let started = Instant::now();
    let status = std::process::Command::new(std::env::current_exe()?)
        .args(["write", &bytes.to_string(), &line.to_string()])
        .stdin(Stdio::null())
        .stdout(File::create(&path)?)
        .status()?;
    let rate = rate(bytes, started);
    fs::remove_file(path)?;
    if !status.success() {
        return Err("the program failed".into());
    }
    Ok(vec![Series::new("", "MB/s", vec![rate])])
}

/// A whole attempt at a command, with the log complete and a view that listens.
pub(crate) async fn output(
    setup: &Setup,
    bytes: u64,
    line: u64,
    secrets: usize,
) -> Done<Vec<Series>> {
    let request = request(setup, bytes, line, secrets)?;
    let run = run_folder(&request.places.data, request.run);
    fs::remove_dir_all(&run).ok(); // of the round before
    let door = Door::open(std::env::vars_os().collect())?;
    let leases = Leases::new(Rules::default());
    let ports = Ports {
        secrets: Arc::new(Tokens),
        ledger: Arc::new(NoLedger),
    };
    let (events, mut told) = mpsc::channel::<AttemptEvent>(1_024);
    let (_controls, control) = mpsc::channel(1);
    forget_peak()?;
    let started = Instant::now();
    let spares = Spares::none();
    let attempt = attempt(&door, &leases, &spares, request, &ports, events, control);
    let listen = async { while told.recv().await.is_some() {} };
    let (outcome, ()) = tokio::join!(Box::pin(attempt), listen);
    let rate = rate(bytes, started);
    let peak = peak()?;
    if outcome.reason.code() != "succeeded" {
        return Err(outcome.message.into());
    }
    let expected = bytes / line * line;
    let lost = expected.abs_diff(kept(&run.join("a1/log.jsonl"))?);
    fs::remove_dir_all(&run)?;
    let name = |what: &str| format!("{secrets} secrets, {what}");
    let lines = format!("lines of {line} B");
    Ok(vec![
        Series::new(name(&lines), "MB/s", vec![rate]),
        Series::new(name(&format!("{lines}, memory at most")), "MiB", vec![peak]),
        Series::new(
            name(&format!("{lines}, lost")),
            "bytes",
            vec![megabytes(lost) * 1e6],
        ),
    ])
}

fn request(setup: &Setup, bytes: u64, line: u64, secrets: usize) -> Done<Request> {
    let run = RunId::from_bits(1);
    let program = std::env::current_exe()?;
    let program = program.to_str().ok_or("the program has no name")?;
    let names: Vec<String> = (0..secrets)
        .map(|number| format!("token-{number}"))
        .collect();
    let tokens: Vec<_> = (0..secrets)
        .map(|at| json!({ "name": names[at], "env": format!("TOKEN_{at}") }))
        .collect();
    let spec: TaskSpec = serde_json::from_value(json!({
        "name": "flood", "kind": "command", "program": program,
        "args": ["write", bytes.to_string(), line.to_string()], "tokens": tokens,
    }))?;
    let known: Vec<TokenName> = spec.token_names().cloned().collect();
    let around = Surroundings {
        task_version: 1,
        run: Some(run),
        profile: None::<&Profile>,
        proxy: None::<&Proxy>,
        pool: None,
        tokens: &known,
        params: &BTreeMap::new(),
        program: Some(program),
        browser: None,
        visible: false,
    };
    Ok(Request {
        run,
        attempt: 1,
        plan: Plan::resolve(&spec, &around).map_err(|error| format!("{error:?}"))?,
        marker: format!("{}/", setup.folder.display()),
        places: Places {
            data: setup.folder.join("output"),
            scratch: setup.scratch.clone(),
            node_tools: None,
            python_tools: None,
        },
        chrome: None,
        limits: OutputLimits {
            // No limit, so that every byte can be found again.
            log: Quota(u64::MAX),
        },
    })
}

/// The most that this process has had in memory begins anew (proc(5), `clear_refs`).
fn forget_peak() -> Done<()> {
    Ok(fs::write("/proc/self/clear_refs", "5")?)
}

/// In MiB.
fn peak() -> Done<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u32>().ok());
    Ok(f64::from(kib.ok_or("the system does not tell the memory")?) / 1024.0)
}
