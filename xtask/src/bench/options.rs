//! The arguments of `cargo xtask bench`.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

/// The workloads of the browser suite that are built.
pub(crate) const BROWSER: &[&str] = &["B1", "B2", "B3", "B5", "B6", "B7", "B8", "B9", "B10"];

/// What to measure and where to put it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// Small counts and three rounds.
    pub(crate) quick: bool,
    /// Also build and run the opponents.
    pub(crate) peers: bool,
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
            quick: false,
            peers: false,
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
                "--json" => options.json = true,
                "--only" => options.only = list(value()?)?,
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
        match suite {
            Some("browser") => {}
            Some(other) => bail!("no suite `{other}`; there is `browser`"),
            None => bail!("say which suite, for instance `cargo xtask bench browser --quick`"),
        }
        if options.only.is_empty() {
            options.only = BROWSER.iter().map(ToString::to_string).collect();
        }
        Ok(options)
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

fn list(text: &str) -> Result<Vec<String>> {
    let ids: Vec<String> = text.split(',').map(|id| id.trim().to_uppercase()).collect();
    for id in &ids {
        if !BROWSER.contains(&id.as_str()) {
            bail!("no workload `{id}`; there are {}", BROWSER.join(", "));
        }
    }
    Ok(ids)
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
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options> {
        let words: Vec<String> = line.split_whitespace().map(String::from).collect();
        Options::parse(&words)
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
        assert_eq!(quick.only.len(), BROWSER.len());
    }

    #[test]
    fn a_mistake_is_answered_with_what_there_is() {
        let refusal = |line: &str| parse(line).unwrap_err().to_string();
        assert!(refusal("").contains("bench browser"));
        assert!(refusal("engine").contains("there is `browser`"));
        assert!(refusal("browser --only B4").contains("B1, B2"));
        assert!(refusal("browser --rounds none").contains("`none`"));
        assert!(refusal("browser --rounds 0").contains("at least 1"));
        assert!(refusal("browser --out --json").contains("`--out` needs a value"));
        assert!(refusal("browser fast").contains("`fast`"));
    }
}
