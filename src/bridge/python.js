'use strict';

// Which Python runs the worker, and the environment it runs in: built once, from the locked dependencies.

const childProcess = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { Failure, STATUS } = require('./failure');
const indexes = require('./indexes');
const places = require('./places');
const { t } = require('./language');

const OLDEST = [3, 10];
const NAMES = ['python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3', 'python'];
const LOCK_FILE = path.join(places.COMPONENT, 'requirements.lock');
const BUILD_LOCK_FILE = path.join(places.COMPONENT, 'requirements-build.lock'); // what builds those without a wheel
const BUILD_LIMIT_MS = 20 * 60 * 1000;
const PROBE_LIMIT_MS = 15 * 1000;
const HEARTBEAT_MS = 5 * 1000;
const STALE_MS = 60 * 1000;
const WINDOWS = process.platform === 'win32';

/** The interpreter to use if it can be had now, else null. Starts no process: an `s` run pays this each time. */
function readyPython() {
  if (process.env.FC_GUARD_PYTHON) return process.env.FC_GUARD_PYTHON;
  const folder = environmentFolder();
  return isUsable(folder) ? pythonOf(folder) : null;
}

/**
 * The interpreter to use; builds its environment first where that is missing.
 *
 * `say(text)` is told what takes long. `guard(task)` registers `{interrupt, kill}` while something runs that a
 * signal must end, and returns the function that takes it off again. Rejects with a Failure.
 */
async function preparedPython(say, guard) {
  const ready = readyPython();
  if (ready) return ready;
  const build = new Build(environmentFolder(), say);
  const done = guard(build);
  try {
    await build.run();
  } finally {
    done();
  }
  return pythonOf(build.folder);
}

function environmentFolder() {
  const hash = crypto.createHash('sha256');
  hash.update(fs.readFileSync(LOCK_FILE));
  // A home folder may be mounted into containers: wheels for glibc do not run with musl, nor those of another CPU.
  hash.update(`${process.platform} ${process.arch} ${fs.existsSync('/etc/alpine-release') ? 'musl' : ''}`);
  return path.join(places.cacheHome(), 'envs', hash.digest('hex').slice(0, 16));
}

function pythonOf(folder) {
  return WINDOWS ? path.join(folder, 'Scripts', 'python.exe') : path.join(folder, 'bin', 'python');
}

// The marker is written last, before the folder gets its name. `bin/python` is a link to the base interpreter:
// where that was uninstalled or upgraded away, the environment has to be built again.
function isUsable(folder) {
  return fs.existsSync(path.join(folder, 'fc-guard.json')) && fs.existsSync(pythonOf(folder)) && places.markUsed(folder);
}

class Build {
  constructor(folder, say) {
    this.folder = folder;
    this.say = say;
    this.lock = `${folder}.lock`;
    this.draft = `${folder}.tmp-${process.pid}-${Date.now()}`;
    this.log = `${folder}.log`;
    this.child = null;
    this.signal = null;
    this.wake = null;
    this.name = t('the preparation of the Python environment');
    this.mutates = false;
  }

  interrupt(signal) {
    this.signal = signal;
    this.kill(signal);
  }

  kill(signal) {
    this.signal = this.signal || 'SIGKILL';
    if (this.child) killGroup(this.child, signal || 'SIGKILL');
    if (this.wake) this.wake();
  }

  async run() {
    try {
      fs.mkdirSync(path.dirname(this.folder), { recursive: true });
    } catch (error) {
      const why = t('The folder for the Python environment cannot be made: {error}', { error: error.message });
      const how = t('name another place in FC_GUARD_HOME, or an interpreter with the dependencies in FC_GUARD_PYTHON.');
      throw new Failure([why, t('hint: {how}', { how })].join('\n'), STATUS.FAILED);
    }
    const release = await this.acquire();
    if (!release) return; // another run has built it meanwhile
    try {
      await this.build();
    } finally {
      places.remove(this.draft);
      release();
    }
  }

  /** Takes the lock; null when the environment is there. Two runs may start together: the second one waits. */
  async acquire() {
    let told = false;
    for (;;) {
      this.stopIfInterrupted();
      if (isUsable(this.folder)) return null;
      const release = takeLock(this.lock);
      if (release) {
        // The other run may have ended between the look and the lock.
        if (!isUsable(this.folder)) return release;
        release();
        return null;
      }
      if (!told) {
        this.say(t('Another run is preparing the Python environment of fc-guard: waiting for it (its log: {log}).', { log: this.log }));
        told = true;
      }
      await this.pause(200);
    }
  }

