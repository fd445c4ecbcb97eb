'use strict';

/**
 * A failure with the exit status the run shall end with. The host keeps only `message`, `stack` and `data`
 * of an error, so everything a person must read is in the message.
 */
class Failure extends Error {
  constructor(text, status, data) {
    const message = visible(text);
    super(message);
    this.name = 'Error';
    // With --debug the host shows the stack instead of the message; ours would say where the bridge passed it on.
    this.stack = `Error: ${message}`;
    this.status = status;
    if (data !== undefined) this.data = data;
  }
}

const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
const COMMANDS_ANYWHERE = /#(?=#(\[|vso\[|teamcity\[))/gi;
const COMMANDS_AT_THE_START = /^(\s*):(?=:)/gm;

/**
 * Text that cannot steer a terminal or a CI system. What comes from the worker is so already; this is for what the
 * bridge itself tells of others: of Python, pip and the file system.
 */
function visible(text) {
  return String(text)
    .replace(UNSEEN, (c) => `\\u{${c.codePointAt(0).toString(16)}}`)
    .replace(COMMANDS_ANYWHERE, '\\x23')
    .replace(COMMANDS_AT_THE_START, '$1\\x3a');
}

// The statuses the bridge itself gives (the worker gives the others; the table is in docs/guarantees.md).
const STATUS = { FAILED: 1, BAD_INPUT: 2, OUTCOME_UNKNOWN: 6 };

module.exports = { Failure, STATUS, visible };
