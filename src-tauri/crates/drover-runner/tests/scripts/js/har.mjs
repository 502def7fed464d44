import { readFileSync } from 'node:fs';
import { chromium } from 'playwright';

const browser = await chromium.launch();
const context = await browser.newContext({ recordHar: { path: 'traffic.har', content: 'omit' } });
const page = await context.newPage();
await page.goto(`${process.env.SITE}/in`);
await page.goto(`${process.env.SITE}/who`);
await context.close();
const { entries } = JSON.parse(readFileSync('traffic.har', 'utf8')).log;
const visited = entries.map((entry) => `${entry.request.method} ${entry.request.url} ${entry.response.status}`);
console.log(visited.filter((line) => !line.includes('favicon')).join('\n'));
await browser.close();
