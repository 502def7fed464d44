//! What the tests of this crate share: times, things with few fields, real files.

use std::collections::BTreeMap;

use drover_model::{
    Caller, Plan, Profile, ProfileId, Proxy, ProxyId, RunId, Surroundings, Task, TaskId, TaskSpec,
    TokenId, TokenRef,
    task::{Command, OnLost},
    token::TokenKind,
};
use jiff::Timestamp;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::{NewRun, Reading, Writing, open, schema};

/// A moment, in seconds after some start.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

/// A database in a file of its own, without the writer thread.
pub(crate) struct Database {
    pub(crate) conn: Connection,
    _folder: TempDir,
}

impl Database {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ready =
            open::open(folder.path(), at(0), &schema::migrations(), schema::NEWEST).unwrap();
        // These tests are about rows; without a flush for each they are a hundred times faster.
        ready
            .conn
            .execute_batch("PRAGMA synchronous = OFF")
            .unwrap();
        Self {
            conn: ready.conn,
            _folder: folder,
        }
    }

    /// Each statement commits by itself.
    pub(crate) fn writing(&self) -> Writing<'_> {
        Writing::new(&self.conn, at(0), Caller::Cli)
    }

    pub(crate) fn reading(&self) -> Reading<'_> {
        Reading::new(&self.conn)
    }
}

pub(crate) fn profile(number: u128, name: &str) -> Profile {
    Profile {
        id: ProfileId::from_bits(number),
        name: name.parse().unwrap(),
        browser: "auto".to_owned(),
        encryption: drover_model::Encryption::Os,
        password_store: None,
        cache_limit: None,
        proxy: None,
        tags: Vec::new(),
        start_urls: Vec::new(),
        tokens: Vec::new(),
        notes: String::new(),
        overrides: drover_model::overrides::Overrides::default(),
        created_at: at(0),
        updated_at: at(0),
        removed_at: None,
        last_used_at: None,
        in_use_by: None,
        last_result: None,
        logins: Vec::new(),
    }
}

pub(crate) fn proxy(number: u128, name: &str) -> Proxy {
    Proxy {
        id: ProxyId::from_bits(number),
        name: name.parse().unwrap(),
        address: "socks5://127.0.0.1:1080".parse().unwrap(),
        user: Some("u".to_owned()),
        has_password: true,
        rules: drover_model::Rules::default(),
        change_link: None,
        health: None,
        used_by: Vec::new(),
        created_at: at(0),
        updated_at: at(0),
    }
}

pub(crate) fn token(number: u128, name: &str) -> TokenRef {
    TokenRef {
        id: TokenId::from_bits(number),
        name: name.parse().unwrap(),
        kind: TokenKind::Password,
        backend: "memory".to_owned(),
        expires_at: Some(at(99)),
        created_at: at(0),
        updated_at: at(0),
        last_used_at: None,
        used_by: Vec::new(),
    }
}

pub(crate) fn spec(name: &str) -> TaskSpec {
    let command = Command {
        program: "true".to_owned(),
        args: Vec::new(),
        cwd: None,
        shell: false,
    };
    Task::command(command)
        .with_token("shop".parse().unwrap())
        .tuned(|spec| spec.on_lost = OnLost::Ask)
        .named(name.parse().unwrap())
        .unwrap()
}

pub(crate) fn task(number: u128, name: &str) -> Task {
    Task {
        id: TaskId::from_bits(number),
        version: 1,
        spec: spec(name),
        created_at: at(0),
        updated_at: at(0),
        removed_at: None,
    }
}

/// A run of task 1, in the profile of that number.
pub(crate) fn run(number: u128, profile: Option<u128>) -> NewRun {
    let around = Surroundings {
        task_version: 1,
        run: Some(RunId::from_bits(number)),
        profile: None,
        proxy: None,
        pool: None,
        tokens: &["shop".parse().unwrap()],
        params: &BTreeMap::new(),
        program: Some("/bin/true"),
        browser: None,
        visible: false,
    };
    NewRun {
        id: RunId::from_bits(number),
        task_id: TaskId::from_bits(1),
        task_version: 1,
        profile_id: profile.map(ProfileId::from_bits),
        plan: Plan::resolve(&spec("t"), &around).unwrap(),
        request_id: None,
        rerun_of: None,
        queued_at: at(i64::try_from(number).unwrap()),
        priority: drover_model::Priority::NORMAL,
        not_before: None,
        origin: crate::Origin::default(),
    }
}

/// Does the work on a thread that may not step over the permissions of files, as root may.
#[cfg(target_os = "linux")]
pub(crate) fn without_override<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    use rustix::thread::{CapabilitySet, capabilities, set_capabilities};
    std::thread::scope(|scope| {
        let bound = scope.spawn(|| {
            let mut sets = capabilities(None).unwrap();
            sets.effective.remove(CapabilitySet::DAC_OVERRIDE);
            set_capabilities(None, sets).unwrap();
            work()
        });
        bound.join().unwrap()
    })
}
