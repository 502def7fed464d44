//! The arguments of `cargo xtask bench`.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

/// A set of workloads that are measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suite {
    /// Chrome, its pipe, its gateway, and scripts.
    Browser,
    /// Processes, and what becomes of their output.
    Run,
    /// The queue and its file, without processes.
    Queue,
}

impl Suite {
    fn named(name: &str) -> Option<Self> {
        [Self::Browser, Self::Run, Self::Queue]
            .into_iter()
            .find(|suite| suite.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Run => "run",
            Self::Queue => "queue",
        }
    }

    /// The workloads that are built.
    pub(crate) fn workloads(self) -> &'static [&'static str] {
        match self {
            Self::Browser => &[
                "B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B9", "B10", "E1",
            ],
            Self::Run => &["W7", "W8"],
            Self::Queue => &["W1", "W2", "W3", "W4", "W5", "W6", "W9"],
        }
    }
}

/// What to measure and where to put it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(crate) struct Options {
    pub(crate) suite: Suite,
    /// Small counts and three rounds.
    pub(crate) quick: bool,
    /// Also build and run the opponents.
    pub(crate) peers: bool,
    /// Also the workload that takes more than an hour.
    pub(crate) soak: bool,
    /// The workloads.
    pub(crate) only: Vec<String>,
    /// Kept rounds instead of the suite's own number.
    pub(crate) rounds: Option<u32>,
    /// Files that end in `.md` get the tables, others the raw lines.
    pub(crate) out: Vec<PathBuf>,
    /// Print the raw lines instead of tables.
    pub(crate) json: bool,
}

impl Options {
    /// Reads what follows `bench`.
    pub(crate) fn parse(words: &[String]) -> Result<Self> {
        let mut options = Self {
            suite: Suite::Browser,
            quick: false,
            peers: false,
            soak: false,
            only: Vec::new(),
            rounds: None,
            out: Vec::new(),
            json: false,
        };
        let mut suite = None;
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || {
                let value = words.next().filter(|value| !value.starts_with("--"));
                value.with_context(|| {
                    format!("`{word}` needs a value; see `cargo xtask bench --help`")
                })
            };
            match word.as_str() {
                "--quick" => options.quick = true,
                "--peers" => options.peers = true,
                "--soak" => options.soak = true,
                "--json" => options.json = true,
                "--only" => options.only = list(value()?),
                "--rounds" => options.rounds = Some(rounds(value()?)?),
                "--out" => options.out.push(value()?.into()),
                _ if word.starts_with('-') || suite.is_some() => {
                    bail!(
                        "`cargo xtask bench` takes no `{word}`; `cargo xtask bench --help` shows what it takes"
                    )
                }
                _ => suite = Some(word.as_str()),
            }
        }
        let Some(suite) = suite else {
            bail!("say which suite, for instance `cargo xtask bench browser --quick`");
        };
        options.suite = Suite::named(suite).with_context(|| {
            format!("no suite `{suite}`; there are `browser`, `run` and `queue`")
        })?;
        options.choose()?;
        Ok(options)
    }

    /// The workloads that were named, or all that can be measured.
    fn choose(&mut self) -> Result<()> {
        let known = self.suite.workloads();
        if let Some(id) = self.only.iter().find(|id| !known.contains(&id.as_str())) {
            bail!("no workload `{id}`; there are {}", known.join(", "));
        }
        if self.suite == Suite::Run && self.peers {
            bail!("`cargo xtask bench run` has its opponents with it and takes no `--peers`");
        }
        if self.suite != Suite::Queue && self.soak {
            bail!("`--soak` is for `cargo xtask bench queue`");
        }
        let needs_peers = |id: &str| id == "B4" && !self.peers;
        if self.only.iter().any(|id| needs_peers(id)) {
            bail!("B4 is measured beside Playwright by hand; add `--peers`");
        }
        if self.only.iter().any(|id| id == "W9") && !self.soak {
            bail!("W9 takes more than an hour; add `--soak`");
        }
        if self.only.is_empty() {
            let left_out = |id: &str| needs_peers(id) || id == "W9" && !self.soak;
            let all = known.iter().filter(|id| !left_out(id));
            self.only = all.map(ToString::to_string).collect();
        }
        Ok(())
    }

    /// Whether a workload is to be measured.
    pub(crate) fn wants(&self, id: &str) -> bool {
        self.only.iter().any(|only| only == id)
    }

    /// Kept rounds: as asked, else 3 for a quick run and `full` otherwise.
    pub(crate) fn kept(&self, full: u32) -> u32 {
        self.rounds.unwrap_or(if self.quick { 3 } else { full })
    }

    /// One of two counts.
    pub(crate) fn count(&self, quick: u64, full: u64) -> u64 {
        if self.quick { quick } else { full }
    }
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(|id| id.trim().to_uppercase()).collect()
}

fn rounds(text: &str) -> Result<u32> {
    let rounds: u32 = text
        .parse()
        .with_context(|| format!("`{text}` is no number of rounds"))?;
    if rounds == 0 {
        bail!("`--rounds 0` measures nothing; say at least 1");
    }
    Ok(rounds)
}

#[cfg(test)]
impl Options {
    /// Those of that line.
    pub(crate) fn of(line: &str) -> Result<Self> {
        let words: Vec<String> = line.split_whitespace().map(String::from).collect();
        Self::parse(&words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options> {
        Options::of(line)
    }

    #[test]
    fn reads_all_options() {
        let options = parse(
            "browser --quick --peers --only b1,B5 --rounds 4 --out a.md --out b.jsonl --json",
        )
        .unwrap();
        assert!(options.quick && options.peers && options.json);
        assert_eq!(options.only, ["B1", "B5"]);
        assert!(options.wants("B5") && !options.wants("B2"));
        assert_eq!(options.kept(15), 4);
        assert_eq!(
            options.out,
            [PathBuf::from("a.md"), PathBuf::from("b.jsonl")]
        );
    }

    #[test]
    fn the_rounds_follow_the_kind_of_run() {
        assert_eq!(parse("browser").unwrap().kept(15), 15);
        let quick = parse("browser --quick").unwrap();
        assert_eq!((quick.kept(15), quick.count(50, 1_000)), (3, 50));
        assert!(
            !quick.wants("B4") && quick.wants("B10"),
            "a peer is part of B4"
        );
        assert!(parse("browser --peers").unwrap().wants("B4"));
        assert_eq!(parse("run --quick").unwrap().only, ["W7", "W8"]);
        assert!(!parse("queue --peers").unwrap().wants("W9"));
        assert!(parse("queue --soak").unwrap().wants("W9"));
    }

    #[test]
    fn a_mistake_is_answered_with_what_there_is() {
        let refusal = |line: &str| parse(line).unwrap_err().to_string();
        assert!(refusal("").contains("bench browser"));
        assert!(refusal("engine").contains("`browser`, `run` and `queue`"));
        assert!(refusal("browser --only W7").contains("B1, B2"));
        assert!(refusal("browser --only B4").contains("`--peers`"));
        assert!(refusal("run --peers").contains("no `--peers`"));
        assert!(refusal("run --soak").contains("bench queue"));
        assert!(refusal("queue --only W9").contains("`--soak`"));
        assert!(refusal("browser --rounds none").contains("`none`"));
        assert!(refusal("browser --rounds 0").contains("at least 1"));
        assert!(refusal("browser --out --json").contains("`--out` needs a value"));
        assert!(refusal("browser fast").contains("`fast`"));
    }
}
