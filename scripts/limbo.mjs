// Judges the cases of an x509-limbo file: `npm run limbo -- FILE`. Exit code 1 where one fails, 2 where the file does not fit.
import { spawnSync } from 'node:child_process';
import { bundle } from './bundle.mjs';

const outfile = await bundle('scripts/limbo.ts', 'limbo');
process.exitCode = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
