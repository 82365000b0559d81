// `check`: levels are held against the codex and proven on all processors, and told in the order of their files as soon as they are.
import { availableParallelism } from 'node:os';
import { checkCodex } from '../game/checkCodex.ts';
import { compile } from '../game/compiled.ts';
import type { Level } from '../game/level.ts';
import type { Proof } from '../game/prove.ts';
import { threads } from '../live/threads.ts';
import { scenarios } from '../scenarios/index.ts';
import { quoted } from '../ui/printable.ts';
import { wrap } from '../ui/wrap.ts';
import { builtIn, builtInCodex, codexIn, faultLine, levelsIn } from './levelFiles.ts';
import { exit, type Output } from './output.ts';

/** Checks the levels of a folder or a file and says what came of it; the exit code, or why there is nothing to check. */
export async function checkLevels(
  path: string,
  { json, output }: { readonly json: boolean; readonly output: Output },
): Promise<number | string> {
  const found = levelsIn(path);
  if (typeof found === 'string') return found;
  const { levels } = found;
  const codex = codexIn(path);
  const shipped = { levels: builtIn().levels.map(({ level }) => level), files: builtInCodex() };
  const faults = [...found.faults, ...codex.faults, ...checkCodex({ levels, files: codex.files, shipped }, scenarios)];
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
  let told = 0;
  const entry = new URL('./prover.mjs', import.meta.url);
  const provers = threads<Level, Proof>({ entry, most: availableParallelism() });
  try {
    await Promise.all(
      levels.map(async (level, index) => {
        proofs[index] = await provers.ask(compile(level));
        for (let proof = proofs[told]; proof; proof = proofs[++told]) tell(proof);
      }),
    );
  } finally {
    await provers.close();
  }
  return proofs;
}
