// How soon the game is on the screen, how soon a key is, and what it costs: the built program in a real pseudo-terminal.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pty from '@lydell/node-pty';

const runs = Number(process.argv[2] ?? 21);
const program = new URL('../dist/cli.js', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'quest-bench-'));
const sizes = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 36 },
  { columns: 200, rows: 60 },
];
type Size = (typeof sizes)[number];

/** A program in a terminal, with what it wrote and when, in milliseconds since it was started. */
interface Shown {
  readonly pid: number;
  /** All that was written so far. */
  readonly text: () => string;
  /** When this was first written, and all of what came at once with it. */
  readonly until: (words: string) => Promise<number>;
  /** Presses a key and waits; gives when the last of what came of it was there, and its size in bytes. */
  readonly press: (key: string, wait: number) => Promise<{ readonly after: number; readonly bytes: number }>;
  /** Gives how long it ran. */
  readonly ended: Promise<number>;
  readonly kill: () => void;
}

function show(args: readonly string[], { columns, rows }: Size): Shown {
  const { CI: _c, NO_COLOR: _n, FORCE_COLOR: _f, COLORFGBG: _b, ...inherited } = process.env;
  const start = performance.now();
  const child = pty.spawn(process.execPath, [...args], {
    cols: columns,
    rows,
    env: { ...inherited, TERM: 'xterm-256color', COLORTERM: 'truecolor', LANG: 'C.UTF-8', XDG_DATA_HOME: folder },
  });
  let text = '';
  let bytes = 0;
  let last = 0;
  const waiting: { readonly words: string; readonly tell: (when: number) => void }[] = [];
  child.onData((data) => {
    last = performance.now();
    bytes += Buffer.byteLength(data);
    text += data;
    // What every terminal answers at once: a dark background, and its attributes.
    if (data.includes('\u001b[c')) child.write('\u001b]11;rgb:1111/1515/1c1c\u001b\\\u001b[?62;22c');
    for (const one of [...waiting])
      if (text.includes(one.words)) {
        waiting.splice(waiting.indexOf(one), 1);
        one.tell(last - start);
      }
  });
  return {
    pid: child.pid,
    text: () => text,
    until: (words) =>
      new Promise((resolve, reject) => {
        if (text.includes(words)) return resolve(last - start);
        waiting.push({ words, tell: resolve });
        setTimeout(() => reject(new Error(`never shown: ${words}`)), 20_000).unref();
      }),
    async press(key, wait) {
      const [before, pressed] = [bytes, performance.now()];
      child.write(key);
      await pause(wait);
      return { after: last - pressed, bytes: bytes - before };
    },
    ended: new Promise((resolve) => child.onExit(() => resolve(performance.now() - start))),
    kill: () => child.kill('SIGKILL'),
  };
}
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// ---- starting ---------------------------------------------------------------------------------------------------

interface Start {
  readonly node: number;
  readonly paint: number;
  readonly frame: number;
  /** From a key that is pressed at that frame, before the game is loaded, to what came of it. */
  readonly key: number;
}
/** `node -e 0` and the game, one after the other. */
async function start(size: Size): Promise<Start> {
  const node = await show(['-e', '0'], size).ended;
  const game = show([program], size);
  const [paint, frame] = await Promise.all([game.until('H T T P S'), game.until('Campaign')]);
  // To the map: the second entry of the menu.
  await game.press('2', 0);
  const answered = await game.until('The way');
  await game.press('q', 0);
  await game.ended;
  return { node, paint, frame, key: answered - frame };
}

// ---- keys -------------------------------------------------------------------------------------------------------

const keys = {
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  pageup: '\u001b[5~',
  pagedown: '\u001b[6~',
  enter: '\r',
  tab: '\t',
  notebook: 'n',
  leave: '\u0003',
} as const;
const times = (count: number, ...names: readonly (keyof typeof keys)[]) =>
  Array.from({ length: count }, () => names).flat();

interface Walk {
  readonly args: readonly string[];
  /** What is pressed first, each key when the words before it are there. */
  readonly way: readonly (readonly [words: string, key: string])[];
  /** What is shown when it begins. */
  readonly at: string;
  readonly walked: readonly (keyof typeof keys)[];
}
/** What is walked through, with nothing on its way: the map; in a level the choices, the bytes, the ladder, the notebook. */
const walks: readonly Walk[] = [
  { args: [], way: [['Campaign', '2']], at: 'The way', walked: times(15, 'down', 'down', 'up', 'up') },
  {
    args: ['play', 'goodbye', '--seed', '1'],
    way: [['You are the client', keys.enter]],
    at: 'step 1 of',
    walked: [
      ...times(5, 'down', 'down', 'up', 'up'),
      'tab',
      ...times(20, 'right'),
      ...times(20, 'left'),
      'tab',
      ...times(10, 'pageup', 'pageup', 'pagedown', 'pagedown'),
      'tab',
      ...times(10, 'notebook', 'notebook'),
    ],
  },
];

