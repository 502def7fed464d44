// Evidence that the task asks for and the script does not make by itself: traces, requests, videos. It lies in the
// private folder of the attempt until Drover knows whether the run's end is one for which it is wanted.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { say } = require('./told.cjs');

const LIMIT_MS = 5000;
const folder = process.env.DROVER_EVIDENCE;
// The runner of tests records traces by itself.
const inTestWorker = process.env.TEST_WORKER_INDEX !== undefined;
const open = new Set();
let count = 0;

/** Whether the task wants this kind: Drover has made a folder for it then. */
function wants(kind) {
  if (!folder || (kind === 'trace' && inTestWorker)) return false;
  return fs.existsSync(path.join(folder, kind));
}

/** A new file. */
function place(kind, ending) {
  return path.join(folder, kind, `${process.pid}-${++count}${ending}`);
}

/** Whether a file is one of these, which Drover keeps by itself. */
function isEvidence(file) {
  return Boolean(folder) && file.startsWith(fs.realpathSync(folder) + path.sep);
}

/** Adds to the options of a new context. */
function withRecording(options) {
  const more = {};
  if (wants('video') && !options?.recordVideo) more.recordVideo = { dir: path.join(folder, 'video') };
  if (wants('har') && !options?.recordHar) more.recordHar = { path: place('har', '.har') };
  return Object.keys(more).length > 0 ? { ...options, ...more } : options;
}

/** Begins to record a context, unless that goes on already. It ends when the context closes, or the script. */
async function beginRecording(context, isProfile) {
  if ([...open].some((ending) => ending.owner === context)) return;
  await record(context, 'trace', 'start', async (tracing) => {
    await tracing.start({ screenshots: true, snapshots: true, sources: true });
    return async () => await tracing.stop({ path: place('trace', '.zip') });
  });
  // The requests of a context that is there already can be recorded from Playwright 1.60 on.
  if (!isProfile) return;
  if (typeof context.tracing.startHar !== 'function') {
    if (wants('har')) say('har', 'drover: this Playwright cannot record the requests of a profile; 1.60 can\n');
    return;
  }
  await record(context, 'har', 'startHar', async (tracing) => {
    await tracing.startHar(place('har', '.har'));
    return async () => await tracing.stopHar();
  });
}

/** A script that records by itself does so instead. */
async function record(context, kind, method, begin) {
  if (!wants(kind)) return;
  const { tracing } = context;
  const quietly = (work) => (context._wrapApiCall ? context._wrapApiCall(work, { internal: true }) : work());
  let stop;
  try {
    stop = await quietly(() => begin(tracing));
  } catch (error) {
    say(kind, `drover: the ${kind} that the task asks for cannot be made: ${error.message.split('\n')[0]}\n`);
    return;
  }
  const end = once(context, async () => {
    delete tracing[method];
    await quietly(stop);
  });
  tracing[method] = async (...given) => {
    await end();
    return await tracing[method](...given);
  };
}

/** Films a page of a profile, into a folder of the script or for the task. */
async function film(page, dir) {
  const file = dir ? path.join(dir, `${process.pid}-${++count}.webm`) : place('video', '.webm');
  if (typeof page.screencast?.start !== 'function') return false;
  try {
    if (dir) fs.mkdirSync(dir, { recursive: true });
    await page.screencast.start({ path: file });
  } catch (error) {
    say('video', `drover: the page is not filmed: ${error.message.split('\n')[0]}\n`);
    return true;
  }
  const end = once(page, async () => {
    await page.screencast.stop();
    if (dir) require('./collect.cjs').keep('video', file); // which loads this file
  });
  const close = page.close.bind(page);
  page.close = async (...rest) => {
    await end();
    await close(...rest);
  };
  if (dir) {
    page.video = () => ({
      path: async () => file,
      saveAs: async (target) => fs.promises.copyFile(file, target),
      delete: async () => fs.promises.rm(file, { force: true }),
    });
  }
  return true;
}

/** Something that ends once, with its owner or with the script, and never holds it up. */
function once(owner, work) {
  let ended;
  const end = () => (ended ??= bounded(work()));
  const ending = { owner, end };
  open.add(ending);
  return async () => {
    open.delete(ending);
    await end();
  };
}

async function bounded(work) {
  let timer;
  const late = new Promise((end) => {
    timer = setTimeout(end, LIMIT_MS);
  });
  await Promise.race([work, late]).catch(() => {}); // what cannot be recorded is missing; the script is not to blame
  clearTimeout(timer);
}

/** Ends what is recorded of one owner, or of all. */
async function endRecording(owner) {
  for (const ending of [...open]) {
    if (owner && ending.owner !== owner) continue;
    open.delete(ending);
    // An owner that closes by itself needs nobody who closes it.
    if (!(owner && ending.closes)) await ending.end();
  }
}

/** Has a context closed when the script fails or is stopped before it did so: only then its files are whole. */
function closeAtTheEnd(context) {
  if (wants('video') || wants('har')) open.add({ owner: context, closes: true, end: () => bounded(context.close()) });
}

module.exports = { wants, isEvidence, withRecording, beginRecording, film, endRecording, closeAtTheEnd };
