// Runs in a worker of run.mjs: every state meets its mutants; the table of what came of them is printed, or written down.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { workerData } from 'node:worker_threads';
import { type Fault, faults } from '../../test/tls/fuzz/faults.ts';
import { fuzz, type Tally, titleOf, tryMutant } from '../../test/tls/fuzz/fuzz.ts';
import { type State, states } from '../../test/tls/fuzz/states.ts';

const { rounds, seed, state, mutant, write, now } = workerData as {
  readonly rounds: number;
  readonly seed: string;
  readonly state?: string;
  readonly mutant?: string;
  readonly write: boolean;
  readonly now: Int32Array;
};

const chosen = states().filter((one) => state === undefined || titleOf(one) === state);
if (!chosen.length) throw new Error(`There is no state "${state}". There are:\n${states().map(titleOf).join('\n')}`);

if (mutant === undefined) runAll();
else
  for (const one of chosen) {
    const { fault, alert } = tryMutant(one, seed, Number(mutant));
    console.log(`${titleOf(one)}: "${fault.name}" ${alert ? `is met with ${alert}` : 'goes on'}`);
  }

function runAll(): void {
  const tallies = chosen.map((one, index): readonly [State, Tally] => {
    now[0] = index;
    const tally = fuzz(one, seed, rounds, (round) => {
      now[1] = round;
    });
    if (!tally.progress || !tally.alerts.size)
      throw new Error(`${titleOf(one)}: no progress, or no alert, in ${rounds} mutants: they do not get there`);
    return [one, tally];
  });
  const document = robustness(tallies);
  console.log(document);
  if (write) writeFileSync('docs/robustness.md', document);
}

function robustness(tallies: readonly (readonly [State, Tally])[]): string {
  const total = tallies.reduce((sum, [, { mutants }]) => sum + mutants, 0);
  return [
    '# Robustness',
    '',
    'What becomes of an endpoint when its peer breaks the rules. The peer holds the right keys, so that its mutants reach the',
    'inside of sealed records in every state that waits for it. A mutant must end in an alert that the RFC names for its kind of',
    'fault, or go on where it is none; it may not throw, hang, or make the endpoint keep more than a record and a message.',
    '',
    `Of \`npm run fuzz -- --rounds ${rounds} --seed ${seed} --write\`: ${total} mutants, none of them did anything else.`,
    `${new Date().toISOString().slice(0, 10)}, Node.js ${process.version}, ${cpus().length} cores of ${cpus()[0]?.model.trim()}.`,
    '',
    '| state | mutants | went on | alerts |',
    '|---|---|---|---|',
    ...tallies.map(([one, { mutants, progress, alerts }]) => {
      const counts = [...alerts].sort(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`);
      return `| ${titleOf(one)} | ${mutants} | ${progress} | ${counts.join(', ')} |`;
    }),
    '',
    '## The faults',
    '',
    '| fault | made | alerts |',
    '|---|---|---|',
    ...faults.map((fault) => {
      const made = tallies.reduce((sum, [, tally]) => sum + (tally.made.get(fault.name) ?? 0), 0);
      return `| ${fault.name} | ${made} | ${outcomeOf(fault)} |`;
    }),
    '',
  ].join('\n');
}

function outcomeOf({ alerts, alerts12, rfc }: Fault): string {
  const named = alerts === 'any' ? 'any that fits, or none' : alerts.length ? alerts.join(', ') : 'none';
  return `${named}${alerts12 ? `; in TLS 1.2 ${alerts12.join(', ')}` : ''} (RFC ${rfc})`;
}
