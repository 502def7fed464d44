//! From a profile folder to a browser that answers.

use std::{
    ffi::OsString,
    fs, io,
    net::SocketAddr,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use drover_model::overrides::Overrides;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::unix::pipe,
    sync::watch,
    time::timeout,
};

use crate::{
    ChildEnd, CryptMode, Error, Exit, Process, Result, Sandbox, Spawn, SpawnRequest, Visibility,
    cdp::{
        CdpError, Mux, Session,
        protocol::{
            BrowserVersion, CreateTarget, GetTargets, GetVersion, Navigate, SetDiscoverTargets,
            TargetCreated,
        },
    },
    flags::{FlagInput, flags},
    lock,
    overrides::keep,
};

/// Chrome says in the last lines why it does not start.
const STDERR_TAIL: usize = 8 * 1024;
/// A browser that answers opens its first tab at once; without one by then, one is made.
const FIRST_TAB: Duration = Duration::from_secs(3);
/// A browser that ended or was killed has little left to clean up.
const END_LIMIT: Duration = Duration::from_secs(5);

/// What to launch and how.
#[derive(Clone, Debug)]
pub struct LaunchOptions {
    /// The browser, absolute; see [`crate::find`].
    pub program: PathBuf,
    /// The user-data-dir, absolute. Made with mode 0700 when it is missing.
    pub folder: PathBuf,
    /// Window or not.
    pub visibility: Visibility,
    /// On, outside tests and the explained override.
    pub sandbox: Sandbox,
    /// Where the cookies' key is kept; the same at every start of a profile.
    pub crypt: CryptMode,
    /// Bytes that its cache of pages may have; none leaves it to Chrome.
    pub cache_limit: Option<u64>,
    /// The egress gateway, on 127.0.0.1. None only for a profile without a proxy.
    pub proxy: Option<SocketAddr>,
    /// What pages see instead of this machine's own.
    pub overrides: Overrides,
    /// Opened in this order: the first in the first tab, the others in tabs of their own.
    pub start_urls: Vec<String>,
    /// Switches off Chrome's own requests, for tests.
    pub quiet: bool,
    /// An operator's further arguments. One that names a flag Drover owns is an error.
    pub arguments: Vec<String>,
    /// The whole environment of the browser.
    pub env: Vec<(OsString, OsString)>,
    /// Marks the browser's processes: the profile's id, since a warm browser outlives runs.
    pub marker: String,
    /// How long until the first answer.
    pub start_limit: Duration,
}

/// A browser that answers.
pub(crate) struct Launched {
    pub process: Arc<dyn Process>,
    pub mux: Mux,
    pub version: BrowserVersion,
    pub folder: PathBuf,
    /// Whether the overrides are in force in the first tab too.
    pub settled: watch::Receiver<bool>,
    /// The first tab, while it is empty.
    pub empty: Option<String>,
}

/// Checks folder and lock, starts the browser and waits for its first answer. After an error no process is left.
pub(crate) async fn launch(spawn: &dyn Spawn, options: &LaunchOptions) -> Result<Launched> {
    let folder = prepare_folder(options)?;
    let arguments = flags(&FlagInput {
        folder: &folder,
        visibility: options.visibility,
        sandbox: options.sandbox,
        crypt: options.crypt,
        proxy: options.proxy,
        language: options.overrides.language.as_deref(),
        cache_limit: options.cache_limit,
        quiet: options.quiet,
        arguments: &options.arguments,
    })?;
    let failed = |source| Error::Start {
        program: options.program.clone(),
        source,
    };
    // Chrome reads commands on 3 and writes answers on 4.
    let (commands_theirs, commands_ours) = one_way_pipe().map_err(failed)?;
    let (answers_ours, answers_theirs) = one_way_pipe().map_err(failed)?;
    let request = SpawnRequest {
        program: options.program.clone(),
        args: arguments,
        env: environment(options),
        folder: folder.clone(),
        fds: vec![(3, commands_theirs), (4, answers_theirs)],
        marker: options.marker.clone(),
        stderr_tail: STDERR_TAIL,
    };
    let (answers, commands) = (
        reader(answers_ours).map_err(failed)?,
        writer(commands_ours).map_err(failed)?,
    );
    let process = spawn.spawn(request).await.map_err(failed)?;
    let mux = Mux::start(answers, commands);
    let starting = Starting {
        process: process.clone(),
        mux: mux.clone(),
        answered: false,
    };
    match first_answer(&mux, process.as_ref(), options).await {
        Ok((version, settled, empty)) => {
            starting.answered();
            Ok(Launched {
                process,
                mux,
                version,
                folder,
                settled,
                empty,
            })
        }
        Err(error) => {
            drop(starting);
            if timeout(END_LIMIT, process.wait()).await.is_err() {
                tracing::warn!(survivors = ?process.survivors(), "a browser that did not start did not end either");
            }
            Err(error)
        }
    }
}

/// The time zone goes by the environment, too, because workers cannot be told by CDP.
fn environment(options: &LaunchOptions) -> Vec<(OsString, OsString)> {
    let mut env = options.env.clone();
    if let Some(zone) = &options.overrides.time_zone {
        env.retain(|(name, _)| name != "TZ");
        env.push(("TZ".into(), zone.into()));
    }
    env
}

