// Hostile peers at length: `npm run fuzz -- [--rounds N] [--seed S] [--state "TLS 1.3, client, WAIT_SH"] [--mutant K] [--write]`.
// The mutants run in a worker, so that one that hangs can be named and ended.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { bundle } from '../bundle.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1000' },
    seed: { type: 'string', default: Date.now().toString(36) },
    state: { type: 'string' },
    mutant: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error('--rounds is how many mutants each state meets: a whole number from 1 on.');
  process.exit(2);
}

const outfile = await bundle('scripts/fuzz/fuzz.ts', 'fuzz');

/** Which mutant is on: its state and its number. */
const now = new Int32Array(new SharedArrayBuffer(8));
const worker = new Worker(resolve(outfile), { workerData: { ...values, rounds, now } });
/** Milliseconds: a thousand times what a mutant takes. */
const longest = 20_000;
let [last, since] = ['', Date.now()];
const watch = setInterval(() => {
  if (now.join() !== last) [last, since] = [now.join(), Date.now()];
  else if (Date.now() - since > longest) {
    console.error(
      `Mutant ${now[1]} of state ${now[0]} hangs: npm run fuzz -- --seed ${values.seed} --mutant ${now[1]}`,
    );
    process.exit(1);
  }
}, 1000);
worker.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
worker.on('exit', () => clearInterval(watch));
