'use strict';
/**
 * Take secrets out of what is kept of a request, before it leaves the process.
 *
 * In: header values, a path, a body. Out: the same without what looks secret, and
 * whether something was taken. Names are compared as Datadog does: letters and digits only.
 */

const TAKEN = '[redacted]';
const HEADERS = new Set(['authorization', 'proxyauthorization', 'cookie', 'setcookie',
  'xapikey', 'xauthtoken', 'xcsrftoken', 'xxsrftoken', 'xamzsecuritytoken']);
const NAMES = new Set(['accesstoken', 'apikey', 'apisecret', 'auth', 'authorization', 'authtoken',
  'cardnumber', 'ccnumber', 'clientsecret', 'credentials', 'creditcard', 'csrftoken', 'cvv', 'idtoken',
  'jwt', 'passphrase', 'passwd', 'password', 'pin', 'privatekey', 'pwd', 'refreshtoken', 'secret',
  'secretkey', 'sessionid', 'sessiontoken', 'sid', 'signature', 'ssn', 'token']);
const VALUES = /\beyJ[\w-]{8,}\.[\w-]{4,}|\bAKIA[0-9A-Z]{16}\b|\bBearer\s+[\w.~+/-]{8,}|-----BEGIN [A-Z ]*PRIVATE KEY/;
const FIELD = /(?:^|[&?;{,\s])"?([\w.$@\-[\]]{2,40})"?\s*[=:]/g;

function secretName(name) {
  return NAMES.has(name.toLowerCase().replace(/[^a-z0-9]/g, ''));
}

function redactHeader(name, value) {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return HEADERS.has(plain) || NAMES.has(plain) || VALUES.test(value) ? [TAKEN, true] : [value, false];
}

/** Values of query parameters with a secret name, and anything that looks like a key. */
function redactPath(path) {
  let taken = false;
  const clean = path.replace(/([?&;])([^=&;]*)=([^&;]*)/g, (whole, before, name, value) => {
    if (!secretName(name) && !VALUES.test(value)) return whole;
    taken = true;
    return `${before}${name}=${TAKEN}`;
  });
  if (VALUES.test(clean)) return [TAKEN, true];
  return [clean, taken];
}

/** Does a text body have a field with a secret name, or a value that looks like a key? */
function holdsSecret(body) {
  const text = body.latin1Slice(0, body.length);
  if (VALUES.test(text)) return true;
  for (const [, name] of text.matchAll(FIELD)) {
    if (secretName(name)) return true;
  }
  return false;
}

module.exports = { holdsSecret, redactHeader, redactPath };
