//! Extensions into a running browser, over the pipe.

use std::path::{Path, PathBuf};

use drover_model::{Extension, ExtensionState, ExtensionStatus};

use super::install::folder_of;
use crate::{
    Browser, Error, Result,
    cdp::{
        CdpError,
        protocol::{GetExtensions, GetTargets, ListedExtension, LoadUnpacked, UninstallExtension},
    },
};

/// A browser takes extensions over the pipe only when it was started with this argument.
pub const FLAG: &str = "--enable-unsafe-extension-debugging";

/// Loads the extensions of a profile and asks the browser whether it has them. Those of `home` that the browser still
/// has and that are not in the list any more are unloaded. One that cannot be loaded does not keep the others out.
pub async fn load(
    browser: &Browser,
    home: &Path,
    extensions: &[Extension],
) -> Result<Vec<ExtensionStatus>> {
    let home = home.canonicalize().unwrap_or_else(|_| home.to_owned());
    forget_others(browser, &home, extensions).await?;
    let mut tried = Vec::new();
    for extension in extensions {
        let folder = folder_of(&home, &extension.digest);
        let Some(path) = folder.to_str() else {
            tried.push(Err("its folder's name is not text".to_owned()));
            continue;
        };
        tried.push(match browser.root().call(&LoadUnpacked { path }).await {
            Ok(loaded) => Ok(loaded.id),
            Err(CdpError::Refused { message, .. }) => Err(fragment(&message)),
            Err(source) => return Err(failed(source)),
        });
    }
    let proof = Proof::ask(browser).await?;
    let statuses = extensions
        .iter()
        .zip(tried)
        .map(|(extension, tried)| ExtensionStatus {
            digest: extension.digest.clone(),
            name: extension.name.clone(),
            state: match tried.and_then(|id| proof.of(&id).map(|()| id)) {
                Ok(id) => ExtensionState::Loaded { id },
                Err(reason) => ExtensionState::NotLoaded { reason },
            },
        });
    Ok(statuses.collect())
}

/// Removes an extension from the browser by its id there.
pub async fn unload(browser: &Browser, id: &str) -> Result<()> {
    let reply = browser.root().call(&UninstallExtension { id }).await;
    reply.map(|_| ()).map_err(failed)
}

async fn forget_others(browser: &Browser, home: &Path, extensions: &[Extension]) -> Result<()> {
    let Proof::Listed(listed) = Proof::ask(browser).await? else {
        return Ok(());
    };
    let wanted: Vec<PathBuf> = extensions
        .iter()
        .map(|one| folder_of(home, &one.digest))
        .collect();
    for one in listed {
        let path = Path::new(&one.path);
        if path.starts_with(home) && !wanted.iter().any(|wanted| wanted == path) {
            unload(browser, &one.id).await?;
        }
    }
    Ok(())
}

/// What the browser says of itself.
enum Proof {
    Listed(Vec<ListedExtension>),
    /// An older browser has no list; a page or worker of the extension is the proof then.
    Addresses(Vec<String>),
}

impl Proof {
    async fn ask(browser: &Browser) -> Result<Self> {
        match browser.root().call(&GetExtensions {}).await {
            Ok(list) => return Ok(Self::Listed(list.extensions)),
            Err(CdpError::Refused { .. }) => {}
            Err(source) => return Err(failed(source)),
        }
        let targets = browser.root().call(&GetTargets {}).await.map_err(failed)?;
        Ok(Self::Addresses(
            targets
                .target_infos
                .into_iter()
                .map(|target| target.url)
                .collect(),
        ))
    }

    fn of(&self, id: &str) -> std::result::Result<(), String> {
        match self {
            Self::Listed(listed) => match listed.iter().find(|one| one.id == id) {
                Some(one) if one.enabled => Ok(()),
                Some(_) => Err("the browser has turned it off".to_owned()),
                None => Err("the browser took it and does not list it".to_owned()),
            },
            Self::Addresses(urls) => {
                let start = format!("chrome-extension://{id}/");
                let there = urls.iter().any(|url| url.starts_with(&start));
                there
                    .then_some(())
                    .ok_or_else(|| "no page or worker of it was seen".to_owned())
            }
        }
    }
}

/// Chrome's sentence without its full stop.
fn fragment(message: &str) -> String {
    message.trim().trim_end_matches('.').to_owned()
}

fn failed(source: CdpError) -> Error {
    Error::Cdp {
        doing: "load the extensions",
        source,
    }
}
