'use strict';

// Which package index the user has named, and to whom: uv does not read pip's configuration. An index may hold a
// password, so nothing that is read here is told or logged.

const childProcess = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

const LIMIT_MS = 15 * 1000;
const NAMED_TO_PIP = /^(?:global|install|:env:)\.(?:extra-)?index-url=/m;
const NAMED_TO_UV = /^\s*(?:\[\[(?:pip\.)?index\]\]|(?:extra-)?index-url\s*=|index\s*=)/m;
const UV_VARIABLES = ['UV_DEFAULT_INDEX', 'UV_INDEX', 'UV_INDEX_URL', 'UV_EXTRA_INDEX_URL', 'UV_CONFIG_FILE'];

/** Whether pip knows an index of the user's own, and uv does not. `python` has pip; `env` is what it would run with. */
async function onlyPipKnowsOne(python, env) {
  return !isNamedToUv() && (await isNamedToPip(python, env));
}

/** Asks pip itself: where its files lie depends on the system, on its version and on variables. */
function isNamedToPip(python, env) {
  return new Promise((resolve) => {
    const options = { env, timeout: LIMIT_MS, killSignal: 'SIGKILL', encoding: 'utf8' };
    childProcess
      .execFile(python, ['-m', 'pip', 'config', 'list'], options, (error, stdout) => {
        resolve(!error && NAMED_TO_PIP.test(stdout));
      })
      .stdin.end();
  });
}

function isNamedToUv() {
  if (UV_VARIABLES.some((name) => process.env[name])) return true;
  return !process.env.UV_NO_CONFIG && filesOfUv().some((file) => NAMED_TO_UV.test(textOf(file)));
}

function filesOfUv() {
  const { APPDATA, PROGRAMDATA, XDG_CONFIG_HOME, XDG_CONFIG_DIRS } = process.env;
  const folders =
    process.platform === 'win32'
      ? [APPDATA, PROGRAMDATA]
      : [XDG_CONFIG_HOME || path.join(os.homedir(), '.config'), ...(XDG_CONFIG_DIRS || '/etc/xdg').split(':'), '/etc'];
  return folders.filter(Boolean).map((folder) => path.join(folder, 'uv', 'uv.toml'));
}

function textOf(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    return ''; // not there, or not readable for uv either
  }
}

module.exports = { onlyPipKnowsOne };
