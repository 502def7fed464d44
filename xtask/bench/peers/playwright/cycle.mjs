// A peer of `cargo xtask bench browser`: the same work with playwright-core.
import { chromium } from 'playwright-core';
import { checkPicture, checkRows, serve, setup } from './serve.mjs';

const open = () =>
  chromium.launchPersistentContext(setup.folder, {
    executablePath: setup.program,
    ignoreDefaultArgs: true,
    args: [...setup.arguments, `--user-data-dir=${setup.folder}`, '--remote-debugging-pipe'],
    viewport: { width: setup.width, height: setup.height },
  });

async function shot(page) {
  await page.goto(`${setup.site}/paragraphs`);
  checkPicture(await page.screenshot({ type: 'png', path: `${setup.pictures}/shot.png` }));
}

async function form(page) {
  await page.goto(`${setup.site}/form`);
  await page.locator('#name').fill('Ada');
  await page.locator('button').click();
  await page.getByText('Welcome, Ada').waitFor();
}

async function table(page) {
  await page.goto(`${setup.site}/table`);
  checkRows(
    await page
      .locator('tbody tr')
      .evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim()))),
  );
}

// The context's browser has no session of its own here, so the question goes through a page's.
const session = async (context) => context.newCDPSession(context.pages()[0] ?? (await context.newPage()));

await serve({ open, works: { shot, form, table }, session });
