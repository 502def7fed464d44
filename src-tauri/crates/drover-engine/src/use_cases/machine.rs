//! What Drover knows about itself and this machine.

use drover_model::{
    Caller, Check, Code, CommandError,
    machine::AppInfo,
    request::{CheckMachine, GetAppInfo, InstallPlaywright, Place, RevealPath, ScriptLanguage},
};

use crate::{
    Engine, Result,
    error::Doing as _,
    machine::{managed_playwright, playwright_words},
    opener,
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
        let pythons = rooms.machine.pythons(&rooms.paths).await;
        Ok(AppInfo {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            data_folder: rooms.paths.data.display().to_string(),
            browsers: rooms.machine.browsers().await,
            node: rooms.machine.node().await.map(|node| node.version),
            playwright: managed_playwright(&rooms.paths)
                .map(|found| playwright_words(&found, &rooms.paths)),
            python: pythons.theirs.map(|found| found.version),
            playwright_for_python: pythons
                .own
                .and_then(|found| Some(format!("{} (managed)", found.playwright?))),
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
        req: InstallPlaywright,
    ) -> Result<Vec<Check>> {
        let rooms = self.rooms();
        let (machine, paths) = (&rooms.machine, &rooms.paths);
        match req.language {
            ScriptLanguage::JavaScript => machine.install_playwright(paths).await?,
            ScriptLanguage::Python => machine.install_playwright_for_python(paths).await?,
        }
        self.check_machine(by, CheckMachine {}).await
    }

    /// Opens one of Drover's own folders, or a file of a run; no other path can be named.
    pub async fn reveal_path(&self, _by: Caller, req: RevealPath) -> Result<()> {
        let rooms = self.rooms();
        let found = match req.place {
            Place::Data => rooms.paths.data.clone(),
            Place::Logs => rooms.paths.logs(),
            Place::Run { run } => {
                self.row(run).await?;
                rooms.paths.run(run)
            }
            Place::Artifact { run, path } => {
                let (_, file) = self.artifact(run, &path).await?;
                if !is_harmless(&path) {
                    let message = format!("`{path}` could bring code with it, so it is not opened");
                    return Err(CommandError::new(Code::Invalid, message)
                        .hint("Open the folder of the run, and the file from there.")
                        .into());
                }
                file
            }
        };
        if !found.exists() {
            return Err(CommandError::new(
                Code::ArtifactNotFound,
                format!("`{}` is not there", found.display()),
            )
            .into());
        }
        let instead = format!("It is `{}`.", found.display());
        opener::open(rooms, found.into_os_string(), instead).await
    }
}

/// Files whose usual programs only show them.
fn is_harmless(path: &str) -> bool {
    const ENDINGS: [&str; 15] = [
        "png", "jpg", "jpeg", "webp", "gif", "webm", "mp4", "txt", "log", "json", "har", "csv",
        "tsv", "md", "pdf",
    ];
    let ending = path
        .rsplit('/')
        .next()
        .and_then(|name| name.rsplit_once('.'));
    ending.is_some_and(|(_, ending)| ENDINGS.contains(&ending.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::is_harmless;

    #[test]
    fn what_can_run_is_not_opened() {
        for path in ["runs/1/a.png", "a.PDF", "b.har"] {
            assert!(is_harmless(path), "{path}");
        }
        for path in [
            "a.html",
            "b.desktop",
            "c",
            "d.svg",
            "e.png/x",
            "f.sh",
            "png",
        ] {
            assert!(!is_harmless(path), "{path}");
        }
    }
}
