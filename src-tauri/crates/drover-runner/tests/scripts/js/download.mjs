import { readFileSync } from 'node:fs';
import { chromium } from 'playwright';

const browser = await chromium.launch();
const page = await browser.newPage({ acceptDownloads: true });
await page.goto(`${process.env.SITE}/download`);
const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Get it').click()]);
await download.saveAs('report.txt');
console.log(download.suggestedFilename(), await download.failure(), readFileSync('report.txt', 'utf8'));
await browser.close();
