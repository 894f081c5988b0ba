'use strict';
/**
 * Watch the app's callbacks: stand-ins that say when they are called, and no more.
 *
 * In: what the walk finds, and the literal that the agent says each function is. Out:
 * every run counted, a share of them observed. Each place is written to a journal that
 * holds it weakly, before it is touched. No debugger, no scope, no effect.
 */

const { Builtins, openings } = require('./builtins.js');
const { Buffer, Encoder } = require('./encoder.js');
const { Gate } = require('./gate.js');
const { compared, exported, kept } = require('./keeping.js');
const { builtin, isObject, now, own, ownKeys, textOf } = require('./natives.js');
const { nearest } = require('./roots.js');
const { current, replace } = require('./slots.js');
const { dress, watcher } = require('./stand_in.js');
const { about } = require('./walk.js');

const MOST_OBJECTS = 60000; // of one round
const MOST_WATCHED = 1000;
const MOST_GUESSED = 60;
const COMPARED = 'compared by identity';

class Watch {
  /** `skip` are objects of ours; `stands` maps what we put in to what was there. */
  constructor({ walk, tracer, twins, stands, skip }) {
    Object.assign(this, { walk, tracer, twins, stands, skip });
    twins.release = (id) => this.release(id);
    this.builtins = null;
    this.compares = false; // the agent has said what the app's sources compare
    this.active = new Map(); // id -> {stand, gate, places}
    this.met = new Set(); // functions with a new place
    this.told = new WeakSet();
    this.left = new Map(); // why -> places that stay as they are
    this.rounds = 0;
    this.spent = 0;
  }

  /** Begin a round of the walk. */
  round() {
    const before = now();
    if (this.builtins === null) this.builtins = new Builtins();
    this.exports = new WeakSet();
    this.left.clear();
    this.rounds += 1;
    // What a round told that was given up may not have been watched in time.
    if (!this.walk.done) this.told = new WeakSet();
    this.preparing = this.prepare();
    this.walk.patrol({
      builtins: this.builtins,
      skip: this.skip,
      phases: nearest(),
      most: MOST_OBJECTS,
      heard: (known, slot) => this.hear(known, slot),
      again: this.rounds > 1,
    });
    const ms = now() - before;
    this.spent += ms * 1000;
    return { known: this.builtins.known, ms };
  }

  *prepare() {
    yield* this.builtins.load();
    yield* exported(this.exports);
  }

  /** A place of a function; not always known yet whose. */
  hear(known, slot) {
    const why = kept(slot, this.exports) || (compared(slot, this.twins.compared) ? COMPARED : '');
    if (why === '') this.met.add(known);
    else if (why !== 'a name' && known.id !== 0) this.left.set(why, (this.left.get(why) || 0) + 1);
  }

  /** The app's sources compare what is held under these names. */
  compare(names) {
    for (const kind of ['values', 'holders', 'lists']) {
      const list = names[kind]; // of the app's realm, whose iterator may be the app's
      for (let i = 0; i < list.length; i += 1) this.twins.compared[kind].add(list[i]);
    }
    this.compares = true;
  }

  /** What needs none of the app's objects: done beforehand, some at a time. */
  ready(budget) {
    const ends = now() + budget;
    if (this.builtins === null) this.builtins = new Builtins();
    const loading = this.builtins.load();
    while (now() < ends) if (loading.next().done) return true;
    return false;
  }

  /**
   * Go on with the walk for some milliseconds; tells the callbacks that are new, and
   * watches them by a `guess`.
   */
  step(budget, guess = false) {
    const before = now();
    const ends = before + budget;
    while (now() < ends && !this.preparing.next().done);
    const done = now() < ends && this.walk.step(ends - now());
    const fresh = [];
    const again = [];
    for (const known of this.met) {
      const found = innermost(known);
      if (found === undefined || found.id === 0) {
        if (done) this.met.delete(known);
        continue;
      }
      this.met.delete(known);
      if (this.active.has(found.id)) again.push(found.id);
      else if (!this.told.has(found)) {
        this.told.add(found);
        if (guess) this.guess(found);
        fresh.push(described(found, this.walk.witnesses.get(found.script)));
      }
    }
    const end = now();
    this.spent += (end - before) * 1000;
    return {
      ms: end - before, done, fresh, again, capped: this.walk.capped, objects: this.walk.objects,
      left: [...this.left], watched: this.active.size,
    };
  }

  /**
   * Watch a function as the literal [id, script, start]; [id, how many places].
   * One that the walk has forgotten since, as another began, is told again by that one.
   */
  wrap([id, script, start]) {
    if (this.active.size >= MOST_WATCHED || this.active.has(id) || !this.walk.list[id - 1]) return [id, 0];
    return [id, this.stand(this.twins.found(id), new Gate(this.tracer).of(script, start))];
  }

