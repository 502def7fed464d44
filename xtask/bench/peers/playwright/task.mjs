// The script of B4, the same by hand and in Drover: a page, some waiting, the end.
import { setTimeout } from 'node:timers/promises';
import { chromium } from 'playwright-core';

const { BENCH_SITE, BENCH_SLEEP_MS, BENCH_FOLDER, BENCH_PROGRAM, BENCH_ARGUMENTS } = process.env;
const context = await chromium.launchPersistentContext(BENCH_FOLDER, {
  executablePath: BENCH_PROGRAM,
  ignoreDefaultArgs: true,
  args: [...JSON.parse(BENCH_ARGUMENTS), `--user-data-dir=${BENCH_FOLDER}`, '--remote-debugging-pipe'],
  viewport: { width: 1280, height: 720 },
});
const page = await context.newPage();
await page.goto(`${BENCH_SITE}/tiny`);
await setTimeout(Number(BENCH_SLEEP_MS));
console.log(await page.title());
await context.close();
