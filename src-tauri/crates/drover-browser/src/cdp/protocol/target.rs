//! `Target.*`

use serde::{Deserialize, Serialize};

use super::{Nothing, command};

/// Makes a private session with the browser itself.
#[derive(Debug, Serialize)]
pub struct AttachToBrowserTarget {}
command!(
    AttachToBrowserTarget,
    "Target.attachToBrowserTarget",
    Attached
);

/// Makes a session with a target.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachToTarget<'a> {
    /// Which target.
    pub target_id: &'a str,
    /// Always true: sessions are told apart by `sessionId` on the same pipe.
    pub flatten: bool,
}
command!(AttachToTarget<'a>, "Target.attachToTarget", Attached);

/// A new session.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attached {
    /// Its id.
    pub session_id: String,
}

/// Ends a session.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DetachFromTarget<'a> {
    /// Which session.
    pub session_id: &'a str,
}
command!(DetachFromTarget<'a>, "Target.detachFromTarget", Nothing);

/// Opens a page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateTarget<'a> {
    /// Its first address.
    pub url: &'a str,
    /// Open it behind the active tab.
    pub background: bool,
}
command!(CreateTarget<'a>, "Target.createTarget", Created);

/// A new target.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// Its id.
    pub target_id: String,
}

/// Closes a page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CloseTarget<'a> {
    /// Which page.
    pub target_id: &'a str,
}
command!(CloseTarget<'a>, "Target.closeTarget", Nothing);

/// Brings a tab to the front.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ActivateTarget<'a> {
    /// Which page.
    pub target_id: &'a str,
}
command!(ActivateTarget<'a>, "Target.activateTarget", Nothing);

/// Closes an isolated context with its pages.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DisposeBrowserContext<'a> {
    /// Which context.
    pub browser_context_id: &'a str,
}
command!(
    DisposeBrowserContext<'a>,
    "Target.disposeBrowserContext",
    Nothing
);

/// Lists the isolated contexts.
#[derive(Debug, Serialize)]
pub struct GetBrowserContexts {}
command!(
    GetBrowserContexts,
    "Target.getBrowserContexts",
    BrowserContexts
);

/// All isolated contexts; the default one is not among them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BrowserContexts {
    /// Their ids.
    pub browser_context_ids: Vec<String>,
}

/// Lists the targets.
#[derive(Debug, Serialize)]
pub struct GetTargets {}
command!(GetTargets, "Target.getTargets", Targets);

/// All targets.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Targets {
    /// Pages, workers and others.
    pub target_infos: Vec<TargetInfo>,
}

/// One target.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetInfo {
    /// Its id.
    pub target_id: String,
    /// For instance `page`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it is.
    #[serde(default)]
    pub url: String,
    /// The page that opened it.
    pub opener_id: Option<String>,
}

/// Asks to be told of every target.
#[derive(Debug, Serialize)]
pub struct SetDiscoverTargets {
    /// On or off.
    pub discover: bool,
}
command!(SetDiscoverTargets, "Target.setDiscoverTargets", Nothing);

/// `Target.targetCreated`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetCreated {
    /// The new target.
    pub target_info: TargetInfo,
}

/// `Target.targetDestroyed`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetDestroyed {
    /// The target that is gone.
    pub target_id: String,
}

/// `Target.detachedFromTarget`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DetachedFromTarget {
    /// The session that ended.
    pub session_id: String,
}
