'use strict';
/**
 * The way of the blocks to the agent: our own socket, the thread of an app that we
 * started, or, where no socket reaches the agent, a ring that it empties.
 *
 * In: blocks. Out: the same, in order, wherever they go. Changes to the ring by itself,
 * and only before the first block has left.
 */

const { connect } = require('./socket.js');
const { Ring } = require('./pull.js');

const PATIENCE = 10; // turns of the 50 ms clock: a second in which the loop was running

class Way {
  /** `events` has beat() and closed(). */
  constructor(config, events) {
    this.events = events;
    this.relayed = typeof config.transport === 'object' && config.transport !== null;
    this.turns = 0;
    this.socket = null;
    if (this.relayed) this.way = config.transport;
    else if (config.transport === 'pull') this.way = new Ring(events.beat);
    else {
      const refused = () => this.pull();
      this.socket = connect(config.port, config.token, { ...events, refused });
      this.way = this.socket;
    }
  }

  send(bytes) {
    this.way.send(bytes);
  }

  behind() {
    return this.way.behind();
  }

  /** How the blocks go: '' while that is not known yet. */
  kind() {
    if (this.way instanceof Ring) return 'pull';
    return this.relayed || this.way.open() ? 'push' : '';
  }

  /** A turn of the clock: nobody has answered for a second, so the agent must fetch. */
  tick() {
    if (this.relayed) {
      if (this.way.open()) this.events.beat();
    } else if (this.kind() === '' && (this.turns += 1) >= PATIENCE) this.pull();
  }

  pull() {
    if (this.way instanceof Ring) return;
    const ring = new Ring(this.events.beat);
    for (const block of this.socket.abandon()) ring.send(block);
    this.way = ring;
  }

  /** What waits, for an agent that fetches; null when it need not. */
  drain() {
    return this.way instanceof Ring ? this.way.drain() : null;
  }

  /** Blocks in base64 that the agent fetches before the socket has found it. */
  early() {
    return this.socket === null || this.way !== this.socket ? '' : this.socket.early();
  }

  end(told) {
    this.way.end(told);
  }

  /** Call `done` when nothing waits to be fetched any more. */
  whenEmpty(done, limit) {
    if (this.way instanceof Ring) this.way.whenEmpty(done, limit);
    else done();
  }
}

module.exports = { Way };
