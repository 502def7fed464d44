//! The tray's icon.

use drover_model::request::Summary;
use tauri::{image::Image, include_image};

/// Which picture is shown. What asks for a person goes before everything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TrayIcon {
    Idle,
    Running,
    Paused,
    Attention,
}

/// The icon at this moment.
pub(crate) fn icon(summary: &Summary) -> TrayIcon {
    if summary.needs_you > 0 {
        TrayIcon::Attention
    } else if summary.paused {
        TrayIcon::Paused
    } else if summary.running > 0 {
        TrayIcon::Running
    } else {
        TrayIcon::Idle
    }
}

impl TrayIcon {
    /// The picture itself, embedded in the app.
    pub(crate) fn image(self) -> Image<'static> {
        match self {
            Self::Idle => include_image!("icons/tray-idle.png"),
            Self::Running => include_image!("icons/tray-running.png"),
            Self::Paused => include_image!("icons/tray-paused.png"),
            Self::Attention => include_image!("icons/tray-attention.png"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(running: u32, paused: bool, needs_you: u32, expected: TrayIcon) {
        let summary = Summary {
            running,
            paused,
            needs_you,
            ..Summary::default()
        };
        assert_eq!(
            icon(&summary),
            expected,
            "{running} running, paused: {paused}, {needs_you} need a person"
        );
    }

    #[test]
    fn the_most_urgent_state_is_shown() {
        check(0, false, 0, TrayIcon::Idle);
        check(2, false, 0, TrayIcon::Running);
        check(2, true, 0, TrayIcon::Paused);
        check(2, true, 1, TrayIcon::Attention);
    }

    #[test]
    fn every_state_has_a_picture_of_its_own() {
        let pictures = [
            TrayIcon::Idle,
            TrayIcon::Running,
            TrayIcon::Paused,
            TrayIcon::Attention,
        ]
        .map(|icon| icon.image().rgba().to_vec());
        for (index, picture) in pictures.iter().enumerate() {
            assert!(
                !picture.is_empty() && !pictures[..index].contains(picture),
                "picture {index}"
            );
        }
    }
}
