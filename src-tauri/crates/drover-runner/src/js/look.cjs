// Pictures of the page at its last moment: before it closes, before a script fails, before Drover stops it. Drover
// keeps one where the task asks for it. They lie in the private folder of the attempt until then.
'use strict';

const path = require('node:path');
const { onCancel, say } = require('./control.cjs');
const { endRecording } = require('./record.cjs');

const LIMIT_MS = 3000;
const folder = process.env.DROVER_LOOKS;
const open = new Set();
let count = 0;

/** Remembers a page of the script. */
function follow(page) {
  if (!folder || open.has(page)) return;
  open.add(page);
  page.on('close', () => open.delete(page));
  const close = page.close.bind(page);
  page.close = async function (...rest) {
    await look(page);
    await close(...rest);
  };
}

async function look(page) {
  if (!open.delete(page) || page.isClosed()) return;
  const file = `${process.pid}-${++count}.png`;
  const shoot = () => page.screenshot({ path: path.join(folder, file), timeout: LIMIT_MS, caret: 'initial' });
  try {
    // Inside an internal call the picture does not show up among the script's own steps and traces.
    await (page._wrapApiCall ? page._wrapApiCall(shoot, { internal: true }) : shoot());
    say({ type: 'look', file });
  } catch {
    // A page that cannot be drawn has no picture; the script is not to blame.
  }
}

/** Looks at the page that was opened last and is still there. */
async function lookAtLast() {
  const last = [...open].pop();
  if (last) await look(last);
}

/** What can still be had of a script that fails or is stopped. */
async function lastWords() {
  await lookAtLast();
  await endRecording();
}

if (folder || process.env.DROVER_EVIDENCE) {
  onCancel(lastWords);
  process.on('uncaughtException', function failed(error) {
    process.off('uncaughtException', failed);
    // With a listener of its own the script decides what happens.
    if (process.listenerCount('uncaughtException') > 0) return;
    const again = () => setImmediate(() => {
      throw error;
    });
    lastWords().then(again, again);
  });
}

module.exports = { follow, lookAtLast };
