const { chromium } = require('@playwright/test');

chromium.launch().then(async (browser) => {
  const context = await browser.newContext();
  await context.exposeFunction('double', (number) => number * 2);
  await context.addInitScript(() => (window.fromScript = 'yes'));
  const page = await context.newPage();
  await page.goto(process.env.SITE);
  console.log(await page.evaluate(() => window.double(21)), await page.evaluate('window.fromScript'));
  const handle = await page.$('button');
  console.log(await handle.evaluate((node) => node.tagName), await page.$$eval('input', (all) => all.length));
  await browser.close();
});
