//! A small `Spawn` for tests: a process group, inherited ends, the tail of standard error.

use std::{
    fs, io,
    io::Read as _,
    os::unix::process::{CommandExt as _, ExitStatusExt as _},
    process::{Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use command_fds::{CommandFdExt as _, FdMapping};
use drover_browser::{BoxFuture, Exit, Process, ProcessIdentity, Spawn, SpawnRequest};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::sync::watch;

/// How many were started.
static STARTED: AtomicU64 = AtomicU64::new(0);

/// Starts processes.
pub(crate) struct Door;

struct Child {
    identity: ProcessIdentity,
    exit: watch::Receiver<Option<Exit>>,
    stderr: Arc<Mutex<Vec<u8>>>,
}

impl Spawn for Door {
    fn spawn(&self, request: SpawnRequest) -> BoxFuture<'_, io::Result<Arc<dyn Process>>> {
        Box::pin(async move { start(request) })
    }
}

fn start(request: SpawnRequest) -> io::Result<Arc<dyn Process>> {
    let SpawnRequest {
        program,
        args,
        env,
        folder,
        fds,
        marker,
        stderr_tail,
    } = request;
    // As the real door does: the end of one process must not take a later one of the same marker along.
    let marker = format!("{marker}#{}", STARTED.fetch_add(1, Ordering::Relaxed));
    #[expect(clippy::disallowed_methods, reason = "the tests' own door")]
    let mut command = Command::new(&program);
    command
        .args(args)
        .env_clear()
        .envs(env)
        .env("DROVER_MARKER", &marker)
        .current_dir(folder)
        .process_group(0);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let fds = fds
        .into_iter()
        .map(|(child_fd, parent_fd)| FdMapping {
            parent_fd,
            child_fd,
        })
        .collect();
    command.fd_mappings(fds).map_err(io::Error::other)?;
    let mut child = command.spawn()?;
    drop(command); // it holds our copies of the child's ends
    let pid = child.id();
    let stderr = Arc::new(Mutex::new(Vec::new()));
    let mut output = child.stderr.take().unwrap();
    let tail = stderr.clone();
    let (said_all, all_said) = mpsc::channel();
    thread::spawn(move || {
        let mut chunk = [0; 4096];
        while let Ok(count @ 1..) = output.read(&mut chunk) {
            let mut tail = tail.lock().unwrap();
            tail.extend_from_slice(&chunk[..count]);
            let surplus = tail.len().saturating_sub(stderr_tail);
            tail.drain(..surplus);
        }
        said_all.send(()).ok(); // nobody waits any more
    });
    let (sender, exit) = watch::channel(None);
    thread::spawn(move || {
        let status = child.wait().unwrap();
        // What it said last is still on its way; a helper that lives on would keep the pipe open.
        all_said.recv_timeout(Duration::from_millis(500)).ok();
        let exit = status
            .code()
            .map_or_else(|| Exit::Signal(status.signal().unwrap()), Exit::Code);
        sender.send_replace(Some(exit));
    });
    Ok(Arc::new(Child {
        identity: ProcessIdentity {
            pid,
            started: started(pid),
            program,
            marker,
        },
        exit,
        stderr,
    }))
}

impl Child {
    fn group(&self) -> Pid {
        Pid::from_raw(self.identity.pid.cast_signed()).unwrap()
    }
}

impl Process for Child {
    fn identity(&self) -> &ProcessIdentity {
        &self.identity
    }

    fn wait(&self) -> BoxFuture<'_, Exit> {
        let mut exit = self.exit.clone();
        Box::pin(async move { exit.wait_for(Option::is_some).await.unwrap().unwrap() })
    }

    fn terminate(&self) {
        kill_process_group(self.group(), Signal::TERM).ok(); // it may be gone
    }

    fn kill(&self) {
        kill_process_group(self.group(), Signal::KILL).ok(); // it may be gone
        for pid in self.survivors() {
            kill_process(Pid::from_raw(pid.cast_signed()).unwrap(), Signal::KILL).ok(); // it may be gone
        }
    }

    fn survivors(&self) -> Vec<u32> {
        let marker = format!("DROVER_MARKER={}", self.identity.marker);
        let marked = |pid: u32| {
            let env = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            env.split(|byte| *byte == 0)
                .any(|entry| entry == marker.as_bytes())
        };
        let pids = fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        pids.filter(|pid| match stat(*pid) {
            Some(stat) => {
                stat[0] != "Z" && (stat[2] == self.identity.pid.to_string() || marked(*pid))
            }
            None => false,
        })
        .collect()
    }

    fn stderr_tail(&self) -> String {
        String::from_utf8_lossy(&self.stderr.lock().unwrap()).into_owned()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill(); // also when a test fails
    }
}

/// The fields after the name: state, parent, group and so on.
fn stat(pid: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(
        stat.rsplit_once(") ")?
            .1
            .split(' ')
            .map(str::to_owned)
            .collect(),
    )
}

fn started(pid: u32) -> u64 {
    stat(pid)
        .and_then(|stat| stat[19].parse().ok())
        .unwrap_or_default()
}