  async build() {
    removeDrafts(this.folder);
    const base = await findPython(this);
    const started = Date.now();
    this.say(
      t(
        'Preparing the Python environment of fc-guard with {executable} (Python {version}). ' +
          'This happens once and takes about a minute: {folder}',
        { executable: base.executable, version: base.version.join('.'), folder: this.folder }
      )
    );
    fs.writeFileSync(this.log, `fc-guard ${places.VERSION}, ${new Date().toISOString()}\n`);
    const built = await this.installed(base);
    this.stopIfInterrupted();
    if (!built) throw this.failed();
    const marker = { version: places.VERSION, python: base.executable, python_version: base.version.join('.') };
    fs.writeFileSync(path.join(this.draft, 'fc-guard.json'), JSON.stringify(marker) + '\n');
    if (!isUsable(this.folder)) {
      places.remove(this.folder);
      fs.renameSync(this.draft, this.folder);
    }
    places.prune(path.dirname(this.folder), 30 * places.DAY_MS, Infinity);
    this.say(t('The Python environment is ready ({seconds} s).', { seconds: Math.round((Date.now() - started) / 1000) }));
  }

  /** Installs with uv where there is one, and with pip where that fails; the other way round where pip alone knows
   * the package index of the user's. */
  async installed(base) {
    const uv = process.env.FC_GUARD_NO_UV ? null : onPath('uv');
    if (!uv) return this.withPip(base);
    if (!base.pip || !(await indexes.onlyPipKnowsOne(base.executable, buildVariables()))) {
      return (await this.withUv(uv, base)) || (await this.withPip(base));
    }
    fs.appendFileSync(this.log, 'with pip, whose configuration names a package index; that of uv names none\n');
    return (await this.withPip(base)) || (await this.withUv(uv, base));
  }

  async withUv(uv, base) {
    this.stopIfInterrupted();
    places.remove(this.draft);
    const python = pythonOf(this.draft);
    const install = ['pip', 'install', '--python', python];
    return (
      (await this.step(uv, ['venv', '--no-project', '--python', base.executable, this.draft])) &&
      (await this.locked(uv, install, ['--compile-bytecode']))
    );
  }

  async withPip(base) {
    this.stopIfInterrupted();
    places.remove(this.draft);
    const python = pythonOf(this.draft);
    // The base's own pip, from 22.3 on, can install into an environment that has none: seconds quicker.
    if (base.pip && newerOrSame(base.pip, [22, 3])) {
      return (
        (await this.step(base.executable, ['-m', 'venv', '--without-pip', this.draft])) &&
        (await this.locked(base.executable, ['-m', 'pip', '--python', python, 'install']))
      );
    }
    return (
      (await this.step(base.executable, ['-m', 'venv', this.draft])) &&
      (await this.locked(python, ['-m', 'pip', 'install']))
    );
  }

  /**
   * Installs what is locked; whether it succeeded. Some of it publishes no wheel, so that its setup.py is run: by
   * build tools that are locked too, never by what an installer would fetch for it. They lie in a folder of their
   * own that goes again: the worker needs none of it.
   */
  async locked(installer, install, options = []) {
    const tools = path.join(this.draft, 'build-tools');
    const hashed = [...install, '--require-hashes', '--no-deps'];
    const done =
      (await this.step(installer, [...hashed, '--target', tools, '-r', BUILD_LOCK_FILE])) &&
      (await this.step(installer, [...hashed, ...options, '--no-build-isolation', '-r', LOCK_FILE], { PYTHONPATH: tools }));
    places.remove(tools);
    return done;
  }

