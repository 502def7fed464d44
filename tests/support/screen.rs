//! The app's window as the screen has it, beside the page in it: whether it is there, and its
//! close button.

use x11rb::{
    connection::Connection as _,
    protocol::xproto::{
        AtomEnum, ClientMessageEvent, ConnectionExt as _, EventMask, MapState, Window as Id,
    },
    rust_connection::RustConnection,
};

use super::{desktop::Desktop, patience::until};

/// What the app's window is called.
const TITLE: &[u8] = b"Drover";

/// The screen of one desktop. No window manager is there, so a window is shown when it is mapped.
pub(crate) struct Screen {
    connection: RustConnection,
    root: Id,
}

impl Screen {
    pub(crate) fn of(desktop: &Desktop) -> Self {
        let (connection, number) = x11rb::connect(Some(&desktop.variable("DISPLAY"))).unwrap();
        let root = connection.setup().roots[number].root;
        Self { connection, root }
    }

    /// Waits until the app's window can be seen.
    pub(crate) fn shows_the_window(&self) {
        until("the window to be shown", || self.is_shown().then_some(()));
    }

    /// Waits until the app's window cannot be seen.
    pub(crate) fn hides_the_window(&self) {
        until("the window to be hidden", || {
            (!self.is_shown()).then_some(())
        });
    }

    /// Whether the app's window can be seen.
    pub(crate) fn is_shown(&self) -> bool {
        let state = self.window().and_then(|window| {
            let attributes = self.connection.get_window_attributes(window).ok()?;
            Some(attributes.reply().ok()?.map_state)
        });
        state == Some(MapState::VIEWABLE)
    }

    /// Presses the close button: a desktop sends this message for it (ICCCM, section 4.2.8.1).
    pub(crate) fn close_window(&self) {
        let window = until("the app's window", || self.window());
        let data = [self.atom("WM_DELETE_WINDOW"), 0, 0, 0, 0];
        let message = ClientMessageEvent::new(32, window, self.atom("WM_PROTOCOLS"), data);
        self.connection
            .send_event(false, window, EventMask::NO_EVENT, message)
            .unwrap()
            .check()
            .unwrap();
    }

    /// The toolkit has small windows of the same name, which nobody sees.
    fn window(&self) -> Option<Id> {
        let tree = self.connection.query_tree(self.root).ok()?.reply().ok()?;
        tree.children.into_iter().find(|window| {
            self.title(*window).as_deref() == Some(TITLE)
                && self.width(*window).is_some_and(|width| width > 300)
        })
    }

    fn title(&self, window: Id) -> Option<Vec<u8>> {
        let asked =
            self.connection
                .get_property(false, window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 64);
        Some(asked.ok()?.reply().ok()?.value)
    }

    fn width(&self, window: Id) -> Option<u16> {
        Some(
            self.connection
                .get_geometry(window)
                .ok()?
                .reply()
                .ok()?
                .width,
        )
    }

    fn atom(&self, name: &str) -> u32 {
        let asked = self.connection.intern_atom(false, name.as_bytes()).unwrap();
        asked.reply().unwrap().atom
    }
}
