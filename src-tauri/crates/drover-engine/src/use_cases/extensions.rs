//! Extensions of a profile: install, list, remove. The browser takes them at its next start.

use std::path::PathBuf;

use drover_browser::extensions::{self, ExtensionError};
use drover_model::{
    Caller, Code, CommandError, Extension,
    request::{AddExtension, ExtensionList, ListExtensions, RemoveExtension},
};

use crate::{Engine, Result, aside::aside};

impl Engine {
    pub async fn list_extensions(&self, _by: Caller, req: ListExtensions) -> Result<ExtensionList> {
        let profile = self.named_profile(req.profile).await?;
        let home = self.rooms().paths.extensions(profile.id);
        let found = aside(move || extensions::installed(&home))
            .await
            .map_err(|error| not_usable(&error))?;
        Ok(ExtensionList {
            extensions: found.extensions,
            damaged: found.damaged,
            running: self.rooms().leases.extensions(&profile.id.to_string()),
        })
    }

    pub async fn add_extension(&self, _by: Caller, req: AddExtension) -> Result<Extension> {
        let profile = self.named_profile(req.profile).await?;
        let home = self.rooms().paths.extensions(profile.id);
        let source = PathBuf::from(req.path);
        Ok(aside(move || extensions::install(&source, &home))
            .await
            .map_err(|error| not_usable(&error))?)
    }

    pub async fn remove_extension(&self, by: Caller, req: RemoveExtension) -> Result<()> {
        let id = req.profile.clone();
        let profile = self.named_profile(req.profile).await?;
        let all = self
            .list_extensions(by, ListExtensions { profile: id })
            .await?;
        let wanted = &req.extension;
        let known = all.extensions.iter().map(|one| (&one.digest, &one.name));
        let damaged = all.damaged.iter().map(|one| (&one.digest, &one.name));
        let found = known
            .chain(damaged)
            .find(|(digest, name)| *digest == wanted || *name == wanted);
        let Some((digest, _)) = found else {
            let message = format!("profile `{}` has no extension `{wanted}`", profile.name);
            return Err(CommandError::new(Code::Invalid, message)
                .field("extension")
                .into());
        };
        let (home, digest) = (self.rooms().paths.extensions(profile.id), digest.clone());
        Ok(aside(move || extensions::remove(&home, &digest))
            .await
            .map_err(|error| not_usable(&error))?)
    }
}

pub(super) fn not_usable(error: &ExtensionError) -> CommandError {
    let cause = std::error::Error::source(error)
        .map(|source| format!(": {source}"))
        .unwrap_or_default();
    CommandError::new(
        Code::UnsafeImport,
        format!("the extension was refused: {error}{cause}"),
    )
    .hint("Give an unpacked folder, a .zip or a .crx of a Manifest V3 extension.")
    .field("path")
}
