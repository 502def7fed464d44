//! Attaching a tool of one's own to a browser: the button, and the dialog with the address.

mod button;
mod dialog;
mod endpoint;

pub(super) use button::AttachTool;
