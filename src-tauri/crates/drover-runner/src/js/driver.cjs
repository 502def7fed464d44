// Loaded into the Node that drives Playwright for Python, when the profile has a proxy. Playwright's own requests
// (`context.request`, `route.fetch`, `request.new_context`) are made by this process and not by the browser, so they are
// led through the profile's gateway here, and whatever else wants a connection is refused.
'use strict';

const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const tls = require('node:tls');

/** What a script is given for the browser's address: it leads nowhere in a process without this file. */
const STAND_IN = { host: '127.0.0.1', port: '1' };

function bare(host) {
  return String(host).replace(/^\[|\]$/g, '');
}

/** Connections that begin with `CONNECT` at the proxy. */
function through(Base, proxy, ask) {
  return new (class extends Base {
    createConnection(options, done) {
      const host = bare(options.host);
      const target = `${net.isIPv6(host) ? `[${host}]` : host}:${options.port}`;
      const asking = ask({
        host: bare(proxy.hostname), port: proxy.port, method: 'CONNECT', path: target, headers: { host: target }, agent: false,
      });
      asking.once('connect', (answer, socket, head) => {
        if (answer.statusCode !== 200) {
          socket.destroy();
          done(new Error(`the profile's proxy answered ${answer.statusCode} to a connection with ${target}`));
          return;
        }
        if (head.length) socket.unshift(head);
        if (Base !== https.Agent) {
          done(null, socket);
          return;
        }
        const { host: _host, port: _port, path: _path, ...rest } = options;
        done(null, tls.connect({ ...rest, socket, servername: options.servername ?? (net.isIP(host) ? undefined : host) }));
      });
      asking.once('error', done);
      asking.end();
    }
  })({ keepAlive: true });
}

function guard(proxy, browser) {
  const ask = http.request;
  for (const [module, Base] of [[http, http.Agent], [https, https.Agent]]) {
    const request = module.request;
    const agent = through(Base, proxy, ask);
    module.request = function (...given) {
      const first = given[0];
      const isAddress = typeof first === 'string' || first instanceof URL;
      const at = isAddress ? 1 : 0;
      const hasOptions = given[at] && typeof given[at] === 'object';
      const options = { ...(hasOptions ? given[at] : {}) };
      given.splice(at, hasOptions ? 1 : 0, options);
      if (options.host === STAND_IN.host && String(options.port) === STAND_IN.port) {
        options.host = options.hostname = browser.hostname;
        options.port = browser.port;
        options.path = browser.pathname;
        delete options.agent;
      } else if (!options.socketPath) {
        delete options.createConnection;
        options.agent = agent;
      }
      return request.apply(this, given);
    };
    module.get = function (...given) {
      const asked = module.request(...given);
      asked.end();
      return asked;
    };
  }

  const known = [proxy, browser].map((url) => `${bare(url.hostname)} ${url.port}`);
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (...given) {
    const [options] = Array.isArray(given[0]) ? given[0] : net._normalizeArgs(given);
    if (options?.path || known.includes(`${bare(options?.host)} ${options?.port}`)) return connect.apply(this, given);
    const why = new Error(`drover: a connection with ${options?.host}:${options?.port} would go past the profile's proxy`);
    process.nextTick(() => this.destroy(why));
    return this;
  };
}

const { DROVER_PROXY: proxy, DROVER_CDP: browser } = process.env;
if (proxy && browser && process.argv.includes('run-driver')) guard(new URL(proxy), new URL(browser));
