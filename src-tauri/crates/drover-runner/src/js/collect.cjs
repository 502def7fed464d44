// Evidence that a script writes for itself, such as a trace, is also kept with the run, as a copy.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { say } = require('./control.cjs');
const { isEvidence } = require('./record.cjs');
const { parkAtPause } = require('./pause.cjs');

const MOST = 200;
const WRAPPED = Symbol.for('drover.collected');
// A test runner writes through the same methods, and says at the end which files count.
const inTestWorker = process.env.TEST_WORKER_INDEX !== undefined;
let kept = 0;

/** Copies a file into the folder for files to keep, under a name that is free there. */
function keep(kind, file, mime) {
  const folder = process.env.DROVER_ARTIFACTS;
  try {
    if (!folder || !file || kept >= MOST) return;
    const found = fs.realpathSync(file);
    const looks = process.env.DROVER_LOOKS;
    if (!fs.statSync(found).isFile() || isEvidence(found) || (looks && isInside(found, fs.realpathSync(looks)))) return;
    const inside = isInside(found, fs.realpathSync(folder)) ? found : copy(found, folder);
    kept += 1;
    say({ type: 'artifact', kind, path: inside, mime });
  } catch {
    // The script has its own file; the disk may be full.
  }
}

function copy(found, folder) {
  const { name, ext } = path.parse(found);
  for (let number = 1; ; number++) {
    const inside = path.join(folder, `${name}${number > 1 ? `-${number}` : ''}${ext}`);
    try {
      fs.copyFileSync(found, inside, fs.constants.COPYFILE_EXCL);
      return inside;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
  }
}

function isInside(file, folder) {
  return file.startsWith(folder + path.sep);
}

/** Adds to a method that writes evidence, for all objects of its class. */
function after(object, name, kind, pathOf) {
  const owner = object && Object.getPrototypeOf(object);
  if (inTestWorker || typeof owner?.[name] !== 'function' || owner[name][WRAPPED]) return;
  const write = owner[name];
  owner[name] = async function (...given) {
    const result = await write.apply(this, given);
    keep(kind, pathOf(given));
    return result;
  };
  owner[name][WRAPPED] = true;
}

const option = (given) => given[0]?.path;
const argument = (given) => given[0];

/** Keeps what the script writes of this context and its pages. */
function watchContext(context) {
  after(context.tracing, 'stop', 'trace', option);
  after(context.tracing, 'stopChunk', 'trace', option);
  context.pages().forEach(watchPage);
  context.on('page', watchPage);
}

function watchPage(page) {
  parkAtPause(page);
  after(page, 'screenshot', 'screenshot', option);
  page.on('download', (download) => after(download, 'saveAs', 'download', argument));
}

module.exports = { keep, watchContext };
