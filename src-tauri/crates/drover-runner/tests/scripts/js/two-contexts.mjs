import { chromium } from 'playwright';

const browser = await chromium.launch();
const [one, two] = await Promise.all([browser.newContext({ locale: 'fr-FR' }), browser.newContext({ timezoneId: 'Asia/Tokyo' })]);
const first = await one.newPage();
await first.goto(`${process.env.SITE}/in`);
const second = await two.newPage();
await second.goto(`${process.env.SITE}/who`);
console.log(await second.locator('h1').textContent());
await first.goto(`${process.env.SITE}/who`);
console.log(await first.locator('h1').textContent());
console.log(await first.evaluate(() => navigator.language));
console.log(await second.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone));
await one.close();
await two.close();
await browser.close();
