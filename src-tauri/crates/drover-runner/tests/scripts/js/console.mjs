import { chromium } from 'playwright';

const browser = await chromium.launch();
const page = await browser.newPage();
page.on('console', (message) => console.log('console', message.type(), message.text()));
page.on('pageerror', (error) => console.log('error', error.message));
page.on('response', (answer) => answer.url().endsWith('/who') && console.log('answer', answer.status()));
await page.goto(`${process.env.SITE}/who`);
await page.evaluate(() => console.warn('careful', 1 + 1));
const broken = page.waitForEvent("pageerror");
await page.addScriptTag({ content: 'setTimeout(() => { throw new Error("broken page") }, 0)' });
await broken;
await browser.close();
