import { existsSync, readdirSync } from 'node:fs';
import { chromium } from 'playwright';

const browser = await chromium.launch();
const context = await browser.newContext({ recordVideo: { dir: 'videos', size: { width: 320, height: 200 } } });
const page = await context.newPage();
await page.goto(`${process.env.SITE}/in`);
const video = page.video();
await page.close();
console.log('kept', existsSync(await video.path()), readdirSync('videos').length);
await context.close();
await browser.close();
