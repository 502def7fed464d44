// A peer of `cargo xtask bench browser`: the same work with puppeteer-core.
// `once SETUP` does one cold cycle, as a script that is run by hand does; `serve SETUP` answers orders line by line.
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import puppeteer from 'puppeteer-core';

const [mode, file] = process.argv.slice(2);
const setup = JSON.parse(readFileSync(file, 'utf8'));

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
  const [width, height] = [picture.readUInt32BE(16), picture.readUInt32BE(20)];
  if (width !== setup.width || height !== setup.height) throw new Error(`the picture is ${width} x ${height}`);
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
  const rows = await page.$$eval('tbody tr', (rows) =>
    rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim())),
  );
  if (rows.length !== 50 || rows[49][0] !== '50') throw new Error(`${rows.length} rows instead of 50`);
}

const works = { shot, form, table };

async function work(browser, what) {
  const page = await browser.newPage();
  await works[what](page);
  await page.close();
}

async function cold() {
  const browser = await open();
  await work(browser, 'shot');
  await browser.close();
}

async function timed(count, job) {
  const samples = [];
  for (let at = 0; at < count; at += 1) {
    const started = performance.now();
    await job();
    samples.push(performance.now() - started);
  }
  return samples;
}

let kept;
let session;
const orders = {
  cold: (order) => timed(order.count, cold),
  open: async () => void (kept = await open()),
  warm: (order) => timed(order.count, () => work(kept, order.work)),
  // `browser.version()` remembers its answer, so the question goes through a session.
  version: async (order) => {
    session ??= await kept.target().createCDPSession();
    return timed(order.count, () => session.send('Browser.getVersion'));
  },
  close: async () => {
    await kept?.close();
    kept = session = undefined;
  },
};

if (mode === 'once') {
  await cold();
} else {
  for await (const line of createInterface({ input: process.stdin })) {
    const order = JSON.parse(line);
    let answer;
    try {
      answer = { series: [{ unit: 'ms', samples: (await orders[order.order](order)) ?? [] }] };
    } catch (error) {
      answer = { error: String(error) };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  await kept?.close();
}
