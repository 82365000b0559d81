// Hosts and players as they are built, whose lines are typed and read through pipes.
import { type ChildProcess, spawn } from 'node:child_process';
import { expect } from 'vitest';

export const program = new URL('../../dist/cli.js', import.meta.url).pathname;
const running: ChildProcess[] = [];
/** After each test. */
export function endPrograms(): void {
  for (const child of running.splice(0)) child.kill('SIGKILL');
}

export type Running = ReturnType<typeof run>;
export const run = (...args: readonly string[]) => start(process.execPath, program, ...args);
/** The same of any program. */
export function start(command: string, ...args: readonly string[]) {
  const child = spawn(command, args);
  running.push(child);
  const written = { out: '', err: '' };
  child.stdout.on('data', (data) => {
    written.out += data;
  });
  child.stderr.on('data', (data) => {
    written.err += data;
  });
  // Whoever was killed reads no more.
  child.stdin.on('error', () => {});
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const said = (text: string | RegExp, times = 1) =>
    expect
      .poll(() => (typeof text === 'string' ? written.out.split(text).length - 1 : Number(text.test(written.out))), {
        timeout: 100_000,
      })
      .toBeGreaterThanOrEqual(times);
  return { child, written, ended, said, type: (text: string) => child.stdin.write(`${text}\n`) };
}

/** Starts a host; gives where to join, as it says it. */
export const hosting = (folder: string, ...args: readonly string[]) =>
  listening(run('host', '--data-dir', folder, ...args));
export async function listening(host: Running) {
  await host.said('Ctrl-C ends the host');
  const [, port = '', code = ''] = /join \S+?:?(\d{4,5})? ([0-9A-Z]{5}-[0-9A-Z]{5})/.exec(host.written.out) ?? [];
  return { ...host, port: port || '8443', code };
}

/** The board as the host types it, once all is graded: a line each. */
export async function gradedBoard(host: Running): Promise<readonly string[]> {
  for (let asked = 0; ; asked++) {
    const before = host.written.out.length;
    host.type('board');
    // It answers one after the other.
    host.type(`asked-${asked}`);
    await host.said(`There is no "asked-${asked}" here.`);
    const board = host.written.out.slice(before);
    if (!board.includes('still being graded')) return board.match(/^ *\d+\. .*$/gm) ?? [];
  }
}
