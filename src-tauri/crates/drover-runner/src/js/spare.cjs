// A Node that is started before there is a run for it. It loads Playwright, says so on descriptor 3, and waits on
// descriptor 5 for the one run that it will be: environment, folder and script come as one JSON text, which ends with
// the pipe. It waits without going on, so the script later finds the process as it finds a new one.
'use strict';

const fs = require('node:fs');
const Module = require('node:module');
const { begin } = require('./hook.cjs');

const WAIT = 5;
const environment = process.env;
const looked = new Set();

/** What Playwright looks at while it loads cannot be set afterwards. Listing all names is not looking at one. */
function watched() {
  return new Proxy(environment, {
    get(target, name) {
      if (typeof name === 'string') looked.add(name);
      return target[name];
    },
    has(target, name) {
      if (typeof name === 'string') looked.add(name);
      return name in target;
    },
  });
}

function load(folder) {
  process.env = watched();
  try {
    return require(folder);
  } catch {
    process.exit(1); // a run that starts its own Node says what is wrong with the package
  } finally {
    process.env = environment;
  }
}

function wait() {
  try {
    const text = fs.readFileSync(WAIT, 'utf8');
    fs.closeSync(WAIT);
    return JSON.parse(text);
  } catch {
    process.exit(0); // nobody needs it any more
  }
}

const loaded = load(environment.DROVER_SPARE);
fs.writeSync(3, `${JSON.stringify({ v: 1, type: 'ready', looked: [...looked] })}\n`);
const run = wait();
fs.writeSync(3, '{"v":1,"type":"begun"}\n');

for (const name of Object.keys(environment)) {
  // By its marker Drover finds this process and all that come from it.
  if (!(name in run.environment) && name !== 'DROVER_MARKER') delete environment[name];
}
Object.assign(environment, run.environment);
process.chdir(run.folder);
process.argv.splice(1, process.argv.length, run.script, ...run.args);
process.mainModule = undefined;
delete require.cache[__filename];
begin(loaded);
Module.runMain(run.script);
