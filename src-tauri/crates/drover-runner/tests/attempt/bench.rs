//! A bench for attempts: a data folder of its own, a map for a keychain, and everything that was told.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use drover_browser::extensions::Installed;
use drover_browser::{BoxFuture, CryptMode, Lead, Leases, Rules, Sandbox};
use drover_egress::Upstream;
use drover_model::run::{Artifact, StepState};
use drover_model::{
    LogLine, Plan, Profile, ProfileId, Proxy, RunId, StopIntent, Stream, Surroundings, TaskSpec,
    TokenName,
};
use drover_runner::capture::read_log;
use drover_runner::process::{Door, Environment};
use drover_runner::{
    AttemptEvent, Chrome, Control, Ledger, NoStart, Outcome, OutputLimits, Places, Ports, Request,
    Secrets, SpareRules, Spares, attempt, run_folder,
};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// No attempt of these tests needs as long; one that does hangs. At night they print a thousand times as much.
fn patience() -> Duration {
    Duration::from_mins(if rounds() >= 100 { 20 } else { 2 })
}

pub(crate) struct Bench {
    pub(crate) place: tempfile::TempDir,
    secrets: BTreeMap<String, String>,
    pub(crate) params: BTreeMap<String, Value>,
    upstream: Option<Upstream>,
    forgets_logs: bool,
    /// The environment of the tests stands for Drover's own.
    pub(crate) managed_python: bool,
    run: RunId,
    attempts: AtomicU32,
    pub(crate) door: Door,
    pub(crate) leases: Leases,
    pub(crate) spares: Spares,
}

/// What an attempt was like.
pub(crate) struct Ran {
    pub(crate) outcome: Outcome,
    pub(crate) events: Vec<AttemptEvent>,
    pub(crate) lines: Vec<LogLine>,
    pub(crate) ledger: Vec<String>,
    data: PathBuf,
}

struct Keychain(BTreeMap<String, String>);

impl Secrets for Keychain {
    fn get(&self, name: &TokenName) -> BoxFuture<'_, Result<SecretString, String>> {
        let value = self
            .0
            .get(name.as_str())
            .map(|value| SecretString::from(value.as_str()));
        Box::pin(std::future::ready(
            value.ok_or_else(|| "the keychain is locked".to_owned()),
        ))
    }
}

#[derive(Default)]
struct Book {
    entries: Mutex<Vec<String>>,
    refuses: Option<NoStart>,
}

impl Ledger for Book {
    fn commit_running(&self) -> BoxFuture<'_, Result<(), NoStart>> {
        self.entries.lock().unwrap().push("running".to_owned());
        let answer = self.refuses.clone().map_or(Ok(()), Err);
        Box::pin(std::future::ready(answer))
    }

    fn commit_stopping(&self, intent: StopIntent) -> BoxFuture<'_, ()> {
        self.entries
            .lock()
            .unwrap()
            .push(format!("stopping {intent:?}"));
        Box::pin(std::future::ready(()))
    }
}

/// What a test does while an attempt goes on: it sees each event and may send controls.
pub(crate) type Watcher<'a> = Box<dyn FnMut(&AttemptEvent, &mpsc::Sender<Control>) + Send + 'a>;

impl Bench {
    pub(crate) fn new() -> Self {
        Self {
            place: tempfile::tempdir().unwrap(),
            secrets: BTreeMap::new(),
            params: BTreeMap::new(),
            upstream: None,
            forgets_logs: false,
            managed_python: false,
            run: RunId::from_bits(0x0193_4f00_0000_0000_1234_5678_9abc_def0),
            attempts: AtomicU32::new(0),
            door: Door::open(own_environment()).unwrap(),
            leases: Leases::new(Rules {
                idle: Duration::ZERO,
                memory: 0,
                ..Rules::default()
            }),
            spares: Spares::none(),
        }
    }

    /// Keeps a Node ready for the next script.
    pub(crate) fn with_spares(mut self) -> Self {
        self.spares = Spares::new(SpareRules {
            memory: 0,
            ..SpareRules::default()
        });
        self
    }

