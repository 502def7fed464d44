//! `Input.*`: events that the page cannot tell from a person's.

use serde::Serialize;

use super::{Nothing, command};

/// Moves, presses or releases the mouse.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DispatchMouseEvent {
    /// `mouseMoved`, `mousePressed` or `mouseReleased`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// CSS pixels from the left edge of the window.
    pub x: f64,
    /// CSS pixels from the top edge of the window.
    pub y: f64,
    /// `none`, `left`, `middle` or `right`.
    pub button: &'static str,
    /// Which buttons are down: 1 left, 2 right, 4 middle.
    pub buttons: u8,
    /// 1 for a single click.
    pub click_count: u32,
}
command!(DispatchMouseEvent, "Input.dispatchMouseEvent", Nothing);

/// Presses or releases a key. The text may be a part of a secret, so there is no `Debug`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DispatchKeyEvent<'a> {
    /// `rawKeyDown`, `keyDown` or `keyUp`.
    #[serde(rename = "type")]
    pub kind: &'a str,
    /// For instance `Delete`.
    pub key: &'a str,
    /// The physical key.
    pub code: &'a str,
    /// The number older pages look at.
    pub windows_virtual_key_code: u32,
    /// What is held: 1 Alt, 2 Control, 4 Meta, 8 Shift.
    pub modifiers: u8,
    /// What it types.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<&'a str>,
}
command!(DispatchKeyEvent<'a>, "Input.dispatchKeyEvent", Nothing);

/// Types a text at once, as an input method does. It may be a secret, so there is no `Debug`.
#[derive(Serialize)]
pub struct InsertText<'a> {
    /// The text.
    pub text: &'a str,
}
command!(InsertText<'a>, "Input.insertText", Nothing);
