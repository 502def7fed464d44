const { chromium } = require('playwright');

(async () => {
  const browser = await chromium.launch({ headless: true });
  const context = await browser.newContext({ viewport: { width: 800, height: 600 } });
  const page = await context.newPage();
  await page.goto(process.env.SITE);
  await page.getByLabel('Password').fill('open sesame');
  await page.getByRole('button', { name: 'Sign in' }).click();
  console.log(page.url(), await page.locator('h1').textContent());
  await page.goto(`${process.env.SITE}/who`);
  console.log(await page.locator('h1').textContent(), await page.evaluate(() => [innerWidth, innerHeight].join('x')));
  await context.close();
  await browser.close();
})();
