//! `cargo xtask test`.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;

use super::ignored::find_ignored;
use super::suite::Suite;
use super::suites;
use super::summary::Counts;
use crate::check;
use crate::console;
use crate::layout;
use crate::run;
use crate::setup::{self, Purpose};
use crate::tidy;
use crate::ui_build::{self, Ui};

/// Sets up, checks, builds and tests; goes on after a failure, so that one run shows all of them.
pub(crate) fn test(filter: Option<&str>, set_up: bool) -> Result<ExitCode> {
    let started = std::time::Instant::now();
    let tools = if set_up {
        setup::prepare(Purpose::Test)?
    } else {
        setup::found()?
    };
    let mut suites = Vec::new();
    match filter {
        None => suites.extend(check::check(&tools)?),
        Some(text) => {
            println!("\n   checks left out: only tests with `{text}` in their name are run");
        }
    }
    for ui in [Ui::Window, Ui::Demo] {
        if let Err(error) = ui_build::build(&tools, ui) {
            println!("   FAILED: {error:#}");
            suites.push(Suite::of_one(
                &format!("build of {ui:?}"),
                false,
                Duration::ZERO,
            ));
        }
    }
    if !run::build_app()? {
        suites.push(Suite::of_one("build of the app", false, Duration::ZERO));
    }
    suites.extend(suites::run_all(&tools, filter)?);
    report(&suites, filter, started.elapsed())
}

fn report(suites: &[Suite], filter: Option<&str>, took: Duration) -> Result<ExitCode> {
    console::heading("result");
    let mut all = Counts::default();
    let mut rows = Vec::new();
    for suite in suites {
        all += suite.counts;
        rows.push(vec![
            suite.name.clone(),
            suite.counts.passed.to_string(),
            suite.counts.failed.to_string(),
            suite.counts.skipped.to_string(),
            console::seconds(suite.took),
        ]);
    }
    println!(
        "{}",
        console::table(&["part", "passed", "failed", "not run", "time"], &rows)
    );
    println!("   altogether {}", console::seconds(took));
    if filter.is_some() && all.passed + all.failed == 0 {
        println!("   no test has that text in its name");
        all.failed = 1;
    }
    if all.skipped > 0 {
        let reasons = reasons()?;
        println!("\n   not run:");
        for reason in &reasons {
            println!("   {reason}");
        }
        let unexplained = unexplained(all.skipped, reasons.len());
        if unexplained > 0 {
            println!("   and {unexplained} for which no reason was found, which counts as failed");
            all.failed += unexplained;
        }
    }
    println!("\n{} passed, {} failed", all.passed, all.failed);
    Ok(if all.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The ignored tests of the whole repository that give a reason.
fn reasons() -> Result<Vec<String>> {
    let mut reasons = Vec::new();
    for (path, text) in tidy::sources()? {
        let path = path.strip_prefix(layout::root()).unwrap_or(&path);
        let ignored = find_ignored(&text)
            .into_iter()
            .filter(|one| one.reason.is_some());
        reasons.extend(ignored.map(|one| one.describe(path)));
    }
    Ok(reasons)
}

fn unexplained(skipped: u32, reasons: usize) -> u32 {
    skipped.saturating_sub(u32::try_from(reasons).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::unexplained;

    #[test]
    fn what_is_left_out_without_a_reason_fails() {
        assert_eq!(unexplained(3, 3), 0);
        assert_eq!(unexplained(3, 1), 2);
        assert_eq!(unexplained(0, 2), 0);
    }
}
