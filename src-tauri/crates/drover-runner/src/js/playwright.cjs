// Lets an unmodified script land in the profile: what would start a browser attaches to the one that Drover started.
'use strict';

const { keep, watchContext } = require('./collect.cjs');
const { follow, lookAtLast } = require('./look.cjs');
const { watchOutside } = require('./outside.cjs');
const { beginRecording, closeAtTheEnd, endRecording, film, wants, withRecording } = require('./record.cjs');
const { say, tell } = require('./told.cjs');
const { leadAlone, leadRequests, wayOut } = require('./way-out.cjs');

const WRAPPED = Symbol.for('drover.wrapped');
const isolated = process.env.DROVER_PLACEMENT === 'isolated';

/** What is already as the script says, so that it need not be told about. */
const HARMLESS = { acceptDownloads: true, serviceWorkers: 'allow', javaScriptEnabled: true, locale: 'en-US', deviceScaleFactor: 1 };
const LAUNCH_OPTIONS = ['args', 'channel', 'chromiumSandbox', 'executablePath', 'ignoreDefaultArgs', 'proxy'];
const CONTEXT_OPTIONS = [
  'acceptDownloads', 'bypassCSP', 'clientCertificates', 'deviceScaleFactor', 'hasTouch', 'ignoreHTTPSErrors', 'isMobile',
  'javaScriptEnabled', 'locale', 'proxy', 'serviceWorkers', 'storageState', 'strictSelectors',
  'timezoneId', 'userAgent',
];
const MEDIA = ['colorScheme', 'contrast', 'forcedColors', 'reducedMotion'];

function tellUnused(options, names) {
  for (const name of names) {
    const value = options?.[name];
    if (value === undefined || value === null || value === HARMLESS[name]) continue;
    if (value === false && !(name in HARMLESS)) continue;
    if (Array.isArray(value) && value.length === 0) continue;
    tell(name);
  }
}

/** Wraps what a Playwright package exports. Several packages, and several copies, may export the same or their own. */
function wrap(exported) {
  const { chromium } = exported;
  if (Object.prototype.hasOwnProperty.call(chromium, WRAPPED)) return;
  Object.defineProperty(chromium, WRAPPED, { value: true });

  const connect = chromium.connectOverCDP.bind(chromium);
  const attach = async (options) => {
    // Downloads go into the temporary folder of the run, where the browser may write, and not into `artifactsDir`.
    const { timeout, slowMo, logger } = options ?? {};
    const browser = await connect(process.env.DROVER_CDP, { timeout, slowMo, logger });
    await leadRequests(browser);
    if (isolated) return withSeededContexts(browser);
    const [context] = browser.contexts();
    if (context) await beginRecording(context, true);
    return withOneContext(browser);
  };
  const launchOptions = (options) => ({ ...exported._defaultLaunchOptions, ...options });

  chromium.launch = async function launch(options) {
    tellUnused(launchOptions(options), LAUNCH_OPTIONS);
    return await attach(launchOptions(options));
  };
  chromium.launchPersistentContext = async function launchPersistentContext(_folder, options) {
    tellUnused(launchOptions(options), LAUNCH_OPTIONS);
    const browser = await attach(launchOptions(options));
    const context = await browser.newContext(options);
    const close = context.close.bind(context);
    context.close = async (...rest) => {
      context.close = close; // closing the browser closes the context
      await close(...rest);
      await browser.close();
    };
    return context;
  };
  chromium.connectOverCDP = async function connectOverCDP(endpoint, options) {
    // A transport object is a deliberate way of its own, of which nobody knows where it leads.
    const isOwn = endpoint && typeof endpoint === 'object' && typeof endpoint.send === 'function';
    if (isOwn && !wayOut()) return await connect(endpoint, options);
    return await attach(typeof endpoint === 'object' ? endpoint : options);
  };
  leadAlone(exported);
  watchOutside(exported);
}

/** The options of a context with what a test runner adds to them; where it keeps them differs by version. */
async function withDefaults(browser, wanted) {
  const type = browser._browserType;
  const options = { ...type?._playwright?._defaultContextOptions, ...type?._defaultContextOptions, ...wanted };
  await browser._instrumentation?.runBeforeCreateBrowserContext?.(options);
  return options;
}

/** Placement `profile`: there is one context, the profile's own. */
function withOneContext(browser) {
  const context = browser.contexts()[0];
  if (!context || context[WRAPPED]) return browser;
  Object.defineProperty(context, WRAPPED, { value: true });
  const openPage = context.newPage.bind(context);
  const shares = new Set();
  const begin = () => {
    const share = beginShare(context, openPage);
    shares.add(share);
    return share;
  };
  // Pages that are there already stay when the script ends, but it may work in them.
  context.pages().forEach(follow);
  watchContext(context);
  const first = begin();
  let taken = false;
  context.newPage = () => first.newPage();
  const close = async function close() {
    taken = false;
    await first.close();
    await endRecording(context);
  };
  context.close = close;
  browser.newContext = async function newContext(wanted) {
    const options = await withDefaults(browser, wanted);
    tellUnused(options, CONTEXT_OPTIONS);
    if (taken) {
      say('second', 'drover: two contexts at once are one in a profile, with the same sign-ins; placement "isolated" gives each its own\n');
      const further = begin();
      await further.apply(options);
      return beside(context, { newPage: () => further.newPage(), close: () => further.close() });
    }
    taken = true;
    context.close = close; // what a caller put onto an earlier context does not come with a new one
    await beginRecording(context, true);
    await first.apply(options);
    return context;
  };
  browser.newPage = async function newPage(wanted) {
    const own = await browser.newContext(wanted);
    const page = await own.newPage();
    if (own === context) taken = false; // the page is what the script has, and it closes with the browser
    return page;
  };
  const disconnect = browser.close.bind(browser);
  browser.close = async function closeBrowser(...rest) {
    for (const share of shares) await share.close();
    await endRecording(context);
    await disconnect(...rest);
  };
  return browser;
}

