// Real programs, started for one connection: found, fed, listened to, and ended.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { groupName, groups } from '../tls/registry.ts';
import { type Failure, failure } from './dial.ts';

/** What a program is called: by itself, and with its version. */
export interface Named {
  readonly program: string;
  readonly version: string;
}

/** What a program says of its version, and nothing where it cannot be started. */
export async function versionOf(name: string, argument: string): Promise<string | undefined> {
  try {
    const child = spawn(name, [argument], { stdio: ['ignore', 'pipe', 'ignore'], timeout: 5000 });
    let said = '';
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString('latin1');
    });
    const [status] = await once(child, 'close');
    return status === 0 ? said : undefined;
  } catch {
    return undefined;
  }
}

/** A program at work. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  /** What it has complained of, as it came. */
  readonly complaints: () => string;
  /** Its exit status, or the error that kept it from starting. */
  readonly ended: Promise<number | Error | null>;
}
/** Runs until it ends, `stop` is given, or the game itself ends. */
export function startProgram(name: string, args: readonly string[], stop: AbortSignal): Running {
  const child = spawn(name, [...args], { signal: stop, killSignal: 'SIGKILL' });
  let complaints = '';
  child.stderr.on('data', (data: Buffer) => {
    if (complaints.length < 2 ** 14) complaints += data.toString('latin1');
  });
  child.stdin.on('error', () => {});
  const ended = Promise.race([
    once(child, 'close').then(([status]) => status as number | null),
    new Promise<Error>((resolve) => child.on('error', resolve)),
  ]);
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  void ended.then(() => process.off('exit', kill));
  return { child, complaints: () => complaints, ended };
}

/** Waits for it for a moment; then it is ended. */
export async function endProgram({ child, ended }: Running, patience: number): Promise<void> {
  const timer = setTimeout(() => child.kill('SIGKILL'), patience);
  await ended;
  clearTimeout(timer);
}

/** Groups as OpenSSL calls them. */
export const groupNames = (numbers: readonly number[]): string =>
  numbers.map((group) => (group === groups.secp256r1 ? 'P-256' : groupName(group).toUpperCase())).join(':');

/** Files for a program, in a folder of their own that is taken away again, at the latest as the game ends. */
export interface Files {
  readonly ok: true;
  readonly path: (name: string) => string;
  readonly remove: () => void;
}
export function filesForProgram(contents: Readonly<Record<string, string>>): Files | Failure {
  const place = tmpdir();
  try {
    const folder = mkdtempSync(join(place, 'https-quest-'));
    for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content, { mode: 0o600 });
    const remove = () => {
      process.off('exit', remove);
      rmSync(folder, { recursive: true, force: true });
    };
    process.once('exit', remove);
    return { ok: true, path: (name) => join(folder, name), remove };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return failure(`The files for the program on the other side cannot be written to ${place} (${code}).`);
  }
}
