'use strict';
/**
 * Before the process ends: the turns that the original would have finished by now.
 *
 * In: the pool, when `exit` is emitted. Out: every suspended host has run its
 * remainder: on main when nothing forbids it, else with what its worker answers.
 */
const { ANSWERS } = require('./lane.js');
const { HERE, lost } = require('./outcomes.js');

const LONGEST_MS = 10_000;
const LOOK_MS = 50;

function finish(pool) {
  const { queue } = pool.calls;
  while (queue.length > 0 && !pool.calls.delivering) {
    const [run] = queue;
    if (run.outcome === null && run.lane !== null) answerNow(pool, run);
    pool.calls.releaseFirst();
  }
}

function answerNow(pool, run) {
  const { lane } = run;
  const { stateful, group, id } = pool.fluxions[run.number];
  lane.drain();
  if (run.outcome === null && !stateful) run.outcome = HERE;
  const isMine = () => stateful && pool.groups.get(group).owner === 'main';
  const end = Date.now() + LONGEST_MS;
  while (run.outcome === null && !isMine() && Date.now() < end)
    lane.wait(ANSWERS, Atomics.load(lane.signals, ANSWERS), LOOK_MS);
  if (run.outcome === null)
    run.outcome = isMine() ? HERE : { error: lost(id, 'the process ended') };
}

module.exports = { finish };
