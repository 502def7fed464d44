// Loaded into every Node process of a run before its own code, by NODE_OPTIONS. Makes `drover` and Playwright
// resolvable, ends the program when Drover is gone, and lets Playwright, if it is loaded, land in the profile.
'use strict';

const Module = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const control = require('./control.cjs');

const folders = [__dirname, process.env.DROVER_NODE_TOOLS].filter(Boolean);

/** What depends on the run. `loaded` is a Playwright that is there already. */
function begin(loaded) {
  if (control.hasDescriptors()) control.open();
  if (!process.env.DROVER_CDP || process.env.DROVER_PLACEMENT === 'own') return;
  const wrap = (exported) => {
    if (isPlaywright(exported)) require('./playwright.cjs').wrap(exported);
  };
  wrap(loaded);
  const load = Module._load;
  Module._load = function (request) {
    const exported = load.apply(this, arguments);
    if (typeof request === 'string' && request.includes('playwright')) wrap(exported);
    return exported;
  };
}

function isPlaywright(exported) {
  try {
    const chromium = exported?.chromium;
    return typeof chromium?.connectOverCDP === 'function' && typeof chromium.launch === 'function';
  } catch {
    return false; // a module that is still loading in a circle
  }
}

// One that is kept ready begins when it knows its run.
if (!process.env.DROVER_SPARE) begin();

// Node looks for modules of `import` beside the importing file only; NODE_PATH serves `require` alone.
const data = { parents: folders.map((folder) => pathToFileURL(path.join(folder, 'any.mjs')).href) };
Module.register(pathToFileURL(path.join(__dirname, 'resolve.mjs')), { data });

module.exports = { begin };
