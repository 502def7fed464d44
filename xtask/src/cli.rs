//! The arguments of `cargo xtask` and its help.

use anyhow::{Result, bail};

use crate::bench;

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Build the app and open it; with `once` take one picture of it and end it.
    Run { once: bool },
    /// Every test there is, or those whose name contains `filter`.
    Test {
        filter: Option<String>,
        set_up: bool,
    },
    /// The tests that repeat themselves, with so many rounds.
    Nightly { rounds: Option<u32> },
    /// Measurements of one suite.
    Bench(bench::Options),
    /// Format, lints and tidy.
    Check,
    /// Pictures of every screen, or of those whose name contains `filter`.
    Shots { filter: Option<String> },
    /// The installable package.
    Dist,
    /// What Trunk calls after it has built the window.
    UiPost,
}

/// A command, or the text that answers `--help`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Parsed {
    Command(Command),
    Help(&'static str),
}

const HELP: &str = "\
usage: cargo xtask VERB [--help]

  run      set up what is missing, build the app and open it
  test     set up everything, check, then run every test
  nightly  the tests that repeat themselves, a hundred times
  bench    measure one suite, beside the peers
  check    format, clippy (host and wasm), tidy
  shots    pictures of every screen in both themes, into shots/
  dist     the installable .deb, its size and checksum, into target/dist/

`cargo xtask VERB --help` says more about each.";

const RUN: &str = "\
usage: cargo xtask run [--once]

Sets up what the app needs, builds the window and the app, and opens it. What is about to be
installed is listed first, with the reason. Nothing downloads a browser or a toolchain of its own.

Where there is no display, the app is started on a virtual one; a picture of it is written to
shots/run.png, and it keeps running until Ctrl-C.

  --once   on a virtual display: take the picture, then end what was started

example: cargo xtask run";

const TEST: &str = "\
usage: cargo xtask test [FILTER] [--no-setup]

Sets up everything, then format, clippy and tidy, then every test: units and integration, the
window's reducers, documentation examples, and the journeys in the real window. The last line is
`N passed, N failed`; anything failed, or left out without a reason, makes it exit with 1.

  FILTER       only the tests whose name contains this text; the checks are left out
  --no-setup   do not look for what is missing

example: cargo xtask test journeys::first_run";

const NIGHTLY: &str = "\
usage: cargo xtask nightly [ROUNDS]

Runs the tests that do the same again and again, such as open, sign in, stop, open, or start and
cancel, a hundred times instead of a few. It takes an hour or two.

  ROUNDS   how often, instead of 100

example: cargo xtask nightly 20";

const BENCH: &str = "\
usage: cargo xtask bench SUITE [--quick] [--peers] [--soak] [--only IDS] [--rounds N] [--out FILE]
                         [--json]

Measures in interleaved rounds and prints a table with the machine, the spread of every figure and
whether the targets are met. Raw lines are kept below target/bench/. There are three suites:

  browser   B1 cold cycle, B2 warm cycle, B3 launch, B4 what Drover adds to a script (with --peers),
            B5 one question through pipe, mux and gateway, B6 several profiles, B7 live thumbnails,
            B8 cancel, B9 what many tasks leave, B10 the death of Drover,
            E1 the gateway beside its proxy alone
  run       W7 short runs and the end of trees, W8 a flood of output; no browser, no --peers
  queue     W1 accept, W2 drain, W3 pick up, W4 start at a time, W5 one run a profile, W6 the death
            of Drover, W9 an hour of work (with --soak); each label begins with what commits
            survive: D2 a power cut, D1 a kill, D0 nothing

  --quick       small counts, 3 rounds, 6 to 8 minutes; without it up to an hour
  --peers       also puppeteer-core, playwright-core and chromiumoxide, on the same pages with the
                same browser and switches; for the queue huey, litequeue, honker and, where
                redis-server is on PATH, BullMQ; they are installed below target/bench/ the first time
  --soak        also W9 of the queue, which takes 70 minutes (2 with --quick)
  --only IDS    only these workloads, for instance B1,B5
  --rounds N    kept rounds, instead of the suite's own number
  --out FILE    write the tables (FILE ends in .md) or the raw JSON lines (any other); may be
                given several times
  --json        print the raw JSON lines instead of the tables

example: cargo xtask bench browser --peers --quick --out target/bench/browser.md";

const CHECK: &str = "\
usage: cargo xtask check

Format, clippy for the host, for wasm and for the window's tests with warnings denied, and tidy:
which crate may import which, who owns which library, file sizes, and the other rules of the house.

example: cargo xtask check";

const SHOTS: &str = "\
usage: cargo xtask shots [FILTER]

Builds the window with its demo data, serves it on loopback under the app's own content security
policy, and photographs every screen in both themes with headless Chromium into shots/.

  FILTER   only the pictures whose name contains this text

