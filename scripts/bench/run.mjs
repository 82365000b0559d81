// Bundles a bench and runs it: `node scripts/bench/run.mjs tls [milliseconds a round]`.
import { spawnSync } from 'node:child_process';
import { bundle } from '../bundle.mjs';

const [name = 'tls', ...rest] = process.argv.slice(2);
const outfile = await bundle(`scripts/bench/${name}.ts`, `bench-${name}`);
process.exitCode = spawnSync(process.execPath, [outfile, ...rest], { stdio: 'inherit' }).status ?? 1;
