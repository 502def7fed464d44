import { chromium } from 'playwright';

const browser = await chromium.launch();
const page = await browser.newPage();
await page.goto(process.env.SITE);
console.log(await page.title(), await page.locator('button').count());
await browser.close();
