// All colours, by meaning. A theme turns lines of spans into what a terminal is sent.
import type { Preferences } from '../store/preferences.ts';
import type { Ground, Line, Span, Tone } from './spans.ts';

/** How many colours the terminal has. */
export type Depth = 'truecolor' | '256' | '16' | 'none';
export interface Look {
  readonly depth: Depth;
  readonly light: boolean;
  /** Draw with ASCII characters alone. */
  readonly ascii: boolean;
}
export interface Theme extends Look {
  /** A line as it is sent: text with SGR sequences, each closed again. */
  readonly paint: (line: Line) => string;
}

export interface Palette {
  /** What such terminals usually have behind the text; only used to check the contrast. */
  readonly background: string;
  readonly tones: Readonly<Record<Tone, string>>;
  readonly grounds: Readonly<Record<Ground, string>>;
}

export const palettes: Readonly<Record<'dark' | 'light', Palette>> = {
  dark: {
    background: '#11151c',
    tones: {
      read: '#eef2f8',
      text: '#b6bfce',
      faint: '#8791a5',
      line: '#4b5467',
      accent: '#f2cc60',
      client: '#7aa8ff',
      attacker: '#ff9159',
      server: '#43d3a2',
      key: '#cfa3f7',
      good: '#7ce0b0',
      bad: '#ff8a80',
      dark: '#11151c',
    },
    grounds: { strip: '#202834', band: '#2b3650', gold: '#f2cc60', right: '#7ce0b0', wrong: '#ff7b72' },
  },
  light: {
    background: '#ffffff',
    tones: {
      read: '#171d28',
      text: '#3e495b',
      faint: '#5f6b80',
      line: '#bcc4d2',
      accent: '#7d5800',
      client: '#1d4fc4',
      attacker: '#ad3a0a',
      server: '#00694b',
      key: '#7338ad',
      good: '#00694b',
      bad: '#b3261e',
      dark: '#ffffff',
    },
    grounds: { strip: '#e7ebf2', band: '#d9e5f4', gold: '#7d5800', right: '#007a58', wrong: '#9c1a12' },
  },
};

/** With 16 colours the terminal's own text colour is the reading colour, whatever its background. */
const named: Readonly<
  Record<'dark' | 'light', { tones: Partial<Record<Tone, number>>; grounds: Record<Exclude<Ground, 'band'>, number> }>
> = {
  dark: {
    tones: {
      faint: 37,
      line: 90,
      accent: 93,
      client: 94,
      attacker: 91,
      server: 92,
      key: 95,
      good: 92,
      bad: 91,
      dark: 30,
    },
    grounds: { strip: 40, gold: 103, right: 102, wrong: 101 },
  },
  light: {
    tones: {
      faint: 90,
      line: 37,
      accent: 33,
      client: 34,
      attacker: 31,
      server: 32,
      key: 35,
      good: 32,
      bad: 31,
      dark: 97,
    },
    grounds: { strip: 47, gold: 43, right: 42, wrong: 41 },
  },
};

/** What the terminal shows once the player's settings are taken into account; an option of the command line goes before them. */
export function lookWith({ theme, colours, glyphs }: Preferences, found: Look & { readonly noColor?: boolean }): Look {
  return {
    depth: found.noColor ? 'none' : colours === 'auto' ? found.depth : colours === 'all' ? 'truecolor' : colours,
    light: theme === 'auto' ? found.light : theme === 'light',
    ascii: glyphs === 'auto' ? found.ascii : glyphs === 'ascii',
  };
}

export function themeFor(look: Look): Theme {
  const side = look.light ? 'light' : 'dark';
  const codes =
    look.depth === 'none' ? withoutColour : look.depth === '16' ? withNames(side) : withColours(side, look.depth);
  return {
    ...look,
    paint: (line) => line.map((one) => paint(look.ascii ? { ...one, text: ascii(one.text) } : one, codes)).join(''),
  };
}

