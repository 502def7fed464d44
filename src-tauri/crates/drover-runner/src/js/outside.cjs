// What Playwright can start or attach to beside the profile's browser. With a proxy it would go past it.
'use strict';

const { say } = require('./told.cjs');

const STARTS = [
  ['chromium', ['connect', 'launchServer']],
  ['firefox', ['connect', 'launch', 'launchPersistentContext', 'launchServer']],
  ['webkit', ['connect', 'launch', 'launchPersistentContext', 'launchServer']],
  ['_electron', ['launch']],
  ['_android', ['connect', 'devices', 'launchServer']],
];

/** Names each of these when the script uses it, and refuses it where the profile has a proxy. */
function watchOutside(exported) {
  for (const [owner, methods] of STARTS) {
    for (const method of methods) watch(exported[owner], method, `${owner.replace('_', '')}.${method}`);
  }
}

function watch(owner, method, name) {
  if (typeof owner?.[method] !== 'function') return;
  const original = owner[method].bind(owner);
  owner[method] = async (...given) => {
    if (process.env.DROVER_PROXY) {
      throw new Error(`drover: \`${name}\` is refused: what it opens would go past the profile's proxy`);
    }
    say(name, `drover: \`${name}\` opens something outside the profile, without its sign-ins\n`);
    return await original(...given);
  };
}

module.exports = { watchOutside };
