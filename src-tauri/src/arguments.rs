//! The few arguments that the app takes.

use std::{ffi::OsString, path::PathBuf};

use lexopt::{Arg, Parser, ValueExt};

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Drover keeps Chrome profiles on this computer and runs tasks in them.

Usage: drover [--data-dir DIR] [--minimised]

  --data-dir DIR  keep everything in DIR (also: DROVER_DATA_DIR)
  --minimised     start in the tray, or as a minimised window where there is none
  --version       print the version
  --help          print this

`drover-cli` does the same work without a window.
";

/// What the app was started for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Open(Opening),
    Help,
    Version,
}

/// How to open the app.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Opening {
    /// The folder for everything, when it is not the usual one.
    pub(crate) data_dir: Option<PathBuf>,
    /// Do not show the window.
    pub(crate) minimised: bool,
}

/// Reads the arguments after the program's name.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Asked, lexopt::Error> {
    let mut parser = Parser::from_args(args);
    let mut opening = Opening::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("data-dir") => opening.data_dir = Some(parser.value()?.parse()?),
            Arg::Long("minimised" | "minimized") => opening.minimised = true,
            Arg::Long("help") | Arg::Short('h') => return Ok(Asked::Help),
            Arg::Long("version") | Arg::Short('V') => return Ok(Asked::Version),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Asked::Open(opening))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(args: &[&str], expected: &Asked) {
        let parsed = parse(args.iter().map(OsString::from));
        assert_eq!(parsed.as_ref().ok(), Some(expected), "{args:?}");
    }

    #[test]
    fn arguments_are_read() {
        check(&[], &Asked::Open(Opening::default()));
        let both = || {
            Asked::Open(Opening {
                data_dir: Some("/d".into()),
                minimised: true,
            })
        };
        check(&["--data-dir", "/d", "--minimised"], &both());
        check(&["--minimized", "--data-dir=/d"], &both());
        check(&["--version"], &Asked::Version);
        check(&["--data-dir=/d", "-h"], &Asked::Help);
    }

    #[test]
    fn what_is_unknown_is_refused() {
        for args in [
            vec!["--datadir"],
            vec!["file"],
            vec!["--data-dir"],
            vec!["--minimised=yes"],
        ] {
            assert!(parse(args.iter().map(OsString::from)).is_err(), "{args:?}");
        }
    }
}
