const { chromium } = require('playwright');

async function main() {
  const context = await chromium.launchPersistentContext('./user-data', { headless: true, baseURL: process.env.SITE });
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(`${process.env.SITE}/in`);
  const other = await context.newPage();
  await other.goto('/who');
  console.log(await other.locator('h1').innerText(), other.url());
  await context.close();
}

main();
