'use strict';

// The Python process behind all calls, and the protocol with it: JSON lines over two pipes, protocol 1.

const childProcess = require('child_process');
const path = require('path');
const { Failure, STATUS } = require('./failure');
const { t } = require('./language');
const places = require('./places');
const python = require('./python');
const run = require('./run');

const PROTOCOL = 1;
const WORKERS = Symbol.for(`fc-guard.worker/${PROTOCOL}`);
const HELLO_LIMIT_MS = 60 * 1000;
const DRAIN_MS = 500;
const BYE_LIMIT_MS = 3 * 1000;

/** Starts the worker now if that needs no preparation, so that Python starts beside the host. */
function startEarly() {
  const worker = workers().get(places.COMPONENT);
  if (worker) return;
  const interpreter = python.readyPython();
  if (interpreter) start(interpreter);
}

/** The worker, started and prepared if need be. */
async function currentWorker(say) {
  const worker = workers().get(places.COMPONENT);
  if (worker) return worker;
  const interpreter = await python.preparedPython(say, (task) => run.enter(task));
  // Another call may have waited for the same environment.
  return workers().get(places.COMPONENT) || start(interpreter);
}

function workers() {
  if (!globalThis[WORKERS]) globalThis[WORKERS] = new Map();
  return globalThis[WORKERS];
}

function start(interpreter) {
  const worker = new Worker(interpreter);
  workers().set(places.COMPONENT, worker);
  return worker;
}

class Worker {
  constructor(interpreter) {
    this.interpreter = interpreter;
    this.calls = new Map(); // id -> call
    this.lastId = 0;
    this.waiting = []; // messages from before the worker's hello
    this.greeted = false;
    this.why = null; // what made us end it
    this.ended = false;
    const code = places.codeCopy();
    const env = python.workerVariables(code);
    env.FC_GUARD_FDS = '3,4';
    this.child = childProcess.spawn(interpreter, python.programArguments(['worker']), {
      env,
      stdio: ['inherit', 'inherit', 'inherit', 'pipe', 'pipe'],
      windowsHide: true,
    });
    this.child.once('error', (error) => this.end(t('it could not be started: {error}', { error: error.message })));
    this.child.once('exit', (status, signal) => this.exited(status, signal));
    this.onBeforeExit = () => this.hostIsDone();
    this.onExit = () => {
      // It has done nothing yet, so nothing is cut; with a call, the closed pipe tells it to end.
      if (this.lastId === 0) this.child.kill('SIGKILL');
    };
    process.on('beforeExit', this.onBeforeExit);
    process.on('exit', this.onExit);
    if (!this.child.stdio || !this.child.stdio[3]) return; // spawn failed: 'error' follows
    [, , , this.tx, this.rx] = this.child.stdio;
    this.tx.on('error', () => {}); // the worker has gone: 'exit' follows and says so
    this.rx.on('error', () => {});
    this.listen();
    this.keepHost(false);
  }

  /** Runs one call. `call`: {method, argv, inputs, subject, mutates, local, log(level, text), credential(), mask(text)} */
  run(call) {
    return new Promise((resolve, reject) => {
      this.lastId += 1;
      const id = this.lastId;
      call.resolve = resolve;
      call.reject = reject;
      call.leave = run.enter({
        name: nameOf(call),
        mutates: call.mutates,
        interrupt: (signal) => this.interrupt(signal),
        kill: () => this.kill(t('it was interrupted three times')),
      });
      this.calls.set(id, call);
      this.keepHost(true);
      this.watchStart();
      this.send({ t: 'call', id, method: call.method, argv: call.argv, inputs: call.inputs });
    });
  }

  send(message) {
    if (!this.greeted) this.waiting.push(message);
    else if (!this.ended && this.tx.writable) this.tx.write(`${JSON.stringify(message)}\n`);
  }

  interrupt(signal) {
    if (!this.greeted) this.kill(t('it was interrupted while starting'));
    else this.send({ t: 'interrupt', signal });
  }

  kill(why) {
    this.why = this.why || why;
    this.child.kill('SIGKILL');
  }

  /** While a call is pending the host must not run out of things to wait for: it would end silently, with 0. */
  keepHost(keep) {
    for (const handle of [this.child, this.tx, this.rx]) {
      if (handle && keep) handle.ref();
      else if (handle) handle.unref();
    }
  }

  listen() {
    let rest = [];
    this.rx.setEncoding('utf8');
    this.rx.on('data', (text) => {
      const lines = text.split('\n');
      rest.push(lines.shift());
      while (lines.length) {
        this.receive(rest.join(''));
        rest = [lines.shift()];
      }
    });
    this.rx.once('end', () => {
      this.drained = true;
      if (this.exit) this.end(this.exit);
      else this.endSoon(t('it closed its pipe'), 2000);
    });
  }

  receive(line) {
    if (this.ended || this.why) return;
    let message;
    try {
      message = JSON.parse(line);
    } catch (error) {
      this.kill(t('it sent a line that is not JSON: {line}', { line: line.slice(0, 200) }));
      return;
    }
    if (message.t === 'hello') {
      this.greet(message);
      return;
    }
    const call = this.calls.get(message.id);
    if (!call) return; // an answer to a call that was given up
    if (message.t === 'log') call.log(message.level, call.mask(message.text));
    else if (message.t === 'sync') this.send({ t: 'ack', id: message.id, seq: message.seq });
    else if (message.t === 'cred') this.answerCredential(message.id, call);
    else if (message.t === 'result') this.settle(message.id, () => this.succeed(call, message));
    else if (message.t === 'error') this.settle(message.id, () => this.fail(call, message));
    else this.kill(t('it sent a message of an unknown type: {type}', { type: JSON.stringify(message.t) }));
  }

