// A reporter for `playwright test`, beside whatever reporters the project has: tells Drover of tests and steps.
'use strict';

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
    say({ type: 'begin', total: suite.allTests().length });
  }

  onTestBegin(test, result) {
    say({
      type: 'test',
      id: attemptOf(test, result),
      title: test.titlePath().filter(Boolean).join(' › '),
      file: test.location?.file,
      line: test.location?.line,
    });
  }

  onTestEnd(test, result) {
    say({ type: 'testEnd', id: attemptOf(test, result), status: result.status, ms: result.duration, retry: result.retry });
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

function attemptOf(test, result) {
  return result.retry ? `${test.id}#${result.retry}` : test.id;
}

function firstLine(text) {
  return text?.split('\n')[0];
}

module.exports = DroverReporter;
