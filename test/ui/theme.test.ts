// Colours by calculation: contrast (WCAG 2.2, 1.4.3) and what is left of them for the colour-blind.
import { describe, expect, it } from 'vitest';
import { type Palette, palettes, rgb, themeFor } from '../../src/ui/theme.ts';
import type { Ground, Tone } from '../../src/ui/spans.ts';

type Triple = readonly [number, number, number];
const linear = (hex: string): Triple => {
  const channel = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const [red, green, blue] = rgb(hex);
  return [channel(red / 255), channel(green / 255), channel(blue / 255)];
};
const luminance = (hex: string) => {
  const [red, green, blue] = linear(hex);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one: string, other: string) => {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

/** Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB. */
const sight: Readonly<Record<string, readonly Triple[]>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
const seen = (hex: string, matrix: readonly Triple[]): Triple => {
  const colour = linear(hex);
  const [red = 0, green = 0, blue = 0] = matrix.map((row) =>
    Math.min(1, Math.max(0, row[0] * colour[0] + row[1] * colour[1] + row[2] * colour[2])),
  );
  return [red, green, blue];
};
/** CIE L*a*b* under D65. */
const lab = ([red, green, blue]: Triple): Triple => {
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047);
  const y = f(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  const z = f((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
};
const distance = (one: Triple, other: Triple) =>
  Math.hypot(...lab(one).map((part, index) => part - (lab(other)[index] ?? 0)));

const both: readonly (readonly [string, Palette])[] = Object.entries(palettes);
const textTones: readonly Tone[] = [
  'read',
  'text',
  'faint',
  'accent',
  'client',
  'attacker',
  'server',
  'key',
  'good',
  'bad',
];
/** What is written on what, besides the terminal's own background. */
const written: readonly (readonly [Ground, readonly Tone[]])[] = [
  ['strip', ['read', 'faint', 'accent', 'client', 'attacker', 'server', 'good']],
  ['band', ['read', 'accent', 'client', 'attacker', 'server']],
  ['gold', ['dark']],
  ['right', ['dark']],
  ['wrong', ['dark']],
];

describe.each(both)('the %s palette', (_name, { background, tones, grounds }) => {
  it.each(textTones)('%s can be read on the background', (tone) => {
    expect(contrast(tones[tone], background)).toBeGreaterThanOrEqual(4.5);
  });
  it.each(written.flatMap(([ground, on]) => on.map((tone) => [tone, ground] as const)))(
    '%s can be read on %s',
    (tone, ground) => {
      expect(contrast(tones[tone], grounds[ground])).toBeGreaterThanOrEqual(4.5);
    },
  );
  it.each(Object.keys(sight))('tells the roles apart under %s', (name) => {
    const roles: readonly Tone[] = ['client', 'attacker', 'server'];
    for (const one of roles)
      for (const other of roles)
        if (one !== other)
          expect(distance(seen(tones[one], sight[name] ?? []), seen(tones[other], sight[name] ?? []))).toBeGreaterThan(
            18,
          );
  });
  it.each(Object.keys(sight))('tells right from wrong under %s', (name) => {
    expect(distance(seen(grounds.right, sight[name] ?? []), seen(grounds.wrong, sight[name] ?? []))).toBeGreaterThan(
      18,
    );
  });
});

describe('painting', () => {
  const look = { light: false, ascii: false } as const;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what terminals are sent
  const escapes = (text: string) => [...text.matchAll(/\u001b\[([\d;]*)m/g)].map(([, code]) => code);

  it('closes what it opens', () => {
    for (const depth of ['truecolor', '256', '16', 'none'] as const) {
      const painted = themeFor({ ...look, depth }).paint([
        { text: 'a', tone: 'client', on: 'band', bold: true },
        { text: 'b' },
      ]);
      expect(painted.endsWith('b')).toBe(true);
      expect(escapes(painted).length % 2).toBe(0);
    }
  });
  it('sends no colour where there is none, and still shows what is selected', () => {
    const painted = themeFor({ ...look, depth: 'none' }).paint([{ text: 'a', tone: 'client', on: 'band', bold: true }]);
    expect(escapes(painted)).toEqual(['7', '1', '22', '27']);
  });
  it('uses the sixteen names where there are no more', () => {
    const painted = themeFor({ ...look, depth: '16' }).paint([{ text: 'a', tone: 'client' }]);
    expect(escapes(painted)).toEqual(['94', '39']);
    const selected = themeFor({ ...look, depth: '16' }).paint([{ text: 'a', tone: 'client', on: 'band' }]);
    expect(escapes(selected)).toEqual(['7', '27']);
  });
  it('draws with ASCII alone where it is asked to, in as many columns', () => {
    const text = '─│╭╮╰╯├┤━▶◀●○◆■▣✓✗✎❯▍█▪░⏎↑↓←→·…★☆’−é';
    const painted = themeFor({ ...look, depth: 'none', ascii: true }).paint([{ text }]);
    expect(painted).toMatch(/^[ -~]+$/);
    expect(painted).toHaveLength([...text].length);
  });
});
