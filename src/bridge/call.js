'use strict';

// One call of a command by the host: its inputs, its log, its help, its end.

const fs = require('fs');
const path = require('path');
const elsewhere = require('./elsewhere');
const { Failure, STATUS, visible } = require('./failure');
const { COLUMNS, forHost, lines, optionLines } = require('./help');
const { credentialOf, normalised } = require('./inputs');
const { language, t } = require('./language');
const places = require('./places');
const run = require('./run');
const worker = require('./worker');

const MUTATING = ['deploy', 'undo', 'remove', 'pull', 'invoke'];
const LOCAL = ['pull']; // writes into the project, not to the cloud

let texts;
let commands;

/** The help of each command, as script/generate wrote it. */
function helpTexts() {
  if (!texts) {
    const table = JSON.parse(fs.readFileSync(path.join(places.COMPONENT, 'src', 'commands.json'), 'utf8'));
    texts = table[language()] || table.commands;
  }
  return texts;
}

/**
 * The commands with their help, as the host's help page wants them. A word that is no command here has its help as
 * well, and is in no list.
 */
function commandTable() {
  if (!commands) {
    const entry = (help) => ({ help: forHost(help), subCommands: ofAnyWord({ help: forHost(help) }) });
    commands = {};
    for (const [name, help] of Object.entries(helpTexts())) commands[name] = entry(help);
    for (const word of Object.keys(elsewhere.INSTEAD)) {
      Object.defineProperty(commands, word, { value: entry(elsewhere.helpOf(word)) });
    }
  }
  return commands;
}

/** A word that is no command: its help, or an error that says what to use instead. Asks nothing of Python or of FC. */
async function callNoCommand(word, inputs) {
  const argv = process.argv.slice(2);
  if (asksForHelp(argv) && commandTable()[word]) {
    process.stdout.write(helpText(word));
    return {};
  }
  const why = elsewhere.refusal(word, argv, stepOf(inputs), Object.keys(commandTable()));
  const failure = new Failure(why, STATUS.BAD_INPUT);
  noteError(word, inputs, argv, failure);
  throw failure;
}

/**
 * What `s deploy function -h` shows: host 3.1.10 asks for the help of the words behind a command, and crashes where
 * there is none. It lists what it can enumerate, and then ends `s deploy -h` with status 1: here that is nothing.
 */
function ofAnyWord(help) {
  return new Proxy({}, { get: (none, word) => (typeof word === 'string' && word !== 'length' ? help : undefined) });
}

async function callCommand(method, inputs, logger) {
  const argv = process.argv.slice(2);
  if (asksForHelp(argv)) {
    // The v2 contract calls the method for `s deploy -h`.
    process.stdout.write(helpText(method));
    return {};
  }
  const mutates = MUTATING.includes(method);
  const swallowing = swallows(inputs, argv);
  const secrets = new Set();
  const mask = (text) => masked(text, secrets);
  const log = logTo(logger, isV2(inputs) && hasOutputFormat(argv));
  try {
    if (run.interrupted) throw new Failure(t('Interrupted before {method} was begun.', { method }), STATUS.FAILED);
    if (mutates && swallowing && run.error) {
      throw new Failure(t('{method} was not begun: an earlier step failed.', { method }), run.error);
    }
    if (isV2(inputs) && copies(argv)) setAside(inputs);
    const plain = plainInputs(inputs);
    const current = await worker.currentWorker((text) => log('info', text));
    if (run.interrupted) throw new Failure(t('Interrupted before {method} was begun.', { method }), STATUS.FAILED);
    const output = await current.run({
      method,
      argv,
      inputs: plain,
      subject: plain.resource.name,
      mutates,
      local: LOCAL.includes(method),
      log,
      mask,
      credential: async () => {
        const credential = await credentialOf(inputs);
        for (const name of ['AccessKeySecret', 'SecurityToken']) {
          // Perhaps with a line end, which whoever quotes it writes as an escape.
          for (const text of [credential[name] || '', (credential[name] || '').trim()]) {
            if (text.length >= 8) secrets.add(text);
          }
        }
        return credential;
      },
    });
    if (output === null) return undefined; // the host prints nothing then
    return isV2(inputs) ? output : uncopied(output, argv);
  } catch (error) {
    noteError(method, inputs, argv, error);
    throw error;
  }
}

