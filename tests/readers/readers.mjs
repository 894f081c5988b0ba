// Other people's programs read what we exported, and say what they saw.
//
// In (stdin): a line of JSON for each file, { reader, file: base64 }. Out (stdout): a line for
// each, { value } or { error }. Whatever a reader prints is not ours, and is dropped.

import fs from 'node:fs';
import readline from 'node:readline';
import { JSDOM } from 'jsdom';

const SPEEDSCOPE = new URL('./node_modules/speedscope/dist/release/', import.meta.url);
for (const name of ['log', 'warn', 'debug', 'info', 'error']) console[name] = () => {};

/** speedscope's page, run as it is shipped; its importer is taken as it is made. */
async function speedscope() {
  const shape = { runScripts: 'outside-only', pretendToBeVisual: true, url: 'http://localhost/' };
  const { window } = new JSDOM('<!doctype html><body></body>', shape);
  const quiet = { matches: false, addEventListener() {}, removeEventListener() {} };
  window.matchMedia = () => quiet;
  window.HTMLCanvasElement.prototype.getContext = () => null;
  Object.assign(window.console, console);
  let importer;
  window.taken = (value) => { importer = value; };
  window.eval(`{
    const define = Object.defineProperty;
    Object.defineProperty = (on, key, how) => {
      if (key === 'importProfilesFromArrayBuffer') taken(on);
      return define(on, key, how);
    };
    window.buffer = (bytes) => Uint8Array.from(bytes).buffer;
  }`);
  const file = fs.readdirSync(SPEEDSCOPE).find((name) => /^speedscope-.*\.js$/.test(name));
  window.eval(fs.readFileSync(new URL(file, SPEEDSCOPE), 'utf8'));
  await new Promise((resolve) => setTimeout(resolve, 50)); // it loads its parts by promises
  return async (bytes) => {
    const group = await importer.importProfilesFromArrayBuffer('file', window.buffer(bytes));
    if (!group) throw new Error('speedscope does not know the format');
    return group.profiles.map(profileOf);
  };
}

function profileOf(profile) {
  const frames = [];
  profile.forEachFrame((frame) => frames.push({
    name: frame.name,
    file: frame.file,
    line: frame.line,
    column: frame.col,
    self: frame.getSelfWeight(),
    total: frame.getTotalWeight(),
  }));
  const calls = []; // every bar of the drawing, with the time that no bar below it covers
  const open = [];
  const enter = (node, at) => {
    const { name, file, line, col } = node.frame;
    open.push({ frame: [name, file ?? '', line ?? 0, col ?? 0], at, below: 0 });
  };
  const leave = (node, at) => {
    const stack = open.map((one) => one.frame);
    const { at: from, below } = open.pop();
    if (open.length) open.at(-1).below += at - from;
    calls.push({ stack, self: at - from - below });
  };
  profile.forEachCall(enter, leave);
  return {
    name: profile.getName(),
    unit: profile.getWeightUnit(),
    total: profile.getTotalWeight(),
    frames,
    calls,
  };
}

/** The model of a .cpuprofile that the Performance panel of Chrome DevTools has. */
async function devtools_cpuprofile() {
  const path = '@paulirish/trace_engine/models/cpu_profile/cpu_profile.js';
  const { CPUProfileDataModel } = await import(path);
  return (bytes) => {
    const model = new CPUProfileDataModel.CPUProfileDataModel(JSON.parse(bytes));
    const timed = new Map();
    const { samples, timestamps } = model;
    samples.forEach((id, at) => {
      const until = timestamps[at + 1];
      if (at < samples.length - 1) timed.set(id, (timed.get(id) ?? 0) + until - timestamps[at]);
    });
    const nodes = [];
    const waiting = [...model.profileHead.children];
    while (waiting.length) {
      const node = waiting.pop();
      waiting.push(...node.children);
      nodes.push({
        name: node.functionName,
        url: node.url,
        line: node.lineNumber,
        column: node.columnNumber,
        parent: node.parent.id,
        id: node.id,
        self: node.self,
        total: node.total,
        timed: timed.get(node.id) ?? 0,
      });
    }
    const root = { self: model.profileHead.self, total: model.profileHead.total };
    const meta = [model.programNode, model.gcNode, model.idleNode].map((node) => node?.functionName ?? null);
    return { nodes, root, meta };
  };
}

