const { chromium } = require('playwright');

(async () => {
  const browser = await chromium.launch();
  const page = await browser.newPage();
  await page.goto(`${process.env.SITE}/in`);
  console.log('leaving early');
  process.exit(7);
})();
