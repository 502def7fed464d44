//! A program that measures: orders go in, answers come out, one JSON line each.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{ChildStdin, ChildStdout};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::series::{self, Series};
use crate::process::{Cmd, Group};

/// A driver whose orders have ended closes its browsers within this time.
const END_LIMIT: Duration = Duration::from_secs(20);
/// How often its end is looked for.
const TICK: Duration = Duration::from_millis(20);

/// A started driver. Dropping it ends it and everything it started.
pub(crate) struct Driver {
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    group: Group,
}

impl Driver {
    pub(crate) fn start(cmd: Cmd) -> Result<Self> {
        let (group, orders, answers) = Group::start_to_talk(cmd)?;
        Ok(Self {
            orders: Some(orders),
            answers: BufReader::new(answers),
            group,
        })
    }

    /// Gives an order and waits for its answer. One that says what went wrong comes from a driver that is well.
    pub(crate) fn ask(&mut self, order: &Value) -> Result<Vec<Series>> {
        let answer = self.exchange(order);
        if answer.is_err() {
            self.orders = None;
        }
        series::read(&answer?)
    }

    /// Whether it takes no order any more.
    pub(crate) fn is_over(&self) -> bool {
        self.orders.is_none()
    }

    fn exchange(&mut self, order: &Value) -> Result<String> {
        let orders = self.orders.as_mut().context("the driver has ended")?;
        writeln!(orders, "{order}").context("the driver has ended")?;
        orders.flush().context("the driver has ended")?;
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            bail!("the driver ended before it answered");
        }
        Ok(line)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.orders.take());
        let deadline = Instant::now() + END_LIMIT;
        while matches!(self.group.ended(), Ok(None)) && Instant::now() < deadline {
            std::thread::sleep(TICK);
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shell(script: &str) -> Driver {
        Driver::start(Cmd::new("sh").args(["-c", script])).unwrap()
    }

    #[test]
    fn an_order_is_answered() {
        let mut driver = shell(
            r#"while read -r line; do echo '{"series":[{"unit":"ms","samples":[3]}]}'; done"#,
        );
        for _ in 0..3 {
            let series = driver.ask(&json!({ "order": "cold" })).unwrap();
            assert_eq!(series, [Series::new("", "ms", vec![3.0])]);
        }
    }

    #[test]
    fn a_driver_that_ends_is_no_answer() {
        let mut driver = shell("read -r line; exit 3");
        let error = driver.ask(&json!({ "order": "cold" })).unwrap_err();
        assert!(
            error.to_string().contains("ended before it answered"),
            "{error}"
        );
        assert!(driver.is_over());
        assert!(driver.ask(&json!({})).is_err());
    }
}
