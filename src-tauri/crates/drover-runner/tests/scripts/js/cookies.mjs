import { chromium } from 'playwright';

const browser = await chromium.launch();
const context = await browser.newContext();
await context.addCookies([{ name: 'taste', value: 'sweet', url: process.env.SITE }]);
const page = await context.newPage();
await page.goto(`${process.env.SITE}/in`);
await page.evaluate(() => (document.cookie = 'by=script'));
const shown = async () => (await context.cookies(process.env.SITE)).map((cookie) => `${cookie.name}=${cookie.value}`).sort().join(' ');
console.log(await shown());
await context.clearCookies({ name: 'taste' });
await page.goto(`${process.env.SITE}/who`);
console.log(await shown());
await browser.close();
