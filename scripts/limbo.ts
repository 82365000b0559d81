// Reads an x509-limbo file and prints how its cases come out; `limbo.mjs` builds and runs it.
import { readFileSync } from 'node:fs';
import { judgeCase, readCases, type Verdict } from './limboCases.ts';

const [file] = process.argv.slice(2);
if (file === undefined) stop('Which file? Say: npm run limbo -- FILE, with a limbo.json of x509-limbo.');
else run(file);

function run(path: string): void {
  const cases = load(path);
  if ('slip' in cases) {
    stop(`${path} ${cases.slip}`);
    return;
  }
  const verdicts = cases.map(judgeCase);
  const servers = verdicts.filter(({ kind }) => kind === 'SERVER');
  const clients = verdicts.filter(({ kind }) => kind === 'CLIENT');
  print(servers);
  if (clients.length) {
    console.log('');
    print(clients, ' (client certificates)');
  }
  process.exitCode = servers.every(({ passed }) => passed) ? 0 : 1;
}

function load(path: string): ReturnType<typeof readCases> {
  try {
    return readCases(readFileSync(path, 'utf8'));
  } catch (error) {
    return { slip: `cannot be read (${(error as NodeJS.ErrnoException).code}).` };
  }
}

function print(verdicts: readonly Verdict[], what = ''): void {
  const failed = verdicts.filter(({ passed }) => !passed);
  console.log(`${verdicts.length - failed.length} passed, ${failed.length} failed${what}`);
  for (const { id, expected, says } of failed) console.log(`  ${id}: expected ${expected}; ${says}`);
}

function stop(sentence: string): void {
  console.error(sentence);
  process.exitCode = 2;
}
