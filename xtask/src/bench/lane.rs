//! What is compared: lanes of one workload, each with a driver that does it.

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::driver::Driver;
use super::row::Who;
use super::series::Series;
use crate::process::Cmd;

/// One way to do the work.
pub(crate) struct Lane {
    /// What the table says; a driver that answers with several variants names them itself.
    pub(crate) variant: String,
    pub(crate) who: Who,
    pub(crate) job: Job,
}

impl Lane {
    /// One that gives an order to a driver.
    pub(crate) fn asking(
        who: &Who,
        driver: &str,
        variant: impl Into<String>,
        order: Value,
    ) -> Self {
        Self {
            variant: variant.into(),
            who: who.clone(),
            job: Job::Ask {
                driver: driver.to_owned(),
                order,
            },
        }
    }
}

/// How a lane does one round.
pub(crate) enum Job {
    /// An order to a driver that is up.
    Ask { driver: String, order: Value },
    /// A program from its start to its end, as a person runs a script.
    ByHand { driver: String, mode: String },
}

/// Lanes that are run in turn.
pub(crate) struct Workload {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) warm_up: u32,
    pub(crate) rounds: u32,
    /// Orders before the first round, and after the last.
    pub(crate) before: Vec<(String, Value)>,
    pub(crate) lanes: Vec<Lane>,
    pub(crate) after: Vec<(String, Value)>,
    /// Whether the time of single flushes has a row of its own.
    pub(crate) disk: bool,
}

impl Workload {
    /// One without warm-up, further orders and the disk.
    pub(crate) const fn new(
        id: &'static str,
        title: &'static str,
        rounds: u32,
        lanes: Vec<Lane>,
    ) -> Self {
        Self {
            id,
            title,
            warm_up: 0,
            rounds,
            before: Vec::new(),
            lanes,
            after: Vec::new(),
            disk: false,
        }
    }
}

/// Makes the command of a driver: `serve`, or a mode of what is run by hand.
pub(crate) type Start = Box<dyn Fn(&str) -> Cmd>;

/// The drivers by name, started when they are needed.
#[derive(Default)]
pub(crate) struct Cast {
    starts: BTreeMap<String, Start>,
    running: BTreeMap<String, Driver>,
}

impl Cast {
    pub(crate) fn add(&mut self, name: &str, start: Start) {
        self.starts.insert(name.to_owned(), start);
    }

    /// Gives an order. A driver that failed to answer is started anew for the next one.
    pub(crate) fn ask(&mut self, name: &str, order: &Value) -> Result<Vec<Series>> {
        let mut driver = match self.running.remove(name) {
            Some(driver) => driver,
            None => Driver::start(self.command(name, "serve")?)?,
        };
        let answer = driver.ask(order);
        if !driver.is_over() {
            self.running.insert(name.to_owned(), driver);
        }
        answer
    }

    /// Runs a driver as a script, from its start to its end.
    fn by_hand(&self, name: &str, mode: &str) -> Result<Vec<Series>> {
        let command = self.command(name, mode)?;
        let started = Instant::now();
        command.output()?;
        let ms = started.elapsed().as_secs_f64() * 1_000.0;
        Ok(vec![Series::new("", "ms", vec![ms])])
    }

    fn command(&self, name: &str, mode: &str) -> Result<Cmd> {
        let start = self.starts.get(name);
        let start = start.with_context(|| format!("BUG: nobody has set up `{name}`"))?;
        Ok(start(mode))
    }

    pub(crate) fn perform(&mut self, job: &Job) -> Result<Vec<Series>> {
        match job {
            Job::Ask { driver, order } => self.ask(driver, order),
            Job::ByHand { driver, mode } => self.by_hand(driver, mode),
        }
    }
}
