import { chromium } from 'playwright';

const browser = await chromium.launch();
const page = await browser.newPage();
await page.goto(process.env.SITE);
console.log('before');
await page.getByText('Sold out').click({ timeout: 300 });
console.log('never');
