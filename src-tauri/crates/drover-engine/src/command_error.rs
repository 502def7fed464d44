//! From the engine's error to the words that a person reads.

use drover_model::{Code, CommandError};
use drover_store::Error as StoreError;
use drover_vault::Error as VaultError;

use crate::Error;

impl From<Error> for CommandError {
    fn from(error: Error) -> Self {
        // The chain is for the log, the message for the person; it is written once, here.
        if !matches!(error, Error::Refused(_)) {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a use case failed"
            );
        }
        let doing = error.to_string();
        match error {
            Error::Refused(refusal) => refusal,
            Error::Store { source, .. } => store(&doing, &source),
            Error::Vault { source, .. } => vault(&doing, &source),
            Error::Io { source, .. } | Error::Log { source, .. } => io(&doing, &source),
        }
    }
}

fn io(doing: &str, source: &std::io::Error) -> CommandError {
    let code = match source.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Code::DiskFull,
        _ => Code::DataFolder,
    };
    let error = CommandError::new(code, format!("{doing}: {source}"));
    match code {
        Code::DiskFull => error.hint("Free some space on the disk, then try again."),
        _ => error.hint("Check that the data folder exists and that you may write to it."),
    }
}

fn store(doing: &str, source: &StoreError) -> CommandError {
    match source {
        StoreError::FolderInUse { .. } => CommandError::new(Code::AlreadyRunning, source.to_string())
            .hint("Use the Drover that is running, or quit it first."),
        StoreError::FolderNotWritable { .. } => CommandError::new(Code::DataFolder, source.to_string())
            .hint("Choose another folder with `--data-dir` or `DROVER_DATA_DIR`, or make this one writable."),
        StoreError::NewerSchema { .. } => CommandError::new(Code::NewerSchema, source.to_string())
            .hint("Start the newer Drover that wrote it. The file was not touched."),
        StoreError::Corrupt { .. } => CommandError::new(Code::Storage, source.to_string())
            .hint("Start Drover again for an empty database, or put back a file from `backups` in the data folder."),
        StoreError::NameTaken { .. } => CommandError::new(Code::NameTaken, source.to_string()).hint("Choose another name.").field("name"),
        StoreError::InUse { .. } => CommandError::new(Code::InUse, source.to_string()).hint("Stop what uses it first, or take it out there."),
        StoreError::LineFull { .. } => CommandError::new(Code::InUse, source.to_string())
            .hint("Wait until some have ended, or cancel some with `drover-cli cancel --filter`."),
        StoreError::Changed { .. } => CommandError::new(Code::WrongState, source.to_string()).hint("Look at it again, then repeat the change."),
        StoreError::ScheduleSaved { .. } => CommandError::new(Code::WrongState, source.to_string())
            .hint("Look at the newer version, then save again."),
        StoreError::NotFound { what, .. } => CommandError::new(not_found(what), source.to_string()),
        StoreError::DiskFull => CommandError::new(Code::DiskFull, format!("{doing}: the disk is full"))
            .hint("Free some space on the disk, then try again."),
        _ => CommandError::new(Code::Storage, format!("{doing}: {source}")),
    }
}

fn not_found(what: &str) -> Code {
    match what {
        "profile" => Code::ProfileNotFound,
        "proxy" => Code::ProxyNotFound,
        "pool" => Code::PoolNotFound,
        "token" => Code::TokenNotFound,
        "task" => Code::TaskNotFound,
        "run" => Code::RunNotFound,
        "limit" => Code::LimitNotFound,
        "schedule" => Code::ScheduleNotFound,
        "batch" => Code::BatchNotFound,
        _ => Code::Internal,
    }
}

fn vault(doing: &str, source: &VaultError) -> CommandError {
    let say = |code, hint: &str| CommandError::new(code, format!("{doing}: {source}")).hint(hint);
    match source {
        VaultError::Locked => say(
            Code::KeychainLocked,
            "Unlock the login keyring, then try again.",
        ),
        VaultError::Absent => say(
            Code::KeychainAbsent,
            "Start a keychain service such as GNOME Keyring, or keep tokens in memory until Drover quits.",
        ),
        VaultError::TimedOut => say(
            Code::KeychainTimeout,
            "Check whether a prompt of the keychain is open, then try again.",
        ),
        VaultError::BackendChanged { .. } => say(
            Code::KeychainChanged,
            "Open the keychain that took the value, or set the token again.",
        ),
        VaultError::NotFound { .. } => say(
            Code::TokenNotFound,
            "Set the token again: its value is not in the keychain any more.",
        ),
        VaultError::TooLong { .. } => {
            say(Code::Invalid, "Shorten it to 2,048 bytes.").field("value")
        }
        VaultError::NotText => say(Code::Invalid, "Set the token again with a text."),
        VaultError::Failed { .. } => say(
            Code::KeychainTimeout,
            "Try again; the log of the keychain service may say more.",
        ),
    }
}
