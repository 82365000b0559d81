// What it takes to install the game, beside two other packages: `node scripts/bench/install.mjs [rounds]`. Each time into an
// empty folder with an empty cache, from wherever npm is told to look.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const rounds = Number(process.argv[2] ?? 3);
const folder = mkdtempSync(join(tmpdir(), 'quest-install-'));
/** Runs npm; gives what it wrote. */
function npm(args, cwd) {
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${stderr}`);
  return stdout;
}

/** Files below a folder, with their paths. */
const filesIn = (path) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
const isPackage = (file) => /node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+[\\/]package\.json$/.test(file);

function install(what) {
  const into = mkdtempSync(join(folder, 'into-'));
  const start = performance.now();
  npm(['install', what, '--no-audit', '--no-fund', '--prefix', into, '--cache', join(into, 'cache')], into);
  const seconds = (performance.now() - start) / 1000;
  const files = filesIn(join(into, 'node_modules'));
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  const packages = files.filter(isPackage).length;
  rmSync(into, { recursive: true, force: true });
  return { seconds, bytes, packages };
}
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const mega = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;

try {
  const packed = JSON.parse(npm(['pack', '--json', '--pack-destination', folder, '--ignore-scripts'], process.cwd()));
  const [{ filename, size }] = Array.isArray(packed) ? packed : Object.values(packed);
  const installed = {
    'https-quest': join(folder, filename),
    learnyounode: 'learnyounode',
    '@clack/prompts': '@clack/prompts',
  };
  const results = new Map(Object.keys(installed).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const [name, what] of Object.entries(installed)) results.get(name).push(install(what));
  console.log(`Node.js ${process.version}, npm ${npm(['--version'], folder).trim()}, ${rounds} rounds, medians\n`);
  console.log(`the package itself: ${mega(size)}\n`);
  console.log(`${''.padEnd(16)}${'packages'.padStart(10)}${'installed'.padStart(12)}${'npm install'.padStart(14)}`);
  for (const [name, all] of results)
    console.log(
      name.padEnd(16) +
        String(all[0].packages).padStart(10) +
        mega(all[0].bytes).padStart(12) +
        `${median(all.map(({ seconds }) => seconds)).toFixed(2)} s`.padStart(14),
    );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
