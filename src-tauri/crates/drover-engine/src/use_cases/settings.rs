//! Settings: read, check, save, apply.

use drover_model::{
    Caller, Code, CommandError, Settings,
    request::{GetSettings, SaveSettings},
    schedule::Words,
};

use super::proxies::web_address;
use crate::{Engine, Result, engine::capacity_of, error::Doing as _};

impl Engine {
    pub async fn get_settings(&self, _by: Caller, _req: GetSettings) -> Result<Settings> {
        self.rooms()
            .store
            .read(|db| db.settings())
            .await
            .doing("read the settings")
    }

    /// The words of the language in which schedules are told.
    pub(super) async fn words(&self) -> Result<&'static Words> {
        let settings = self.get_settings(Caller::Drover, GetSettings {}).await?;
        let language = settings.language.or_system(self.rooms().paths.language);
        Ok(language.words())
    }

    pub async fn save_settings(&self, by: Caller, req: SaveSettings) -> Result<Settings> {
        let settings = req.settings;
        let days = Settings::MAX_KEEP_DAYS;
        for (field, number, most) in [
            ("workers", settings.workers, Settings::MAX_WORKERS),
            ("keep_runs_days", settings.keep_runs_days, days),
            ("keep_files_days", settings.keep_files_days, days),
            (
                "keep_failed_files_days",
                settings.keep_failed_files_days,
                days,
            ),
            (
                "keep_files_mib",
                settings.keep_files_mib,
                Settings::MAX_KEEP_MIB,
            ),
        ] {
            if !(1..=most).contains(&number) {
                let message = format!("`{field}`: {number} is not a number from 1 to {most}");
                return Err(CommandError::new(Code::Invalid, message)
                    .field(field)
                    .into());
            }
        }
        web_address("echo_url", &settings.echo_url)?;
        let stored = settings.clone();
        self.rooms()
            .store
            .write(self.rooms().now(), by, move |tx| tx.put_settings(&stored))
            .await
            .doing("save the settings")?;
        self.rooms()
            .capacity
            .send_modify(|capacity| *capacity = capacity_of(&settings, capacity.draining));
        self.rooms().spares.keep(settings.keep_node_ready);
        if let Some(log) = &self.rooms().log {
            log.set_level(settings.log_level);
        }
        Ok(settings)
    }
}
