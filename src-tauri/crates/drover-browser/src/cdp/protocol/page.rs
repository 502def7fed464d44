//! `Page.*`, and the two commands of other domains that prepare a page.

use serde::{Deserialize, Serialize};

use super::{Nothing, command};

/// Turns page events on.
#[derive(Debug, Serialize)]
pub struct PageEnable {}
command!(PageEnable, "Page.enable", Nothing);

/// Asks to be told when the page's process dies.
#[derive(Debug, Serialize)]
pub struct InspectorEnable {}
command!(InspectorEnable, "Inspector.enable", Nothing);

/// Lets the page believe that it has the focus, so that typing works in a window behind others.
#[derive(Debug, Serialize)]
pub struct SetFocusEmulationEnabled {
    /// On or off.
    pub enabled: bool,
}
command!(
    SetFocusEmulationEnabled,
    "Emulation.setFocusEmulationEnabled",
    Nothing
);

/// Turns `Page.lifecycleEvent` on.
#[derive(Debug, Serialize)]
pub struct SetLifecycleEventsEnabled {
    /// On or off.
    pub enabled: bool,
}
command!(
    SetLifecycleEventsEnabled,
    "Page.setLifecycleEventsEnabled",
    Nothing
);

/// `Page.lifecycleEvent`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LifecycleEvent {
    /// Which frame.
    pub frame_id: String,
    /// Which document of that frame.
    pub loader_id: String,
    /// For instance `load`.
    pub name: String,
}

/// `Page.frameNavigated`.
#[derive(Debug, Deserialize)]
pub struct FrameNavigated {
    /// The frame with its new document.
    pub frame: Frame,
}

/// A frame and its document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Frame {
    /// The frame.
    pub id: String,
    /// The document.
    #[serde(default)]
    pub loader_id: String,
    /// Its `name`.
    #[serde(default)]
    pub name: String,
    /// Where it is.
    #[serde(default)]
    pub url: String,
}

/// Goes to an address.
#[derive(Debug, Serialize)]
pub struct Navigate<'a> {
    /// Where to.
    pub url: &'a str,
}
command!(Navigate<'a>, "Page.navigate", Navigated);

/// The start of a navigation.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Navigated {
    /// Which frame.
    pub frame_id: String,
    /// The new document; none when only the fragment changed.
    pub loader_id: Option<String>,
    /// For instance `net::ERR_CONNECTION_REFUSED`.
    pub error_text: Option<String>,
}

/// Asks for the frames.
#[derive(Debug, Serialize)]
pub struct GetFrameTree {}
command!(GetFrameTree, "Page.getFrameTree", FrameTreeReply);

/// The frames.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FrameTreeReply {
    /// The root.
    pub frame_tree: FrameTree,
}

/// A frame with those below it in the same process.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FrameTree {
    /// The frame itself.
    pub frame: Frame,
    /// Those below it.
    #[serde(default)]
    pub child_frames: Vec<FrameTree>,
}

/// Makes, or finds by its name, a world in which the page's own scripts cannot interfere.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateIsolatedWorld<'a> {
    /// In which frame.
    pub frame_id: &'a str,
    /// Its name.
    pub world_name: &'a str,
}
command!(CreateIsolatedWorld<'a>, "Page.createIsolatedWorld", World);

/// A world to run scripts in.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct World {
    /// Its id, until the next navigation.
    pub execution_context_id: i64,
}

/// Takes a picture.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CaptureScreenshot {
    /// Always `png`.
    pub format: &'static str,
    /// Only this part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clip: Option<Clip>,
    /// Also what lies outside the window.
    pub capture_beyond_viewport: bool,
}
command!(CaptureScreenshot, "Page.captureScreenshot", Picture);

/// Takes a small picture for the eye alone, as JPEG.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CaptureThumbnail {
    /// Always `jpeg`.
    pub format: &'static str,
    /// From 0 to 100.
    pub quality: u32,
    /// What of the document, and how much smaller.
    pub clip: Clip,
    /// Whether speed counts more than size.
    pub optimize_for_speed: bool,
}
command!(CaptureThumbnail, "Page.captureScreenshot", Picture);

/// Begins to send a picture whenever the page has been drawn, a few ahead of their acknowledgements.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StartScreencast {
    /// Always `jpeg`.
    pub format: &'static str,
    /// From 0 to 100.
    pub quality: u32,
    /// The widest that a picture may be, in pixels.
    pub max_width: u32,
    /// The highest that a picture may be, in pixels.
    pub max_height: u32,
}
command!(StartScreencast, "Page.startScreencast", Nothing);

