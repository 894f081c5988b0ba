/**
 * Bundle the JavaScript of the rooms with esbuild.
 *
 * In: agent/probe, rewriter/syntax, rewriter/runtime, and the table in store/abi.py.
 * Out: the table as abi.js where JavaScript needs it, and the bundles that the
 * Python of a room reads with importlib.resources. Same sources, same bytes. The
 * runtime is not bundled: every build gets its files as they are.
 *
 *   node scripts/bundle.mjs          build
 *   node scripts/bundle.mjs --list   print what a build would write
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The value of a bundled script: what its entry exports. */
const asValue = {
  format: 'iife',
  globalName: 'exported',
  banner: { js: '(() => {' },
  footer: { js: 'return exported;\n})()' },
};
const asModule = { format: 'cjs' };

/** The probe is a text for the realm that it makes; what stands in that realm's way is not in it. */
const realm = { entry: 'agent/probe/realm.js', outside: ['./fx.js', './loose.js', './masks.js', './strict.js'] };

const bundles = [
  { from: 'agent/probe/main.js', to: 'agent/bundles/probe.js', within: realm, ...asValue },
  { from: 'rewriter/syntax/sidecar.js', to: 'rewriter/bundles/sidecar.cjs', ...asModule },
];

/** Who speaks the language of the probe, so imports './abi.js'. */
const speakers = ['agent/probe', 'rewriter/runtime'];

function writeTable() {
  const folders = speakers.filter((folder) => existsSync(join(root, folder)));
  if (folders.length === 0 || !existsSync(join(root, 'store/abi.py'))) return;
  const own = join(root, '.venv/bin/python');
  const python = process.env.PYTHON || (existsSync(own) ? own : 'python3');
  const code = 'from store.abi import javascript; print(javascript(), end="")';
  const told = spawnSync(python, ['-B', '-c', code], { cwd: root });
  if (told.status !== 0) {
    throw new Error(`${python} cannot read store/abi.py: ${told.error ?? told.stderr}`);
  }
  for (const folder of folders) replace(join(root, folder, 'abi.js'), told.stdout);
}

async function build({ from, to, within, ...how }) {
  const built = await bundled({ ...how, entryPoints: [from], external: within?.outside });
  replace(join(root, to), within === undefined ? built.text : placed(built.text, within));
  return built.inputs.map(packageOf).filter(Boolean);
}

/** A script whose value is what `text` exports in the realm that it makes for itself. */
function placed(text, { entry, outside }) {
  const folder = dirname(entry);
  const module = (path) => `load(function (module) {\n${readFileSync(join(root, path), 'utf8')}})`;
  return `(() => {
const load = (define) => { const module = {}; define(module); return module.exports; };
const STANDS = { __proto__: null,
${outside.map((name) => `${JSON.stringify(name)}: ${module(join(folder, name))}`)} };
const PROBE_TEXT = ${JSON.stringify(text.trimEnd().replace(/;$/, ''))};
return ${module(entry)};
})()
`;
}

async function bundled(how) {
  // Imported late, so that --list works before npm has run.
  const esbuild = await import('esbuild');
  const built = await esbuild.build({
    ...how,
    absWorkingDir: root,
    outdir: 'out',
    write: false,
    metafile: true,
    bundle: true,
    charset: 'utf8',
    legalComments: 'inline',
    logLevel: 'warning',
    platform: 'node',
    target: 'node20',
  });
  return { text: built.outputFiles[0].text, inputs: Object.keys(built.metafile.inputs) };
}

/** The folder of the npm package that a bundled file came from. */
function packageOf(input) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

/** The licence of every package that went into the bundles of one room. */
function writeLicences(room, folders) {
  const texts = [...new Set(folders)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(join(root, folder, 'package.json'), 'utf8'),
    );
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readFileSync(join(root, folder, file), 'utf8') : '';
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  if (texts.length > 0) {
    replace(join(root, room, 'bundles/licences.txt'), texts.join(`\n${'-'.repeat(72)}\n\n`));
  }
}

/** Whole or not at all: a test may be reading the previous bundle right now. */
function replace(path, bytes) {
  if (existsSync(path) && readFileSync(path).equals(Buffer.from(bytes))) return;
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, bytes);
  renameSync(draft, path);
}

if (process.argv.includes('--list')) {
  for (const { to } of bundles) console.log(to);
} else {
  writeTable();
  const packages = {};
  for (const bundle of bundles) {
    (packages[bundle.to.split('/')[0]] ??= []).push(...(await build(bundle)));
    console.error(`bundle: ${bundle.to}`);
  }
  for (const [room, folders] of Object.entries(packages)) writeLicences(room, folders);
}
