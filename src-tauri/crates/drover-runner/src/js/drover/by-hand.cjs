// What the five things mean in a program that somebody starts by hand, so that one script serves for both.
'use strict';

const path = require('node:path');

/** Whether Drover has nothing to do with this process. */
const alone = () => !process.env.DROVER_BRIDGE;

/** `shop-api` is the variable of that very name, or `SHOP_API`, as shells allow no other letters. */
async function secret(name) {
  const variable = name.toUpperCase().replace(/[^A-Z0-9]/g, '_');
  const value = process.env[name] ?? process.env[variable];
  if (value === undefined) {
    throw new Error(`there is no secret \`${name}\`: Drover has not started this program; by hand set the variable ${variable}`);
  }
  return value;
}

function output(name, value) {
  process.stderr.write(`drover: ${name} = ${JSON.stringify(value ?? null)}\n`);
}

/** Nothing is kept, so the file stays where it is. */
function artifact(file) {
  const found = path.resolve(file);
  require('node:fs').accessSync(found);
  return found;
}

function progress(done, total, label) {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`drover: ${done}${total === undefined ? '' : ` of ${total}`}${label ? ` ${label}` : ''}\n`);
}

/** Waits for a line on standard input. */
async function pause(reason) {
  process.stderr.write(`drover: ${reason} – press Enter to go on\n`);
  const lines = require('node:readline').createInterface({ input: process.stdin });
  for await (const _ of lines) return;
  throw new Error('nobody can press Enter: standard input is closed');
}

module.exports = { alone, secret, output, artifact, progress, pause };
