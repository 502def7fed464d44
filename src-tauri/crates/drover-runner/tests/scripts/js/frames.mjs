import { chromium } from 'playwright';

const browser = await chromium.launch();
const page = await browser.newPage();
await page.goto(`${process.env.SITE}/frame`);
const inner = page.frameLocator('iframe');
console.log(await inner.locator('h1').textContent(), page.frames().length);
await page.goBack().catch(() => {});
await browser.close();
