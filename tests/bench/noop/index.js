'use strict';

// The floor: the host with a component that does nothing.
class Noop {
  async plan() { return {}; }
  async deploy() { return {}; }
}

module.exports = Noop;
