// A peer of `cargo xtask bench browser`: the same work with playwright-core.
// `once SETUP` does one cold cycle, as a script that is run by hand does; `serve SETUP` answers orders line by line.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const [mode, file] = process.argv.slice(2);
const setup = JSON.parse(readFileSync(file, 'utf8'));

const open = () =>
  chromium.launchPersistentContext(setup.folder, {
    executablePath: setup.program,
    ignoreDefaultArgs: true,
    args: [...setup.arguments, `--user-data-dir=${setup.folder}`, '--remote-debugging-pipe'],
    viewport: { width: setup.width, height: setup.height },
  });

async function shot(page) {
  await page.goto(`${setup.site}/paragraphs`);
  const picture = await page.screenshot({ type: 'png', path: `${setup.pictures}/shot.png` });
  const [width, height] = [picture.readUInt32BE(16), picture.readUInt32BE(20)];
  if (width !== setup.width || height !== setup.height) throw new Error(`the picture is ${width} x ${height}`);
}

async function form(page) {
  await page.goto(`${setup.site}/form`);
  await page.locator('#name').fill('Ada');
  await page.locator('button').click();
  await page.getByText('Welcome, Ada').waitFor();
}

async function table(page) {
  await page.goto(`${setup.site}/table`);
  const rows = await page
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));
  if (rows.length !== 50 || rows[49][0] !== '50') throw new Error(`${rows.length} rows instead of 50`);
}

const works = { shot, form, table };

async function work(context, what) {
  const page = await context.newPage();
  await works[what](page);
  await page.close();
}

async function cold() {
  const context = await open();
  await work(context, 'shot');
  await context.close();
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
  // The context's browser has no session of its own here, so the question goes through a page's.
  version: async (order) => {
    session ??= await kept.newCDPSession(kept.pages()[0] ?? (await kept.newPage()));
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
