//! Where measurements happen: a door, profiles, and whole attempts as the engine makes them.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use drover_browser::extensions::Installed;
use drover_browser::{BoxFuture, CryptMode, LaunchOptions, Leases, Rules, Visibility};
use drover_model::overrides::{Overrides, Viewport};
use drover_model::{
    Plan, Profile, ProfileId, Proxy, RunId, StopIntent, Surroundings, TaskSpec, TokenName,
};
use drover_runner::process::{Audience, Door};
use drover_runner::{
    AttemptEvent, Chrome, Control, Ledger, NoStart, Opening, Outcome, OutputLimits, Places, Ports,
    Request, Secrets, SpareRules, Spares, attempt,
};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::timed::timed;
use crate::{Done, Setup};

/// Nothing here takes as long; what does hangs.
const PATIENCE: Duration = Duration::from_mins(2);

/// One door, and leases with and without warm browsers.
pub(crate) struct Place {
    pub(crate) setup: Setup,
    pub(crate) door: Door,
    /// Every run starts and stops its browser.
    pub(crate) cold: Leases,
    /// Browsers stay, with as many uses as a measurement needs.
    pub(crate) warm: Leases,
    /// Every script starts its own Node.
    pub(crate) none: Spares,
    /// A Node is kept ready for the next script.
    pub(crate) ready: Spares,
    /// The actual switches, read from the first browser.
    pub(crate) arguments: Vec<String>,
    /// Who comes first in a comparison.
    pub(crate) turn: AtomicU32,
    runs: AtomicU32,
}

/// What one attempt was like.
pub(crate) struct Ran {
    pub(crate) outcome: Outcome,
    pub(crate) took: Duration,
    pub(crate) outputs: BTreeMap<String, Value>,
    pictures: Vec<PathBuf>,
}

/// A run has no secrets here.
struct NoSecrets;

impl Secrets for NoSecrets {
    fn get(&self, _: &TokenName) -> BoxFuture<'_, Result<SecretString, String>> {
        Box::pin(std::future::ready(Err("no secrets here".to_owned())))
    }
}

/// Commits at once: what a commit costs is measured by the queue's suite.
struct NoLedger;

impl Ledger for NoLedger {
    fn commit_running(&self) -> BoxFuture<'_, Result<(), NoStart>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn commit_stopping(&self, _: StopIntent) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

impl Place {
    pub(crate) fn new(setup: Setup) -> Done<Self> {
        fs::create_dir_all(&setup.folder)?;
        fs::create_dir_all(&setup.scratch)?;
        let rules = |idle| Rules {
            idle,
            uses: u32::MAX,
            memory: 0,
        };
        Ok(Self {
            setup,
            door: Door::open(std::env::vars_os().collect())?,
            cold: Leases::new(rules(Duration::ZERO)),
            warm: Leases::new(rules(Duration::from_hours(1))),
            none: Spares::none(),
            ready: Spares::new(SpareRules {
                memory: 0,
                ..SpareRules::default()
            }),
            arguments: Vec::new(),
            turn: AtomicU32::new(0),
            runs: AtomicU32::new(0),
        })
    }

    pub(crate) async fn close(&self) {
        self.ready.clear();
        self.warm.close_all().await;
    }

    /// The user-data-dir of a profile, by number.
    pub(crate) fn profile(&self, number: u32) -> PathBuf {
        self.setup.folder.join(format!("profile-{number}"))
    }

    /// Every page has the same size, whoever drives it.
    pub(crate) fn overrides(&self) -> Overrides {
        let (width, height) = self.setup.size;
        Overrides {
            viewport: Some(Viewport {
                width,
                height,
                scale_percent: 100,
                mobile: false,
            }),
            ..Overrides::default()
        }
    }

    fn chrome(&self, profile: u32) -> Chrome {
        Chrome {
            program: self.setup.program.clone(),
            folder: self.profile(profile),
            sandbox: self.setup.sandbox,
            crypt: CryptMode::Portable,
            cache_limit: None,
            upstream: None,
            extensions: Installed::default(),
            extensions_home: self.setup.folder.join("extensions"),
            quiet: true,
        }
    }

    /// How a run starts the browser of a profile.
    pub(crate) fn options(&self, folder: PathBuf) -> LaunchOptions {
        let opening = Opening {
            profile: ProfileId::from_bits(1),
            visibility: Visibility::Headless,
            start_urls: Vec::new(),
            overrides: self.overrides(),
            marker: self.marker(),
            start_limit: PATIENCE,
        };
        LaunchOptions {
            folder,
            ..self.chrome(1).wanted(&self.door, opening).options
        }
    }

    pub(crate) fn browser_environment(&self) -> Vec<(std::ffi::OsString, std::ffi::OsString)> {
        let environment = self.door.environment(Audience::Browser);
        environment.into_iter().collect()
    }

    fn marker(&self) -> String {
        format!("{}/", self.setup.folder.display())
    }