  /** Runs one program, its output in the log; whether it succeeded. */
  step(program, args, variables = {}) {
    this.stopIfInterrupted();
    this.command = [program, ...args].join(' ');
    const log = fs.openSync(this.log, 'a');
    fs.writeSync(log, `\n$ ${this.command}\n`);
    return new Promise((resolve) => {
      // A process group of its own, so that pip's and uv's children end with them. No stdin: nothing may ask.
      const child = childProcess.spawn(program, args, {
        cwd: path.dirname(this.folder),
        detached: !WINDOWS,
        env: Object.assign(buildVariables(), variables),
        stdio: ['ignore', log, log],
      });
      this.child = child;
      const limit = setTimeout(() => {
        fs.writeSync(log, `stopped: took longer than ${BUILD_LIMIT_MS / 60000} minutes\n`);
        killGroup(child, 'SIGKILL');
      }, BUILD_LIMIT_MS);
      const end = (outcome) => {
        clearTimeout(limit);
        this.child = null;
        fs.writeSync(log, `${outcome}\n`);
        fs.closeSync(log);
        this.outcome = outcome;
        resolve(outcome === 'exit code 0');
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) => end(signal ? `ended by ${signal}` : `exit code ${code}`));
    });
  }

  pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  stopIfInterrupted() {
    if (this.signal) {
      throw new Failure(t('Interrupted while the Python environment was prepared; nothing was changed.'), STATUS.FAILED);
    }
  }

  failed() {
    const folder = path.join(os.homedir(), 'fc-guard-python');
    const last = lastLines(this.log, 6);
    return new Failure(
      [
        t('The Python environment of fc-guard could not be prepared; nothing was changed.'),
        t('what failed ({outcome}): {command}', { outcome: this.outcome, command: this.command }),
        ...last.map((line) => `  | ${line}`),
        t('the whole log: {log}', { log: this.log }),
        t('hint: it needs the network once. Run the command again when there is one, or prepare an interpreter yourself:'),
        `  python3 -m venv ${folder}`,
        `  ${pythonOf(folder)} -m pip install --require-hashes -r ${BUILD_LOCK_FILE}`,
        `  ${pythonOf(folder)} -m pip install --require-hashes --no-build-isolation -r ${LOCK_FILE}`,
        `  export FC_GUARD_PYTHON=${pythonOf(folder)}`,
      ].join('\n'),
      STATUS.FAILED
    );
  }
}

/** The first Python on PATH that is recent enough: `{executable, version, pip}`. Rejects, naming what was found. */
async function findPython(build) {
  const found = [];
  for (const name of NAMES) {
    build.stopIfInterrupted();
    const file = onPath(name);
    if (!file) continue;
    const probe = await probePython(file);
    if (probe.version && newerOrSame(probe.version, OLDEST)) return probe;
    const why = probe.version ? t('Python {version}, too old', { version: probe.version.join('.') }) : probe.error;
    found.push(`${file}: ${why}`);
  }
  throw new Failure(
    [
      t('fc-guard needs Python {oldest} or later, and there is none on PATH; nothing was changed.', { oldest: OLDEST.join('.') }),
      ...(found.length
        ? [t('found:'), ...found.map((line) => `  ${line}`)]
        : [t('looked for: {names}', { names: NAMES.join(', ') })]),
      t(
        'hint: install one (Debian, Ubuntu: apt-get install python3 python3-venv; Alibaba Cloud Linux, Fedora: dnf, or\n' +
          'yum, install python3.11; macOS: brew install python), or name\n' +
          'an interpreter that has the dependencies of {file} in FC_GUARD_PYTHON.',
        { file: LOCK_FILE }
      ),
    ].join('\n'),
    STATUS.FAILED
  );
}

// Written for any Python, so that an old one can say that it is old. A pyenv shim stands before the real program,
// which `sys.executable` names. A pip that does not import, for whatever reason, counts as none: venv brings one.
const PROBE = `
import json, sys
try:
    import pip
    version = pip.__version__
except Exception:
    version = None
print(json.dumps({"version": list(sys.version_info[:3]), "executable": sys.executable, "pip": version}))
`;

function probePython(file) {
  return new Promise((resolve) => {
    const options = { env: buildVariables(), timeout: PROBE_LIMIT_MS, killSignal: 'SIGKILL', encoding: 'utf8' };
    childProcess
      .execFile(file, ['-c', PROBE], options, (error, stdout, stderr) => {
        if (error) {
          const why = error.killed ? t('did not answer') : firstLine(stderr) || firstLine(error.message);
          resolve({ error: t('does not run ({why})', { why }) });
          return;
        }
        try {
          const answer = JSON.parse(stdout);
          resolve({
            executable: answer.executable || file,
            pip: answer.pip && answer.pip.split('.').map(Number),
            version: answer.version.map(Number),
          });
        } catch (unreadable) {
          resolve({ error: t('is not a Python: it answers {answer}', { answer: JSON.stringify(firstLine(stdout)) }) });
        }
      })
      .stdin.end();
  });
}

function newerOrSame(version, least) {
  for (let i = 0; i < least.length; i += 1) {
    const part = version[i] || 0;
    if (part !== least[i]) return part > least[i];
  }
  return true;
}

