// The processes of the bench: what is measured, with a pulse that tells how busy it is, and those that load it.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Runs in the main thread of what is measured. Each SIGUSR2 writes what was since the last. */
const hook = `
import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';
if (isMainThread) {
  const resolution = 10;
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  process.on('SIGUSR2', () => {
    const late = (value) => Math.max(0, value / 1e6 - resolution);
    const { user, system } = process.cpuUsage();
    const pulse = { cpu: (user + system) / 1e6, at: performance.now() / 1000,
      p50: late(delay.percentile(50)), p99: late(delay.percentile(99)), max: late(delay.max) };
    appendFileSync(process.env.BENCH_PULSE, JSON.stringify(pulse) + '\\n');
    delay.reset();
  });
}`;

export interface Pulse {
  /** Seconds of all threads since the start, and the time in seconds. */
  readonly cpu: number;
  readonly at: number;
  /** By how many ms a timer of the event loop was late, since the last pulse. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}
export interface Measured {
  readonly port: number;
  readonly type: (line: string) => void;
  readonly pulse: () => Promise<Pulse>;
  /** The peak of its resident memory in MiB; only Linux says. */
  readonly peak: () => number | undefined;
  readonly end: () => Promise<void>;
}

/** Starts Node.js with these arguments, and waits until it says where it listens: the first group of `said`. */
export async function measured(args: readonly string[], folder: string, said: RegExp): Promise<Measured> {
  const file = join(folder, 'pulse');
  const child = spawn(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, ...args], {
    env: { ...process.env, BENCH_PULSE: file },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  let text = '';
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.on('data', (data: Buffer) => {
      text = (text + data).slice(-10_000);
      const [, found] = said.exec(text) ?? [];
      if (found !== undefined) resolve(Number(found));
    });
    child.once('exit', () => reject(new Error(`ended before it listened: ${text}`)));
  });
  const pulses = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []);
  return {
    port,
    type: (line) => void child.stdin.write(`${line}\n`),
    async pulse() {
      const before = pulses().length;
      child.kill('SIGUSR2');
      for (;;) {
        const last = pulses()[before];
        if (last !== undefined) return JSON.parse(last) as Pulse;
        await pause(20);
      }
    },
    peak() {
      const status = `/proc/${child.pid}/status`;
      if (!existsSync(status)) return undefined;
      return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]) / 1024;
    },
    async end() {
      child.kill('SIGINT');
      await ended;
    },
  };
}

/** What loads: this program in another process, so that its own pauses are not those of what is measured. */
export interface Load<Result> {
  readonly tell: (message: unknown) => void;
  readonly told: () => Promise<unknown>;
  /** The last thing that it tells. */
  readonly result: () => Promise<Result>;
}
export function load<Result>(role: string, task: unknown): Load<Result> {
  const child = fork(process.argv[1] ?? '', [role]);
  process.once('exit', () => child.kill('SIGKILL'));
  const heard: unknown[] = [];
  let wake = () => {};
  child.on('message', (message) => {
    heard.push(message);
    wake();
  });
  child.once('exit', (code) => {
    if (code) throw new Error(`the process of ${role} failed`);
  });
  const told = async () => {
    while (!heard.length)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    return heard.shift();
  };
  child.send({ task });
  return { tell: (message) => void child.send({ message }), told, result: async () => (await told()) as Result };
}

/** The other end: takes the task, and messages after it. */
export async function taken<Task>(): Promise<Task> {
  const [message] = await once(process, 'message');
  return (message as { task: Task }).task;
}
export async function message<Message>(): Promise<Message> {
  const [heard] = await once(process, 'message');
  return (heard as { message: Message }).message;
}
export const tell = (what: unknown): void => void process.send?.(what);
/** Tells the last thing, and ends. */
export const finish = (result: unknown): void => void process.send?.(result, () => process.exit());
