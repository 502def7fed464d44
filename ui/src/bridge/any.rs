//! The seam between the window and whatever answers it.

use drover_model::{CommandError, RunId};
use yew::Callback;

use super::Guard;
use super::tauri::TauriBackend;

/// What the window asks of the engine. Requests and replies are JSON text, so that both implementations and the
/// host tests share one way of reading them.
pub trait Backend {
    fn invoke(
        &self,
        command: &'static str,
        body: String,
    ) -> impl Future<Output = Result<String, CommandError>>;

    /// Like `invoke`, for a reply of raw bytes.
    fn fetch(
        &self,
        command: &'static str,
        body: String,
    ) -> impl Future<Output = Result<Vec<u8>, CommandError>>;

    /// Asks the shell itself, with its arguments as one JSON object.
    fn shell(
        &self,
        command: &'static str,
        args: String,
    ) -> impl Future<Output = Result<(), CommandError>>;

    /// Batches of committed facts, for as long as the guard lives. Ready when none can be missed any more.
    fn listen(&self, on_batch: Callback<String>) -> impl Future<Output = Guard>;

    /// Batches of one run, in order, from log line `from` on, for as long as the guard lives.
    fn watch_run(&self, run: RunId, from: u64, on_batch: Callback<String>) -> Guard;

    /// Pictures of a browser, for as long as the guard lives. `request` is a `WatchBrowser`.
    fn watch_browser(&self, request: String, on_picture: Callback<Vec<u8>>) -> Guard;
}

/// The backend that the app holds.
pub enum AnyBackend {
    Tauri(TauriBackend),
    #[cfg(feature = "demo")]
    Demo(super::demo::DemoBackend),
}

impl AnyBackend {
    /// Tauri's in the app; in a plain browser the seeded one, when this build has it.
    pub fn detect() -> Self {
        #[cfg(feature = "demo")]
        if !super::tauri::present() {
            return Self::Demo(super::demo::DemoBackend::from_query());
        }
        Self::Tauri(TauriBackend)
    }

    /// Whether there is an engine at all: a shipped page opened in a browser has none.
    pub fn present(&self) -> bool {
        match self {
            Self::Tauri(_) => super::tauri::present(),
            #[cfg(feature = "demo")]
            Self::Demo(_) => true,
        }
    }
}

impl Backend for AnyBackend {
    async fn invoke(&self, command: &'static str, body: String) -> Result<String, CommandError> {
        match self {
            Self::Tauri(backend) => backend.invoke(command, body).await,
            #[cfg(feature = "demo")]
            Self::Demo(backend) => backend.invoke(command, body).await,
        }
    }

    async fn fetch(&self, command: &'static str, body: String) -> Result<Vec<u8>, CommandError> {
        match self {
            Self::Tauri(backend) => backend.fetch(command, body).await,
            #[cfg(feature = "demo")]
            Self::Demo(backend) => backend.fetch(command, body).await,
        }
    }

    async fn shell(&self, command: &'static str, args: String) -> Result<(), CommandError> {
        match self {
            Self::Tauri(backend) => backend.shell(command, args).await,
            #[cfg(feature = "demo")]
            Self::Demo(backend) => backend.shell(command, args).await,
        }
    }

    async fn listen(&self, on_batch: Callback<String>) -> Guard {
        match self {
            Self::Tauri(backend) => backend.listen(on_batch).await,
            #[cfg(feature = "demo")]
            Self::Demo(backend) => backend.listen(on_batch).await,
        }
    }

    fn watch_run(&self, run: RunId, from: u64, on_batch: Callback<String>) -> Guard {
        match self {
            Self::Tauri(backend) => backend.watch_run(run, from, on_batch),
            #[cfg(feature = "demo")]
            Self::Demo(backend) => backend.watch_run(run, from, on_batch),
        }
    }

    fn watch_browser(&self, request: String, on_picture: Callback<Vec<u8>>) -> Guard {
        match self {
            Self::Tauri(backend) => backend.watch_browser(request, on_picture),
            #[cfg(feature = "demo")]
            Self::Demo(backend) => backend.watch_browser(request, on_picture),
        }
    }
}

/// How long a command may take, in milliseconds, before the window says that the engine is silent.
pub(super) fn patience(command: &str) -> u32 {
    match command {
        // The prompt of the operating system waits for a person.
        "unlock_keychain" => 180_000,
        // A large database may be migrated and checked first.
        "get_startup" => 300_000,
        // npm fetches packages; the others copy all files of a profile.
        "install_playwright" | "take_snapshot" | "roll_back_profile" | "clone_profile"
        | "sweep_profile" | "export_bundle" | "import_bundle" | "import_foreign" => 600_000,
        // A runner loads every test file first; the engine waits two minutes for it.
        "list_tests" => 150_000,
        // A browser may have to be started first.
        "list_cookies" | "import_cookies" | "undo_cookies" | "export_cookies" => 120_000,
        "get_usage" | "add_extension" | "import_profiles" | "export_profiles" | "check_machine"
        | "load_samples" | "set_token" => 60_000,
        _ => 15_000,
    }
}
