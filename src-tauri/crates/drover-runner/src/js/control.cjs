// The line to Drover: JSON lines, out on descriptor 3, in on descriptor 4.
//
// Only one process of a run reads and writes the descriptors: the first that loads this file. The workers of a test
// runner are its children, in which descriptor 3 is something else; they reach it through a socket in the private
// folder of the attempt.
'use strict';

const fs = require('node:fs');
const net = require('node:net');

const LONGEST = 1024 * 1024;
const waiting = new Map();
let held = 0;
let line = null;
const cancels = new Set();

/** What the two descriptors must be: `DROVER_CONTROL` is `<inode of 3> <inode of 4>`. */
function hasDescriptors() {
  const inodes = (process.env.DROVER_CONTROL || '').split(' ');
  if (inodes.length !== 2) return false;
  try {
    return [3, 4].every((fd, index) => {
      const stat = fs.fstatSync(fd, { bigint: true });
      return stat.isFIFO() && String(stat.ino) === inodes[index];
    });
  } catch {
    return false;
  }
}

/** Two programs of one shell may both have inherited the descriptors; the first gets them. */
function isFirst() {
  try {
    fs.closeSync(fs.openSync(`${process.env.DROVER_BRIDGE}.first`, 'wx', 0o600));
    return true;
  } catch {
    return false;
  }
}

function splitter(each) {
  let open = '';
  return (text) => {
    const parts = (open + text).split('\n');
    open = parts.pop();
    for (const part of parts) if (part) each(part);
  };
}

/** Without Drover nobody reads, redacts or stops this program any more. */
function droverIsGone() {
  process.kill(process.pid, 'SIGKILL');
}

function direct() {
  const workers = new Set();
  const incoming = new net.Socket({ fd: 4, readable: true, writable: false });
  incoming.setEncoding('utf8');
  incoming.on('data', splitter((text) => {
    hear(text);
    for (const worker of workers) worker.write(`${text}\n`);
  }));
  incoming.on('end', droverIsGone);
  incoming.on('error', droverIsGone);
  incoming.unref();
  const write = (text) => {
    const bytes = Buffer.from(`${text}\n`);
    for (let at = 0; at < bytes.length; ) at += fs.writeSync(3, bytes, at);
  };
  const bridge = net.createServer((worker) => {
    workers.add(worker);
    worker.setEncoding('utf8');
    worker.on('data', splitter(write));
    worker.on('close', () => workers.delete(worker));
    worker.on('error', () => workers.delete(worker));
    worker.unref();
  });
  bridge.on('error', () => {});
  bridge.listen(process.env.DROVER_BRIDGE);
  bridge.unref();
  // Children must not take their own descriptors 3 and 4 for these.
  delete process.env.DROVER_CONTROL;
  return { write, ref: () => incoming.ref(), unref: () => incoming.unref() };
}

function bridged() {
  const socket = net.connect(process.env.DROVER_BRIDGE);
  socket.setEncoding('utf8');
  socket.on('data', splitter(hear));
  socket.on('error', () => {
    line = silent();
    for (const answers of waiting.values()) for (const answer of answers) answer.reject(new Error('Drover cannot be reached from this process'));
    waiting.clear();
  });
  socket.unref();
  return { write: (text) => socket.write(`${text}\n`), ref: () => socket.ref(), unref: () => socket.unref() };
}

function silent() {
  return { write: () => {}, ref: () => {}, unref: () => {}, silent: true };
}

function open() {
  if (line) return line;
  if (!process.env.DROVER_BRIDGE) line = silent();
  else if (hasDescriptors() && isFirst()) line = direct();
  else line = bridged();
  return line;
}

function hear(text) {
  let order;
  try {
    order = JSON.parse(text);
  } catch {
    return;
  }
  if (order.type === 'secret') {
    if (order.error) settle(`secret ${order.name}`, (answer) => answer.reject(new Error(order.error)));
    else settle(`secret ${order.name}`, (answer) => answer.resolve(order.value));
  } else if (order.type === 'resume') {
    settle('resume', (answer) => answer.resolve());
  } else if (order.type === 'cancel') {
    for (const listener of cancels) listener();
  }
}

function settle(key, how) {
  const answers = waiting.get(key) || [];
  waiting.delete(key);
  for (const answer of answers) how(answer);
}

/** Says one thing. */
function say(message) {
  const text = JSON.stringify({ v: 1, ...message });
  if (Buffer.byteLength(text) > LONGEST) throw new RangeError('more than 1 MiB cannot be handed to Drover at once');
  open().write(text);
}

/** Says one thing and waits for the answer, which keeps the program alive. */
function ask(key, message) {
  if (open().silent) return Promise.reject(new Error('this program was not started by Drover'));
  if (held++ === 0) line.ref();
  const answered = new Promise((resolve, reject) => {
    if (!waiting.has(key)) waiting.set(key, []);
    waiting.get(key).push({ resolve, reject });
  });
  say(message);
  return answered.finally(() => {
    if (--held === 0) line.unref();
  });
}

/** Calls `listener` when Drover is about to stop this program. */
function onCancel(listener) {
  cancels.add(listener);
}

module.exports = { open, say, ask, onCancel, hasDescriptors };
