'use strict';
/**
 * Take secrets out of everything that is text, before it leaves the process.
 *
 * In: header values, paths, bodies, keys, names, messages, command lines. Out: the same
 * without what looks secret. Names are compared without case and signs. The store does
 * all of it once more (store/redact.py has the same rules).
 */

const TAKEN = '[redacted]';
const FOLDED = '*'; // the key of an object that is used as a table
const NAMES = new Set(['accesstoken', 'apikey', 'apisecret', 'auth', 'authorization', 'authtoken',
  'awssecretaccesskey', 'bearer', 'cardnumber', 'ccnumber', 'clientsecret', 'connectsid', 'cookie',
  'cookies', 'credential', 'credentials', 'creditcard', 'csrftoken', 'cvc', 'cvv', 'idtoken',
  'jsessionid', 'jwt', 'otp', 'passphrase', 'passwd', 'password', 'phpsessid', 'pin', 'privatekey',
  'proxyauthorization', 'pwd', 'refreshtoken', 'secret', 'secretkey', 'sessionid', 'sessiontoken',
  'setcookie', 'sid', 'signature', 'sshkey', 'ssn', 'token', 'xaccesstoken', 'xamzsecuritytoken',
  'xamzsignature', 'xapikey', 'xauthtoken', 'xcsrftoken', 'xsrftoken', 'xxsrftoken',
  'xforwardedauthorization']);
const ENDINGS = /(?:password|passwd|passphrase|secret|token|apikey|accesskey|privatekey|secretkey|credentials?|sessionid)$/;
const SCHEME = '(?:[Bb]earer|[Bb]asic|[Dd]igest|[Nn]egotiate|BEARER|BASIC|DIGEST|NEGOTIATE)\\s+[\\w.~+/=-]{6,}';
const LOOKS = [SCHEME, 'eyJ[\\w-]{4,}\\.[\\w-]{4,}(?:\\.[\\w-]*)?', '(?:AKIA|ASIA)[0-9A-Z]{16}',
  '-----BEGIN [A-Z ]*PRIVATE KEY(?:-----)?[^-]*(?:-----END[A-Z -]*-----)?',
  'gh[pousr]_[A-Za-z0-9]{20,}', 'github_pat_\\w{20,}', '[sr]k[-_][\\w-]{16,}',
  'xox[abeoprs]-[\\w-]{8,}', 'AIza[\\w-]{30,}', 'glpat-[\\w-]{16,}', 'npm_[A-Za-z0-9]{30,}',
  'ya29\\.[\\w-]{16,}'].join('|');
const VALUE = new RegExp(`(?<![A-Za-z0-9])(?:${LOOKS})`, 'g');
const USER = /(?<=:\/\/)[^/\s:@]{1,64}:[^/\s@]{1,256}(?=@)/g;
const QUERY = /((?:[?&;]|%3[Ff]|%26)([^=&;?/\s]{1,64})=)((?!\[redacted\])[^&;\s):]+)/g;
const DIGITS = /(?<![0-9.])[0-9](?:[ -]?[0-9]){13,18}(?![0-9])/g;
const CARD = new RegExp('^(?:4\\d{15}(?:\\d{3})?|5[1-5]\\d{14}|2[2-7]\\d{14}|3[47]\\d{13}|35\\d{14}' +
  '|3(?:0[0-5]|[689]\\d)\\d{11}|6(?:011|4[4-9]\\d|[25]\\d\\d)\\d{12,15})$');
