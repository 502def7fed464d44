//! Chrome's `SingletonLock`: a link whose target is `<host>-<pid>`.

use std::{fs, io, path::Path};

use super::processes::{self, Use};
use crate::{Error, Result};

const LOCK: &str = "SingletonLock";
const ENTRIES: [&str; 3] = [LOCK, "SingletonCookie", "SingletonSocket"];

/// What Chrome's lock says about a profile folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LockState {
    /// No lock.
    Free,
    /// The lock of a process that is gone.
    Stale,
    /// A process of this machine has the folder open.
    HeldHere {
        /// Its id.
        pid: u32,
    },
    /// Another machine wrote the lock. Only a person can know whether it is still true.
    HeldElsewhere {
        /// That machine's name.
        host: String,
    },
}

/// Reads the lock of `folder` and changes nothing.
pub fn inspect(folder: &Path) -> io::Result<LockState> {
    let target = match fs::read_link(folder.join(LOCK)) {
        Ok(target) => target,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(LockState::Free),
        Err(error) => return Err(error),
    };
    Ok(judge(&target, &processes::host(), |pid| {
        processes::uses(pid, folder)
    }))
}

/// Makes sure that nobody has `folder` open: a stale lock is removed, a held one is an error.
pub fn claim(folder: &Path) -> Result<()> {
    let failed = |source| Error::Folder {
        folder: folder.to_owned(),
        source,
    };
    match inspect(folder).map_err(failed)? {
        LockState::Free => Ok(()),
        LockState::Stale => {
            tracing::info!(folder = %folder.display(), "removed the lock of a browser that is gone");
            remove(folder).map_err(failed)
        }
        LockState::HeldHere { pid } => Err(Error::HeldHere {
            folder: folder.to_owned(),
            pid,
        }),
        LockState::HeldElsewhere { host } => Err(Error::HeldElsewhere {
            folder: folder.to_owned(),
            host,
        }),
    }
}

fn remove(folder: &Path) -> io::Result<()> {
    for entry in ENTRIES {
        match fs::remove_file(folder.join(entry)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// A lock that cannot be read as `<host>-<pid>` counts as another machine's: never delete what is not understood.
fn judge(target: &Path, here: &str, uses: impl Fn(u32) -> Use) -> LockState {
    let text = target.to_string_lossy();
    // A host name may hold dashes, a pid may not.
    let Some((host, pid)) = text
        .rsplit_once('-')
        .and_then(|(host, pid)| Some((host, pid.parse().ok()?)))
    else {
        return LockState::HeldElsewhere {
            host: text.into_owned(),
        };
    };
    if host != here {
        return LockState::HeldElsewhere {
            host: host.to_owned(),
        };
    }
    match uses(pid) {
        Use::Dead | Use::Other => LockState::Stale,
        Use::Holds => LockState::HeldHere { pid },
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn the_lock_is_judged_by_host_and_process() {
        let check = |target: &str, usage: Use, expected: LockState| {
            assert_eq!(
                judge(Path::new(target), "my-host", |_| usage),
                expected,
                "{target}"
            );
        };
        check("my-host-71", Use::Dead, LockState::Stale);
        check("my-host-71", Use::Other, LockState::Stale);
        check("my-host-71", Use::Holds, LockState::HeldHere { pid: 71 });
        check(
            "host-71",
            Use::Dead,
            LockState::HeldElsewhere {
                host: "host".into(),
            },
        );
        check(
            "rubbish",
            Use::Dead,
            LockState::HeldElsewhere {
                host: "rubbish".into(),
            },
        );
        check(
            "my-host-x",
            Use::Dead,
            LockState::HeldElsewhere {
                host: "my-host-x".into(),
            },
        );
    }

    #[test]
    fn a_stale_lock_is_removed_and_a_foreign_one_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        assert_eq!(inspect(folder).unwrap(), LockState::Free);

        symlink(
            format!("{}-{}", processes::host(), u32::MAX),
            folder.join(LOCK),
        )
        .unwrap();
        symlink("/nowhere/socket", folder.join("SingletonSocket")).unwrap();
        claim(folder).unwrap();
        assert_eq!(
            fs::read_dir(folder).unwrap().count(),
            0,
            "entries were left"
        );

        symlink("another-host-1", folder.join(LOCK)).unwrap();
        let error = claim(folder).unwrap_err();
        assert!(
            matches!(&error, Error::HeldElsewhere { host, .. } if host == "another-host"),
            "{error}"
        );
        assert_ne!(
            inspect(folder).unwrap(),
            LockState::Free,
            "the foreign lock was deleted"
        );
    }
}
