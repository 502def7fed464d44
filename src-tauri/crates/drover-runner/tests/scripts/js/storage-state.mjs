import { readFileSync } from 'node:fs';
import { chromium } from 'playwright';

const browser = await chromium.launch();
const context = await browser.newContext();
const page = await context.newPage();
await page.goto(`${process.env.SITE}/in`);
await page.evaluate(() => localStorage.setItem('basket', '3 pears'));
await context.storageState({ path: 'state.json' });
await context.close();
const state = JSON.parse(readFileSync('state.json', 'utf8'));
const here = state.cookies.filter(({ domain }) => domain === new URL(process.env.SITE).hostname);
const origin = state.origins.find(({ origin }) => origin === process.env.SITE);
console.log(here.map(({ name, value, httpOnly }) => `${name}=${value} ${httpOnly}`).join(), origin.localStorage);
const again = await browser.newContext({ storageState: 'state.json' });
const known = await again.newPage();
await known.goto(`${process.env.SITE}/who`);
console.log(await known.locator('h1').textContent(), await known.evaluate(() => localStorage.getItem('basket')));
await browser.close();
