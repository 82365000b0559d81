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
  logLevel: 'warning',
  jsx: 'automatic',
  // React's production build: half the size, and no warnings for developers on a player's screen.
  define: { 'process.env.NODE_ENV': '"production"' },
  // Ink asks for React's developer tools where DEV is set; a player has none.
  alias: { 'react-devtools-core': './scripts/nothing.mjs' },
  // CommonJS packages inside an ES module still ask for `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

const { metafile } = await build({
  ...shared,
  entryPoints: ['src/cli/cli.ts', 'src/cli/prover.ts'],
  outdir: out,
  splitting: true,
  minify: true,
  metafile: true,
  chunkNames: '[name]-[hash]',
  banner: { js: `#!/usr/bin/env node\n${shared.banner.js}` },
});
chmodSync(join(out, 'cli.js'), 0o755);
writeLicences(metafile);
await compileLevels();
if (existsSync('dist')) renameSync('dist', old);
renameSync(out, 'dist');
for (const left of [old, loader]) rmSync(left, { recursive: true, force: true });

/** The text of every bundled package's licence; fails where a package has none. */
function writeLicences({ inputs }) {
  const packages = new Set(
    Object.keys(inputs).flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []),
  );
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
        "export { loadLevel } from './src/game/load.ts'; export { compile } from './src/game/compiled.ts'; export { scenarios } from './src/scenarios/index.ts'; export { levelJsonSchema } from './scripts/levelSchema.ts';",
      resolveDir: root,
    },
    outfile: loader,
  });
  const { loadLevel, compile, scenarios, levelJsonSchema } = await import(pathToFileURL(loader).href);
  const files = readdirSync('levels', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .sort();
  const levels = files.map((file) => {
    const loaded = loadLevel(readFileSync(join('levels', file), 'utf8'), `levels/${file}`, scenarios);
    if ('faults' in loaded) {
      for (const { line, key, message } of loaded.faults) console.error(`levels/${file}:${line}: ${key}: ${message}`);
      process.exit(1);
    }
    return { file: `levels/${file}`, level: compile(loaded.level) };
  });
  writeFileSync(join(out, 'levels.json'), JSON.stringify(levels));
  cpSync('levels', join(out, 'levels'), { recursive: true });
  writeFileSync(join(out, 'level.schema.json'), JSON.stringify(levelJsonSchema(scenarios)));
}