const LONG = /[\w-]{32,}/g;
const HEXADECIMAL = /(?<![0-9A-Za-z])[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12,}(?![0-9A-Za-z])/g;
const MAIL = /[\w.+%-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}/g;
const FIELD = /(?:^|[&?;{,\s])"?([\w.$@\-[\]]{2,64})"?\s*[=:]/g;
const PART = /\bname="?([^";\r\n]{1,200})/g;
const ASSIGNED = /(?<![\w-])([\w.$@-]{2,64})(["']?\s*[=:]\s*)(?!\[redacted\])("[^"]*"?|'[^']*'?|[^\s,;&)}\]]+)/g;

function secretName(name) {
  for (const part of String(name).toLowerCase().split(/[.[\]]+/)) {
    const plain = part.replace(/[^a-z0-9]/g, '');
    if (NAMES.has(plain) || ENDINGS.test(plain)) return true;
  }
  return false;
}

/** Values that look like keys, tokens, cards or the user of a url. */
function redactValues(text) {
  const clean = text.replace(VALUE, TAKEN).replace(USER, TAKEN).replace(QUERY, (whole, before, name) =>
    (secretName(decoded(name)) ? before + TAKEN : whole));
  return clean.replace(DIGITS, (digits) => (isCard(digits) ? TAKEN : digits));
}

/** Issuer's form and Luhn's check: a bar code is no card. */
function isCard(text) {
  const number = text.replace(/[ -]/g, '');
  if (!CARD.test(number)) return false;
  let sum = 0;
  for (let i = 0; i < number.length; i += 1) {
    const digit = number.charCodeAt(number.length - 1 - i) - 48;
    const counted = i % 2 === 0 ? digit : digit * 2;
    sum += counted > 9 ? counted - 9 : counted;
  }
  return sum % 10 === 0;
}

/** What an app says: values by their look, and what is given to a secret name. */
function redactMessage(text) {
  return redactValues(text).replace(ASSIGNED, (whole, name, sign) =>
    (secretName(name) ? `${name}${sign}${TAKEN}` : whole));
}

/** What may be a datum although it stands as a name: an object's key, a computed name. */
function looksLikeData(text) {
  return redactValues(text) !== text || text.search(HEXADECIMAL) >= 0 || text.search(MAIL) >= 0
    || (text.match(LONG) || []).some(random);
}

/** A long run of letters and digits that no person would have written as a name. */
function random(text) {
  return (text.match(/[0-9]+/g) || []).length > 2 && /[a-z]/.test(text) && /[A-Z]/.test(text);
}

function redactKey(text) {
  return looksLikeData(text) ? FOLDED : text;
}

function redactHeader(name, value) {
  if (secretName(name)) return [TAKEN, true];
  const clean = redactValues(value);
  return [clean, clean !== value];
}

/** Values of query parameters with a secret name, and anything that looks like a key. */
function redactPath(path) {
  const named = path.replace(/([?&;])([^=&;]*)=([^&;]*)/g, (whole, before, name) =>
    (secretName(decoded(name)) ? `${before}${name}=${TAKEN}` : whole));
  const clean = redactValues(named);
  return redactValues(decoded(clean)) === decoded(clean) ? [clean, clean !== path] : [TAKEN, true];
}

function decoded(text) {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return text;
  }
}

/** Does a body have a field with a secret name, or a value that looks like a key? */
function holdsSecret(body) {
  const text = body.utf8Slice(0, body.length).replace(/\\u00([0-9a-fA-F]{2})/g, (_, hex) =>
    String.fromCharCode(parseInt(hex, 16)));
  const plain = /%[0-9a-fA-F]{2}/.test(text) ? decoded(text) : text;
  for (const one of plain === text ? [text] : [text, plain]) {
    if (redactValues(one) !== one) return true;
    for (const pattern of [FIELD, PART]) {
      for (const [, name] of one.matchAll(pattern)) {
        if (secretName(name)) return true;
      }
    }
  }
  return false;
}

/** A command line: `--token=x`, `--token x`, and what looks like a key. */
function redactWords(words) {
  let taken = false;
  return words.map((word) => {
    const text = String(word);
    const option = /^--?([\w.-]+)$/.exec(text);
    if (taken && option === null) {
      taken = false;
      return TAKEN;
    }
    taken = option !== null && secretName(option[1]);
    return redactMessage(text);
  });
}

module.exports = { holdsSecret, looksLikeData, redactHeader, redactKey, redactMessage, redactPath,
  redactValues, redactWords };
