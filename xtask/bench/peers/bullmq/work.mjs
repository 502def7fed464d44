// BullMQ over a Redis of its own, started on a free port of 127.0.0.1 for each order and ended with it.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';

const [redis, file] = process.argv.slice(2);
const setup = JSON.parse(readFileSync(file, 'utf8'));
/** What Redis flushes: at least once a second, or each command before its answer. */
const FLUSHES = { D1: 'everysec', D2: 'always' };
const PATIENCE = 600_000;

function freePort() {
  return new Promise((done, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** Waits until somebody answers on that port, which takes Redis a moment. */
async function listening(port) {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const open = await new Promise((done) => {
      const socket = connect(port, '127.0.0.1', () => done(true)).once('error', () => done(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    if (performance.now() > deadline) throw new Error('Redis does not answer');
    await sleep(10);
  }
}

async function withRedis(durability, work) {
  const folder = mkdtempSync(join(setup.folder, 'redis-'));
  const port = await freePort();
  const words = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--daemonize', 'no'];
  if (durability !== 'shipped') words.push('--save', '', '--appendonly', 'yes', '--appendfsync', FLUSHES[durability]);
  const server = spawn(redis, words, { stdio: 'ignore' });
  const ended = new Promise((done) => server.once('exit', done).once('error', done));
  try {
    await listening(port);
    return await work({ host: '127.0.0.1', port, maxRetriesPerRequest: null });
  } finally {
    server.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true });
  }
}

const data = (number) => ({ number, payload: 'x'.repeat(190) });

function exactly(found, count) {
  const once = new Set(found);
  if (found.length !== count || once.size !== count || Math.max(...once) !== count - 1) {
    throw new Error(`${found.length} jobs of ${once.size} numbers instead of ${count}`);
  }
}

async function withQueue(connection, work) {
  const queue = new Queue('bench', { connection });
  try {
    await queue.waitUntilReady();
    return await work(queue);
  } finally {
    await queue.close();
  }
}

async function put(queue, first, count) {
  const jobs = Array.from({ length: count }, (_, at) => ({ name: 'job', data: data(first + at) }));
  await queue.addBulk(jobs);
}

const enqueue = ({ count, callers, bulk, durability }) => withRedis(durability, (connection) => withQueue(connection, async (queue) => {
  const answers = [];
  let next = 0;
  const call = async () => {
    while (next < count) {
      const first = next;
      next += bulk;
      const asked = performance.now();
      if (bulk === 1) await queue.add('job', data(first));
      else await put(queue, first, Math.min(bulk, count - first));
      answers.push(performance.now() - asked);
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: callers }, call));
  const rate = (count * 1000) / (performance.now() - started);
  exactly((await queue.getWaiting(0, -1)).map((job) => job.data.number), count);
  return [{ unit: 'jobs/s', samples: [rate] }, { variant: ', until an answer', unit: 'ms', samples: answers }];
}));

const drain = ({ count, concurrency, durability }) => withRedis(durability, (connection) => withQueue(connection, async (queue) => {
  for (let first = 0; first < count; first += 1000) await put(queue, first, Math.min(1000, count - first));
  const seen = [];
  let completed = 0;
  const worker = new Worker('bench', async (job) => void seen.push(job.data.number), { connection, concurrency, autorun: false });
  try {
    await worker.waitUntilReady();
    const started = performance.now();
    const all = new Promise((done, failed) => {
      // Told when the completion is stored.
      worker.on('completed', () => (completed += 1) === count && done());
      worker.on('failed', (_, error) => failed(error));
      worker.on('error', failed);
    });
    worker.run().catch(() => {});
    await Promise.race([all, sleep(PATIENCE, undefined, { ref: false }).then(() => Promise.reject(new Error(`${completed} of ${count} are done`)))]);
    const rate = (count * 1000) / (performance.now() - started);
    exactly(seen, count);
    if ((await queue.getCompletedCount()) !== count) throw new Error('completions are missing');
    return [{ unit: 'jobs/s', samples: [rate] }];
  } finally {
    await worker.close(true);
  }
}));

const orders = { enqueue, drain };
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  let answer;
  try {
    answer = { series: await orders[order.order](order) };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
