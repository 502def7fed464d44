// `page.pause()` opens Playwright's inspector, which has no window here: it parks the run instead, until a person
// resumes it.
'use strict';

const { ask } = require('./control.cjs');

const WRAPPED = Symbol.for('drover.pause');

function parkAtPause(page) {
  const owner = Object.getPrototypeOf(page);
  if (typeof owner.pause !== 'function' || owner.pause[WRAPPED]) return;
  owner.pause = async function pause() {
    // As Playwright does it: a test that waits for a person has no time limit.
    this._instrumentation?.onWillPause?.({ keepTestTimeout: false });
    await ask('resume', { type: 'pause', reason: 'the script calls page.pause()' });
  };
  owner.pause[WRAPPED] = true;
}

module.exports = { parkAtPause };
