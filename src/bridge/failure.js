'use strict';

/**
 * A failure with the exit status the run shall end with. The host keeps only `message`, `stack` and `data`
 * of an error, so everything a person must read is in the message.
 */
class Failure extends Error {
  constructor(message, status, data) {
    super(message);
    this.name = 'Error';
    // With --debug the host shows the stack instead of the message; ours would say where the bridge passed it on.
    this.stack = `Error: ${message}`;
    this.status = status;
    if (data !== undefined) this.data = data;
  }
}

// The statuses the bridge itself gives (the worker gives the others; the table is in docs/guarantees.md).
const STATUS = { FAILED: 1, BAD_INPUT: 2, OUTCOME_UNKNOWN: 6 };

module.exports = { Failure, STATUS };