  stand(found, gate) {
    const stand = dress(watcher(found.fn, gate), found.fn, this.twins.listening(found));
    const slots = this.slots(found);
    this.stands.set(stand, found.fn);
    const one = { stand: new WeakRef(stand), gate, places: [] };
    this.active.set(found.id, one);
    return this.put(found, stand, one.places, slots);
  }

  /**
   * Those of the first step are watched before the agent has said what they are: on a
   * busy loop its answer would come a whole callback later. It claims, or drops, each.
   */
  guess(found) {
    if (!this.compares || found.isClass || this.active.size >= MOST_GUESSED) return;
    if (this.slots(found).length > 0) this.stand(found, new Gate(this.tracer));
  }

  /** As `wrap`, of what stands there by a guess; what there is to tell, else nothing. */
  claim(list) {
    const blocks = [];
    const out = new Encoder((bytes) => blocks.push(Buffer.from(bytes)));
    const claimed = list.filter(([id, script, start]) => {
      const one = this.active.get(id);
      if (one === undefined || one.gate.f !== null) return false;
      one.gate.of(script, start).tell(out);
      return true;
    }).map(([id]) => id);
    out.flush();
    return { claimed, blocks };
  }

  /** Puts back what was only a guess. */
  drop(id) {
    const one = this.active.get(id);
    if (one !== undefined && one.gate.f === null) this.release(id);
  }

  /** A function that is watched has been met in new places; how many. */
  extend(id) {
    const one = this.active.get(id);
    const stand = one === undefined ? undefined : one.stand.deref();
    if (stand === undefined) return 0;
    const found = this.twins.found(id);
    return this.put(found, stand, one.places, this.slots(found));
  }

  slots(found) {
    return this.twins.slotsOf(found).filter((slot) => kept(slot, this.exports) === '');
  }

  put(found, stand, places, slots) {
    let held = 0;
    for (const slot of slots) {
      const original = slot.bound === undefined ? found.fn : slot.bound.at(-1).fn;
      if (current(slot) !== original) continue;
      const next = slot.bound === undefined ? stand : this.twins.bind(stand, slot.bound);
      this.stands.set(next, original);
      places.push({
        kind: slot.kind, holder: new WeakRef(slot.holder), next: new WeakRef(next),
        key: isObject(slot.key) ? new WeakRef(slot.key) : slot.key,
      });
      if (replace(slot, original, next)) held += 1;
      else places.pop();
    }
    return held;
  }

  /** Put the original of a function back; its gate, which goes on counting for others. */
  release(id) {
    const one = this.active.get(id);
    if (one === undefined) return null;
    this.active.delete(id);
    for (const place of one.places) this.restore(place);
    return one.gate;
  }

  /** Only where the stand-in still is. */
  restore(place) {
    const [holder, next] = [place.holder.deref(), place.next.deref()];
    const key = place.key instanceof WeakRef ? place.key.deref() : place.key;
    if (holder === undefined || next === undefined) return;
    try {
      replace({ kind: place.kind, holder, key }, next, this.stands.get(next));
    } catch {} // a holder that was frozen since
  }

  /** A round is over: forget what the app has forgotten, and hold on to nothing. */
  rest() {
    for (const [id, one] of this.active) {
      one.places = one.places.filter(({ holder, next }) => holder.deref() && next.deref());
      if (one.stand.deref() === undefined) this.active.delete(id);
    }
    this.met.clear();
    this.walk.rest();
  }

  /** What the runs cost that only passed through, in microseconds. */
  due() {
    let total = 0;
    for (const { gate } of this.active.values()) total += gate.due();
    return total;
  }

  /** The text of a function that stands in no file. */
  text(id) {
    return textOf(this.twins.found(id).fn);
  }

  forget() {
    for (const id of [...this.active.keys()]) this.release(id);
    this.walk.close();
    this.met.clear();
  }
}

function described(found, witness) {
  const other = witness === undefined ? undefined : witness.fn.deref();
  return {
    ...about(found), ...fingerprint(found.fn),
    witness: other === undefined || other === found.fn ? null :
      { line: witness.line, column: witness.column, ...fingerprint(other) },
  };
}

/** What a function is in the end, bound however often; undefined as long as nobody knows. */
function innermost(known) {
  let found = known;
  while (found !== undefined && found.bound !== undefined) found = found.bound.of;
  return found;
}

/** What the agent compares with files; the text itself stays here. */
function fingerprint(fn) {
  const text = textOf(fn);
  const sha = builtin('crypto').createHash('sha256').update(text, 'utf8').digest('hex');
  return { openings: openings(text), size: text.length, sha };
}

/** Files of the CommonJS modules that the app has loaded, in that order. */
function paths(from, most) {
  const cache = own(builtin('module'), '_cache');
  return isObject(cache) ? ownKeys(cache).slice(from, from + most).map(String) : [];
}

module.exports = { Watch, paths };
