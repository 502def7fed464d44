//! All keys of the window in one table.

use crate::route::Route;

/// What a key does. The frame carries out the first group; a screen offers the others with `use_action`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    Go(Route),
    Palette,
    Sheet,
    Theme,
    Find,

    New,
    Edit,
    Duplicate,
    Remove,
    Run,
    Stop,
    /// Pauses the queue or a schedule, or resumes it.
    Pause,
    Follow,
    Check,
    Save,
    Submit,
    SelectAll,
    /// Opens a profile in its window.
    OpenBrowser,
    CloseBrowser,
    Attach,
    Back,
}

/// Where a binding stands in the shortcut sheet and the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Go,
    Screen,
    Window,
}

impl Group {
    pub const ALL: [Self; 3] = [Self::Go, Self::Screen, Self::Window];

    pub fn label(self) -> &'static str {
        match self {
            Self::Go => "Go to",
            Self::Screen => "On this screen",
            Self::Window => "Window",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    pub title: &'static str,
    pub group: Group,
    pub icon: &'static str,
    /// Keys of one stroke joined by a space after a modifier, or two strokes after each other: "Ctrl K", "g p".
    pub keys: &'static str,
    pub action: Action,
}

const fn binding(
    group: Group,
    keys: &'static str,
    title: &'static str,
    icon: &'static str,
    action: Action,
) -> Binding {
    Binding {
        title,
        group,
        icon,
        keys,
        action,
    }
}

pub const BINDINGS: &[Binding] = &[
    binding(
        Group::Go,
        "g p",
        "Profiles",
        "users",
        Action::Go(Route::Profiles),
    ),
    binding(
        Group::Go,
        "g t",
        "Tasks",
        "list-checks",
        Action::Go(Route::Tasks),
    ),
    binding(
        Group::Go,
        "g s",
        "Schedules",
        "calendar",
        Action::Go(Route::Schedules),
    ),
    binding(Group::Go, "g q", "Queue", "clock", Action::Go(Route::Queue)),
    binding(
        Group::Go,
        "g r",
        "Runs",
        "activity",
        Action::Go(Route::Runs),
    ),
    binding(
        Group::Go,
        "g b",
        "Browsers",
        "monitor",
        Action::Go(Route::Browsers),
    ),
    binding(
        Group::Go,
        "g x",
        "Proxies",
        "route",
        Action::Go(Route::Proxies),
    ),
    binding(
        Group::Go,
        "g v",
        "Vault",
        "key-round",
        Action::Go(Route::Vault),
    ),
    binding(
        Group::Go,
        "g ,",
        "Settings",
        "settings",
        Action::Go(Route::Settings),
    ),
    binding(Group::Screen, "n", "New", "plus", Action::New),
    binding(
        Group::Screen,
        "/",
        "Find on this screen",
        "search",
        Action::Find,
    ),
    binding(Group::Screen, "e", "Edit", "pencil", Action::Edit),
    binding(Group::Screen, "d", "Duplicate", "copy", Action::Duplicate),
    binding(Group::Screen, "Delete", "Remove", "trash-2", Action::Remove),
    binding(Group::Screen, "r", "Run", "play", Action::Run),
    binding(Group::Screen, ".", "Stop", "square", Action::Stop),
    binding(
        Group::Screen,
        "p",
        "Pause or resume",
        "pause",
        Action::Pause,
    ),
    binding(
        Group::Screen,
        "o",
        "Open the profile",
        "monitor",
        Action::OpenBrowser,
    ),
    binding(
        Group::Screen,
        "Shift O",
        "Close the profile",
        "x",
        Action::CloseBrowser,
    ),
    binding(
        Group::Screen,
        "Shift A",
        "Attach a tool",
        "plug",
        Action::Attach,
    ),
    binding(
        Group::Screen,
        "f",
        "Follow the log",
        "arrow-down",
        Action::Follow,
    ),
    binding(Group::Screen, "c", "Check", "circle-check", Action::Check),
    binding(Group::Screen, "Ctrl S", "Save", "save", Action::Save),
    binding(
        Group::Screen,
        "Ctrl Enter",
        "Do the main action",
        "play",
        Action::Submit,
    ),
    binding(
        Group::Screen,
        "Ctrl A",
        "Select all",
        "list",
        Action::SelectAll,
    ),
    binding(
        Group::Screen,
        "Escape",
        "Clear or go back",
        "chevron-left",
        Action::Back,
    ),
    binding(
        Group::Window,
        "Ctrl K",
        "Command palette",
        "search",
        Action::Palette,
    ),
    binding(
        Group::Window,
        "Ctrl Shift L",
        "Switch between dark and light",
        "sun",
        Action::Theme,
    ),
    binding(
        Group::Window,
        "?",
        "Keys of this screen",
        "keyboard",
        Action::Sheet,
    ),
];
