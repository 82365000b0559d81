// Judges the cases of an x509-limbo file: `npm run limbo -- FILE`. Exit code 1 where one fails, 2 where the file does not fit.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { build } from 'esbuild';

const outfile = '.cache/limbo.mjs';
mkdirSync('.cache', { recursive: true });
await build({
  entryPoints: ['scripts/limbo.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
});
process.exitCode = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
