// A real pseudo-terminal with the program in it: what a person would see, and keys to press.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

export const program = new URL('../../dist/cli.js', import.meta.url).pathname;

const keys = {
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  enter: '\r',
  esc: '\u001b',
  tab: '\t',
  space: ' ',
  'ctrl+c': '\u0003',
  'ctrl+z': '\u001a',
} as const;

export interface Options {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** The terminal answers what it is asked; true unless said. */
  readonly answers?: boolean;
}

/** A program that runs in a terminal of its own until it ends. */
export class Terminal {
  readonly #screen: InstanceType<typeof xterm.Terminal>;
  readonly #process: ReturnType<typeof pty.spawn>;
  readonly #ended: Promise<{ readonly exitCode: number; readonly signal?: number }>;
  #alive = true;
  /** Everything that the program wrote. */
  raw = '';

  constructor(
    file: string,
    args: readonly string[],
    { columns = 80, rows = 24, env = {}, answers = true }: Options = {},
  ) {
    this.#screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    // CI in the environment makes Ink think that there is no terminal.
    const { NO_COLOR: _n, FORCE_COLOR: _f, CI: _c, COLORFGBG: _b, ...inherited } = process.env;
    this.#process = pty.spawn(file, [...args], {
      name: 'xterm-256color',
      cols: columns,
      rows,
      env: { ...inherited, TERM: 'xterm-256color', COLORTERM: 'truecolor', LANG: 'C.UTF-8', ...env } as Record<
        string,
        string
      >,
    });
    this.#process.onData((data) => {
      this.raw += data;
      this.#screen.write(data);
    });
    this.#screen.onData((answer) => {
      if (this.#alive && answers) this.#process.write(answer);
    });
    this.#ended = new Promise((resolve) => {
      this.#process.onExit((how) => {
        this.#alive = false;
        resolve(how);
      });
    });
  }

  get pid(): number {
    return this.#process.pid;
  }
  /** The rows of the screen, without spaces at their ends. */
  lines(): string[] {
    const { active } = this.#screen.buffer;
    return Array.from({ length: this.#screen.rows }, (_, row) =>
      (active.getLine(active.baseY + row)?.translateToString(true) ?? '').trimEnd(),
    );
  }
  text(): string {
    return this.lines().join('\n');
  }
  /** Every cell, row by row: its character, colours, and how it is drawn. */
  cells(): string[][] {
    const { active } = this.#screen.buffer;
    return Array.from({ length: this.#screen.rows }, (_, row) => {
      const line = active.getLine(active.baseY + row);
      return Array.from({ length: this.#screen.cols }, (_none, column) => {
        const cell = line?.getCell(column);
        if (!cell) return 'none';
        const drawn = [cell.isBold(), cell.isDim(), cell.isItalic(), cell.isUnderline(), cell.isInverse()].map(Boolean);
        const colours = [cell.getFgColorMode(), cell.getFgColor(), cell.getBgColorMode(), cell.getBgColor()];
        return `${cell.getChars() || ' '} ${colours.join(',')} ${drawn.map(Number).join('')}`;
      });
    });
  }
  /** The alternate screen is shown, or the main one. */
  get inside(): boolean {
    return this.#screen.buffer.active.type === 'alternate';
  }
  /** The last word of the program about the cursor was to show it. */
  get showsCursor(): boolean {
    return this.raw.lastIndexOf('\u001b[?25h') > this.raw.lastIndexOf('\u001b[?25l');
  }

  /** The private modes that the program has left on (DECSET); of the cursor, that it is hidden. */
  modesLeftOn(): string[] {
    const last = new Map<string, boolean>();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what terminals are sent
    for (const [, modes = '', on] of this.raw.matchAll(/\u001b\[\?([\d;]+)([hl])/g))
      for (const mode of modes.split(';')) last.set(mode, mode === '25' ? on === 'l' : on === 'h');
    return [...last].filter(([, on]) => on).map(([mode]) => mode);
  }
  /** As if its window were closed. */
  close(): void {
    this.#alive = false;
    (this.#process as unknown as { readonly destroy: () => void }).destroy();
  }

  press(...names: (keyof typeof keys | string)[]): void {
    for (const name of names) this.#process.write(Object.hasOwn(keys, name) ? keys[name as keyof typeof keys] : name);
  }
  resize(columns: number, rows: number): void {
    this.#screen.resize(columns, rows);
    this.#process.resize(columns, rows);
  }
  kill(signal: string): void {
    this.#process.kill(signal);
  }
  /** Waits until the screen shows what is wanted; fails with the screen where it never does. */
  async until(wanted: string | RegExp | ((text: string) => boolean)): Promise<string> {
    const shows = (text: string) =>
      typeof wanted === 'string' ? text.includes(wanted) : wanted instanceof RegExp ? wanted.test(text) : wanted(text);
    for (let tries = 0; tries < 1000; tries++) {
      const text = this.text();
      if (shows(text)) return text;
      if (!this.#alive && tries > 20) break;
      await pause(20);
    }
    throw new Error(`${this.#alive ? 'never shown' : 'the program ended before it showed'}: ${wanted}\n${this.text()}`);
  }
  /** Waits until what is shown has not changed for a while. */
  async calm(): Promise<string> {
    let before = this.text();
    for (let same = 0; same < 8; ) {
      await pause(25);
      const now = this.text();
      same = now === before ? same + 1 : 0;
      before = now;
    }
    return before;
  }
  async ended(): Promise<number> {
    const { exitCode, signal } = await this.#ended;
    await pause(50);
    return signal ? 128 + signal : exitCode;
  }
  /** Ends what still runs. */
  dispose(): void {
    if (this.#alive) this.#process.kill('SIGKILL');
    this.#screen.dispose();
  }
}

/** The verdict on an answer, once its packets have flown or were skipped. */
export async function verdict(terminal: Terminal): Promise<string> {
  await terminal.until(/[✓✗] [+−]\d+|any key/);
  if (terminal.text().includes('any key')) terminal.press('x');
  await terminal.until(/[✓✗] [+−]\d+/);
  return terminal.calm();
}
/** Goes to the question of this number, skipping the packets before it. */
export async function question(terminal: Terminal, step: number): Promise<void> {
  await terminal.until(new RegExp(`step ${step} of|any key`));
  if (terminal.text().includes('any key')) terminal.press('x');
  await terminal.until(`step ${step} of`);
}
/** Presses the number of the choice with this label. */
export async function choose(terminal: Terminal, label: string): Promise<void> {
  const options = (text: string) => text.split('\n').flatMap((line) => /^│ (?:❯| ) (\S.*?)\s+││/.exec(line)?.[1] ?? []);
  const place = (text: string) => options(text).findIndex((option) => option.startsWith(label));
  const text = await terminal.until((now) => place(now) >= 0);
  terminal.press(String(place(text) + 1));
}

export const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The first cells in which two screens differ, with their rows and columns. */
export function strayCells(shown: readonly (readonly string[])[], wanted: readonly (readonly string[])[]): string[] {
  const all = wanted.flatMap((row, at) =>
    row.flatMap((cell, column) => {
      const there = shown[at]?.[column];
      return there === cell ? [] : [`${at},${column}: ${there}, not ${cell}`];
    }),
  );
  return [...(shown.length === wanted.length ? [] : [`${shown.length} rows`]), ...all].slice(0, 5);
}

/** Terminals and folders of one test, and how to clear them away. */
export function bench() {
  const folder = mkdtempSync(join(tmpdir(), 'quest-'));
  const terminals: Terminal[] = [];
  const open = (file: string, args: readonly string[], options?: Options): Terminal => {
    const terminal = new Terminal(file, args, options);
    terminals.push(terminal);
    return terminal;
  };
  return {
    folder,
    open,
    /** The game, with its data in the test's folder. */
    quest: (args: readonly string[] = [], options?: Options): Terminal =>
      open(process.execPath, [program, ...args, '--data-dir', join(folder, 'data')], options),
    clear() {
      for (const terminal of terminals) terminal.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
