'use strict';

// The three forms in which a host calls a component, as one.

const { Failure, STATUS } = require('./failure');
const { t } = require('./language');

/** Protocol 1's `inputs`: plain JSON, without credentials, and without what earlier steps have returned. */
function normalised(inputs) {
  const given = inputs || {};
  if (given.project) return fromV2(given);
  const path = (given.yaml && given.yaml.path) || null;
  const cli = !path;
  const resource = given.resource || {};
  return {
    contract: cli ? 'cli' : 'v3',
    command: given.command || '',
    cwd: given.cwd || process.cwd(),
    app: given.name || '',
    resource: { name: resource.name || '', component: resource.component || '', access: resource.access || '' },
    props: cli ? propsOfCli(given.props) : given.props || {},
    yaml: path,
    host: hostVersion(),
  };
}

function fromV2(given) {
  const project = given.project;
  // For `s cli`, host 2.2.2 gives the current folder as the path.
  const cli = process.argv[2] === 'cli';
  const path = (!cli && given.path && given.path.configPath) || null;
  return {
    contract: cli ? 'cli' : 'v2',
    command: given.command || '',
    cwd: process.cwd(),
    app: given.appName || '',
    resource: { name: project.projectName || '', component: project.component || '', access: project.access || '' },
    props: cli ? propsOfCli(given.props) : given.props || {},
    yaml: path,
    host: hostVersion(),
  };
}

/** `s cli <component> <command> -p '<json>'` hands the text over as it was typed; the host has checked that it is JSON. */
function propsOfCli(props) {
  const value = typeof props === 'string' && props !== '' ? JSON.parse(props) : props;
  if (value === undefined || value === null || value === '') return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    const why = t('The value of -p (--props) is not a JSON object, such as {example}.', { example: '{"region": "cn-hangzhou"}' });
    throw new Failure(why, STATUS.BAD_INPUT);
  }
  return value;
}

function hostVersion() {
  return process.env.serverless_devs_version || process.env.CLI_VERSION || '';
}

/**
 * The credentials of this step. Asked for only when the worker needs them: without an account `s plan` of a broken
 * s.yaml still tells what is wrong with it.
 */
async function credentialOf(inputs) {
  const given = typeof inputs.getCredential === 'function' ? await inputs.getCredential() : inputs.credentials;
  if (!given || !given.AccessKeyID) {
    const access = (inputs.project && inputs.project.access) || (inputs.resource && inputs.resource.access);
    const none = access
      ? t('No credentials were found for the access alias {access}.', { access })
      : t('No credentials were found.');
    const how = t('`s config add` stores a key pair, `-a <alias>` or `access:` in s.yaml chooses one.');
    throw new Error([none, t('hint: {how}', { how })].join(' '));
  }
  const credential = {
    AccountID: given.AccountID === undefined || given.AccountID === null ? '' : String(given.AccountID),
    AccessKeyID: String(given.AccessKeyID),
    AccessKeySecret: String(given.AccessKeySecret),
  };
  // From the variables AccountID, AccessKeyID, AccessKeySecret, host 3.1.10 drops their fourth, without which a
  // temporary key is refused.
  const env = process.env;
  const token =
    given.SecurityToken || (given.AccessKeyID === env.AccessKeyID && env.AccountID ? env.SecurityToken : undefined);
  if (token) credential.SecurityToken = String(token);
  return credential;
}

module.exports = { credentialOf, normalised };
