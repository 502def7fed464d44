// The five things a script can say to Drover; `by-hand.cjs` has what they mean without it.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { ask, say } = require('../../control.cjs');
const byHand = require('./by-hand.cjs');

/** The value of a token that the task names. It is not kept anywhere; ask again when it is needed again. */
function secret(name) {
  if (byHand.alone()) return byHand.secret(String(name));
  return ask(`secret ${name}`, { type: 'needSecret', name: String(name) });
}

/** A named result of the run. */
function output(name, value) {
  if (byHand.alone()) return byHand.output(String(name), value);
  say({ type: 'output', name: String(name), json: value === undefined ? null : value });
}

/**
 * Hands over a file. A relative path is looked for in the folder for files to keep, then in the working folder; a
 * file from elsewhere is copied into the folder first. Returns where it lies there.
 */
function artifact(file, { kind, mime } = {}) {
  if (byHand.alone()) return byHand.artifact(file);
  const folder = fs.realpathSync(process.env.DROVER_ARTIFACTS);
  const kept = path.resolve(folder, file);
  const found = fs.realpathSync(fs.existsSync(kept) ? kept : path.resolve(file));
  let inside = found;
  if (!found.startsWith(folder + path.sep)) {
    inside = path.join(folder, path.basename(found));
    fs.copyFileSync(found, inside, fs.constants.COPYFILE_EXCL);
  }
  say({ type: 'artifact', kind, path: inside, mime });
  return inside;
}

/** Draws the bar: `done` of `total`. */
function progress(done, total, label) {
  if (byHand.alone()) return byHand.progress(done, total, label);
  say({ type: 'progress', done, total, label });
}

/** Parks the run until a person resumes it. */
function pause(reason) {
  if (byHand.alone()) return byHand.pause(String(reason));
  return ask('resume', { type: 'pause', reason: String(reason) });
}

module.exports = { secret, output, artifact, progress, pause };