function onPath(name) {
  const endings = WINDOWS ? ['.exe', '.cmd', '.bat'] : [''];
  for (const folder of (process.env.PATH || '').split(path.delimiter)) {
    for (const ending of endings) {
      const file = path.join(folder || '.', name + ending);
      try {
        fs.accessSync(file, fs.constants.X_OK);
        if (fs.statSync(file).isFile()) return path.resolve(file);
      } catch (error) {
        // not here
      }
    }
  }
  return null;
}

/** The user's variables without those that would make pip or Python do something else than asked here. */
function buildVariables() {
  const env = cleanVariables();
  for (const name of ['PIP_TARGET', 'PIP_PREFIX', 'PIP_ROOT', 'PIP_CONSTRAINT', 'PIP_REQUIREMENT', 'VIRTUAL_ENV']) {
    delete env[name];
  }
  env.PIP_USER = '0';
  env.PIP_NO_INPUT = '1';
  env.PIP_DISABLE_PIP_VERSION_CHECK = '1';
  env.PIP_RETRIES = env.PIP_RETRIES || '2';
  env.PIP_USE_PEP517 = '1'; // pip before 23.1 runs `setup.py install` otherwise
  return env;
}

/** The user's variables without Python's own (another interpreter's paths, an optimised or inspecting mode). */
function cleanVariables() {
  const env = Object.assign({}, process.env);
  for (const name of Object.keys(env)) {
    if (name.startsWith('PYTHON') || name === '__PYVENV_LAUNCHER__') delete env[name];
  }
  env.PYTHONUTF8 = '1';
  env.PYTHONNOUSERSITE = '1';
  return env;
}

// `-m` would put the current folder, the user's project, before the standard library: its yaml.py would be ours.
const START =
  'import sys; sys.path[:] = [p for p in sys.path if p]; import runpy; ' +
  'runpy.run_module("fc_guard", run_name="__main__", alter_sys=True)';

/** The arguments that make an interpreter run `fc_guard`. */
function programArguments(args) {
  return ['-c', START, ...args];
}

/** What the worker runs with: our code and the environment's packages, nothing of the user's. */
function workerVariables(code) {
  const env = cleanVariables();
  env.PYTHONPATH = path.join(code.folder, 'src');
  env.PYTHONUNBUFFERED = '1';
  env.FC_GUARD_SHELL = path.join(places.COMPONENT, 'script', 'fc-guard'); // for hints that name a command
  if (!code.own) env.PYTHONDONTWRITEBYTECODE = '1';
  return env;
}

/** Takes the lock file, or null. Its owner touches it while it lives; one that nobody touches is taken over. */
function takeLock(file) {
  const owner = JSON.stringify({ pid: process.pid, host: os.hostname() });
  try {
    fs.writeFileSync(file, owner, { flag: 'wx' });
  } catch (error) {
    if (error.code !== 'EEXIST') {
      throw new Failure(t('The lock {file} cannot be made: {error}', { file, error: error.message }), STATUS.FAILED);
    }
    if (isAbandoned(file)) places.remove(file);
    return null; // the next attempt may have it
  }
  const beat = setInterval(() => {
    const now = Date.now() / 1000;
    fs.utimes(file, now, now, () => {});
  }, HEARTBEAT_MS);
  beat.unref();
  return () => {
    clearInterval(beat);
    places.remove(file);
  };
}

function isAbandoned(file) {
  try {
    if (Date.now() - fs.statSync(file).mtimeMs > STALE_MS) return true;
    const owner = JSON.parse(fs.readFileSync(file, 'utf8'));
    return owner.host === os.hostname() && !isAlive(owner.pid);
  } catch (error) {
    return false; // gone, or just being written
  }
}

// Drafts of runs that were killed.
function removeDrafts(folder) {
  const prefix = `${path.basename(folder)}.tmp-`;
  for (const name of fs.readdirSync(path.dirname(folder))) {
    if (!name.startsWith(prefix)) continue;
    if (!isAlive(Number(name.slice(prefix.length).split('-')[0]))) {
      places.remove(path.join(path.dirname(folder), name));
    }
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function killGroup(child, signal) {
  try {
    process.kill(WINDOWS ? child.pid : -child.pid, signal);
  } catch (error) {
    // it has ended
  }
}

function lastLines(file, count) {
  try {
    const lines = fs.readFileSync(file, 'utf8').split('\n').filter((line) => line.trim());
    return lines.slice(0, -1).slice(-count); // the last one is the exit code, told apart
  } catch (error) {
    return [];
  }
}

function firstLine(text) {
  return String(text).trim().split('\n')[0].slice(0, 200);
}

module.exports = { preparedPython, programArguments, readyPython, workerVariables };
