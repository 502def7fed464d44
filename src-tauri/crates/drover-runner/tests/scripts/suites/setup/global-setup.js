const { chromium } = require('@playwright/test');

module.exports = async () => {
  const browser = await chromium.launch();
  const page = await browser.newPage();
  await page.goto(`${process.env.SITE}/in`);
  await page.context().storageState({ path: 'state.json' });
  await browser.close();
  process.env.FROM_SETUP = 'yes';
};
