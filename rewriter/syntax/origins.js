/**
 * Look up positions of generated code in a source map.
 *
 * In: the map's bytes, its url, 1-based lines with 0-based UTF-16 columns. Out: for each
 * the source, line, column and name, or nothing; or why the map is no use. The map may
 * be hostile: it is data, nothing in it is opened or run.
 */
'use strict';

const { FlattenMap, traceSegment } = require('@jridgewell/trace-mapping');

const DEEPEST = 8; // sections within sections

function origins({ map, url, positions }) {
  let traced;
  try {
    const text = Buffer.from(map.buffer, map.byteOffset, map.byteLength).toString('utf8');
    const parsed = JSON.parse(text.replace(/^\uFEFF?(?:\)\]\}'[^\n]*\n)?/, ''));
    check(parsed, 0);
    traced = new FlattenMap(parsed, url);
    const found = positions.map(([line, column]) => original(traced, line, column));
    const used = [...new Set(found.filter(Boolean).map(([source]) => source))];
    const index = new Map(used.map((source, at) => [source, at]));
    return {
      sources: used.map((source) => String(traced.resolvedSources[source] ?? '')),
      found: found.map((one) => one && [index.get(one[0]), ...one.slice(1)]),
    };
  } catch (error) {
    return { refused: String((error && error.message) || error).slice(0, 200) };
  }
}

function check(map, depth) {
  if (typeof map !== 'object' || map === null) throw new Error('it is no source map');
  if (Number(map.version) !== 3) throw new Error('it is not of version 3');
  if (map.sections !== undefined) {
    if (depth >= DEEPEST) throw new Error('its sections nest too deeply');
    if (!Array.isArray(map.sections)) throw new Error('its sections are no list');
    for (const section of map.sections) check(section && section.map, depth + 1);
  } else if (typeof map.mappings !== 'string' || !Array.isArray(map.sources)) {
    throw new Error('it has no mappings');
  }
}

function original(traced, line, column) {
  const segment = line < 1 || column < 0 ? null : traceSegment(traced, line - 1, column);
  if (segment === null || segment.length === 1) return null;
  const [at, source, sourceLine, sourceColumn] = segment;
  const known = traced.sources[source];
  if (typeof known !== 'string' || sourceLine < 0 || sourceColumn < 0) return null;
  const name = segment.length === 5 && at === column ? traced.names[segment[4]] : '';
  return [source, sourceLine + 1, sourceColumn, typeof name === 'string' ? name : ''];
}

module.exports = { origins };