    /// One attempt at a task of built-in steps; `watch` sees its events and may send controls.
    pub(crate) async fn run(
        &self,
        leases: &Leases,
        profile: u32,
        steps: &Value,
        watch: impl FnMut(&AttemptEvent, &mpsc::Sender<Control>),
    ) -> Done<Ran> {
        let task = json!({ "kind": "steps", "steps": steps });
        self.attempt(leases, &self.none, profile, &task, watch)
            .await
    }

    async fn attempt(
        &self,
        leases: &Leases,
        spares: &Spares,
        profile: u32,
        task: &Value,
        mut watch: impl FnMut(&AttemptEvent, &mpsc::Sender<Control>),
    ) -> Done<Ran> {
        let request = self.request(profile, task)?;
        let (run, data) = (request.run, request.places.data.clone());
        let ports = Ports {
            secrets: Arc::new(NoSecrets),
            ledger: Arc::new(NoLedger),
        };
        let (events, mut told) = mpsc::channel(64);
        let (controls, control) = mpsc::channel(8);
        let listen = async {
            let (mut outputs, mut pictures) = (BTreeMap::new(), Vec::new());
            while let Some(event) = told.recv().await {
                watch(&event, &controls);
                match event {
                    AttemptEvent::Output { name, value } => {
                        outputs.insert(name, value);
                    }
                    AttemptEvent::Artifact(artifact) => pictures.push(data.join(artifact.path)),
                    _ => {}
                }
            }
            (outputs, pictures)
        };
        let both = async {
            let attempt = attempt(&self.door, leases, spares, request, &ports, events, control);
            // On the heap, because it is large and stands in many futures here.
            tokio::join!(timed(Box::pin(attempt)), listen)
        };
        let ((outcome, took), (outputs, pictures)) = tokio::time::timeout(PATIENCE, both)
            .await
            .map_err(|_| "the attempt hangs")?;
        let ran = Ran {
            outcome,
            took,
            outputs,
            pictures,
        };
        let checked = self.check_pictures(&ran);
        fs::remove_dir_all(drover_runner::run_folder(&data, run)).ok(); // there may be nothing
        checked.map(|()| ran)
    }

    /// The same, and it has to succeed.
    pub(crate) async fn run_well(&self, leases: &Leases, profile: u32, steps: &Value) -> Done<Ran> {
        well(self.run(leases, profile, steps, |_, _| ()).await?)
    }

    /// One attempt at any task, which has to succeed.
    pub(crate) async fn run_task(
        &self,
        leases: &Leases,
        spares: &Spares,
        profile: u32,
        task: &Value,
    ) -> Done<Ran> {
        let ran = self.attempt(leases, spares, profile, task, |_, _| ());
        well(ran.await?)
    }

    fn check_pictures(&self, ran: &Ran) -> Done<()> {
        for picture in &ran.pictures {
            self.check_picture(&fs::read(picture)?)?;
        }
        Ok(())
    }

    /// It has the size of the page.
    pub(crate) fn check_picture(&self, png: &[u8]) -> Done<()> {
        let number = |at: usize| Some(u32::from_be_bytes(png.get(at..at + 4)?.try_into().ok()?));
        let size = number(16).zip(number(20));
        if size == Some(self.setup.size) {
            return Ok(());
        }
        Err(format!("the picture is {size:?} instead of {:?}", self.setup.size).into())
    }

    fn request(&self, profile: u32, task: &Value) -> Done<Request> {
        let number = self.runs.fetch_add(1, Ordering::Relaxed) + 1;
        let run = RunId::from_bits(u128::from(number));
        let mut task = task.clone();
        task["name"] = json!("bench");
        task["profiles"] = json!({ "names": ["bench"] });
        let spec: TaskSpec = serde_json::from_value(task)?;
        let owner: Profile = serde_json::from_value(json!({
            "id": ProfileId::from_bits(u128::from(profile)), "name": "bench", "browser": "auto", "proxy": null,
            "tags": [], "start_urls": [], "tokens": [], "notes": "", "overrides": self.overrides(),
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "removed_at": null,
            "last_used_at": null
        }))?;
        let plan = Plan::resolve(
            &spec,
            &Surroundings {
                task_version: 1,
                run: Some(run),
                profile: Some(&owner),
                proxy: None::<&Proxy>,
                pool: None,
                tokens: &[],
                params: &BTreeMap::new(),
                program: None,
                browser: None,
                visible: false,
            },
        )
        .map_err(|error| format!("{error:?}"))?;
        Ok(Request {
            run,
            attempt: 1,
            plan,
            marker: self.marker(),
            places: Places {
                data: self.setup.folder.join("data"),
                scratch: self.setup.scratch.clone(),
                node_tools: None,
                python_tools: None,
            },
            chrome: Some(self.chrome(profile)),
            limits: OutputLimits::default(),
        })
    }
}

fn well(ran: Ran) -> Done<Ran> {
    if ran.outcome.reason.code() != "succeeded" {
        return Err(ran.outcome.message.into());
    }
    Ok(ran)
}
