//! What can be picked in the tray's menu, and the ids under which the menu knows it.

use std::{fmt, str::FromStr};

use drover_model::RunId;

/// One thing to pick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pick {
    Runs,
    NeedsYou,
    Run(RunId),
    Pause,
    Resume,
    Open,
    Quit,
}

impl fmt::Display for Pick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Runs => f.write_str("runs"),
            Self::NeedsYou => f.write_str("needs-you"),
            Self::Run(run) => write!(f, "run:{run}"),
            Self::Pause => f.write_str("pause"),
            Self::Resume => f.write_str("resume"),
            Self::Open => f.write_str("open"),
            Self::Quit => f.write_str("quit"),
        }
    }
}

/// An id that is not of this menu.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotInTheMenu;

impl FromStr for Pick {
    type Err = NotInTheMenu;

    fn from_str(id: &str) -> Result<Self, NotInTheMenu> {
        match id {
            "runs" => Ok(Self::Runs),
            "needs-you" => Ok(Self::NeedsYou),
            "pause" => Ok(Self::Pause),
            "resume" => Ok(Self::Resume),
            "open" => Ok(Self::Open),
            "quit" => Ok(Self::Quit),
            other => other
                .strip_prefix("run:")
                .and_then(|run| run.parse().ok())
                .map(Self::Run)
                .ok_or(NotInTheMenu),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_its_pick() {
        let run = RunId::from_bits(7);
        for pick in [
            Pick::Runs,
            Pick::NeedsYou,
            Pick::Run(run),
            Pick::Pause,
            Pick::Resume,
            Pick::Open,
            Pick::Quit,
        ] {
            assert_eq!(pick.to_string().parse(), Ok(pick));
        }
    }

    #[test]
    fn a_foreign_id_is_refused() {
        for id in ["", "run:", "run:12", "run:../../x", "quit "] {
            assert_eq!(id.parse::<Pick>(), Err(NotInTheMenu), "`{id}`");
        }
    }
}
