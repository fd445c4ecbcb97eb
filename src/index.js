'use strict';

// The door: the host loads this class and calls its methods. Everything that decides is Python, in src/fc_guard;
// here the host's ways are met (see docs/architecture.md). CommonJS for Node 14.14 and later, no dependencies.

const fs = require('fs');
const path = require('path');
const { callCommand, callNoCommand, commandTable } = require('./bridge/call');
const { caughtWords } = require('./bridge/elsewhere');
const { COMPONENT } = require('./bridge/places');
const { startEarly } = require('./bridge/worker');

const loggers = new WeakMap();

// Any method is a command that users can call, so there are no helpers here. And no data of its own: for every text
// in s.yaml, host 3.1.10 copies the components of all steps, unless they call themselves something else than "Object".
class FcGuard {
  constructor(host) {
    loggers.set(this, host && host.logger);
  }

  get [Symbol.toStringTag]() {
    return 'FcGuard';
  }

  get commands() {
    return commandTable();
  }

  deploy(inputs) {
    return callCommand('deploy', inputs, loggers.get(this));
  }

  plan(inputs) {
    return callCommand('plan', inputs, loggers.get(this));
  }

  drift(inputs) {
    return callCommand('drift', inputs, loggers.get(this));
  }

  pull(inputs) {
    return callCommand('pull', inputs, loggers.get(this));
  }

  info(inputs) {
    return callCommand('info', inputs, loggers.get(this));
  }

  invoke(inputs) {
    return callCommand('invoke', inputs, loggers.get(this));
  }

  sync(inputs) {
    return callCommand('sync', inputs, loggers.get(this));
  }

  rescue(inputs) {
    return callCommand('rescue', inputs, loggers.get(this));
  }

  history(inputs) {
    return callCommand('history', inputs, loggers.get(this));
  }

  undo(inputs) {
    return callCommand('undo', inputs, loggers.get(this));
  }

  remove(inputs) {
    return callCommand('remove', inputs, loggers.get(this));
  }

  /** The JSON schema of the properties as text, for `s verify` and `validation: true`; '' = no check. */
  getSchema() {
    try {
      return fs.readFileSync(path.join(COMPONENT, 'schema', 'props.json'), 'utf8');
    } catch (error) {
      if (error.code === 'ENOENT') return '';
      throw error;
    }
  }
}

const argv = process.argv.slice(2);

// What is no command here fails, with what to use instead: for a method that is not there, the host exits with 0. The
// words are known, so no Proxy is needed, which would have to guess what else a host may ask for.
for (const word of caughtWords(argv)) {
  if (word in FcGuard.prototype) continue;
  const method = (inputs) => callNoCommand(word, inputs);
  Object.defineProperty(FcGuard.prototype, word, { value: method, writable: true, configurable: true });
}

// Now rather than at the first call: Python starts while the host still reads s.yaml. Not where no command will run.
if (!argv.some((token) => ['-h', '--help', 'verify', 'preview', 'registry'].includes(token))) {
  try {
    startEarly();
  } catch (error) {
    // What is wrong is told by the call, which tries again; a component that does not load has no message at all.
  }
}

module.exports = FcGuard;