example: cargo xtask shots settings";

const DIST: &str = "\
usage: cargo xtask dist

Builds the window, the app and drover-cli for release and packs them as a .deb; prints its size
and SHA-256 and puts both into target/dist/.

example: cargo xtask dist";

const UI_POST: &str = "\
usage: cargo xtask ui-post

Called by Trunk after a build, with its TRUNK_* variables: drops the wasm name section, optimises
where a new enough wasm-opt is found, prints the size table and checks the size budget.";

/// Reads the arguments after `cargo xtask`.
pub(crate) fn parse(arguments: &[String]) -> Result<Parsed> {
    let Some((verb, rest)) = arguments.split_first() else {
        return Ok(Parsed::Help(HELP));
    };
    let help = match verb.as_str() {
        "help" | "--help" | "-h" => return Ok(Parsed::Help(HELP)),
        "run" => RUN,
        "test" => TEST,
        "nightly" => NIGHTLY,
        "bench" => BENCH,
        "check" => CHECK,
        "shots" => SHOTS,
        "dist" => DIST,
        "ui-post" => UI_POST,
        other => bail!("no verb `{other}`; `cargo xtask --help` lists them"),
    };
    if rest.iter().any(|word| word == "--help" || word == "-h") {
        return Ok(Parsed::Help(help));
    }
    if verb == "bench" {
        let options = bench::Options::parse(rest)?;
        return Ok(Parsed::Command(Command::Bench(options)));
    }
    let mut words = Words::new(rest);
    let command = match verb.as_str() {
        "run" => Command::Run {
            once: words.flag("--once"),
        },
        "test" => Command::Test {
            set_up: !words.flag("--no-setup"),
            filter: words.text(),
        },
        "nightly" => Command::Nightly {
            rounds: words.text().map(|text| text.parse()).transpose()?,
        },
        "check" => Command::Check,
        "shots" => Command::Shots {
            filter: words.text(),
        },
        "dist" => Command::Dist,
        _ => Command::UiPost,
    };
    if let Some(word) = words.left.first() {
        bail!(
            "`cargo xtask {verb}` takes no `{word}`; `cargo xtask {verb} --help` shows what it takes"
        );
    }
    Ok(Parsed::Command(command))
}

/// The words that no part of the command has taken yet.
struct Words {
    left: Vec<String>,
}

impl Words {
    fn new(words: &[String]) -> Self {
        Self {
            left: words.to_vec(),
        }
    }

    fn flag(&mut self, name: &str) -> bool {
        let before = self.left.len();
        self.left.retain(|word| word != name);
        self.left.len() < before
    }

    fn text(&mut self) -> Option<String> {
        let at = self.left.iter().position(|word| !word.starts_with('-'))?;
        Some(self.left.remove(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(line: &str) -> Command {
        let words: Vec<String> = line.split_whitespace().map(String::from).collect();
        match parse(&words).unwrap() {
            Parsed::Command(command) => command,
            Parsed::Help(text) => panic!("help instead of a command: {text}"),
        }
    }

    fn refusal(line: &str) -> String {
        let words: Vec<String> = line.split_whitespace().map(String::from).collect();
        parse(&words).unwrap_err().to_string()
    }

    #[test]
    fn reads_verbs_and_their_options() {
        assert_eq!(command("run"), Command::Run { once: false });
        assert_eq!(command("run --once"), Command::Run { once: true });
        assert_eq!(
            command("test first_run --no-setup"),
            Command::Test {
                filter: Some("first_run".to_owned()),
                set_up: false
            }
        );
        assert_eq!(
            command("test"),
            Command::Test {
                filter: None,
                set_up: true
            }
        );
    }

    #[test]
    fn measurements_have_a_grammar_of_their_own() {
        let Command::Bench(options) = command("bench browser --quick --only B5") else {
            panic!("`bench` is another command");
        };
        assert!(options.quick && options.wants("B5"));
        assert!(refusal("bench browser --twice").contains("`--twice`"));
    }

    #[test]
    fn names_what_it_does_not_know() {
        assert!(refusal("bake").contains("`bake`"));
        assert!(refusal("run --twice").contains("`--twice`"));
        assert!(refusal("test one two").contains("`two`"));
    }

    #[test]
    fn every_verb_explains_itself() {
        for verb in ["run", "test", "bench", "check", "shots", "dist", "ui-post"] {
            let words = vec![verb.to_owned(), "--help".to_owned()];
            let Parsed::Help(text) = parse(&words).unwrap() else {
                panic!("`{verb} --help` is not answered with help");
            };
            assert!(text.contains(&format!("cargo xtask {verb}")), "{text}");
        }
    }
}
