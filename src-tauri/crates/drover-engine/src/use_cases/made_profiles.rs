//! Profiles that are made from files: clones, bundles, and those of other browsers.

use std::path::{Path, PathBuf};

use drover_browser::{
    extensions::{self, ExtensionError},
    keeping::{self, BundleAbout},
};
use drover_model::{
    Caller, Code, CommandError, CopyReport, ForeignProfile, Origin, PasswordStore, Profile,
    ProfileDraft,
    request::{
        CloneProfile, ExportBundle, ImportBundle, ImportForeign, ImportedBundle, ImportedForeign,
        ListForeignProfiles, MadeProfile,
    },
};
use drover_runner::process::Audience;

use super::{extensions::not_usable, keeping::kept};
use crate::{
    Engine, Result,
    aside::{aside, unwatched},
    private_folder::private_folder,
};

impl Engine {
    pub async fn clone_profile(&self, by: Caller, req: CloneProfile) -> Result<MadeProfile> {
        let profile = self.named_profile(req.profile).await?;
        let name = match req.name {
            Some(name) => name,
            None => self.free_name(&profile.name.to_string()).await?,
        };
        let (draft, source) = (
            ProfileDraft {
                name,
                ..profile.draft()
            },
            profile.clone(),
        );
        let copied = async |target: PathBuf| {
            self.while_stopped(&source, "a clone", move |stopped, job| {
                keeping::clone_profile(stopped, &target, job)
            })
            .await
        };
        let past = Past {
            used: profile.last_used_at.is_some(),
            password_store: profile.password_store,
        };
        let (made, copy) = self.made_from(by, draft, past, copied).await?;
        let paths = &self.rooms().paths;
        let (from, to) = (paths.extensions(profile.id), paths.extensions(made.id));
        aside(move || clone_extensions(&from, &to))
            .await
            .map_err(|error| not_usable(&error))?;
        Ok(MadeProfile {
            profile: made,
            copy,
        })
    }

    pub async fn export_bundle(&self, _by: Caller, req: ExportBundle) -> Result<CopyReport> {
        let profile = self.named_profile(req.profile).await?;
        let target = absolute(&req.path)?;
        let about = BundleAbout {
            profile: profile.name.to_string(),
            at: self.rooms().now(),
            origin: self.origin(&profile).await,
            logins: req.logins,
        };
        self.while_stopped(&profile, "an export", move |stopped, job| {
            keeping::export_bundle(stopped, &target, &about, job)
        })
        .await
    }

    pub async fn import_bundle(&self, by: Caller, req: ImportBundle) -> Result<ImportedBundle> {
        let file = absolute(&req.path)?;
        let looked = file.clone();
        let info = aside(move || keeping::inspect_bundle(&looked))
            .await
            .map_err(|error| kept(&error))?;
        let draft = ProfileDraft {
            name: req.name.unwrap_or_else(|| info.profile.clone()),
            browser: info.origin.brand.clone(),
            encryption: info.origin.crypt.parse().unwrap_or_default(),
            ..ProfileDraft::default()
        };
        let unpacked = async |target: PathBuf| {
            let unpack =
                aside(move || unwatched(|job| keeping::import_bundle(&file, &target, job)));
            Ok(unpack.await.map_err(|error| kept(&error))?)
        };
        let (profile, (info, copy)) = self.made_from(by, draft, Past::USED, unpacked).await?;
        Ok(ImportedBundle {
            profile,
            info,
            copy,
        })
    }

    pub async fn list_foreign_profiles(
        &self,
        _by: Caller,
        _req: ListForeignProfiles,
    ) -> Result<Vec<ForeignProfile>> {
        let env: Vec<_> = self
            .rooms()
            .door
            .environment(Audience::Browser)
            .into_iter()
            .collect();
        Ok(aside(move || keeping::foreign_profiles(&env)).await)
    }

    pub async fn import_foreign(&self, by: Caller, req: ImportForeign) -> Result<ImportedForeign> {
        let source = req.source;
        let draft = ProfileDraft {
            name: req.name.unwrap_or_else(|| source.name.clone()),
            browser: source.brand.clone().unwrap_or_else(|| "auto".to_owned()),
            ..ProfileDraft::default()
        };
        let to = Origin {
            brand: draft.browser.clone(),
            crypt: draft.encryption.to_string(),
            major: None,
        };
        let copied = async |target: PathBuf| {
            let copy =
                aside(move || unwatched(|job| keeping::import_foreign(&source, &target, &to, job)));
            Ok(copy.await.map_err(|error| kept(&error))?)
        };
        let (profile, report) = self.made_from(by, draft, Past::USED, copied).await?;
        Ok(ImportedForeign { profile, report })
    }

    /// Makes a profile whose browser data `fill` puts into the given folder. When that fails there is no profile.
    async fn made_from<T>(
        &self,
        by: Caller,
        draft: ProfileDraft,
        past: Past,
        fill: impl AsyncFnOnce(PathBuf) -> Result<T>,
    ) -> Result<(Profile, T)> {
        let checked = draft.checked().map_err(CommandError::from)?;
        self.refuse_taken(&checked).await?;
        let rooms = self.rooms();
        let profile = self.new_profile(checked);
        let home = rooms.paths.profile(profile.id);
        private_folder(&home).map_err(|source| crate::Error::Io {
            doing: "make the folder of the profile",
            source,
        })?;
        // The files first: a profile that is listed is complete.
        let stored = match fill(rooms.paths.chrome(profile.id)).await {
            Ok(filled) => self
                .store_made(by, profile, past)
                .await
                .map(|profile| (profile, filled)),
            Err(error) => Err(error),
        };
        if stored.is_err() {
            aside(move || std::fs::remove_dir_all(home)).await.ok(); // what is left is nobody's
        }
        stored
    }
}

/// What a made profile has behind it.
#[derive(Clone, Copy)]
pub(super) struct Past {
    /// Whether a browser has written its data, which then decides the browser and the key.
    pub(super) used: bool,
    pub(super) password_store: Option<PasswordStore>,
}

impl Past {
    /// Used by a browser of another machine or another Drover.
    const USED: Self = Self {
        used: true,
        password_store: None,
    };
}

/// Gives a clone the extensions of its original.
fn clone_extensions(from: &Path, to: &Path) -> std::result::Result<(), ExtensionError> {
    for extension in extensions::installed(from)?.extensions {
        extensions::install(&from.join(&extension.digest), to)?;
    }
    Ok(())
}

fn absolute(path: &str) -> std::result::Result<PathBuf, CommandError> {
    let path = PathBuf::from(path);
    if path.is_absolute() {
        return Ok(path);
    }
    let message = format!("`{}` is not an absolute path", path.display());
    Err(CommandError::new(Code::Invalid, message).field("path"))
}