/** So often each is walked: of the keys of one round the slowest in a hundred would be a single one. */
const rounds = 5;

interface Pressed {
  /** Milliseconds from each key to the end of its frame. */
  readonly after: readonly number[];
  readonly bytes: readonly number[];
  /** Keys that changed nothing. */
  readonly idle: readonly string[];
  /** Megabytes at most, as Linux counts them. */
  readonly memory: number | undefined;
}
async function walk({ args, way, at, walked }: Walk, size: Size): Promise<Pressed> {
  const game = show([program, ...args, '--reduced-motion'], size);
  for (const [words, key] of way) {
    await game.until(words);
    await game.press(key, 300);
  }
  await game.until(at);
  await pause(500);
  const pressed: { readonly after: number; readonly bytes: number }[] = [];
  for (const name of walked) pressed.push(await game.press(keys[name], 50));
  const memory = memoryOf(game.pid);
  await game.press(keys.leave, 0);
  await game.ended;
  const framed = pressed.filter(({ bytes }) => bytes);
  return {
    after: framed.map(({ after }) => after),
    bytes: framed.map(({ bytes }) => bytes),
    idle: walked.filter((_, index) => !pressed[index]?.bytes),
    memory,
  };
}

/** The peak of its resident memory; only Linux says. */
function memoryOf(pid: number): number | undefined {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return undefined;
  }
}

// ---- what came of it --------------------------------------------------------------------------------------------

const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);
const part = (numbers: readonly number[], share: number) =>
  sorted(numbers)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? Number.NaN;
const median = (numbers: readonly number[]) => part(numbers, 0.5);
const worse: string[] = [];
/** A figure that must not be above its bound: ratios and counts fail the bench, times depend on the machine. */
function bounded(what: string, value: number, most: number, unit = ''): string {
  if (!(value <= most)) worse.push(`${what}: ${value.toFixed(2)}${unit}, at most ${most}${unit} is wanted`);
  return `${value.toFixed(2)}${unit}`;
}
const named = ({ columns, rows }: Size) => `${columns}x${rows}`;
const row = (...cells: readonly string[]) =>
  console.log(cells.map((cell, i) => (i ? cell.padStart(12) : cell.padEnd(9))).join(''));

console.log(`Node.js ${process.version}, ${runs} pairs a size, medians, ratios pair by pair\n`);
row('', 'node -e 0', 'paint', 'ratio', 'frame', 'ratio', 'first key', 'ratio');
for (const size of sizes) {
  await start(size);
  const starts: Start[] = [];
  for (let run = 0; run < runs; run++) starts.push(await start(size));
  const of = (pick: (one: Start) => number) => median(starts.map(pick));
  row(
    named(size),
    `${of(({ node }) => node).toFixed(1)} ms`,
    `${of(({ paint }) => paint).toFixed(1)} ms`,
    bounded(
      `first paint at ${named(size)}`,
      of(({ node, paint }) => paint / node),
      1.1,
    ),
    `${of(({ frame }) => frame).toFixed(1)} ms`,
    bounded(
      `first frame at ${named(size)}`,
      of(({ node, frame }) => frame / node),
      2.5,
    ),
    `${of(({ key }) => key).toFixed(1)} ms`,
    of(({ node, key }) => key / node).toFixed(2),
  );
}

console.log('\nfrom a key to the end of its frame, keys 50 ms apart\n');
row('', 'keys', 'p50', 'p99', 'most', 'bytes', 'memory');
for (const size of sizes) {
  const walkedAll: Pressed[] = [];
  for (let time = 0; time < rounds; time++) for (const one of walks) walkedAll.push(await walk(one, size));
  const after = walkedAll.flatMap((one) => one.after);
  const idle = walkedAll.flatMap((one) => one.idle);
  if (idle.length) worse.push(`keys at ${named(size)} that changed nothing: ${idle.join(', ')}`);
  const memory = walkedAll.map((one) => one.memory ?? 0).reduce((most, one) => Math.max(most, one));
  const bytes = median(walkedAll.flatMap((one) => one.bytes));
  row(
    named(size),
    String(after.length),
    `${median(after).toFixed(1)} ms`,
    `${part(after, 0.99).toFixed(1)} ms`,
    `${Math.max(...after).toFixed(1)} ms`,
    named(size) === '120x36' ? bounded('bytes a key', bytes, 1500) : bytes.toFixed(0),
    memory ? `${bounded(`memory at ${named(size)}`, memory, 130)} MB` : 'unknown',
  );
}
rmSync(folder, { recursive: true, force: true });
for (const one of worse) console.error(`\n${one}`);
process.exitCode = worse.length ? 1 : 0;
