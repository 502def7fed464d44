//! Test projects in a real browser.

use drover_model::run::StepState;
use drover_runner::AttemptEvent;
use serde_json::json;

use crate::bench::Bench;
use crate::site::{site, task};

#[tokio::test]
async fn a_test_project_runs_with_its_own_config_and_drovers_reporter() {
    let site = site().await;
    let bench = Bench::new().secret("shop", "correct-horse-battery");
    let config = bench.file(
        "e2e/playwright.config.js",
        "module.exports = { reporter: [['json', { outputFile: process.env.DROVER_ARTIFACTS + '/report.json' }]], use: { trace: 'on', baseURL: process.env.SITE } };",
    );
    bench.file(
        "e2e/tests/shop.spec.js",
        r"
        const { test, expect } = require('@playwright/test');
        const { secret } = require('drover');
        test('signs in', async ({ page }) => {
          await page.goto('/');
          await test.step('fills the form', async () => {
            await page.getByLabel('Password').fill(await secret('shop'));
            await page.getByRole('button').click();
          });
          await expect(page.locator('h1')).toHaveText('Welcome');
          await expect(page).toHaveURL(/\/in/);
        });
        test('is known', async ({ page, context }) => {
          await page.goto('/who');
          await expect(page.locator('h1')).toHaveText('known');
        });
        test('fails', async ({ page }) => {
          await page.goto('/who');
          await expect(page.locator('h1')).toHaveText('nobody', { timeout: 200 });
        });
        test.skip('is skipped', () => {});
        ",
    );
    let project = config.strip_suffix("/playwright.config.js").unwrap();
    let suite = task(
        &json!({ "project": project, "env": { "SITE": &site.address }, "tokens": [{ "name": "shop" }] }),
    );
    let ran = bench.run(suite).await;
    ran.ended("exit_code");
    let tests: Vec<(String, StepState)> = ran
        .steps()
        .into_iter()
        .filter(|(title, _)| title.contains("shop.spec.js"))
        .collect();
    let states: Vec<StepState> = tests.iter().map(|(_, state)| *state).collect();
    let expected = [
        StepState::Passed,
        StepState::Passed,
        StepState::Failed,
        StepState::Skipped,
    ];
    assert_eq!(states, expected, "{tests:?}\n{}", ran.all());
    assert!(
        ran.steps()
            .iter()
            .any(|(title, state)| title == "fills the form" && *state == StepState::Passed),
        "{}",
        ran.all()
    );
    let artifacts = ran.artifacts();
    assert!(
        artifacts
            .iter()
            .any(|a| a.path.ends_with("-failed-test.png")),
        "{artifacts:?}\n{}",
        ran.all()
    );
    assert!(
        artifacts.iter().any(|a| a.path.ends_with("/report.json")),
        "the project's own reporter ran: {artifacts:?}"
    );
    let progress = ran.events.iter().rev().find_map(|event| match event {
        AttemptEvent::Progress(progress) => Some((progress.done, progress.total)),
        _ => None,
    });
    assert_eq!(progress, Some((4.0, 4.0)));
    assert!(
        std::path::Path::new(project)
            .join("test-results")
            .read_dir()
            .unwrap()
            .count()
            > 0,
        "the traces are there"
    );
}

#[tokio::test]
async fn a_grep_chooses_tests() {
    let bench = Bench::new();
    let spec = bench.file(
        "small/a.spec.mjs",
        "import { test } from '@playwright/test'; test('one', () => {}); test('two', () => {}); test('-three', () => {});",
    );
    let project = spec.strip_suffix("/a.spec.mjs").unwrap();
    let ran = bench
        .run(task(
            &json!({ "project": project, "grep": "-three", "placement": "own" }),
        ))
        .await;
    ran.succeeded();
    let titles: Vec<String> = ran
        .steps()
        .into_iter()
        .map(|(title, _)| title)
        .filter(|title| title.contains("spec"))
        .collect();
    assert_eq!(titles.len(), 1, "{titles:?}\n{}", ran.all());
}