/** What the host makes of an error is not enough: the status, and in two cases the message, are told by us. */
function noteError(method, inputs, argv, error) {
  const swallowing = swallows(inputs, argv);
  run.noteError(error instanceof Failure ? error.status : STATUS.FAILED, swallowing);
  // With -o, host 3.1.10 reports a failed step as completed and shows no message; an error of edition 1.0.0 it
  // prints as raw JSON.
  const garbling = isV2(inputs) && process.env.serverless_devs_version;
  if (swallowing || garbling) process.stderr.write([t('{method} failed:', { method }), visible(error.message), ''].join('\n'));
}

function stepOf(inputs) {
  const { resource, project } = inputs || {};
  return (resource && resource.name) || (project && project.projectName) || t('no other');
}

function isV2(inputs) {
  return Boolean(inputs && inputs.project);
}

function swallows(inputs, argv) {
  return !isV2(inputs) && hasOutputFormat(argv);
}

/**
 * The same output, which host 3.1.10 does not copy. For every text in s.yaml it copies the outputs of all steps
 * before: with 50 functions that takes as long as all that we do. It goes into nothing but what calls itself an
 * "Object". Its YAML writer takes nothing else, so for -o and --output-file the output stays as it is.
 */
function uncopied(output, argv) {
  if (!copies(argv)) return output;
  return Object.defineProperty(output, Symbol.toStringTag, { value: 'Output', writable: true, configurable: true });
}

function copies(argv) {
  const written = argv.some((token) => /^(-o|--output)/.test(token));
  return !written && process.env.serverless_devs_version === '3.1.10';
}

/**
 * The same for edition 1.0.0. The host makes each output anew, of JSON; here it is met again, among the inputs of the next
 * step. By then the host has noted each of its values for whoever refers to them, and need not go through it once more for
 * every step to come. Not writable, or its merge would look below the name.
 */
function setAside({ project, services }) {
  for (const { component, output } of services || []) {
    const ours = component === project.component && output && typeof output === 'object';
    if (!ours || output[Symbol.toStringTag]) continue;
    Object.defineProperty(output, Symbol.toStringTag, { value: 'Output', configurable: true });
  }
}

const DEEPEST = 200; // levels; the worker says what is too deep, up to this, with its place

function plainInputs(inputs) {
  const plain = normalised(inputs);
  if (isDeeper(plain, DEEPEST)) {
    const why = t('The properties in s.yaml refer to themselves, or are nested deeper than {levels} levels.', { levels: DEEPEST });
    throw new Failure(why, STATUS.BAD_INPUT);
  }
  try {
    return JSON.parse(JSON.stringify(plain));
  } catch (error) {
    const why = t('The properties in s.yaml refer to themselves: {error}', { error: firstLine(error.message) });
    throw new Failure(why, STATUS.BAD_INPUT);
  }
}

/** Without recursion: what is asked here is whether that would end well. */
function isDeeper(value, levels) {
  let row = new Set([value]);
  for (let level = 0; row.size; level++) {
    if (level > levels) return true;
    row = new Set([...row].flatMap((each) => (each && typeof each === 'object' ? Object.values(each) : [])));
  }
  return false;
}

/** The host masks AccessKeyID and AccessKeySecret in its log only, and the v2 host nothing. */
function masked(text, secrets) {
  let safe = String(text);
  for (const secret of secrets) safe = safe.split(secret).join('***');
  return safe;
}

function logTo(logger, resultsAreData) {
  return (level, text) => {
    if (logger && typeof logger.write === 'function') {
      const known = ['info', 'warn', 'error', 'debug'].includes(level) && typeof logger[level] === 'function';
      // As an argument, so that a % in it stays what it is.
      if (known) logger[level]('%s', text);
      else logger.write(text);
    } else if (level === 'debug') {
      if (process.argv.includes('--debug')) process.stderr.write(`${text}\n`);
    } else {
      const stream = resultsAreData || level === 'warn' || level === 'error' ? process.stderr : process.stdout;
      stream.write(`${text}\n`);
    }
  };
}

function asksForHelp(argv) {
  return argv.includes('-h') || argv.includes('--help');
}

function hasOutputFormat(argv) {
  return argv.some((token) => /^(-o(=?(json|yaml|raw|default))?|--output-format(=.*)?)$/.test(token));
}

function helpText(word) {
  const { description, option } = helpTexts()[word] || elsewhere.helpOf(word);
  const options = optionLines([...option, ['-h, --help', t('Show this help')]]);
  const usage = t('Usage: s {method} [options]', { method: word });
  return [usage, '', ...lines(description, COLUMNS), '', t('Options:'), ...options, ''].join('\n');
}

function firstLine(text) {
  return String(text).split('\n')[0];
}

module.exports = { callCommand, callNoCommand, commandTable };
