import { chromium } from 'playwright';

const browser = await chromium.launch();
const context = await browser.newContext({
  geolocation: { latitude: 48.2, longitude: 16.37 },
  permissions: ['geolocation'],
  extraHTTPHeaders: { 'X-Script': 'pears' },
  colorScheme: 'dark',
  baseURL: process.env.SITE,
});
const page = await context.newPage();
await page.goto('/headers');
console.log((await page.locator('body').innerText()).includes('x-script: pears'));
console.log(await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches));
console.log(await page.evaluate(() => new Promise((done) => navigator.geolocation.getCurrentPosition((at) => done(at.coords.latitude)))));
await context.setOffline(true);
console.log(await page.goto('/who').then(() => 'came', () => 'offline'));
await context.setOffline(false);
await browser.close();
