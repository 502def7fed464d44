// Loaded before a script: writes down the cookies of each context at its end, into the file that JAR names.
'use strict';

const fs = require('node:fs');
const Module = require('node:module');

const SEEN = Symbol.for('jar.seen');
const load = Module._load;

Module._load = function (...request) {
  const loaded = load.apply(this, request);
  try {
    if (typeof loaded?.chromium?.launch === 'function') watch(loaded.chromium);
  } catch {
    // a module that is still loading in a circle
  }
  return loaded;
};

function watch(chromium) {
  if (Object.hasOwn(chromium, SEEN)) return;
  Object.defineProperty(chromium, SEEN, { value: true });
  for (const name of ['launch', 'connectOverCDP']) {
    const start = chromium[name].bind(chromium);
    chromium[name] = async (...rest) => watchBrowser(await start(...rest));
  }
  const persistent = chromium.launchPersistentContext.bind(chromium);
  chromium.launchPersistentContext = async (...rest) => watchContext(await persistent(...rest), new Set());
}

function watchBrowser(browser) {
  const open = new Set();
  const create = browser.newContext.bind(browser);
  browser.newContext = async (...rest) => watchContext(await create(...rest), open);
  const close = browser.close.bind(browser);
  browser.close = async (...rest) => {
    for (const context of open) await write(context);
    return await close(...rest);
  };
  return browser;
}

function watchContext(context, open) {
  open.add(context);
  const close = context.close.bind(context);
  context.close = async (...rest) => {
    if (open.delete(context)) await write(context);
    return await close(...rest);
  };
  return context;
}

async function write(context) {
  const cookies = await context.cookies().catch(() => undefined);
  if (cookies) fs.appendFileSync(process.env.JAR, `${JSON.stringify(cookies)}\n`);
}
