//! Who may import whom, who owns which library, and which files may do what others may not.
//!
//! A new line here is a decision: it comes in the same commit as the code, with its reason in the message.

/// The members a crate may import, as normal and as build dependencies.
pub(super) struct Room {
    pub(super) name: &'static str,
    pub(super) imports: &'static [&'static str],
    /// The build script's imports.
    pub(super) builds_with: &'static [&'static str],
}

const fn room(name: &'static str, imports: &'static [&'static str]) -> Room {
    Room {
        name,
        imports,
        builds_with: &[],
    }
}

/// Every member of the workspace.
pub(super) const ROOMS: &[Room] = &[
    room("drover-model", &[]),
    room("drover-store", &["drover-model"]),
    room("drover-vault", &["drover-model"]),
    room("drover-egress", &["drover-model"]),
    room("drover-browser", &["drover-egress", "drover-model"]),
    room(
        "drover-runner",
        &["drover-browser", "drover-egress", "drover-model"],
    ),
    room("drover-scheduler", &["drover-model", "drover-store"]),
    room("drover-integrations", &["drover-model"]),
    room(
        "drover-engine",
        &[
            "drover-browser",
            "drover-egress",
            "drover-integrations",
            "drover-model",
            "drover-runner",
            "drover-scheduler",
            "drover-store",
            "drover-vault",
        ],
    ),
    room("drover-api", &["drover-engine", "drover-model"]),
    room(
        "drover-cli",
        &["drover-api", "drover-engine", "drover-model"],
    ),
    Room {
        name: "drover",
        imports: &["drover-api", "drover-engine", "drover-model"],
        // The command names, so that each command needs a grant.
        builds_with: &["drover-model"],
    },
    room("drover-ui", &["drover-model"]),
    room("xtask", &[]),
];

/// An outside library, or a family of them by a trailing `*`, and the only rooms that may import it.
pub(super) struct Owned {
    pub(super) library: &'static str,
    pub(super) owners: &'static [&'static str],
}

const fn owned(library: &'static str, owners: &'static [&'static str]) -> Owned {
    Owned { library, owners }
}

/// Libraries with an owner. What is not here may be imported anywhere but in a room that forbids it.
pub(super) const OWNED: &[Owned] = &[
    owned("rusqlite*", &["drover-store"]),
    owned("keyring*", &["drover-vault"]),
    owned("*-keyring-store", &["drover-vault"]),
    owned("*secret-service*", &["drover-vault"]),
    owned("process-wrap", &["drover-runner"]),
    owned("command-fds", &["drover-runner"]),
    owned("croner", &["drover-scheduler"]),
    owned("reqwest", &["drover-integrations", "drover-api"]),
    owned("axum*", &["drover-api"]),
    owned("tauri*", &["drover"]),
    owned("wry", &["drover"]),
    owned("yew*", &["drover-ui"]),
    owned("web-sys", &["drover-ui"]),
    owned("clap*", &["drover-cli"]),
];

/// Libraries that a room must never import although nobody owns them.
pub(super) const FORBIDDEN: &[(&str, &[&str])] = &[
    // The model has no IO, no clock and no random source, and compiles to wasm.
    (
        "drover-model",
        &[
            "tokio",
            "rustix",
            "rand",
            "getrandom",
            "tempfile",
            "tracing",
        ],
    ),
    ("drover-ui", &["tokio", "rustix"]),
    ("drover-engine", &["yew"]),
];

/// A feature of an outside library that nobody may turn on, with the reason.
pub(super) const BANNED_FEATURES: &[(&str, &str, &str)] = &[(
    "zbus",
    "tokio",
    "it turns keychain calls made inside a runtime into panics",
)];

/// Files, or folders by a trailing `/`, that may use the methods banned in `.clippy.toml`.
pub(super) const DISALLOWED_METHODS: &[&str] = &[
    "src-tauri/crates/drover-runner/src/process/",
    "src-tauri/crates/drover-cli/src/main.rs",
    "src-tauri/crates/drover-engine/src/paths.rs",
    "src-tauri/crates/drover-scheduler/src/clock.rs",
    "src-tauri/crates/drover-store/src/connection.rs",
    "src-tauri/crates/drover-vault/src/",
    "xtask/src/environment.rs",
    "xtask/src/process/cmd.rs",
];

/// Platform files that may hold unsafe code.
pub(super) const UNSAFE: &[&str] = &[
    "src-tauri/crates/drover-runner/src/process/",
    // A disk for tests: `SQLite` takes a file system as a table of C functions.
    "src-tauri/crates/drover-store/src/disk/shim.rs",
    // Asking the loader for the tray's library, whose absence panics otherwise.
    "src-tauri/src/tray/host_linux.rs",
];

/// Names that do not say where a thing lives.
pub(super) const NAMELESS: &[&str] = &[
    "util", "utils", "common", "misc", "manager", "service", "helpers",
];

/// Lines of a hand-written file above which it is looked at, and above which it is refused.
pub(super) const LONG: usize = 400;
pub(super) const TOO_LONG: usize = 800;
