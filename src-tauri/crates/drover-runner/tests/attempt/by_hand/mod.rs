//! Unmodified scripts and suites, by hand and through Drover: the same exit code, the same output, the same requests
//! with the same cookies, and the same cookies at the end. The versions of Playwright are tests of their own, each for
//! Node and for Python.

mod folder;
mod scripts;
mod seen;
mod ways;

use self::folder::{Side, browsers, together};
use self::scripts::{Pair, chosen, known_difference};
use self::seen::Seen;
use self::ways::{run_by_hand, run_through_drover};
use crate::bench::{Bench, rounds};
use crate::versions::{modules, python, site_packages};

#[tokio::test]
async fn endurance_of_scripts_that_do_the_same_as_by_hand() {
    same_as_by_hand("1.65").await;
}

#[tokio::test]
async fn endurance_of_scripts_of_1_60_that_do_the_same_as_by_hand() {
    same_as_by_hand("1.60").await;
}

#[tokio::test]
async fn endurance_of_scripts_of_1_56_that_do_the_same_as_by_hand() {
    same_as_by_hand("1.56").await;
}

#[tokio::test]
async fn endurance_of_scripts_of_1_50_that_do_the_same_as_by_hand() {
    same_as_by_hand("1.50").await;
}

async fn same_as_by_hand(version: &str) {
    let chosen = chosen(version, rounds());
    let bench = Bench::new().warm();
    let wrong = compared(&bench, version, &chosen).await;
    assert!(
        wrong.is_empty(),
        "{} of {} are not as expected:\n{}",
        wrong.len(),
        chosen.len(),
        wrong.join("\n")
    );
}

/// Runs scripts both ways, and says of which ones something differs that is not known to, or nothing that is.
async fn compared(bench: &Bench, version: &str, chosen: &[Pair]) -> Vec<String> {
    let user = bench.place.path().join("user").join(version);
    let (node, python) = (modules(version), python(version));
    let driver = site_packages(&python).join("playwright/driver/package");
    let browsers = browsers(
        &user.join("browsers"),
        &[node.join("playwright-core"), driver],
    );
    let modules = user.join("node_modules");
    together(&node, &modules);
    let side = |name: &str| Side::new(&user.join(name), &modules, &python, &browsers);
    let (hand, drover) = (side("hand"), side("drover"));
    let by_hand = async {
        let mut all = Vec::new();
        for (number, (script, ..)) in chosen.iter().enumerate() {
            all.push(run_by_hand(&hand, script, number).await);
        }
        all
    };
    let through_drover = async {
        let mut all = Vec::new();
        for (number, (script, placement, _)) in chosen.iter().enumerate() {
            all.push(run_through_drover(bench, &drover, script, placement, number).await);
        }
        all
    };
    let (by_hand, through_drover) = tokio::join!(by_hand, through_drover);
    let pairs = by_hand.into_iter().zip(through_drover);
    let judged = chosen.iter().zip(pairs);
    judged
        .filter_map(|(pair, (hand, drover))| judge(version, *pair, hand, drover))
        .collect()
}

/// The line of the table in docs/compatibility.md goes to the test's output; what is wrong comes back.
#[expect(clippy::print_stdout, reason = "the table is made of it")]
fn judge(
    version: &str,
    pair: Pair,
    (hand, errors): (Seen, String),
    (mut drover, log): (Seen, String),
) -> Option<String> {
    // Without a last moment there is nothing to compare; only scripts that fail have none.
    if hand.jar.is_none() && hand.code != Some(0) {
        drover.jar = None;
    }
    let (script, placement, _) = pair;
    let known = known_difference(version, pair);
    let is_same = hand == drover;
    let words = match known {
        _ if is_same => "same",
        Some(why) => why,
        None => "differs",
    };
    println!("compared | `{script}` | {placement} | {version} | {words}");
    let said = format!(
        "{version} {script} {placement}\nby hand {hand:#?}\n{errors}\nthrough Drover {drover:#?}\n{log}"
    );
    (is_same == known.is_some()).then_some(said)
}
