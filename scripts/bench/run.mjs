// Bundles a bench and runs it: `node scripts/bench/run.mjs tls [milliseconds a round]`.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { build } from 'esbuild';

const [name = 'tls', ...rest] = process.argv.slice(2);
const outfile = `.cache/bench-${name}.mjs`;
mkdirSync('.cache', { recursive: true });
await build({
  entryPoints: [`scripts/bench/${name}.ts`],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  banner: { js: "import { createRequire as c } from 'node:module'; const require = c(import.meta.url);" },
});
process.exitCode = spawnSync(process.execPath, [outfile, ...rest], { stdio: 'inherit' }).status ?? 1;
