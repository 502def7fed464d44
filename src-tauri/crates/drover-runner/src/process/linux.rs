//! Linux: sessions, the parent-death signal, `/proc`, and signals that cannot hit a stranger.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;

use drover_browser::Exit;
use rustix::process::{
    Pid, PidfdFlags, Resource, Rlimit, Signal, WaitId, WaitIdOptions, WaitOptions, pidfd_open,
    pidfd_send_signal,
};

use super::door::MARKER_VARIABLE;

/// A stack for threads that only wait.
const SMALL_STACK: usize = 128 * 1024;

/// A process that was just started, before anybody owns it.
#[derive(Debug)]
pub(super) struct Spawned {
    pub(super) pid: u32,
    /// Clock ticks since boot, from `/proc/<pid>/stat`; with the pid it names one process for ever.
    pub(super) started: u64,
    pub(super) program: PathBuf,
    pub(super) stdout: Option<OwnedFd>,
    pub(super) stderr: Option<OwnedFd>,
}

impl Spawned {
    pub(super) fn new(mut child: std::process::Child, program: PathBuf) -> io::Result<Self> {
        let pid = child.id();
        // It was not waited for yet, so its entry in `/proc` is there even if it has already ended.
        let started = entry(pid)
            .ok_or_else(|| io::Error::other("the new process is not in `/proc`"))?
            .started;
        let stdout = child.stdout.take().map(OwnedFd::from);
        let stderr = child.stderr.take().map(OwnedFd::from);
        Ok(Self {
            pid,
            started,
            program,
            stdout,
            stderr,
        })
    }
}

/// What a look at `/proc` says about one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) pid: u32,
    pub(super) parent: u32,
    pub(super) group: u32,
    pub(super) session: u32,
    pub(super) started: u64,
}

/// Makes the child leader of a session of its own that dies with Drover, inherits nothing by accident, writes private
/// files, leaves no core, and hands the brand down to whoever descends from it.
#[expect(
    unsafe_code,
    reason = "`pre_exec` is the only way to act between fork and exec"
)]
pub(super) fn isolate(command: &mut Command, parent: u32, brand: u64) {
    let before_exec = move || {
        rustix::process::setsid()?;
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
        // Drover may have died between the fork and the line above; then nobody would send the signal.
        if rustix::process::getppid().map(|pid| pid.as_raw_nonzero().get().cast_unsigned())
            != Some(parent)
        {
            return Err(io::Error::from_raw_os_error(
                rustix::io::Errno::SRCH.raw_os_error(),
            ));
        }
        rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
        // Descriptors that Drover itself inherited are not for its children. Kernels before 5.11 cannot do this; there
        // only what Drover opened is closed.
        // SAFETY: the call changes flags of this process's own descriptors and touches no memory.
        unsafe {
            libc::close_range(
                3,
                libc::c_uint::MAX,
                libc::CLOSE_RANGE_CLOEXEC.cast_signed(),
            )
        };
        rustix::process::setrlimit(
            Resource::Core,
            Rlimit {
                current: Some(0),
                maximum: Some(0),
            },
        )?;
        let branded = Rlimit {
            current: Some(brand),
            maximum: Some(brand),
        };
        // A Drover that was started by another one may already have a smaller brand; then that one stays.
        rustix::process::setrlimit(Resource::Rttime, branded).ok();
        Ok(())
    };
    // SAFETY: the closure runs in the forked child before exec. It calls only thin wrappers of system calls, which
    // are async-signal-safe, takes no lock and allocates nothing; it captures integers by value.
    unsafe { command.pre_exec(before_exec) };
}

/// Waits for this one process, tells its exit, and keeps the zombie until `released` hangs up.
///
/// As long as the zombie is there, the kernel gives its number to nobody else, so a signal to the group cannot hit a
/// stranger. Only this pid is waited for: a wait for any child would steal exit codes from other libraries.
pub(super) fn watch(
    pid: u32,
    told: impl FnOnce(Exit) + Send + 'static,
    released: mpsc::Receiver<()>,
) -> io::Result<()> {
    let Some(pid) = to_pid(pid) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    std::thread::Builder::new()
        .name(format!("wait-{pid}"))
        .stack_size(SMALL_STACK)
        .spawn(move || {
            let status = loop {
                match rustix::process::waitid(
                    WaitId::Pid(pid),
                    WaitIdOptions::EXITED | WaitIdOptions::NOWAIT,
                ) {
                    Err(rustix::io::Errno::INTR) => {}
                    other => break other.ok().flatten(),
                }
            };
            told(match status {
                Some(status) => match (status.exit_status(), status.terminating_signal()) {
                    (Some(code), _) => Exit::Code(code),
                    (None, signal) => Exit::Signal(signal.unwrap_or_default()),
                },
                None => Exit::Signal(0),
            });
            released.recv().ok(); // an error is the message: the owner has let go
            rustix::process::waitpid(Some(pid), WaitOptions::empty()).ok(); // reaped; the code was told above
        })?;
    Ok(())
}

/// Ends a child that nobody took.
pub(super) fn abandon(pid: u32) {
    signal_group(pid, Signal::KILL);
    let (hang_up, released) = mpsc::channel();
    drop(hang_up);
    watch(pid, |_| (), released).ok(); // without a thread it stays a zombie until Drover ends
}

/// Signals a whole group. The caller must still hold the leader's zombie.
pub(super) fn signal_group(group: u32, signal: Signal) {
    if let Some(group) = to_pid(group) {
        rustix::process::kill_process_group(group, signal).ok(); // an empty group is what is wanted
    }
}

