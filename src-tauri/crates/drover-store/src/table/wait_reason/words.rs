//! What keeps a run, in words.

use drover_model::{Pause, RunRow, WaitCode, WaitReason};
use jiff::Timestamp;

use crate::{
    Conditions, MemoryShort,
    table::{limit::Shortage, run::between},
};

pub(super) fn reason(code: WaitCode, text: String) -> WaitReason {
    WaitReason {
        code,
        text,
        blocked_by: Vec::new(),
        clears_at: None,
    }
}

/// Why nothing at all starts.
pub(super) fn closed(conditions: &Conditions) -> Vec<WaitReason> {
    let mut reasons = Vec::new();
    if let Some(problem) = &conditions.storage_error {
        let text = format!("the database cannot be written: {problem}");
        reasons.push(reason(WaitCode::StorageError, text));
    }
    if let Some(free) = conditions.disk_low {
        let text = format!(
            "only {} MB are free on the disk; nothing new starts",
            free / 1_000_000
        );
        reasons.push(reason(WaitCode::DiskLow, text));
    }
    if conditions.draining {
        let text = "Drover is quitting; nothing new starts".to_owned();
        reasons.push(reason(WaitCode::Draining, text));
    }
    reasons
}

/// What of the machine keeps the browser of a profile from starting.
pub(super) fn machine(row: &RunRow, conditions: &Conditions) -> Vec<WaitReason> {
    let (Some(id), Some(name)) = (row.profile_id, &row.profile) else {
        return Vec::new();
    };
    let mut reasons = Vec::new();
    if let Some(who) = conditions.busy_profiles.get(&id) {
        let text = format!("profile `{name}` is in use: {who}");
        reasons.push(reason(WaitCode::ProfileBusy, text));
    }
    if let Some(MemoryShort { free, needed }) = conditions.memory_short {
        let text = format!("{free} MB of memory are free, and a browser needs {needed} MB");
        reasons.push(reason(WaitCode::MemoryLow, text));
    }
    reasons
}

/// A pause, in words.
pub(super) fn paused(pause: &Pause) -> WaitReason {
    let what = match pause.what.name() {
        None => "the queue".to_owned(),
        Some(name) => format!("{} `{name}`", pause.what.scope().name()),
    };
    let note = match pause.note.as_str() {
        "" => String::new(),
        note => format!(": {note}"),
    };
    WaitReason {
        clears_at: pause.until,
        ..reason(WaitCode::Paused, format!("{what} is paused{note}"))
    }
}

/// Its time has not come.
pub(super) fn too_early(row: &RunRow, not_before: Timestamp, now: Timestamp) -> WaitReason {
    let seconds = between(now, not_before).div_ceil(1_000);
    let (code, text) = match row.reason.as_deref() {
        Some("vault_locked") => (
            WaitCode::VaultLocked,
            format!("the keychain is locked; Drover looks again in {seconds} s"),
        ),
        Some("profile_in_use") => (
            WaitCode::ProfileBusy,
            format!("its profile is in use by another browser; Drover looks again in {seconds} s"),
        ),
        Some("memory_short") => (
            WaitCode::MemoryLow,
            format!(
                "there is not enough free memory for its browser; Drover looks again in {seconds} s"
            ),
        ),
        _ if row.attempt > 1 => (
            WaitCode::RetryBackoff,
            format!("attempt {} starts in {seconds} s", row.attempt),
        ),
        _ => (WaitCode::NotBefore, format!("it starts in {seconds} s")),
    };
    WaitReason {
        clears_at: Some(not_before),
        ..reason(code, text)
    }
}

/// A limit that is used up: by live runs, over time, or both.
pub(super) fn in_words(short: &Shortage) -> Vec<WaitReason> {
    let mut reasons = Vec::new();
    let kind = short.key.kind.name();
    let name = &short.key.name;
    if let Some(capacity) = short.capacity {
        let used = short.held_by.len();
        let text = format!("{kind} `{name}` is at its limit, {used} of {capacity}");
        reasons.push(WaitReason {
            blocked_by: short.held_by.clone(),
            ..reason(WaitCode::ResourceFull, text)
        });
    }
    if let Some(refills_at) = short.refills_at {
        let text = format!("{kind} `{name}` lets no more runs start for a while");
        reasons.push(WaitReason {
            clears_at: Some(refills_at),
            ..reason(WaitCode::RateLimited, text)
        });
    }
    reasons
}
