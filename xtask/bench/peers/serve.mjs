// What the peers under Node have in common: one cold cycle, as a script that is run by hand does, or orders line by line.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [mode, file] = process.argv.slice(2);
export const setup = JSON.parse(readFileSync(file, 'utf8'));

/** The width and the height in a PNG's head have to be those of the page. */
export function checkPicture(picture) {
  const [width, height] = [picture.readUInt32BE(16), picture.readUInt32BE(20)];
  if (width !== setup.width || height !== setup.height) throw new Error(`the picture is ${width} x ${height}`);
}

export function checkRows(rows) {
  if (rows.length !== 50 || rows[49][0] !== '50') throw new Error(`${rows.length} rows instead of 50`);
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

/** `open` starts a browser, `works` are done in a page of their own, `session` gives one that can be asked. */
export async function serve({ open, works, session }) {
  const work = async (browser, what) => {
    const page = await browser.newPage();
    await works[what](page);
    await page.close();
  };
  const cold = async () => {
    const browser = await open();
    await work(browser, 'shot');
    await browser.close();
  };
  if (mode === 'once') return cold();

  let kept;
  let asked;
  const orders = {
    cold: (order) => timed(order.count, cold),
    open: async () => void (kept = await open()),
    warm: (order) => timed(order.count, () => work(kept, order.work)),
    version: async (order) => {
      asked ??= await session(kept);
      return timed(order.count, () => asked.send('Browser.getVersion'));
    },
    close: async () => {
      await kept?.close();
      kept = asked = undefined;
    },
  };
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
