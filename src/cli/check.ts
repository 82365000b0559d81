// `check`: levels are proven on all processors, and told in the order of their files as soon as they are.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { compile } from '../game/compiled.ts';
import type { Level } from '../game/level.ts';
import type { Proof } from '../game/prove.ts';
import { quoted } from '../ui/printable.ts';
import { wrap } from '../ui/wrap.ts';
import { faultLine, type LevelFiles } from './levelFiles.ts';
import { exit, type Output } from './output.ts';

/** Proves the levels and says what came of it; the exit code. */
export async function checkLevels(
  { levels, faults }: LevelFiles,
  { json, output }: { readonly json: boolean; readonly output: Output },
): Promise<number> {
  const { say, complain } = output;
  const runnable = levels.filter(({ level }) => level.proof !== 'live');
  const left = levels.filter(({ level }) => level.proof === 'live').map(({ level }) => level.id);
  const proofs = await proveAll(
    runnable.map(({ level }) => level),
    (proof) => {
      if (!json) say([proofLine(proof)]);
    },
  );
  const withFile = proofs.map((proof, index) => ({ file: runnable[index]?.file ?? '', ...proof }));
  const wrong = [...faults.map(faultLine), ...withFile.flatMap(proofFaults)];
  if (json) say([JSON.stringify({ levels: withFile, left, faults }, null, 2)]);
  else {
    for (const id of left)
      say(
        wrap(
          `left out ${id}: a real program is on its other side, and none is started here. Try it with: https-quest play ${id} --auto`,
        ),
      );
    if (wrong.length) complain(wrong);
  }
  return wrong.length ? exit.unmet : exit.fine;
}

const proofLine = ({ level, faults, plays, steps, choices, worlds }: Proof): string =>
  `${faults.length ? 'FAILS ' : 'proven'} ${level}: ${plays} plays, ${steps} steps, ${choices} choices, ${worlds} worlds`;

const proofFaults = ({ file, level, faults }: Proof & { readonly file: string }): string[] =>
  faults.map(
    ({ act, step, choice, message }) =>
      `${quoted(file, 200)}: ${level}: act ${act + 1}${step ? `, step ${step}` : ''}${choice ? `, choice ${choice}` : ''}: ${quoted(message, 600)}`,
  );

/** The proofs in the order of the levels; each is told when it and all before it are there. Throws what a thread throws. */
async function proveAll(levels: readonly Level[], tell: (proof: Proof) => void): Promise<Proof[]> {
  const proofs: Proof[] = [];
  let next = 0;
  let told = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./prover.js', import.meta.url));
    try {
      for (let index = next++; index < levels.length; index = next++) {
        const level = levels[index];
        if (!level) continue;
        proofs[index] = await new Promise<Proof>((resolve, reject) => {
          worker.once('message', resolve).once('error', reject);
          worker.postMessage(compile(level));
        });
        for (let proof = proofs[told]; proof; proof = proofs[++told]) tell(proof);
        worker.removeAllListeners('error');
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), levels.length) }, work));
  return proofs;
}