/// Signals one process, unless its number has been given to another since it was seen.
pub(super) fn signal_process(seen: Entry, signal: Signal) {
    let Some(pid) = to_pid(seen.pid) else { return };
    // The descriptor pins the process; only then does its start time prove anything.
    let Ok(pinned) = pidfd_open(pid, PidfdFlags::empty()) else {
        return;
    };
    if entry(seen.pid).is_some_and(|now| now.started == seen.started) {
        pidfd_send_signal(pinned, signal).ok(); // it may have ended in between
    }
}

/// Every living process of the machine; zombies are dead.
pub(super) fn living() -> Vec<Entry> {
    let Ok(folder) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    folder
        .filter_map(|item| item.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(living_entry)
        .collect()
}

/// The entry of one process, alive or zombie.
pub(super) fn entry(pid: u32) -> Option<Entry> {
    parse_stat(pid, &std::fs::read(format!("/proc/{pid}/stat")).ok()?).map(|(entry, _)| entry)
}

fn living_entry(pid: u32) -> Option<Entry> {
    let (entry, state) = parse_stat(pid, &std::fs::read(format!("/proc/{pid}/stat")).ok()?)?;
    (!matches!(state, b'Z' | b'X' | b'x')).then_some(entry)
}

/// The name in parentheses may hold anything, so fields are counted from the last closing one.
fn parse_stat(pid: u32, stat: &[u8]) -> Option<(Entry, u8)> {
    let end = stat.iter().rposition(|&byte| byte == b')')?;
    let text = std::str::from_utf8(stat.get(end + 1..)?).ok()?;
    let fields: Vec<&str> = text.split_ascii_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    let small = |index: usize| u32::try_from(number(index)?).ok();
    let entry = Entry {
        pid,
        parent: small(1)?,
        group: small(2)?,
        session: small(3)?,
        started: number(19)?,
    };
    Some((entry, *fields.first()?.as_bytes().first()?))
}

/// Bytes of a process that are in memory, shared ones included.
pub(super) fn resident(pid: u32) -> u64 {
    let pages = std::fs::read_to_string(format!("/proc/{pid}/statm"));
    let pages = pages
        .ok()
        .and_then(|text| text.split_ascii_whitespace().nth(1)?.parse::<u64>().ok());
    pages.unwrap_or(0) * rustix::param::page_size() as u64
}

/// The same with shared ones divided among those who share them.
pub(super) fn share(pid: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// The run marker in the environment a process was started with.
pub(super) fn marker_of(pid: u32) -> Option<String> {
    let environment = std::fs::read(format!("/proc/{pid}/environ")).ok()?;
    let marker = environment.split(|&byte| byte == 0).find_map(|variable| {
        variable
            .strip_prefix(MARKER_VARIABLE.as_bytes())?
            .strip_prefix(b"=")
    })?;
    String::from_utf8(marker.to_vec()).ok()
}

/// The brand a process carries, or a limit of its own in its place.
pub(super) fn brand_of(pid: u32) -> Option<u64> {
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).ok()?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max realtime timeout"))?;
    line.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// Whether a process was started with `--user-data-dir=<folder>`.
pub(super) fn uses_data_dir(pid: u32, folder: &Path) -> bool {
    let Ok(line) = std::fs::read(format!("/proc/{pid}/cmdline")) else {
        return false;
    };
    // Chrome's helpers join their arguments with blanks, so the folder may be followed by one.
    line.split(|&byte| byte == 0 || byte == b' ')
        .any(|argument| {
            argument
                .strip_prefix(b"--user-data-dir=")
                .is_some_and(|value| value == folder.as_os_str().as_bytes())
        })
}

/// Whether nobody but its owner may put a program into this folder.
pub(super) fn only_its_owner_writes(folder: &Path) -> bool {
    std::fs::metadata(folder)
        .is_ok_and(|meta| meta.is_dir() && meta.permissions().mode() & 0o002 == 0)
}

fn to_pid(pid: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(pid).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_and_blanks_does_not_shift_the_fields() {
        let stat = b"42 (a) S (b c) R 7 8 9 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 123456 0 0";
        let expected = Entry {
            pid: 42,
            parent: 7,
            group: 8,
            session: 9,
            started: 123_456,
        };
        assert_eq!(parse_stat(42, stat), Some((expected, b'R')));
    }

    #[tokio::test]
    async fn a_number_that_was_given_to_another_process_is_left_alone() {
        use super::super::{Audience, Door, Output, Start};

        let own = [("PATH".into(), "/usr/bin:/bin".into())];
        let door = Door::open(own.into()).unwrap();
        let start = Start {
            program: "/bin/sleep".into(),
            args: vec!["341".into()],
            environment: door.environment(Audience::Task),
            folder: "/".into(),
            fds: Vec::new(),
            marker: "reused".to_owned(),
            output: Output::Pipes,
        };
        let child = door.start(start).await.unwrap();
        let seen = entry(child.identity().pid).unwrap();
        let earlier = Entry {
            started: seen.started - 1,
            ..seen
        };
        signal_process(earlier, Signal::KILL);
        // A signal that was sent would be first.
        signal_process(seen, Signal::TERM);
        assert_eq!(child.wait().await, Exit::Signal(15));
    }

    #[test]
    fn what_is_shared_is_counted_in_parts() {
        let own = std::process::id();
        let (resident, share) = (resident(own), share(own).unwrap());
        assert!(0 < share && share <= resident, "{share} of {resident}");
        assert_eq!(super::resident(u32::MAX), 0);
    }

    #[test]
    fn this_very_process_is_among_the_living() {
        assert!(
            living().iter().any(|entry| entry.pid == std::process::id()),
            "the scan must see its own process"
        );
    }
}
