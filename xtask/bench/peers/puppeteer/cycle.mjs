// A peer of `cargo xtask bench browser`: the same work with puppeteer-core.
import { writeFileSync } from 'node:fs';
import puppeteer from 'puppeteer-core';
import { checkPicture, checkRows, serve, setup } from './serve.mjs';

const open = () =>
  puppeteer.launch({
    executablePath: setup.program,
    ignoreDefaultArgs: true,
    args: [...setup.arguments, `--user-data-dir=${setup.folder}`, '--remote-debugging-pipe'],
    pipe: true,
    defaultViewport: { width: setup.width, height: setup.height },
  });

async function shot(page) {
  await page.goto(`${setup.site}/paragraphs`);
  const picture = Buffer.from(await page.screenshot({ type: 'png' }));
  checkPicture(picture);
  writeFileSync(`${setup.pictures}/shot.png`, picture);
}

async function form(page) {
  await page.goto(`${setup.site}/form`);
  await page.type('#name', 'Ada');
  await page.click('button');
  await page.waitForSelector('::-p-text(Welcome, Ada)');
}

async function table(page) {
  await page.goto(`${setup.site}/table`);
  checkRows(
    await page.$$eval('tbody tr', (rows) =>
      rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim())),
    ),
  );
}

// `browser.version()` remembers its answer, so the question goes through a session.
await serve({ open, works: { shot, form, table }, session: (browser) => browser.target().createCDPSession() });
