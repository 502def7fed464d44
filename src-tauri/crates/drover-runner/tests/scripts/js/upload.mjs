import { chromium } from 'playwright';

const browser = await chromium.launch();
const page = await browser.newPage();
await page.goto(`${process.env.SITE}/upload`);
await page.setInputFiles('input', { name: 'pears.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') });
console.log(await page.evaluate(async () => document.querySelector('input').files[0].text()));
await browser.close();
