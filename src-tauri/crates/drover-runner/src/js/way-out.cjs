// Playwright's own requests (`context.request`, `route.fetch`, `request.newContext`) are made by this process and not by
// the browser. Where the profile has a proxy they are led through its gateway, or not made at all.
'use strict';

const { tell } = require('./told.cjs');

/** The way out of the profile, as Playwright takes it; none for a profile without a proxy. */
function wayOut() {
  const server = process.env.DROVER_PROXY;
  return server ? { server } : undefined;
}

/** A browser whose contexts make their requests through the gateway. */
async function leadRequests(browser) {
  const proxy = wayOut();
  if (!proxy) return;
  const there = behind(browser)?.options;
  if (!there) {
    await browser.close();
    throw new Error("drover: this Playwright cannot be led through the profile's proxy, so it may not drive the profile");
  }
  there.proxy = proxy;
}

/** The part of Playwright that does what the script's object asks for. It is in the same process. */
function behind(browser) {
  try {
    return browser._connection.toImpl(browser);
  } catch {
    return undefined;
  }
}

/** Requests without a browser. */
function leadAlone(exported) {
  const proxy = wayOut();
  const { request } = exported;
  if (!proxy || !request) return;
  const create = request.newContext.bind(request);
  request.newContext = async function newContext(options) {
    if (options?.proxy) tell('proxy');
    return await create({ ...options, proxy });
  };
}

module.exports = { wayOut, leadRequests, leadAlone };