/** The trace engine of the same panel: all of it, and the tree of each track. */
async function devtools_trace() {
  globalThis.DOMRect ??= class DOMRect {};
  const { Handlers, Helpers, Processor, Types } = await import('@paulirish/trace_engine');
  return async (bytes) => {
    const { traceEvents } = JSON.parse(bytes);
    const processor = Processor.TraceProcessor.createWithAllHandlers();
    await processor.parse(traceEvents, { isFreshRecording: false, metadata: {} });
    const flows = Handlers.ModelHandlers.Flows.data().flows;
    const runs = traceEvents.filter((event) => Types.Events.isComplete(event));
    Helpers.Trace.sortTraceEventsInPlace(runs);
    const above = [];
    const key = (event) => [event.tid, event.ts];
    for (const tid of new Set(runs.map((event) => event.tid))) {
      const track = runs.filter((event) => event.tid === tid);
      const { entryToNode } = Helpers.TreeHelpers.treify(track, { filter: { has: () => true } });
      for (const [event, node] of entryToNode) {
        above.push([key(event), node.parent ? key(node.parent.entry) : null]);
      }
    }
    return {
      generic: processor.data.Meta.traceIsGeneric ?? null,
      threads: traceEvents.filter((event) => event.ph === 'M').map((e) => [e.pid, e.tid, e.name, e.args.name]),
      runs: runs.map((event) => ({ key: key(event), name: event.name, dur: event.dur, facts: event.args })),
      above,
      flows: flows.map((flow) => flow.map(key)),
    };
  };
}

/** The decoder that Datadog's profilers write pprof with. */
async function pprof() {
  const { Profile } = await import('pprof-format');
  const { gunzipSync } = await import('node:zlib');
  return (bytes) => {
    const profile = Profile.decode(gunzipSync(bytes));
    const text = (at) => profile.stringTable.strings[Number(at)];
    const functions = new Map(profile.function.map((one) => [Number(one.id), one]));
    const locations = new Map(profile.location.map((one) => [Number(one.id), one]));
    const frame = (id) => {
      const [line] = locations.get(Number(id)).line;
      const called = functions.get(Number(line.functionId));
      return [text(called.name), text(called.filename), Number(line.line), Number(line.column)];
    };
    return {
      types: profile.sampleType.map((one) => [text(one.type), text(one.unit)]),
      duration: Number(profile.durationNanos),
      time: String(profile.timeNanos),
      samples: profile.sample.map((one) => ({
        stack: one.locationId.map(frame),
        values: one.value.map(Number),
      })),
    };
  };
}

/** speedscope's own schema of its format. */
async function schema() {
  const { default: Ajv } = await import('ajv');
  const text = fs.readFileSync(new URL('file-format-schema.json', SPEEDSCOPE), 'utf8');
  const valid = new Ajv({ strict: false }).compile(JSON.parse(text));
  return (bytes) => {
    if (!valid(JSON.parse(bytes))) throw new Error(JSON.stringify(valid.errors));
    return true;
  };
}

/** Graphviz itself: the graph as it was read, and as it was drawn. */
async function graphviz() {
  const { Graphviz } = await import('@hpcc-js/wasm-graphviz');
  const drawer = await Graphviz.load();
  return (bytes) => {
    const text = bytes.toString('utf8');
    const drawn = JSON.parse(drawer.layout(text, 'json', 'dot'));
    return {
      boxes: (drawn.objects ?? []).map((one) => ({ name: one.name, peripheries: one.peripheries ?? '1' })),
      arrows: (drawn.edges ?? []).map((one) => ({
        source: drawn.objects[one.tail].name,
        target: drawn.objects[one.head].name,
        label: one.label,
        style: one.style ?? 'solid',
      })),
      svg: drawer.layout(text, 'svg', 'dot'),
    };
  };
}

/** Mermaid's parser, and its own way from a label to what is put into the page. */
async function mermaid() {
  const { window } = new JSDOM('<!doctype html><body></body>');
  Object.assign(globalThis, { window, document: window.document });
  const { default: program } = await import('mermaid');
  program.initialize({ startOnLoad: false });
  const page = (text) => {
    // What its `decodeEntities` does to the finished drawing.
    const html = text.replace(/ﬂ°°/g, '&#').replace(/ﬂ°/g, '&').replace(/¶ß/g, ';');
    const element = window.document.createElement('div');
    element.innerHTML = html;
    const tags = [...element.querySelectorAll('*')].map((one) => one.tagName);
    return { lines: html.split(/<br\s*\/?>/).map((part) => { element.innerHTML = part; return element.textContent; }), tags };
  };
  return async (bytes) => {
    const text = bytes.toString('utf8');
    const { db, type } = await program.mermaidAPI.getDiagramFromText(text);
    return {
      type,
      boxes: [...db.getVertices().values()].map((one) => ({ id: one.id, shape: one.type, ...page(one.text) })),
      arrows: db.getEdges().map((one) => ({ source: one.start, target: one.end, text: one.text, stroke: one.stroke })),
    };
  };
}

/** JSON, as Node reads it: a line, a value. */
function ndjson() {
  return (bytes) => bytes.toString('utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

const READERS = { speedscope, schema, devtools_cpuprofile, devtools_trace, pprof, graphviz, mermaid, ndjson };
const ready = new Map();
for await (const line of readline.createInterface({ input: process.stdin })) {
  const { reader, file } = JSON.parse(line);
  let answer;
  try {
    if (!ready.has(reader)) ready.set(reader, await READERS[reader]());
    answer = { value: await ready.get(reader)(Buffer.from(file, 'base64')) };
  } catch (error) {
    answer = { error: String(error?.stack ?? error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
