const fs = require('node:fs');
const { chromium } = require('playwright');

(async () => {
  const browser = await chromium.launch();
  const context = await browser.newContext();
  await context.tracing.start({ screenshots: true, snapshots: true });
  const page = await context.newPage();
  await page.goto(process.env.SITE);
  await context.tracing.stop({ path: 'my-trace.zip' });
  console.log(fs.readFileSync('my-trace.zip').subarray(0, 2).toString(), fs.statSync('my-trace.zip').size > 1000);
  await browser.close();
})();
