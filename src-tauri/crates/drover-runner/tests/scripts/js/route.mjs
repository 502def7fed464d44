import { chromium } from 'playwright';

const browser = await chromium.launch();
const page = await browser.newPage();
await page.route('**/api', (route) => route.fulfill({ json: { price: 99 } }));
await page.route('**/*.png', (route) => route.abort());
await page.goto(`${process.env.SITE}/who`);
console.log(await page.evaluate(() => fetch('/api').then((answer) => answer.json())));
console.log(await page.evaluate(() => fetch('/x.png').then(() => 'came', () => 'blocked')));
await page.unroute('**/api');
console.log(await page.evaluate(() => fetch('/api').then((answer) => answer.json())));
await browser.close();
