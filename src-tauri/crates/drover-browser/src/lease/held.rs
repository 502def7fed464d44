//! A running browser with its way out, and what it was started for.

use std::{path::PathBuf, sync::Arc, time::Duration};

use drover_egress::Report;
use drover_model::ExtensionStatus;
use tokio::time::sleep;

use crate::{
    Browser, Error, LaunchOptions, Rung, Spawn,
    extensions::{FLAG, Installed, load},
    lease::{
        rules::Refusal,
        way_out::{Lead, WayOut},
    },
};

/// How often survivors are killed again before they are named.
const TRIES: u32 = 12;
/// The pause between two of those.
const AGAIN: Duration = Duration::from_secs(5);

/// The browser that somebody wants for a profile.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The profile's id.
    pub profile: String,
    /// How it is launched. `proxy` is set from `upstream`.
    pub options: LaunchOptions,
    /// The profile's proxy and what goes past it; `None` only for a profile without one.
    pub upstream: Option<Lead>,
    /// The profile's extensions, and the folder that they lie in.
    pub extensions: Installed,
    /// As above.
    pub extensions_home: PathBuf,
}

impl Wanted {
    /// Whether a browser that was started for `self` serves `other`. Start pages, limits and markers belong to one
    /// start and do not count, and the way out can have changed since.
    fn fits(&self, other: &Self) -> bool {
        let (mine, theirs) = (&self.options, &other.options);
        self.profile == other.profile
            && mine.program == theirs.program
            && mine.folder == theirs.folder
            && mine.visibility == theirs.visibility
            && mine.sandbox == theirs.sandbox
            && mine.crypt == theirs.crypt
            && mine.cache_limit == theirs.cache_limit
            && mine.overrides == theirs.overrides
            && mine.quiet == theirs.quiet
            && mine.arguments == theirs.arguments
            && mine.env == theirs.env
            && self.extensions.extensions == other.extensions.extensions
    }
}

/// What the end of a browser was like.
#[derive(Debug, Default)]
pub struct Struck {
    /// How far the ladder had to be climbed down; `None` when the browser goes on.
    pub rung: Option<Rung>,
    /// Processes that do not end. The profile must stay held.
    pub survivors: Vec<u32>,
    /// Why it was not clean.
    pub error: Option<Error>,
}

/// A running browser.
pub(super) struct Held {
    pub(super) browser: Browser,
    /// Nothing of the browser ever leaves without it, so it goes last.
    pub(super) way_out: Option<Arc<WayOut>>,
    wanted: Wanted,
    /// What became of the profile's extensions.
    pub(super) extensions: Vec<ExtensionStatus>,
    /// How many have had it.
    pub(super) uses: u32,
}

impl Held {
    /// Launches, with the way out that was opened for it. After an error nothing is left.
    pub(super) async fn launch(
        spawn: &dyn Spawn,
        wanted: Wanted,
        way_out: Option<Arc<WayOut>>,
    ) -> Result<Self, Refusal> {
        let installed = wanted.extensions.clone();
        let mut options = LaunchOptions {
            proxy: way_out.as_ref().map(|way| way.address()),
            ..wanted.options.clone()
        };
        if !installed.extensions.is_empty() {
            options.arguments.push(FLAG.to_owned());
        }
        let browser = Browser::launch(spawn, options)
            .await
            .map_err(Refusal::Browser)?;
        let mut extensions = installed.damaged;
        if !installed.extensions.is_empty() {
            let loaded = load(&browser, &wanted.extensions_home, &installed.extensions).await;
            extensions.extend(loaded.map_err(Refusal::Browser)?);
        }
        Ok(Self {
            browser,
            way_out,
            wanted,
            extensions,
            uses: 0,
        })
    }

    /// Whether it does for what is wanted. With a way out it can be led anywhere; one without never gets one.
    pub(super) fn serves(&self, wanted: &Wanted) -> bool {
        self.way_out.is_some() == wanted.upstream.is_some()
            && self.wanted.fits(wanted)
            && !self.browser.is_gone()
    }

    /// What went through its way out so far.
    pub(super) fn report(&self) -> Option<Report> {
        self.way_out.as_ref().map(|way| way.report())
    }

    pub(super) fn is_visible(&self) -> bool {
        self.wanted.options.visibility == crate::Visibility::Visible
    }

    /// Stops it by the ladder, or kills it, and proves its tree empty. `told` hears of survivors while they are
    /// killed again.
    pub(super) async fn strike(self, at_once: bool, told: impl Fn(&[u32])) -> Struck {
        let Self {
            browser, way_out, ..
        } = self;
        let mut closed = if at_once {
            browser.kill().await
        } else {
            browser.close().await
        };
        for _ in 0..TRIES {
            let Err(Error::Survivors(survivors)) = &closed else {
                break;
            };
            told(survivors);
            sleep(AGAIN).await;
            closed = browser.kill().await;
        }
        drop(way_out);
        match closed {
            Ok(rung) => Struck {
                rung: Some(rung),
                ..Struck::default()
            },
            Err(Error::Survivors(survivors)) => Struck {
                survivors,
                ..Struck::default()
            },
            Err(error) => Struck {
                error: Some(error),
                ..Struck::default()
            },
        }
    }
}
