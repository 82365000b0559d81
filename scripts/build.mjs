// Builds dist/: the program, bundled and split; the levels, checked and compiled, and their
// schema for editors; the licences of what is bundled.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { buildPages } from './pages.mjs';
import { patched } from './patches.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);
// Built beside the old one and put in its place at the end: whoever plays meanwhile is not disturbed.
const out = `.cache/dist-${process.pid}`;
const loader = `.cache/load-${process.pid}.mjs`;
const old = `.cache/old-${process.pid}`;
mkdirSync('.cache', { recursive: true });

const shared = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // Node 20 has them; made anew wherever they stand, they would take most of the time of a frame.
  supported: {
    'regexp-set-notation': true,
    'regexp-unicode-property-escapes': true,
    'regexp-lookbehind-assertions': true,
    'regexp-named-capture-groups': true,
  },
  logLevel: 'warning',
  jsx: 'automatic',
  // React's production build: half the size, and no warnings for developers on a player's screen.
  define: { 'process.env.NODE_ENV': '"production"' },
  // Ink asks for React's developer tools where DEV is set; a player has none.
  alias: {
    'react-devtools-core': './scripts/nothing.mjs',
    // Installed five times in the same version.
    'string-width': './node_modules/ink/node_modules/string-width',
  },
  // CommonJS packages inside an ES module still ask for `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

const { metafile } = await build({
  ...shared,
  entryPoints: ['opening', 'main', 'prover', 'grader'].map((name) => `src/cli/${name}.ts`),
  outdir: out,
  outExtension: { '.js': '.mjs' },
  splitting: true,
  minify: true,
  metafile: true,
  plugins: [patched(), elsewhere(/\/(?:terminal|background)\.ts$/, () => './cli.js')],
  chunkNames: '[name]-[hash]',
});
// The entry is one file, because each file that is imported takes time. What it knows of the terminal all others get from it.
await build({
  ...shared,
  stdin: {
    contents: "export * from '../ui/terminal.ts'; export * from '../ui/background.ts'; import './cli.ts';",
    resolveDir: 'src/cli',
    loader: 'ts',
  },
  outfile: join(out, 'cli.js'),
  format: 'cjs',
  minify: true,
  plugins: [elsewhere(/^\.\/(?:opening|main)\.ts$/, (path) => path.replace('.ts', '.mjs'))],
  banner: { js: '#!/usr/bin/env node' },
});
// CommonJS, because Node starts that sooner; all else says by its name that it is an ES module.
writeFileSync(join(out, 'package.json'), '{"type":"commonjs"}\n');
chmodSync(join(out, 'cli.js'), 0o755);
writeLicences([metafile, await buildPages(join(out, 'pages'))]);
await compileLevels();
if (existsSync('dist')) renameSync('dist', old);
renameSync(out, 'dist');
for (const left of [old, loader]) rmSync(left, { recursive: true, force: true });

/** A plugin for esbuild: what is imported by such a path is in another file of what is built. */
function elsewhere(filter, file) {
  return {
    name: 'elsewhere',
    setup({ onResolve }) {
      onResolve({ filter }, ({ path }) => ({ path: file(path), external: true }));
    },
  };
}

/** The text of every bundled package's licence; fails where a package has none. */
function writeLicences(metafiles) {
  const files = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const packages = new Set(files.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []));
  const texts = [...packages].sort().map((name) => {
    const folder = join('node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const own = readdirSync(folder).find((one) => /^(licen[cs]e|copying)/i.test(one));
    // A package that forgot to ship its licence has the text of its repository here.
    const file = own ? join(folder, own) : `scripts/licences/${name.replace('/', '+')}.txt`;
    if (!existsSync(file)) throw new Error(`${name} has no licence text: it cannot be bundled`);
    return `${name} ${version} (${license})\n\n${readFileSync(file, 'utf8').trim()}\n`;
  });
  writeFileSync(
    join(out, 'LICENSES.txt'),
    `HTTPS Quest contains these packages.\n\n${texts.join(`\n${'-'.repeat(78)}\n\n`)}`,
  );
}

/** Loads each level as the program would load a stranger's, and writes what came of it. */
async function compileLevels() {
  await build({
    ...shared,
    stdin: {
      contents:
        "export { loadLevel } from './src/game/load.ts'; export { codexOf, contentOf, loadCodexFile } from './src/game/codex.ts'; export { placesOf } from './src/game/codexPlaces.ts'; export { compile } from './src/game/compiled.ts'; export { scenarios } from './src/scenarios/index.ts'; export { levelJsonSchema } from './scripts/levelSchema.ts';",
      resolveDir: root,
    },
    outfile: loader,
  });
  const { loadLevel, codexOf, contentOf, loadCodexFile, placesOf, compile, scenarios, levelJsonSchema } = await import(
    pathToFileURL(loader).href
  );
  const files = readdirSync('levels', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .sort();
  const load = (file, read) => {
    const loaded = read(readFileSync(join('levels', file), 'utf8'), `levels/${file}`);
    if (!('faults' in loaded)) return loaded;
    for (const { line, key, message } of loaded.faults) console.error(`levels/${file}:${line}: ${key}: ${message}`);
    process.exit(1);
  };
  const levels = files
    .filter((file) => contentOf(file) === 'level')
    .map((file) => {
      const { level } = load(file, (text, name) => loadLevel(text, name, scenarios));
      return { file: `levels/${file}`, level: compile(level) };
    });
  writeFileSync(join(out, 'levels.json'), JSON.stringify(levels));
  writeFileSync(join(out, 'titles.json'), JSON.stringify(levels.map(({ level: { id, title } }) => ({ id, title }))));
  // Beside the levels, because only those who ask for it read it.
  const codex = files.filter((file) => contentOf(file) !== 'level').map((file) => load(file, loadCodexFile));
  writeFileSync(join(out, 'codex.json'), JSON.stringify(codex));
  const places = placesOf(
    codexOf(codex),
    levels.map(({ level }) => level),
    scenarios,
  );
  writeFileSync(join(out, 'codexPlaces.json'), JSON.stringify(places));
  cpSync('levels', join(out, 'levels'), { recursive: true });
  // In the package the schema lies elsewhere, as seen from a level.
  for (const { file } of levels)
    writeFileSync(join(out, file), readFileSync(file, 'utf8').replace('=../../dist/', '=../../'));
  writeFileSync(join(out, 'level.schema.json'), JSON.stringify(levelJsonSchema(scenarios)));
}
