'use strict';
/**
 * Does a path match one of the patterns of `--trace`?
 *
 * In: patterns of Python's fnmatch (`*` any text, `?` any character, `[ab]`, `[!a-c]`), a
 * path. Out: the same answer as there. No regular expression: the app may have replaced
 * what those call.
 */

/** `at` stands behind a `[`; where the set ends, or -1 when it never does. */
function closing(pattern, at) {
  let end = pattern[at] === '!' ? at + 1 : at;
  if (pattern[end] === ']') end += 1;
  while (end < pattern.length && pattern[end] !== ']') end += 1;
  return end < pattern.length ? end : -1;
}

/** Is a character in the set `pattern[at, end)`? */
function inSet(character, pattern, at, end) {
  const other = pattern[at] === '!';
  let found = false;
  for (let i = other ? at + 1 : at; i < end; i += 1) {
    const range = pattern[i + 1] === '-' && i + 2 < end;
    if (range ? character >= pattern[i] && character <= pattern[i + 2] : character === pattern[i]) found = true;
    if (range) i += 2;
  }
  return found !== other;
}

/** The end of the one part of a pattern at `at`, if it takes this character; else -1. */
function taken(character, pattern, at) {
  if (pattern[at] === '[') {
    const end = closing(pattern, at + 1);
    if (end !== -1) return inSet(character, pattern, at + 1, end) ? end + 1 : -1;
  }
  return pattern[at] === '?' || pattern[at] === character ? at + 1 : -1;
}

function matches(pattern, text) {
  let [at, from] = [0, 0];
  let [star, again] = [-1, 0]; // the last `*`, and where the text after it may begin
  while (from < text.length) {
    if (pattern[at] === '*') {
      [star, again] = [at, from];
      at += 1;
      continue;
    }
    const next = at < pattern.length ? taken(text[from], pattern, at) : -1;
    if (next !== -1) {
      [at, from] = [next, from + 1];
    } else if (star !== -1) {
      again += 1;
      [at, from] = [star + 1, again];
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/** Is it one of them? */
function listed(patterns, text) {
  for (let i = 0; i < patterns.length; i += 1) if (matches(patterns[i], text)) return true;
  return false;
}

module.exports = { listed, matches };
