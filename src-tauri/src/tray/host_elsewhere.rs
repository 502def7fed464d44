//! Windows and macOS always have a place for the tray.

use tokio::sync::watch;

/// Whether the tray can be seen.
pub(crate) struct TrayHost(watch::Sender<bool>);

impl TrayHost {
    /// Looks once; the place does not come and go.
    pub(crate) fn follow() -> Self {
        Self(watch::channel(true).0)
    }

    /// Whether an icon can be made at all.
    pub(crate) fn can_draw(&self) -> bool {
        *self.0.borrow()
    }

    /// Whether somebody shows the icon, so that a hidden window can be found again.
    pub(crate) fn is_there(&self) -> bool {
        *self.0.borrow()
    }

    /// Hears when that changes.
    pub(crate) fn changes(&self) -> watch::Receiver<bool> {
        self.0.subscribe()
    }

    /// The icon could not be made.
    pub(crate) fn give_up(&self) {
        self.0.send_replace(false);
    }
}
