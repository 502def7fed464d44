import { chromium } from 'playwright';

const browser = await chromium.launch();
const page = await browser.newPage();
page.on('dialog', async (dialog) => {
  console.log(dialog.type(), dialog.message());
  await dialog.accept('42');
});
await page.goto(process.env.SITE);
console.log(await page.evaluate(() => prompt('how many?')), await page.evaluate(() => confirm('sure?')));
await browser.close();
