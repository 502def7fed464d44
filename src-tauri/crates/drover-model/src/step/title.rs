//! What the step list shows of an action: never a value that is typed, which may be a secret.

use super::{
    Action, Answer, Clear, CookieWork, Edge, ElementState, Expectation, Is, Locator, OptionPick,
    PictureOf, Reading, Scroll, TabPick, Until,
};

impl Action {
    /// The title that the step list shows.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::Open { url } => format!("Open {url}"),
            Self::Click { at, .. } => format!("Click {}", at.describe()),
            Self::DoubleClick { at } => format!("Double-click {}", at.describe()),
            Self::Hover { at } => format!("Hover over {}", at.describe()),
            Self::Fill { at, .. } => format!("Fill {}", at.describe()),
            Self::Type { at, .. } => format!("Type into {}", at.describe()),
            Self::Press { at: None, key } => format!("Press {key}"),
            Self::Press { at: Some(at), key } => format!("Press {key} in {}", at.describe()),
            Self::Select { at, option } => match option {
                OptionPick::Value(text) | OptionPick::Label(text) => {
                    format!("Select `{text}` in {}", at.describe())
                }
                OptionPick::Index(index) => format!("Select entry {index} in {}", at.describe()),
            },
            Self::Check { at } => format!("Check {}", at.describe()),
            Self::Uncheck { at } => format!("Uncheck {}", at.describe()),
            Self::Upload { at, files } => match files.as_slice() {
                [file] => format!("Upload `{file}` to {}", at.describe()),
                files => format!("Upload {} files to {}", files.len(), at.describe()),
            },
            Self::Wait { until } => wait(until),
            Self::Scroll { at, to } => scroll(at.as_ref(), *to),
            Self::Extract {
                at,
                reading,
                all,
                into,
                ..
            } => {
                let what = match reading {
                    Reading::Text => String::new(),
                    Reading::Value => "the value of ".to_owned(),
                    Reading::Attribute(name) => format!("`{name}` of "),
                    Reading::Table => "the table ".to_owned(),
                };
                let all = if *all { "all " } else { "" };
                format!("Extract {all}{what}{} as `{into}`", at.describe())
            }
            Self::Assert { expect } => format!("Assert that {}", expected(expect)),
            Self::Screenshot { name, of } => match of {
                PictureOf::Page => format!("Screenshot `{name}`"),
                PictureOf::Full => format!("Screenshot `{name}` of the whole page"),
                PictureOf::Element(at) => format!("Screenshot `{name}` of {}", at.describe()),
            },
            Self::Pdf { name } => format!("Save the page as PDF `{name}`"),
            Self::Download { at, .. } => format!("Download by {}", at.describe()),
            Self::Evaluate { into: None, .. } => "Evaluate a script".to_owned(),
            Self::Evaluate {
                into: Some(into), ..
            } => format!("Evaluate a script as `{into}`"),
            Self::Cookies { work } => cookies(work),
            Self::NewTab { url: None } => "Open a new tab".to_owned(),
            Self::NewTab { url: Some(url) } => format!("Open {url} in a new tab"),
            Self::SwitchTab { to } => match to {
                TabPick::Index(index) => format!("Switch to tab {index}"),
                TabPick::Url(url) => format!("Switch to the tab at `{url}`"),
                TabPick::Title(title) => format!("Switch to the tab titled `{title}`"),
            },
            Self::CloseTab => "Close the tab".to_owned(),
            Self::Dialog { answer, count } => {
                let verb = match answer {
                    Answer::Accept(_) => "Accept",
                    Answer::Dismiss => "Dismiss",
                };
                match count {
                    1 => format!("{verb} the next dialog"),
                    count => format!("{verb} the next {count} dialogs"),
                }
            }
            Self::Pause { reason } => format!("Pause: {reason}"),
        }
    }
}

fn wait(until: &Until) -> String {
    match until {
        Until::Text(text) => format!("Wait for text `{text}`"),
        Until::NoText(text) => format!("Wait until text `{text}` is gone"),
        Until::Element(at, ElementState::Visible) => format!("Wait for {}", at.describe()),
        Until::Element(at, state) => {
            format!("Wait until {} is {}", at.describe(), state.word())
        }
        Until::Url(url) => format!("Wait for address `{url}`"),
        Until::Network => "Wait until the network is idle".to_owned(),
        Until::Time(span) => format!("Wait {span}"),
    }
}

fn scroll(at: Option<&Locator>, to: Scroll) -> String {
    let what = at.map_or_else(|| "the page".to_owned(), Locator::describe);
    match to {
        Scroll::IntoView => format!("Scroll to {what}"),
        Scroll::By { x: 0, y } => format!("Scroll {what} by {y} px"),
        Scroll::By { x, y } => format!("Scroll {what} by {x}, {y} px"),
        Scroll::Edge(Edge::Start) => format!("Scroll {what} to the start"),
        Scroll::Edge(Edge::End) => format!("Scroll {what} to the end"),
    }
}

fn expected(expect: &Expectation) -> String {
    match expect {
        Expectation::Url(url) => format!("the address contains `{url}`"),
        Expectation::Title(title) => format!("the title contains `{title}`"),
        Expectation::Element { at, is } => {
            let at = at.describe();
            match is {
                Is::State(state) => format!("{at} is {}", state.word()),
                Is::Text(text) => format!("{at} says `{text}`"),
                Is::Contains(text) => format!("{at} contains `{text}`"),
                Is::Value(text) => format!("{at} has the value `{text}`"),
                Is::Count(count) => format!("there are {count} of {at}"),
            }
        }
    }
}

fn cookies(work: &CookieWork) -> String {
    match work {
        CookieWork::Set(cookie) => format!("Set cookie `{}`", cookie.name),
        CookieWork::Clear(Clear::All) => "Clear all cookies of the profile".to_owned(),
        CookieWork::Clear(Clear::Page) => "Clear the cookies of the page".to_owned(),
        CookieWork::Clear(Clear::Url(url)) => format!("Clear the cookies of {url}"),
        CookieWork::Read {
            name: Some(name),
            into,
            ..
        } => format!("Read cookie `{name}` as `{into}`"),
        CookieWork::Read { into, .. } => format!("Read the cookies as `{into}`"),
    }
}