    pub(crate) fn secret(mut self, name: &str, value: &str) -> Self {
        self.secrets.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Keeps the browser warm between attempts.
    pub(crate) fn warm(mut self) -> Self {
        self.leases = Leases::new(Rules {
            memory: 0,
            ..Rules::default()
        });
        self
    }

    /// Lets batches of output go when the watcher has seen them.
    pub(crate) fn forgetting_logs(mut self) -> Self {
        self.forgets_logs = true;
        self
    }

    pub(crate) fn behind(mut self, upstream: Upstream) -> Self {
        self.upstream = Some(upstream);
        self
    }

    /// Writes a file of the user's and gives its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.place.path().join("user").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// As [`Self::file`], in a folder whose virtual environment has Playwright.
    pub(crate) fn python_file(&self, name: &str, text: &str) -> String {
        let file = self.file(name, text);
        let venv = self.place.path().join("user/.venv");
        if !venv.exists() {
            std::os::unix::fs::symlink(python_tools(), venv).unwrap();
        }
        file
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.place.path().join("data")
    }

    pub(crate) async fn run(&self, task: Value) -> Ran {
        self.run_watched(task, Box::new(|_, _| ())).await
    }

    pub(crate) async fn run_refused(&self, task: Value, why: NoStart) -> Ran {
        self.go(task, Box::new(|_, _| ()), Some(why)).await
    }

    pub(crate) async fn run_watched(&self, task: Value, watcher: Watcher<'_>) -> Ran {
        self.go(task, watcher, None).await
    }

    async fn go(&self, task: Value, mut watcher: Watcher<'_>, refuses: Option<NoStart>) -> Ran {
        let request = self.request(task);
        let book = Arc::new(Book {
            entries: Mutex::default(),
            refuses,
        });
        let ports = Ports {
            secrets: Arc::new(Keychain(self.secrets.clone())),
            ledger: book.clone(),
        };
        let (events, mut told) = mpsc::channel(64);
        let (controls, control) = mpsc::channel(8);
        let listen = async {
            let mut events = Vec::new();
            while let Some(event) = told.recv().await {
                watcher(&event, &controls);
                if !(self.forgets_logs && matches!(event, AttemptEvent::Log(_))) {
                    events.push(event);
                }
            }
            events
        };
        let both = async {
            let attempt = attempt(
                &self.door,
                &self.leases,
                &self.spares,
                request,
                &ports,
                events,
                control,
            );
            // On the heap, because it is large and stands in many futures here.
            tokio::join!(Box::pin(attempt), listen)
        };
        let (outcome, events) = tokio::time::timeout(patience(), both)
            .await
            .expect("the attempt hangs");
        let mut lines = read_log(&run_folder(&self.data(), self.run), 1, 100_000)
            .unwrap()
            .lines;
        lines.retain(|line| line.attempt == self.attempts.load(Ordering::Relaxed));
        let ledger = book.entries.lock().unwrap().clone();
        assert_eq!(outcome.survivors, Vec::<u32>::new(), "nobody is left");
        self.spares.settled().await;
        let scratch = std::fs::read_dir(self.place.path().join("s"))
            .unwrap()
            .count();
        assert_eq!(scratch, self.spares.waiting(), "the private folder is gone");
        Ran {
            outcome,
            events,
            lines,
            ledger,
            data: self.data(),
        }
    }

    fn request(&self, task: Value) -> Request {
        let plan = self.plan(task);
        let scratch = self.place.path().join("s");
        std::fs::create_dir_all(&scratch).unwrap();
        let chrome = plan.profile.as_ref().map(|_| Chrome {
            program: on_path("chromium"),
            folder: self.place.path().join("profile"),
            // Chrome has no sandbox for root, as which build machines run.
            sandbox: if rustix::process::geteuid().is_root() {
                Sandbox::Off
            } else {
                Sandbox::On
            },
            crypt: CryptMode::Portable,
            cache_limit: None,
            upstream: self.upstream.clone().map(|upstream| Lead {
                proxy: drover_model::ProxyId::from_bits(1),
                route: upstream.into(),
                notice: self.leases.notice(),
            }),
            extensions: Installed::default(),
            extensions_home: self.place.path().join("extensions"),
            quiet: true,
        });
        Request {
            run: self.run,
            attempt: self.attempts.fetch_add(1, Ordering::Relaxed) + 1,
            plan,
            marker: format!("drover-test-{}/", std::process::id()),
            places: Places {
                data: self.data(),
                scratch,
                node_tools: Some(node_tools()),
                python_tools: self.managed_python.then(python_tools),
            },
            chrome,
            limits: OutputLimits::default(),
        }
    }

    /// Kinds without a program of their own get a profile, unless the task says otherwise.
    fn plan(&self, mut task: Value) -> Plan {
        task["name"] = json!("test");
        let with_profile = task["profiles"].is_object();
        let spec: TaskSpec = serde_json::from_value(task).unwrap();
        let profile: Profile = serde_json::from_value(json!({
            "id": ProfileId::from_bits(7), "name": "anna", "browser": "auto", "proxy": null, "tags": [],
            "start_urls": [], "tokens": [], "notes": "", "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z", "removed_at": null, "last_used_at": null
        }))
        .unwrap();
        let tokens: Vec<TokenName> = spec.token_names().cloned().collect();
        let program = match &spec.work {
            drover_model::Work::Command(command) if command.shell => Some("/bin/sh".to_owned()),
            drover_model::Work::Command(command) => Some(command.program.clone()),
            _ => None,
        };
        let around = Surroundings {
            task_version: 1,
            run: Some(self.run),
            profile: with_profile.then_some(&profile),
            proxy: None::<&Proxy>,
            pool: None,
            tokens: &tokens,
            params: &self.params,
            program: program.as_deref(),
            browser: None,
            visible: false,
        };
        Plan::resolve(&spec, &around).unwrap()
    }
}

impl Ran {
    pub(crate) fn log(&self, stream: Stream) -> Vec<&str> {
        self.lines
            .iter()
            .filter(|line| line.stream == stream)
            .map(|line| line.text.as_str())
            .collect()
    }