  greet(hello) {
    if (hello.protocol !== PROTOCOL || hello.version !== places.VERSION) {
      const versions = { its: hello.version, protocol: hello.protocol, ours: places.VERSION, spoken: PROTOCOL };
      this.kill(
        t(
          "its version is {its} (protocol {protocol}), the bridge's is {ours} (protocol {spoken}): the component was " +
            'updated meanwhile. Run the command again',
          versions
        )
      );
      return;
    }
    this.greeted = true;
    clearTimeout(this.helloTimer);
    for (const message of this.waiting) this.send(message);
    this.waiting = [];
  }

  watchStart() {
    if (this.greeted || this.helloTimer) return;
    const patience = (ms, then) => {
      this.helloTimer = setTimeout(then, ms);
    };
    // Twice: after a Ctrl-Z the first one is due at once, before the pipe was looked at.
    patience(HELLO_LIMIT_MS, () => patience(2000, () => this.kill(t('it did not answer after its start'))));
  }

  answerCredential(id, call) {
    call.credential().then(
      (credential) => this.send({ t: 'cred', id, credential, error: null }),
      (error) => this.send({ t: 'cred', id, credential: null, error: String((error && error.message) || error) })
    );
  }

  succeed(call, message) {
    run.noteResult(message.status || 0);
    call.resolve(message.value);
  }

  fail(call, message) {
    if (message.interrupted) run.interrupted = run.interrupted || message.status || 130;
    call.reject(new Failure(call.mask(message.message), message.status || STATUS.FAILED, message.data));
  }

  settle(id, how) {
    const call = this.calls.get(id);
    this.calls.delete(id);
    if (this.calls.size === 0 && !this.ended) this.keepHost(false);
    how();
    call.leave();
  }

  exited(code, signal) {
    this.exit = signal ? t('it was ended by {signal}', { signal }) : t('exit code {code}', { code });
    // What it wrote before its end is still to be read; a child of its own may hold the pipe open.
    if (this.drained || !this.rx) this.end(this.exit);
    else this.endSoon(this.exit, DRAIN_MS);
  }

  endSoon(why, ms) {
    if (this.ended) return;
    clearTimeout(this.endTimer);
    this.endTimer = setTimeout(() => {
      this.child.kill('SIGKILL');
      this.end(why);
    }, ms);
    if (this.calls.size === 0) this.endTimer.unref();
  }

  /** The worker is gone: every pending call fails, and the next one starts a new worker. */
  end(how) {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.helloTimer);
    clearTimeout(this.endTimer);
    process.removeListener('beforeExit', this.onBeforeExit);
    process.removeListener('exit', this.onExit);
    if (workers().get(places.COMPONENT) === this) workers().delete(places.COMPONENT);
    for (const [id, call] of [...this.calls]) {
      this.settle(id, () => call.reject(this.lost(call, call.mask(this.why || how))));
    }
    if (this.rx) this.rx.destroy();
    if (this.tx) this.tx.destroy();
  }

  lost(call, how) {
    const task = nameOf(call);
    if (!this.greeted) {
      const hint = process.env.FC_GUARD_PYTHON
        ? t(
            'FC_GUARD_PYTHON names {python}: it is used as it is, and needs Python 3.10 or later and the packages of {file}.',
            { python: this.interpreter, file: path.join(places.COMPONENT, 'requirements.lock') }
          )
        : t('`s clean --cache fc-guard` removes the Python environment; the next run builds it anew.');
      const hinted = run.interrupted ? [] : [t('hint: {how}', { how: hint })];
      const why = t('The Python worker of fc-guard did not start ({how}); {task} was not begun, nothing was changed.', { how, task });
      return new Failure([why, ...hinted].join('\n'), STATUS.FAILED);
    }
    const end = t('The Python worker of fc-guard ended during {task} ({how}).', { task, how });
    if (call.local) {
      const halfway = t('It writes no file by halves, and nothing in the cloud; run it again for the rest.');
      return new Failure(`${end}\n${halfway}`, STATUS.OUTCOME_UNKNOWN);
    }
    return call.mutates
      ? new Failure(
          [end, t('What happened in the cloud is unknown: run `s plan` to see it before anything else.')].join('\n'),
          STATUS.OUTCOME_UNKNOWN
        )
      : new Failure([end, t('It only reads: nothing was changed.')].join(' '), STATUS.FAILED);
  }

  hostIsDone() {
    process.removeListener('beforeExit', this.onBeforeExit);
    workers().delete(places.COMPONENT);
    if (this.lastId === 0 || !this.greeted) {
      this.child.kill('SIGKILL');
      return;
    }
    // It is given the time to end by itself, so that nothing of ours outlives the host.
    this.send({ t: 'bye' });
    this.keepHost(true);
    this.tx.end();
    const limit = setTimeout(() => this.kill(t('it did not end')), BYE_LIMIT_MS);
    this.child.once('exit', () => clearTimeout(limit));
  }
}

function nameOf(call) {
  return call.subject ? t('{method} of {subject}', { method: call.method, subject: call.subject }) : call.method;
}

module.exports = { currentWorker, startEarly };
