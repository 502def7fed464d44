//! The commands Drover uses, typed by hand and tolerant: unknown fields are ignored.

mod browser;
mod dom;
mod emulation;
mod extensions;
mod input;
mod network;
mod page;
mod runtime;
mod storage;
mod target;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub use browser::{
    BrowserClose, BrowserVersion, CancelDownload, DownloadProgress, DownloadWillBegin, GetVersion,
    SetDownloadBehavior,
};
pub use dom::{DescribeNode, DescribedNode, Node, SetFileInputFiles};
pub use emulation::{
    AttachedToTarget, BrandVersion, EnableNetwork, GrantPermissions, MediaFeature,
    RunIfWaitingForDebugger, SetAutoAttach, SetDeviceMetricsOverride, SetEmulatedMedia,
    SetExtraHttpHeaders, SetGeolocationOverride, SetLocaleOverride, SetTimezoneOverride,
    SetTouchEmulationEnabled, SetUserAgentOverride, UserAgentMetadata,
};
pub use extensions::{
    ExtensionList, GetExtensions, ListedExtension, LoadUnpacked, LoadedExtension,
    UninstallExtension,
};
pub use input::{DispatchKeyEvent, DispatchMouseEvent, InsertText};
pub use network::{
    ClearBrowserCookies, CookieSet, DeletePageCookie, GetPageCookies, LoadingEnded, NetworkEnable,
    PageCookie, PageCookies, RequestWillBeSent, SentRequest, SetPageCookie,
};
pub use page::{
    BringToFront, CaptureScreenshot, CaptureThumbnail, Clip, CreateIsolatedWorld, DialogOpening,
    FileChooserOpened, Frame, FrameNavigated, FrameTree, FrameTreeReply, GetFrameTree,
    GetLayoutMetrics, HandleJavaScriptDialog, InspectorEnable, LayoutMetrics, LifecycleEvent,
    Navigate, Navigated, NavigationStarted, PageEnable, Picture, PrintToPdf, ScreencastFrame,
    ScreencastFrameAck, ScreencastVisibilityChanged, SetFocusEmulationEnabled,
    SetInterceptFileChooserDialog, SetLifecycleEventsEnabled, Size, StartScreencast,
    StopScreencast, Viewport, World,
};
pub use runtime::{
    Argument, CallFunctionOn, CallFunctionOnObject, CallResult, Evaluate, ExceptionDetails,
    RemoteObject,
};
pub use storage::{CookieParam, Cookies, GetCookies, PartitionKey, SetCookies, StoredCookie};
pub use target::{
    ActivateTarget, AttachToBrowserTarget, AttachToTarget, Attached, BrowserContexts, CloseTarget,
    CreateTarget, Created, DetachFromTarget, DetachedFromTarget, DisposeBrowserContext,
    GetBrowserContexts, GetTargets, SetDiscoverTargets, TargetCreated, TargetDestroyed, TargetInfo,
    Targets,
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