/// Ends a browser whose start failed, or was given up by the one who waited for it.
struct Starting {
    process: Arc<dyn Process>,
    mux: Mux,
    answered: bool,
}

impl Starting {
    fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        if !self.answered {
            self.mux.end();
            self.process.kill();
        }
    }
}

async fn first_answer(
    mux: &Mux,
    process: &dyn Process,
    options: &LaunchOptions,
) -> Result<(BrowserVersion, watch::Receiver<bool>, Option<String>)> {
    let start = async {
        let root = mux.root();
        // The limit of the whole start stands around it.
        let version = root.call_within(&GetVersion {}, Duration::MAX).await?;
        let overrides = &options.overrides;
        let mut settled = if overrides.is_empty() {
            watch::channel(true).1
        } else {
            keep(&root, overrides.clone(), &version.user_agent).await?
        };
        if !options.start_urls.is_empty() {
            // Without start pages nobody waits: a run opens a tab of its own.
            settled.wait_for(|settled| *settled).await.ok(); // the end of the browser ends the waiting
        }
        let empty = open_start_urls(&root, &options.start_urls).await?;
        Ok::<_, CdpError>((version, settled, empty))
    };
    match timeout(options.start_limit, start).await {
        Ok(Ok(started)) => Ok(started),
        Ok(Err(CdpError::Gone)) => Err(match timeout(END_LIMIT, process.wait()).await {
            Ok(exit) => Error::EndedAtStart {
                exit: words(exit),
                stderr: process.stderr_tail(),
            },
            Err(_) => Error::EndedAtStart {
                exit: "its pipe closed".to_owned(),
                stderr: process.stderr_tail(),
            },
        }),
        Ok(Err(source)) if !matches!(source, CdpError::Silent { .. }) => Err(Error::Cdp {
            doing: "open the start pages",
            source,
        }),
        Ok(Err(_)) | Err(_) => Err(Error::StartLimit {
            limit: options.start_limit,
            stderr: process.stderr_tail(),
        }),
    }
}

/// Waits for the first tab, and opens the start pages over the pipe: addresses do not belong on a command line. Without
/// any it answers that tab, which is empty.
async fn open_start_urls(root: &Session, urls: &[String]) -> Result<Option<String>, CdpError> {
    let mut events = root.events()?;
    root.call(&SetDiscoverTargets { discover: true }).await?;
    let targets = root.call(&GetTargets {}).await?.target_infos;
    let open = targets
        .into_iter()
        .find(|target| target.kind == "page")
        .map(|target| target.target_id);
    let next_page = async {
        loop {
            let Ok(event) = events.recv().await else {
                return None;
            };
            let created = event
                .read::<TargetCreated>("Target.targetCreated")
                .map(|created| created.target_info);
            if let Some(page) = created.filter(|target| target.kind == "page") {
                return Some(page.target_id);
            }
        }
    };
    let first = match open {
        Some(page) => page,
        None => match timeout(FIRST_TAB, next_page).await {
            Ok(Some(page)) => page,
            _ => {
                root.call(&CreateTarget {
                    url: "about:blank",
                    background: false,
                })
                .await?
                .target_id
            }
        },
    };
    let Some((url, others)) = urls.split_first() else {
        return Ok(Some(first));
    };
    let page = root.attach(&first).await?;
    // The reply comes only when the server answers, which is not what a start waits for.
    let navigation = async { page.call(&Navigate { url }).await };
    timeout(FIRST_TAB, navigation).await.ok(); // a page that does not load shows that by itself
    page.detach().await?;
    for url in others {
        root.call(&CreateTarget {
            url,
            background: true,
        })
        .await?;
    }
    Ok(None)
}

fn prepare_folder(options: &LaunchOptions) -> Result<PathBuf> {
    let folder = &options.folder;
    lock::refuse_default_roots(folder, &options.env)?;
    let failed = |source| Error::Folder {
        folder: folder.clone(),
        source,
    };
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(failed)?;
    // Canonical, so that the command line names the folder as a later lock check compares it.
    let folder = folder.canonicalize().map_err(failed)?;
    prove_writable(&folder).map_err(failed)?;
    lock::claim(&folder)?;
    Ok(folder)
}

fn prove_writable(folder: &Path) -> io::Result<()> {
    let probe = folder.join(".drover-probe");
    fs::write(&probe, b"")?;
    fs::remove_file(&probe)
}

/// How a process ended, in words.
pub(crate) fn words(exit: Exit) -> String {
    match exit {
        Exit::Code(code) => format!("exit code {code}"),
        Exit::Signal(signal) => format!("signal {signal}"),
    }
}

/// A pipe, as its reading and its writing end. Neither is inherited by a process it is not handed to.
pub(crate) fn one_way_pipe() -> io::Result<(ChildEnd, ChildEnd)> {
    Ok(rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?)
}

/// Drover's reading end of a pipe.
pub(crate) fn reader(end: ChildEnd) -> io::Result<impl AsyncRead + Unpin + Send + 'static> {
    pipe::Receiver::from_owned_fd(end)
}

fn writer(end: ChildEnd) -> io::Result<impl AsyncWrite + Unpin + Send + 'static> {
    pipe::Sender::from_owned_fd(end)
}