/// Ends the pictures.
#[derive(Debug, Serialize)]
pub struct StopScreencast {}
command!(StopScreencast, "Page.stopScreencast", Nothing);

/// Acknowledges one picture.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScreencastFrameAck {
    /// The number of the picture.
    pub session_id: i64,
}
command!(ScreencastFrameAck, "Page.screencastFrameAck", Nothing);

/// `Page.screencastFrame`. What a page shows may be private, so there is no `Debug`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScreencastFrame {
    /// Base64.
    pub data: String,
    /// The number of the picture, to be acknowledged.
    pub session_id: i64,
}

/// `Page.screencastVisibilityChanged`.
#[derive(Debug, Deserialize)]
pub struct ScreencastVisibilityChanged {
    /// Whether the page is in front, or believes so.
    pub visible: bool,
}

/// A picture.
#[derive(Deserialize)]
pub struct Picture {
    /// Base64.
    pub data: String,
}

/// A part of the page, in CSS pixels.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Clip {
    /// From the left edge of the document.
    pub x: f64,
    /// From the top edge of the document.
    pub y: f64,
    /// How wide.
    pub width: f64,
    /// How high.
    pub height: f64,
    /// 1 for one picture pixel a CSS pixel.
    pub scale: f64,
}

/// Asks how large the document is.
#[derive(Debug, Serialize)]
pub struct GetLayoutMetrics {}
command!(GetLayoutMetrics, "Page.getLayoutMetrics", LayoutMetrics);

/// How large the document is.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LayoutMetrics {
    /// In CSS pixels.
    pub css_content_size: Size,
    /// What of it is visible.
    pub css_visual_viewport: Viewport,
}

/// What is visible of a document.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Viewport {
    /// Its left edge in the document, in CSS pixels.
    pub page_x: f64,
    /// Its top edge in the document, in CSS pixels.
    pub page_y: f64,
    /// How wide it is, in CSS pixels, without a scrollbar.
    #[serde(default)]
    pub client_width: f64,
    /// How high it is, in CSS pixels, without a scrollbar.
    #[serde(default)]
    pub client_height: f64,
}

/// A width and a height in CSS pixels.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Size {
    /// How wide.
    pub width: f64,
    /// How high.
    pub height: f64,
}

/// Brings the page to the front of its window.
#[derive(Debug, Serialize)]
pub struct BringToFront {}
command!(BringToFront, "Page.bringToFront", Nothing);

/// `Page.javascriptDialogOpening`.
#[derive(Debug, Deserialize)]
pub struct DialogOpening {
    /// `alert`, `confirm`, `prompt` or `beforeunload`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it says.
    #[serde(default)]
    pub message: String,
}

/// Answers a dialog. The text may be a secret, so there is no `Debug`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HandleJavaScriptDialog<'a> {
    /// OK or Cancel.
    pub accept: bool,
    /// What is put into a prompt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt_text: Option<&'a str>,
}
command!(
    HandleJavaScriptDialog<'a>,
    "Page.handleJavaScriptDialog",
    Nothing
);

/// Prints the page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PrintToPdf {
    /// With colours and pictures behind the text.
    pub print_background: bool,
    /// Of the size that the page's style asks for.
    #[serde(rename = "preferCSSPageSize")]
    pub prefer_css_page_size: bool,
}
command!(PrintToPdf, "Page.printToPDF", Picture);

/// Hands file dialogs over instead of showing them.
#[derive(Debug, Serialize)]
pub struct SetInterceptFileChooserDialog {
    /// On or off.
    pub enabled: bool,
}
command!(
    SetInterceptFileChooserDialog,
    "Page.setInterceptFileChooserDialog",
    Nothing
);

/// `Page.fileChooserOpened`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileChooserOpened {
    /// `selectSingle` or `selectMultiple`.
    pub mode: String,
    /// The file field.
    pub backend_node_id: Option<i64>,
}

/// `Page.frameRequestedNavigation`, `Page.frameStartedNavigating` and others that name a frame.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NavigationStarted {
    /// The frame.
    pub frame_id: String,
    /// Where it happens, for instance `currentTab`.
    pub disposition: Option<String>,
    /// For instance `differentDocument` or `sameDocument`.
    pub navigation_type: Option<String>,
}

impl NavigationStarted {
    /// Whether a new document comes in this frame, and not a new tab, a download or a jump within the page.
    pub fn is_new_document_of(&self, frame: &str) -> bool {
        let here = self
            .disposition
            .as_deref()
            .is_none_or(|word| word == "currentTab");
        let jump = self
            .navigation_type
            .as_deref()
            .is_some_and(|word| word.to_ascii_lowercase().contains("samedocument"));
        self.frame_id == frame && here && !jump
    }
}