    /// The whole log, for the message of a failed assertion.
    pub(crate) fn all(&self) -> String {
        let lines = self
            .lines
            .iter()
            .map(|line| format!("{:>6} {:>6} {}", line.t_ms, line.stream.key(), line.text));
        format!(
            "{:#?}\n{}",
            self.outcome,
            lines.collect::<Vec<_>>().join("\n")
        )
    }

    pub(crate) fn outputs(&self) -> BTreeMap<String, Value> {
        let outputs = self.events.iter().filter_map(|event| match event {
            AttemptEvent::Output { name, value } => Some((name.clone(), value.clone())),
            _ => None,
        });
        outputs.collect()
    }

    pub(crate) fn artifacts(&self) -> Vec<Artifact> {
        let artifacts = self.events.iter().filter_map(|event| match event {
            AttemptEvent::Artifact(artifact) => Some(artifact.clone()),
            _ => None,
        });
        artifacts.collect()
    }

    /// The bytes of the only screenshot whose name ends so.
    pub(crate) fn screenshot(&self, end: &str) -> Vec<u8> {
        let all = self.artifacts();
        let found: Vec<_> = all
            .iter()
            .filter(|a| a.kind == "screenshot" && a.path.ends_with(end))
            .collect();
        assert_eq!(
            found.len(),
            1,
            "one screenshot `{end}` among {all:?}\n{}",
            self.all()
        );
        let bytes = std::fs::read(self.data.join(&found[0].path)).unwrap();
        assert_eq!(bytes.len() as u64, found[0].bytes);
        assert!(bytes.starts_with(b"\x89PNG"), "it is a picture");
        bytes
    }

    /// The newest state of each step, by title.
    pub(crate) fn steps(&self) -> Vec<(String, StepState)> {
        let mut rows = BTreeMap::new();
        for event in &self.events {
            if let AttemptEvent::Step(row) = event {
                rows.insert(row.index, (row.title.clone(), row.state));
            }
        }
        rows.into_values().collect()
    }

    pub(crate) fn succeeded(&self) -> &Self {
        assert_eq!(self.outcome.reason.code(), "succeeded", "{}", self.all());
        self
    }

    pub(crate) fn ended(&self, code: &str) -> &Self {
        assert_eq!(self.outcome.reason.code(), code, "{}", self.all());
        self
    }

    /// No file of the data folder and no event holds the text.
    pub(crate) fn nowhere(&self, text: &str) {
        let mut folders = vec![self.data.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let bytes = std::fs::read(&path).unwrap();
                    let found = bytes
                        .windows(text.len())
                        .any(|part| part == text.as_bytes());
                    assert!(!found, "`{}` holds the secret", path.display());
                }
            }
        }
        assert!(
            !format!("{:?} {:?}", self.events, self.outcome).contains(text),
            "an event holds the secret"
        );
    }
}

pub(crate) fn own_environment() -> Environment {
    std::env::vars_os().collect()
}

pub(crate) fn on_path(name: &str) -> PathBuf {
    let own = own_environment();
    drover_runner::node::on_path(&own[&OsString::from("PATH")], name)
        .unwrap_or_else(|| panic!("`{name}` is not installed"))
}

/// Where `cargo xtask test` has installed Playwright for Python: a virtual environment.
pub(crate) fn python_tools() -> PathBuf {
    let tools = own_environment().remove(&OsString::from("DROVER_PYTHON_TOOLS"));
    let tools = PathBuf::from(tools.expect(
        "set DROVER_PYTHON_TOOLS to a virtual environment with playwright, pytest and pytest-playwright",
    ));
    assert!(
        tools.join("bin/pytest").is_file(),
        "`{}` lacks pytest",
        tools.display()
    );
    tools
}

/// Where `cargo xtask test` has installed Playwright.
pub(crate) fn node_tools() -> PathBuf {
    let tools = own_environment().remove(&OsString::from("DROVER_NODE_TOOLS"));
    let tools = PathBuf::from(
        tools.expect("set DROVER_NODE_TOOLS to a folder with node_modules/@playwright/test"),
    );
    assert!(
        Path::new(&tools)
            .join("node_modules/@playwright/test")
            .is_dir(),
        "`{}` lacks Playwright",
        tools.display()
    );
    tools
}

/// How often tests of endurance repeat themselves.
#[expect(
    clippy::disallowed_methods,
    reason = "how often is the caller's choice"
)]
pub(crate) fn rounds() -> u32 {
    std::env::var("DROVER_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(3)
}
