'use strict';

// Where things are on this machine: the host's root folder, our cache in it, and the copy of our Python code.

const crypto = require('crypto');
const fs = require('fs');
const os = require('os');
const path = require('path');

const COMPONENT = path.resolve(__dirname, '..', '..');
const DAY_MS = 24 * 60 * 60 * 1000;

// Read once: an update in place may change the file while this process lives.
const VERSION = JSON.parse(fs.readFileSync(path.join(COMPONENT, 'package.json'), 'utf8')).version;

/** The host's root folder, by the host's own rule (getRootHome of 3.1.10 and 2.2.2). */
function hostRoot(env) {
  const home = env.serverless_devs_config_home || os.homedir();
  const root = path.join(home, '.s');
  let text;
  try {
    text = fs.readFileSync(path.join(root, 'config', 's.json'), 'utf8');
  } catch (error) {
    return isYunxiao(env) ? path.join(home, '.cache', '.s') : root;
  }
  try {
    const workspace = JSON.parse(text).workspace;
    return workspace ? path.resolve(String(workspace).replace('~', home)) : root;
  } catch (error) {
    return isYunxiao(env) ? path.join(home, '.cache', '.s') : root;
  }
}

// The host looks for these in this order and takes the first; only the last one moves the root.
function isYunxiao(env) {
  if (env.BUILD_IMAGE_ENV === 'fc-backend') return false;
  const has = (prefix) => Object.keys(env).some((name) => name.startsWith(prefix));
  return has('PIPELINE') && !['SERVERLESS_CD', 'SERVERLESS_DEVS_CICD', 'CLOUDSHELL'].some(has);
}

/** Our cache: environments and code copies. `s clean --cache fc-guard` removes it. */
function cacheHome() {
  return process.env.FC_GUARD_HOME
    ? path.resolve(process.env.FC_GUARD_HOME)
    : path.join(hostRoot(process.env), 'cache', 'fc-guard');
}

/**
 * The folder the worker runs from: a copy of the component's Python code, named after its content.
 *
 * The host updates a component by unzipping over it, with every file dated 2023-11-01, while another process may
 * be running it. In place, a change that keeps a file's size would leave the old bytecode in use, and a running
 * worker would import new modules into an old program. A copy per content has neither problem, and its bytecode
 * is its own. Falls back to the component itself, without bytecode, where the cache cannot be written.
 */
function codeCopy() {
  const files = codeFiles();
  const hash = crypto.createHash('sha256');
  const contents = files.map((name) => {
    const content = fs.readFileSync(path.join(COMPONENT, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
    return content;
  });
  const home = path.join(cacheHome(), 'code');
  const target = path.join(home, `${VERSION}-${hash.digest('hex').slice(0, 16)}`);
  if (markUsed(target)) return { folder: target, own: true };

  const draft = `${target}.tmp-${process.pid}`;
  try {
    const made = new Set();
    files.forEach((name, index) => {
      const file = path.join(draft, name);
      const folder = path.dirname(file);
      if (!made.has(folder)) fs.mkdirSync(folder, { recursive: true });
      made.add(folder);
      fs.writeFileSync(file, contents[index]);
    });
    fs.renameSync(draft, target);
  } catch (error) {
    remove(draft);
    // Somebody else's copy of the same content is as good as ours.
    if (!fs.existsSync(target)) return { folder: COMPONENT, own: false };
  }
  prune(home, 30 * DAY_MS, 8);
  return { folder: target, own: true };
}

/** What the Python side may read, relative to the component: its modules, their data, schemas, the manifest. */
function codeFiles() {
  const names = ['package.json', 'publish.yaml'];
  const walk = (folder) => {
    for (const entry of fs.readdirSync(path.join(COMPONENT, folder), { withFileTypes: true })) {
      const name = `${folder}/${entry.name}`;
      if (entry.name.startsWith('.') || entry.name === '__pycache__' || entry.name.endsWith('.egg-info')) continue;
      if (name === 'src/bridge' || name === 'src/index.js' || name.endsWith('.pyc')) continue;
      if (entry.isDirectory()) walk(name);
      else names.push(name);
    }
  };
  walk('src');
  walk('schema');
  return names.sort();
}

/** Whether `folder` exists; notes, at most daily, that it is in use. */
function markUsed(folder) {
  let stat;
  try {
    stat = fs.statSync(folder);
  } catch (error) {
    return false;
  }
  const now = Date.now();
  if (now - stat.mtimeMs > DAY_MS) {
    try {
      fs.utimesSync(folder, now / 1000, now / 1000);
    } catch (error) {
      // A cache shared read-only: it is only kept less long.
    }
  }
  return true;
}

/** Removes what nobody used for `age` ms, and of the rest, older than a day, all but the newest `keep`. */
function prune(home, age, keep) {
  const now = Date.now();
  const entries = fs
    .readdirSync(home)
    .map((name) => ({ path: path.join(home, name), time: timeOf(path.join(home, name)) }))
    .sort((a, b) => b.time - a.time);
  entries.forEach((entry, index) => {
    const idle = now - entry.time;
    if (idle > age || (idle > DAY_MS && index >= keep)) remove(entry.path);
  });
}

function timeOf(file) {
  try {
    return fs.statSync(file).mtimeMs;
  } catch (error) {
    return Date.now(); // gone meanwhile: somebody else prunes
  }
}

function remove(target) {
  try {
    // rmSync came with Node 14.14, the oldest that the host allows.
    fs.rmSync(target, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    // Left for the next pruning.
  }
}

module.exports = { COMPONENT, DAY_MS, VERSION, cacheHome, codeCopy, hostRoot, markUsed, prune, remove };
