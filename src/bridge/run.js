'use strict';

// What all steps of one `s` run share: the exit status, the signals, a closed stdout. Several copies of the bridge
// may be loaded by one host process (two versions, or a module cache that was emptied): one of them keeps this.

const { STATUS } = require('./failure');
const { t } = require('./language');

const SHARED = Symbol.for('fc-guard.run/1');
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
const CLOSED_PIPE = 141;
const LEVELS_OF_RESULTS = [0, 10, 3]; // plan --exit-code: the later beats the earlier
const GRAVEST_ERRORS = [6, 7]; // of several errors these win; else the first one

class Run {
  constructor() {
    this.tasks = new Map(); // what runs now: id -> {name, mutates, interrupt(signal), kill()}
    this.lastId = 0;
    this.saved = null; // the host's own signal listeners while ours are in place
    this.signals = []; // those that came while something ran
    this.interrupted = 0; // the status that an interruption asks for
    this.error = 0;
    this.result = 0;
    this.forced = false; // the host swallows errors (-o), so the status cannot be left to it
    this.onSignal = (signal) => this.signalled(signal);
    process.prependOnceListener('exit', () => this.decideStatus());
    this.noticeSignalsBetweenSteps();
    this.guardOutput();
  }

  /** Something starts that a signal must reach. Returns the function that says it has ended. */
  enter(task) {
    this.lastId += 1;
    const id = this.lastId;
    this.tasks.set(id, task);
    if (this.tasks.size === 1) this.takeSignals();
    return () => {
      if (this.tasks.delete(id) && this.tasks.size === 0) {
        this.giveSignalsBack();
        if (this.interrupted === CLOSED_PIPE) process.exit(CLOSED_PIPE);
      }
    };
  }

  // The host's SIGINT listener would end the process at once, with status 0, and leave Python behind.
  takeSignals() {
    this.saved = {};
    for (const signal of Object.keys(SIGNALS)) {
      this.saved[signal] = process.rawListeners(signal);
      process.removeAllListeners(signal);
      process.on(signal, this.onSignal);
    }
  }

  giveSignalsBack() {
    for (const signal of Object.keys(SIGNALS)) {
      process.removeListener(signal, this.onSignal);
      for (const listener of this.saved[signal]) process.on(signal, listener);
    }
    this.saved = null;
  }

  signalled(signal) {
    this.signals.push(signal);
    this.interrupted = this.interrupted || SIGNALS[signal];
    for (const task of [...this.tasks.values()]) {
      if (this.signals.length >= 3) task.kill();
      else task.interrupt(signal);
    }
  }

  // Between two steps the host's listener decides; all we do is keep its `exit 0` from looking like success.
  noticeSignalsBetweenSteps() {
    for (const signal of Object.keys(SIGNALS)) {
      if (process.listenerCount(signal) === 0) continue; // the default action ends the process with the right status
      process.prependListener(signal, () => {
        this.interrupted = this.interrupted || SIGNALS[signal];
      });
    }
  }

  // `s plan | head`: without a listener the host prints the EPIPE, which fails again, for ever.
  guardOutput() {
    const closed = (error) => {
      if (error.code !== 'EPIPE') return;
      if (this.tasks.size === 0) process.exit(CLOSED_PIPE);
      if (this.interrupted) return;
      // A deployment must not be cut in the middle because nobody reads its output: it is asked to stop.
      this.interrupted = CLOSED_PIPE;
      for (const task of [...this.tasks.values()]) task.interrupt('SIGPIPE');
    };
    process.stdout.on('error', closed);
    process.stderr.on('error', closed);
  }

  noteResult(status) {
    if (LEVELS_OF_RESULTS.indexOf(status) > LEVELS_OF_RESULTS.indexOf(this.result)) this.result = status;
  }

  noteError(status, forced) {
    this.forced = this.forced || forced;
    if (!this.error || GRAVEST_ERRORS.indexOf(status) > GRAVEST_ERRORS.indexOf(this.error)) this.error = status;
  }

  // Set in a listener before the host's own 'exit' listener, which ends the process: nothing else gets through.
  decideStatus() {
    const hosts = process.exitCode || 0;
    const lost = [...this.tasks.values()];
    if (this.interrupted) process.exitCode = this.interrupted;
    else if (lost.length && !hosts) {
      const tasks = lost.map((task) => task.name).join(', ');
      const told = t('The host ended during {tasks}.', { tasks });
      process.stderr.write(`${told}\n`);
      process.exitCode = lost.some((task) => task.mutates) ? STATUS.OUTCOME_UNKNOWN : STATUS.FAILED;
    } else if (this.error) {
      // Status 0 after an error: the s.yaml tolerates it (allow_failure, continue-on-error). Under -o it may also
      // be the host's fault, and a failure that looks like success is the worse of the two.
      if (hosts || this.forced) process.exitCode = this.error;
    } else if (!hosts) process.exitCode = this.result;
  }
}

if (!globalThis[SHARED]) globalThis[SHARED] = new Run();

module.exports = globalThis[SHARED];
