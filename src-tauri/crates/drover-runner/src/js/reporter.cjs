// A reporter for `playwright test`, beside whatever reporters the project has: tells Drover of tests and steps.
'use strict';

const path = require('node:path');
const { keep } = require('./collect.cjs');
const { say } = require('./control.cjs');

const SHOWN = new Set(['test.step', 'pw:api', 'expect', 'hook']);

class DroverReporter {
  constructor() {
    this.steps = new Map();
    this.last = 0;
  }

  printsToStdio() {
    return false;
  }

  onBegin(_config, suite) {
    this.suite = suite;
    say({ type: 'begin', total: suite.allTests().length });
  }

  onTestBegin(test, result) {
    const { file, line } = test.location ?? {};
    say({ type: 'test', id: attemptOf(test, result), title: titleOf(test), file, line });
  }

  onTestEnd(test, result) {
    const { status, duration: ms, retry } = result;
    say({ type: 'testEnd', id: attemptOf(test, result), status, ms, retry, expected: status === test.expectedStatus });
    for (const { name, path: file, contentType } of result.attachments) keep(kindOf(name, file), file, contentType);
  }

  /** Tests that nobody began, because the run stopped before them. */
  onEnd() {
    for (const test of this.suite?.allTests() ?? []) {
      if (test.results.length) continue;
      say({ type: 'test', id: test.id, title: titleOf(test) });
      say({ type: 'testEnd', id: test.id, status: 'skipped', ms: 0, retry: 0, expected: true });
    }
  }

  onStepBegin(test, result, step) {
    if (!SHOWN.has(step.category)) return;
    const id = `s${++this.last}`;
    this.steps.set(step, id);
    const parent = this.parentOf(step) || attemptOf(test, result);
    say({ type: 'step', id, parent, cat: step.category, title: step.title });
  }

  onStepEnd(_test, _result, step) {
    const id = this.steps.get(step);
    if (!id) return;
    this.steps.delete(step);
    say({ type: 'stepEnd', id, ms: step.duration, err: firstLine(step.error?.message) });
  }

  parentOf(step) {
    for (let above = step.parent; above; above = above.parent) {
      if (this.steps.has(above)) return this.steps.get(above);
    }
    return undefined;
  }
}

function titleOf(test) {
  return test.titlePath().filter(Boolean).join(' › ');
}

/** What Playwright attaches by itself has a name that says what it is. */
function kindOf(name, file) {
  if (['trace', 'screenshot', 'video'].includes(name)) return name;
  return path.extname(file ?? '') === '.har' ? 'har' : 'attachment';
}

function attemptOf(test, result) {
  return result.retry ? `${test.id}#${result.retry}` : test.id;
}

function firstLine(text) {
  return text?.split('\n')[0];
}

module.exports = DroverReporter;
