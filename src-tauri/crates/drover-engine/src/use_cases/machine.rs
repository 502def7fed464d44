//! What Drover knows about itself and this machine.

use drover_model::{
    Caller, Check, Code, CommandError,
    machine::AppInfo,
    request::{CheckMachine, GetAppInfo, InstallPlaywright, Place, RevealPath},
};
use drover_runner::process::{Audience, Output, Start};

use super::runs::no_run;
use crate::{
    Engine, Result,
    engine::Rooms,
    error::Doing as _,
    machine::{managed_playwright, playwright_words},
};

impl Engine {
    pub async fn get_app_info(&self, _by: Caller, _req: GetAppInfo) -> Result<AppInfo> {
        let rooms = self.rooms();
        let now = rooms.now();
        let summary = rooms
            .store
            .read(move |db| db.summary(now))
            .await
            .doing("count what there is")?;
        let settings = rooms
            .store
            .read(|db| db.settings())
            .await
            .doing("read the settings")?;
        Ok(AppInfo {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            data_folder: rooms.paths.data.display().to_string(),
            browsers: rooms.machine.browsers().await,
            node: rooms.machine.node().await.map(|node| node.version),
            playwright: managed_playwright(&rooms.paths)
                .map(|found| playwright_words(&found, &rooms.paths)),
            no_sandbox: rooms.paths.no_sandbox,
            first_run: !settings.welcomed && summary.profiles == 0 && summary.tasks == 0,
            recovered: rooms.recovered.clone(),
        })
    }

    pub async fn check_machine(&self, _by: Caller, _req: CheckMachine) -> Result<Vec<Check>> {
        let rooms = self.rooms();
        rooms.machine.forget().await;
        Ok(rooms.machine.checks(&rooms.paths, &rooms.vault()).await)
    }

    pub async fn install_playwright(
        &self,
        by: Caller,
        _req: InstallPlaywright,
    ) -> Result<Vec<Check>> {
        self.rooms()
            .machine
            .install_playwright(&self.rooms().paths)
            .await?;
        self.check_machine(by, CheckMachine {}).await
    }

    /// Opens one of Drover's own folders in the file browser; no other path can be named.
    pub async fn reveal_path(&self, _by: Caller, req: RevealPath) -> Result<()> {
        let rooms = self.rooms();
        let folder = match req.place {
            Place::Data => rooms.paths.data.clone(),
            Place::Logs => rooms.paths.logs(),
            Place::Run { run } => {
                let row = rooms
                    .store
                    .read(move |db| db.run_row(run))
                    .await
                    .doing("read the run")?;
                row.ok_or_else(|| no_run(run))?;
                rooms.paths.run(run)
            }
        };
        if !folder.is_dir() {
            return Err(CommandError::new(
                Code::ArtifactNotFound,
                format!("`{}` is not there", folder.display()),
            )
            .into());
        }
        let opener = if cfg!(windows) {
            "explorer"
        } else if cfg!(target_os = "macos") {
            "open"
        } else {
            "xdg-open"
        };
        let program = rooms.paths.program(opener);
        let program = program.ok_or_else(|| {
            CommandError::new(Code::Internal, format!("`{opener}` was not found"))
                .hint(format!("The folder is `{}`.", folder.display()))
        })?;
        let start = Start {
            program,
            args: vec![folder.clone().into_os_string()],
            environment: rooms.door.environment(Audience::Browser),
            folder,
            fds: Vec::new(),
            marker: format!("{}open", Rooms::marker(&rooms.paths)),
            output: Output::Tail(0),
        };
        let child = rooms
            .door
            .start(start)
            .await
            .doing("open the file browser")?;
        tokio::spawn(async move { child.wait().await });
        Ok(())
    }
}
