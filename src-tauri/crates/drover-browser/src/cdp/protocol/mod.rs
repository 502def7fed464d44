//! The commands Drover uses, typed by hand and tolerant: unknown fields are ignored.

mod browser;
mod input;
mod page;
mod runtime;
mod target;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub use browser::{BrowserClose, BrowserVersion, GetVersion};
pub use input::{DispatchKeyEvent, DispatchMouseEvent, InsertText};
pub use page::{
    BringToFront, CaptureScreenshot, Clip, CreateIsolatedWorld, DialogOpening, Frame,
    FrameNavigated, FrameTree, FrameTreeReply, GetFrameTree, GetLayoutMetrics,
    HandleJavaScriptDialog, InspectorEnable, LayoutMetrics, LifecycleEvent, Navigate, Navigated,
    NavigationStarted, PageEnable, Picture, SetFocusEmulationEnabled, SetLifecycleEventsEnabled,
    Size, World,
};
pub use runtime::{Argument, CallFunctionOn, CallResult, Evaluate, ExceptionDetails, RemoteObject};
pub use target::{
    ActivateTarget, AttachToBrowserTarget, AttachToTarget, Attached, CloseTarget, CreateTarget,
    Created, DetachFromTarget, DisposeBrowserContext, GetTargets, SetDiscoverTargets,
    TargetCreated, TargetInfo, Targets,
};

/// A command with its name and the shape of its reply.
pub trait Command: Serialize {
    /// For instance `Page.navigate`.
    const METHOD: &'static str;
    /// What a successful reply holds.
    type Reply: DeserializeOwned;
}

/// A reply of which nothing is needed.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Nothing {}

/// Joins a struct to its name and reply.
macro_rules! command {
    ($name:ident $(<$life:lifetime>)?, $method:literal, $reply:ty) => {
        impl $(<$life>)? $crate::cdp::protocol::Command for $name $(<$life>)? {
            const METHOD: &'static str = $method;
            type Reply = $reply;
        }
    };
}
pub(crate) use command;
