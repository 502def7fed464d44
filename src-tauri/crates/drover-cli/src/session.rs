//! What a command works with.

use std::path::PathBuf;

use drover_model::{
    CommandError,
    request::GetSettings,
    schedule::{Language, Words},
};
use jiff::Timestamp;

use crate::{backend::Backend, output::Output};

/// One command's way to the engine and to the person.
pub(crate) struct Session {
    pub backend: Backend,
    pub out: Output,
    /// The one now of this command.
    pub now: Timestamp,
    /// The data folder, to print paths of files in it.
    pub data: PathBuf,
    /// The system's language, of those that schedules can be told in.
    pub language: Language,
}

impl Session {
    /// The words of the language in which schedules are told.
    pub(crate) async fn words(&self) -> Result<&'static Words, CommandError> {
        let settings = self.backend.call(GetSettings {}).await?;
        Ok(settings.language.or_system(self.language).words())
    }
}