/** Opening and closing SGR parameters of a span. */
type Codes = (span: Span) => readonly (readonly [open: string, close: number])[];

function paint(span: Span, codes: Codes): string {
  const all = [
    ...codes(span),
    ...(span.bold ? [['1', 22] as const] : []),
    ...(span.italic ? [['3', 23] as const] : []),
  ];
  if (!all.length || !span.text) return span.text;
  const open = all.map(([code]) => `\u001b[${code}m`).join('');
  const close = all
    .toReversed()
    .map(([, code]) => `\u001b[${code}m`)
    .join('');
  return `${open}${span.text}${close}`;
}

const withColours =
  (side: 'dark' | 'light', depth: 'truecolor' | '256'): Codes =>
  ({ tone, on }) => {
    const { tones, grounds } = palettes[side];
    const colour =
      depth === 'truecolor' ? (hex: string) => `2;${rgb(hex).join(';')}` : (hex: string) => `5;${nearest(hex)}`;
    return [
      ...(tone ? [[`38;${colour(tones[tone])}`, 39] as const] : []),
      ...(on ? [[`48;${colour(grounds[on])}`, 49] as const] : []),
    ];
  };

const withNames =
  (side: 'dark' | 'light'): Codes =>
  ({ tone, on }) => {
    // What is selected is inverse: no name is a colour on which all others can be read in every terminal.
    if (on === 'band') return [['7', 27]];
    const { tones, grounds } = named[side];
    const code = tone && tones[tone];
    return [
      ...(code === undefined ? [] : [[String(code), 39] as const]),
      ...(on ? [[String(grounds[on]), 49] as const] : []),
    ];
  };

/** Meaning without colour: what is selected or a verdict is inverse. */
const withoutColour: Codes = ({ on }) => (on && on !== 'strip' ? [['7', 27] as const] : []);

export const rgb = (hex: string): readonly [number, number, number] => {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
};

/** The nearest of the 216 colours of the cube and the 24 greys. */
function nearest(hex: string): number {
  const wanted = rgb(hex);
  const levels = [0, 95, 135, 175, 215, 255];
  const distance = (colour: readonly number[]) =>
    colour.reduce((sum, part, index) => sum + (part - (wanted[index] ?? 0)) ** 2, 0);
  let [best, least] = [16, Number.POSITIVE_INFINITY];
  for (let index = 16; index < 256; index++) {
    const cube = index - 16;
    const grey = 8 + (index - 232) * 10;
    const colour =
      index >= 232
        ? [grey, grey, grey]
        : [levels[Math.floor(cube / 36)] ?? 0, levels[Math.floor(cube / 6) % 6] ?? 0, levels[cube % 6] ?? 0];
    const far = distance(colour);
    if (far < least) [best, least] = [index, far];
  }
  return best;
}

/** Terminals without Unicode get these; each is as wide as what it stands for. */
const asciiFor: Readonly<Record<string, string>> = {
  '─': '-',
  '│': '|',
  '╭': '+',
  '╮': '+',
  '╰': '+',
  '╯': '+',
  '├': '+',
  '┤': '+',
  '━': '=',
  '┃': '|',
  '▶': '>',
  '◀': '<',
  '●': 'o',
  '○': '.',
  '◆': '^',
  '■': '#',
  '▣': '@',
  '✓': 'v',
  '✗': 'x',
  '✎': '!',
  '❯': '>',
  '▍': '|',
  '█': '#',
  '▪': '*',
  '░': '%',
  '⏎': '<',
  '↑': '^',
  '↓': 'v',
  '←': '<',
  '→': '>',
  '·': '.',
  '…': '~',
  '★': '*',
  '☆': '-',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '−': '-',
  '—': '-',
};
const ascii = (text: string): string => text.replace(/[^\x20-\x7e]/gu, (character) => asciiFor[character] ?? '?');
