'use strict';

// Resolves s.yaml files of edition 1.0.0 and 2.0.0 with the host's own code, all in one process: what the host does for
// `s deploy`, up to and including the call of the component. Host 2.2.2 has that code in @serverless-devs/core, which
// can be loaded; host 3.1.10 has the same code inside its bundle, which cannot (test_resolver.py holds the two to
// each other). The component that is called is recorder.js, which remembers what it was called with.
//
// stdin: [{id, file, variables}]; stdout: {id: {steps: [{name, component, access, props}], error}}
// With --lines: each line of stdin is one such job, and its answer one line of stdout.

const childProcess = require('child_process');
const { EventEmitter } = require('events');
const fs = require('fs');
const net = require('net');
const path = require('path');
const readline = require('readline');

const CORE = path.join(__dirname, '..', 'host', 'v2', 'node_modules', '@serverless-devs', 'core');
const PATH_REFERENCE = /^\$\{path\(([^)'"]*)\)\}$/;
const ACCOUNT = { AccountID: '1234567890123456', AccessKeyID: 'AKTEST', AccessKeySecret: 'SKTESTSKTEST' };

// A component that is not there is looked for in the registry; here nothing leaves the machine. (After this error code
// the host does not try again.)
net.Socket.prototype.connect = function connect() {
  process.nextTick(() => this.destroy(Object.assign(new Error('no network here'), { code: 'ENOTFOUND' })));
  return this;
};
// And no daemon is started that would look after components and logs.
childProcess.spawn = () => Object.assign(new EventEmitter(), { unref() {} });
Object.assign(process.env, ACCOUNT, { default_serverless_devs_auto_log: 'false' });

const core = require(CORE);
const answer = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;
process.stderr.write = () => true;

const RECORDER = `module.exports = require(${JSON.stringify(path.join(__dirname, 'recorder.js'))});\n`;
let steps = [];

globalThis.recorded = (step) => steps.push(step);

/** Puts the recorder where the host looks for each of the file's components before it asks the registry. */
function layComponents(file, folder) {
  let document;
  try {
    document = core.jsyaml.load(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    return; // the host will say so
  }
  for (const step of Object.values((document && document.services) || {})) {
    if (!step || typeof step.component !== 'string') continue;
    const reference = PATH_REFERENCE.exec(step.component);
    if (/\$\{/.test(step.component) && !reference) continue;
    const place = path.join(folder, reference ? reference[1] : step.component);
    const script = place.endsWith('.js') ? place : path.join(place, 'index.js');
    fs.mkdirSync(path.dirname(script), { recursive: true });
    fs.writeFileSync(script, RECORDER);
  }
}

async function resolved({ file, variables }) {
  const before = { ...process.env };
  const folder = path.dirname(file);
  Object.assign(process.env, variables);
  process.chdir(folder);
  layComponents(file, folder);
  steps = [];
  let error = null;
  try {
    await core.execCommand({ syaml: file, method: 'deploy', args: [], globalArgs: { skipActions: true } });
  } catch (failure) {
    error = String(failure.message);
  }
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before); // a file may set variables, under `env:`
  return { steps, error };
}

async function main() {
  if (process.argv.includes('--lines')) {
    const lines = readline.createInterface({ input: process.stdin });
    for await (const line of lines) answer(`${JSON.stringify(await resolved(JSON.parse(line)))}\n`);
    return;
  }
  const results = {};
  for (const job of JSON.parse(fs.readFileSync(0, 'utf8'))) results[job.id] = await resolved(job);
  answer(JSON.stringify(results));
}

main();
