'use strict';
/**
 * Look at live functions through an in-process inspector session: read only.
 *
 * In: a function or an object. Out: where it was written, its scopes, what it is bound
 * to and its private fields. Uses the Runtime domain alone: never the Debugger, never a
 * pause. The session ends with the probe.
 */

const { builtin, create, mine, own } = require('./natives.js');

const HOLD = 'globalThis[Symbol.for("fluxion.probe")].hold';
const GROUP = 'fluxion';

class Looker {
  /** `hold` is the object that the session reaches under HOLD. */
  constructor(hold) {
    this.hold = hold;
    const { Session } = builtin('inspector');
    this.session = new Session();
    this.session.connect();
  }

  post(method, params) {
    let answer;
    let failure = null;
    this.session.post(method, params, (error, result) => {
      failure = error;
      answer = result;
    });
    if (failure !== null || answer === undefined) throw new Error(`${method} failed`);
    return answer;
  }

  properties(value) {
    this.hold.value = value;
    const { result } = this.post('Runtime.evaluate', {
      expression: `${HOLD}.value`, objectGroup: GROUP, silent: true,
    });
    this.hold.value = undefined;
    if (result.objectId === undefined) return null;
    return this.post('Runtime.getProperties', {
      objectId: result.objectId, ownProperties: true, nonIndexedPropertiesOnly: true,
    });
  }

  /** `{script, line, column, scopes, target}` of a function; script is V8's id. */
  describe(fn) {
    const found = this.properties(fn);
    const inner = create(null);
    for (const { name, value } of listed(found, 'internalProperties')) inner[name] = value;
    const at = inner['[[FunctionLocation]]'];
    const place = at === undefined ? null : at.value;
    return {
      script: place === null ? '' : place.scriptId,
      line: place === null ? 0 : place.lineNumber,
      column: place === null ? 0 : place.columnNumber,
      scopes: inner['[[Scopes]]'],
      target: inner['[[TargetFunction]]'],
      boundThis: inner['[[BoundThis]]'],
      boundArgs: inner['[[BoundArgs]]'],
    };
  }

  /** The private fields of an object, as [name, value] pairs. */
  privates(object) {
    const found = this.properties(object);
    return listed(found, 'privateProperties')
      .filter(({ value }) => value !== undefined && value.objectId !== undefined)
      .map(({ name, value }) => [name, this.fetch(value)]);
  }

  /** The value behind a remote object of this session. */
  fetch(remote) {
    if (remote === undefined) return undefined;
    if (remote.objectId === undefined) {
      if (remote.unserializableValue === undefined) return remote.value;
      return this.post('Runtime.evaluate', { expression: remote.unserializableValue }).result.value;
    }
    this.hold.value = undefined;
    this.post('Runtime.callFunctionOn', {
      objectId: remote.objectId, silent: true, returnByValue: true,
      functionDeclaration: `function () { 'use strict'; ${HOLD}.value = this; }`,
    });
    const { value } = this.hold;
    this.hold.value = undefined;
    return value;
  }

  /** Scopes of a function, innermost first, without the global ones. */
  scopes(description) {
    const list = this.fetch(description.scopes);
    if (!Array.isArray(list)) return [];
    return mine(list).filter(({ description: name }) => name !== 'Global').map((scope) => scope.object);
  }

  /** Let the session forget what it handed out. */
  release() {
    this.post('Runtime.releaseObjectGroup', { objectGroup: GROUP });
  }

  close() {
    this.session.disconnect();
  }
}
/** A list of an answer, which Node has made in the app's realm. */
function listed(answer, key) {
  return mine(answer === null ? [] : own(answer, key) || []);
}

module.exports = { Looker };
