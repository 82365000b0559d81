// A drill in a real pseudo-terminal: begun from the title, answered, and cut off at once.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bench, program } from './terminal.ts';

let at: ReturnType<typeof bench>;
beforeEach(() => {
  at = bench();
});
afterEach(() => at.clear());

it('what was answered in a drill is there after kill -9, and the level is as half played as before', async () => {
  const quest = (args: readonly string[], input = '') =>
    spawnSync(process.execPath, [program, ...args, '--data-dir', join(at.folder, 'data')], { input, encoding: 'utf8' });
  quest(['play', 'goodbye', '--plain', '--seed', '1'], 'done\n');
  const terminal = at.quest(['--reduced-motion']);
  await terminal.until('Continue');
  terminal.press('down');
  await terminal.until('❯ Campaign');
  terminal.press('down');
  await terminal.until('❯ Drill');
  terminal.press('enter');
  await terminal.until('One decision is due, missed before.');
  terminal.press('enter');
  await terminal.until('Drill 1 of 1');
  await terminal.until('The cut cable: you are the client');
  terminal.press('1');
  await terminal.until(/ [✓✗] {2}/);
  terminal.kill('SIGKILL');
  await terminal.ended();
  const { misconceptions, decisions, drill } = JSON.parse(quest(['stats', '--json']).stdout);
  expect(decisions).toEqual({ answered: 1, rightAtFirstTry: 0 });
  // Right or wrong by the seed: either way it was answered once more.
  const right = drill.due.length === 0;
  expect(misconceptions.reduce((sum: number, { met }: { met: number }) => sum + met, 0)).toBe(right ? 1 : 2);
  expect(quest(['play', 'goodbye', '--plain']).stdout).toContain('You go on where you stopped.');
});