/** What the script has of the context by one `newContext`: its pages, and what was applied for it. */
function beginShare(context, openPage) {
  const pages = new Set();
  let options = {};
  let undo = [];
  const mine = (page) => {
    pages.add(page);
    follow(page);
    page.on('popup', mine);
    page.on('close', () => pages.delete(page));
  };
  return {
    async apply(wanted) {
      options = wanted;
      undo = undo.concat(await applyToContext(context, options));
    },
    async newPage() {
      const page = await openPage();
      mine(page);
      await applyToPage(page, options);
      const { recordVideo } = options;
      const filmed = (recordVideo || wants('video')) && (await film(page, recordVideo?.dir));
      if (recordVideo && !filmed) tell('recordVideo');
      return page;
    },
    async close() {
      await lookAtLast();
      await Promise.all([...pages].map((page) => page.close().catch(() => {})));
      for (const step of undo.splice(0)) await step().catch(() => {});
      options = {};
    },
  };
}

/** The same object but for some methods. */
function beside(object, methods) {
  return new Proxy(object, {
    get(target, name) {
      if (Object.hasOwn(methods, name)) return methods[name];
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    set(target, name, value) {
      if (Object.hasOwn(methods, name)) methods[name] = value;
      else target[name] = value;
      return true;
    },
  });
}

/** Applies what has a setter; gives back how to take it off again, since the context outlives the script. */
async function applyToContext(context, wanted) {
  const undo = [];
  if (wanted.extraHTTPHeaders) {
    await context.setExtraHTTPHeaders(wanted.extraHTTPHeaders);
    undo.push(() => context.setExtraHTTPHeaders({}));
  }
  if (wanted.geolocation) {
    await context.setGeolocation(wanted.geolocation);
    undo.push(() => context.setGeolocation(null));
  }
  if (wanted.permissions?.length) {
    await context.grantPermissions(wanted.permissions);
    undo.push(() => context.clearPermissions());
  }
  if (wanted.offline) {
    await context.setOffline(true);
    undo.push(() => context.setOffline(false));
  }
  if (wanted.httpCredentials) {
    await context.setHTTPCredentials(wanted.httpCredentials);
    undo.push(() => context.setHTTPCredentials(null));
  }
  if (context._options && wanted.baseURL !== context._options.baseURL) {
    context._options.baseURL = wanted.baseURL; // what `toHaveURL` and `waitForURL` look at
  }
  if (wanted.recordHar) undo.push(await recordHar(context, wanted.recordHar));
  return undo;
}

/** The traffic of a context that is there already can be recorded from 1.60 on. */
async function recordHar(context, { path, content, omitContent, mode, urlFilter }) {
  if (typeof context.tracing.startHar !== 'function') {
    tell('recordHar');
    return async () => {};
  }
  await context.tracing.startHar(path, { content: omitContent ? 'omit' : content, mode, urlFilter });
  return async () => {
    await context.tracing.stopHar();
    keep('har', path);
  };
}

async function applyToPage(page, wanted) {
  if (wanted.viewport) await page.setViewportSize(wanted.viewport);
  // Playwright draws pages with settings of its own; the profile's are those that the operator sees.
  const media = Object.fromEntries(MEDIA.map((name) => [name, wanted[name] ?? null]));
  await page.emulateMedia(media).catch(() => tell(MEDIA.filter((name) => wanted[name]).join('`, `') || 'emulated media'));
  if (wanted.baseURL) {
    const goTo = page.goto.bind(page);
    page.goto = (url, rest) => goTo(absolute(url, wanted.baseURL), rest);
  }
}

function absolute(url, base) {
  try {
    return new URL(url, base).href;
  } catch {
    return url; // Playwright says what is wrong with it
  }
}

/** Placement `isolated`: real contexts, each with the profile's cookies. */
function withSeededContexts(browser) {
  const profile = browser.contexts()[0];
  const create = browser.newContext.bind(browser);
  browser.newContext = async function newContext(wanted) {
    const proxy = wayOut();
    if (proxy && wanted?.proxy) tell('proxy');
    const options = withRecording(proxy ? { ...wanted, proxy } : wanted);
    const context = await create(options);
    if (profile && !options?.storageState) await context.addCookies(await profile.cookies());
    const videos = new Set();
    context.on('page', (page) => {
      follow(page);
      videos.add(page.video());
    });
    watchContext(context);
    await beginRecording(context, false);
    const close = context.close.bind(context);
    context.close = async (...rest) => {
      await lookAtLast();
      await endRecording(context);
      await close(...rest);
      keep('har', options?.recordHar?.path);
      for (const video of videos) keep('video', await video?.path().catch(() => undefined));
    };
    closeAtTheEnd(context);
    return context;
  };
  browser.newPage = async function newPage(options) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.on('close', () => context.close().catch(() => {}));
    return page;
  };
  const disconnect = browser.close.bind(browser);
  browser.close = async function close(...rest) {
    await lookAtLast();
    await endRecording();
    await disconnect(...rest);
  };
  return browser;
}

module.exports = { wrap };
