import { chromium } from '@playwright/test';

const browser = await chromium.launch();
const context = await browser.newContext();
const page = await context.newPage();
await page.goto(`${process.env.SITE}/popup`);
const [popup] = await Promise.all([page.waitForEvent('popup'), page.getByText('Open').click()]);
await popup.waitForLoadState();
console.log(await popup.title(), popup.url(), (await popup.opener()) === page);
const [second] = await Promise.all([context.waitForEvent('page'), page.evaluate(() => void window.open('/in'))]);
await second.waitForLoadState();
console.log(await second.title());
await second.close();
console.log(popup.isClosed(), second.isClosed());
await browser.close();
