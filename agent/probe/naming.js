'use strict';
/**
 * Is a text one name, so that evaluating it reads that name and does nothing else?
 *
 * In: any text. Out: yes or no, by its characters alone: twins are made in a command, where
 * no regular expression may run (main.js). Of what is not ASCII only spaces and line ends
 * mean anything to a parser outside of strings; the rest is part of a name or an error.
 */

const { apply } = require('./natives.js');

const { charCodeAt } = String.prototype;
const [UNDERSCORE, DOLLAR, ASCII] = [0x5f, 0x24, 0x80];
const SPACES = new Set([0x85, 0xa0, 0x1680, 0x180e, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff]);

function isName(text) {
  if (typeof text !== 'string' || text === '') return false;
  for (let i = 0; i < text.length; i += 1) {
    const code = apply(charCodeAt, text, [i]);
    if (isDigit(code) ? i === 0 : !isPart(code)) return false;
  }
  return true;
}

function isDigit(code) {
  return code >= 0x30 && code <= 0x39;
}

function isPart(code) {
  if (code >= ASCII) return !SPACES.has(code) && !(code >= 0x2000 && code <= 0x200b);
  const letter = code | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || code === UNDERSCORE || code === DOLLAR;
}

module.exports = { isName };
