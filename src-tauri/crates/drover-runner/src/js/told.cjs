// What a script is told on its standard error, once each.
'use strict';

const told = new Set();

function say(name, text) {
  if (told.has(name)) return;
  told.add(name);
  process.stderr.write(text);
}

/** Says that an option has no effect. */
function tell(name) {
  say(name, `drover: \`${name}\` is not applied, the profile decides; placement "own" leaves it to the script\n`);
}

module.exports = { say, tell };
