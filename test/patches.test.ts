// What the build changes in packages gives what the originals give.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import xterm from '@xterm/headless';
import { build, type Plugin } from 'esbuild';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
// @ts-expect-error a script in JavaScript
import { graphemes, simple } from '../scripts/graphemes.mjs';
// @ts-expect-error a script in JavaScript
import { mayBeEmoji, patched, patches } from '../scripts/patches.mjs';

interface YogaNode {
  readonly setWidth: (width: number) => void;
  readonly setHeight: (height: number) => void;
  readonly setFlexGrow: (share: number) => void;
  readonly setFlexDirection: (direction: number) => void;
  readonly setPadding: (edge: number, width: number) => void;
  readonly insertChild: (child: YogaNode, index: number) => void;
  readonly calculateLayout: (width: undefined, height: undefined, direction: number) => void;
  readonly getComputedLayout: () => { readonly width: number };
}
interface Yoga {
  readonly Node: { readonly create: () => YogaNode };
  readonly FLEX_DIRECTION_ROW: number;
  readonly EDGE_ALL: number;
  readonly DIRECTION_LTR: number;
}
interface Packages {
  readonly Yoga: Yoga;
  readonly stringWidth: (text: string) => number;
  readonly tokenize: (text: string) => unknown;
  readonly sliceAnsi: (text: string, start: number, end: number) => string;
  readonly wrapAnsi: (text: string, columns: number, options: object) => string;
  readonly cliTruncate: (text: string, columns: number) => string;
  readonly lineUpdate: (previous: string, next: string, columns: number) => string;
  readonly sanitizeAnsi: (text: string) => string;
  readonly renderToString: (node: unknown, options: { readonly columns: number }) => string;
  readonly createElement: (of: unknown, props: object, ...children: unknown[]) => unknown;
  readonly Box: unknown;
  readonly Text: unknown;
  readonly Output: new (size: {
    readonly width: number;
    readonly height: number;
  }) => {
    readonly write: (x: number, y: number, text: string, options: { readonly transformers: readonly [] }) => void;
    readonly clip: (clip: {
      readonly x1: number;
      readonly x2: number;
      readonly y1: number;
      readonly y2: number;
    }) => void;
    readonly get: () => { readonly output: string };
  };
}
const folder = mkdtempSync('.patches-');
let original: Packages;
let changed: Packages;

/** What the packages export, bundled as the game is. */
async function packages(name: string, plugins: Plugin[]): Promise<Packages> {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    stdin: {
      contents: `
        export { default as Yoga } from './node_modules/yoga-layout/dist/src/index.js';
        export { default as stringWidth } from './node_modules/ink/node_modules/string-width/index.js';
        export { tokenize } from '@alcalzone/ansi-tokenize';
        export { default as sliceAnsi } from 'slice-ansi';
        export { default as wrapAnsi } from 'wrap-ansi';
        export { default as cliTruncate } from 'cli-truncate';
        export { default as lineUpdate } from './node_modules/ink/build/line-update.js';
        export { default as sanitizeAnsi } from './node_modules/ink/build/sanitize-ansi.js';
        export { Box, renderToString, Text } from 'ink';
        export { createElement } from 'react';
        export { default as Output } from './node_modules/ink/build/output.js';`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
    supported: { 'regexp-set-notation': true },
    alias: { 'react-devtools-core': './scripts/nothing.mjs' },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    outfile,
    plugins,
  });
  return import(pathToFileURL(outfile).href);
}

const fetching = vi.spyOn(globalThis, 'fetch');
beforeAll(async () => {
  original = await packages('original', []);
  expect(fetching).toHaveBeenCalled();
  fetching.mockClear();
  changed = await packages('changed', [patched()]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Signs of the game, of all scripts, marks that join what is before them, emoji, and what steers terminals. */
const piece = fc.oneof(
  fc.constantFrom(...'abc XYZ 0#*│─╭╮╯╰├┤━▶◀●○◆■▣✓✗✎❯▍█▪░⏎↑↓←→·…★☆'),
  fc.constantFrom(
    'é',
    'e\u0301',
    'ñ',
    '日本',
    '한',
    '\u1100\u1161\u11a8',
    'ｶﾞ',
    'न्दी',
    '\u0600a',
    '\u200b',
    '\u00ad',
    '\t',
    '\r\n',
    '\n',
  ),
  fc.constantFrom(
    '😀',
    '👍🏽',
    '👩‍👩‍👧',
    '🇩🇪',
    '1️⃣',
    '1\u20e3',
    '▶️',
    '✌',
    '©',
    '©️',
    '\u{e0041}',
    '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
  ),
  fc.constantFrom(
    '\u001b[1m',
    '\u001b[22m',
    '\u001b[38;2;1;2;3m',
    '\u001b[39m',
    '\u001b[0m',
    '\u009b4m',
    '\u001b]8;;a\u0007',
  ),
  fc.string({ unit: 'binary', maxLength: 2 }),
);
const text = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));

const segmented = (from: { segment: (text: string) => Iterable<{ segment: string; index: number }> }, of: string) =>
  [...from.segment(of)].map(({ segment, index }) => ({ segment, index }));
const segmenter = new Intl.Segmenter();

describe('graphemes', () => {
  it('are those of Intl.Segmenter', () => {
    fc.assert(
      fc.property(text, (one) => {
        expect(segmented(graphemes, one)).toEqual(segmented(segmenter, one));
      }),
      { numRuns: 2_000 },
    );
  });
  it('are single characters wherever the segmenter is not asked, whichever two of them meet', () => {
    const all = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code)).filter((one) =>
      simple.test(one),
    );
    expect(all.length).toBeGreaterThan(500);
    for (const one of all) {
      const pairs = all.map((other) => one + other).join('');
      let count = 0;
      for (const _ of segmenter.segment(pairs)) count++;
      expect(count, one).toBe(pairs.length);
    }
  });
});

interface Patch {
  readonly name: string;
  readonly file: RegExp;
  readonly change: (text: string) => string;
}
it.each<Patch>(patches)('$name: where $file is not what it was, the build ends', ({ change }) => {
  expect(() => change('another text')).toThrow('where once was expected');
});

it('ends the build where a package is no longer part of it', async () => {
  await expect(
    build({ stdin: { contents: '1' }, write: false, logLevel: 'silent', plugins: [patched()] }),
  ).rejects.toThrow('yoga');
});

describe('the changed packages', () => {
  it('lay out the same boxes without fetching anything', () => {
    const layout = ({ Yoga }: Packages) => {
      const [root, left, right] = [Yoga.Node.create(), Yoga.Node.create(), Yoga.Node.create()];
      root.setWidth(80);
      root.setFlexDirection(Yoga.FLEX_DIRECTION_ROW);
      left.setFlexGrow(1);
      right.setFlexGrow(2);
      right.setHeight(7);
      right.setPadding(Yoga.EDGE_ALL, 1);
      root.insertChild(left, 0);
      root.insertChild(right, 1);
      root.calculateLayout(undefined, undefined, Yoga.DIRECTION_LTR);
      return [root, left, right].map((one) => one.getComputedLayout());
    };
    expect(layout(changed)).toEqual(layout(original));
    expect(layout(changed)[2]?.width).toBe(54);
    expect(fetching).not.toHaveBeenCalled();
  });

  it('ask for all emoji wherever one may be', () => {
    // biome-ignore lint/complexity/useRegexLiterals: TypeScript knows the flag only in newer targets
    const isOne = new RegExp('^\\p{RGI_Emoji}$', 'v');
    const suffixes = ['', '\ufe0f', '\u20e3', '\u{1f3fd}'];
    let count = 0;
    for (let code = 0; code <= 0x10_ffff; code++)
      for (const suffix of suffixes) {
        const one = String.fromCodePoint(code) + suffix;
        if (!isOne.test(one)) continue;
        count++;
        if (!mayBeEmoji.test(one)) expect.fail(`not asked about ${one}`);
      }
    expect(count).toBeGreaterThan(1_000);
  });
  it('measure every character as wide', () => {
    for (let code = 0; code <= 0x10_ffff; code += code < 0x3000 ? 1 : 7) {
      const one = String.fromCodePoint(code);
      if (changed.stringWidth(one) !== original.stringWidth(one)) expect.fail(`U+${code.toString(16)}`);
    }
  });
  it.each<readonly [string, (from: Packages, text: string, number: number) => unknown]>([
    ['measure', ({ stringWidth }, one) => stringWidth(one)],
    ['take apart', ({ tokenize }, one) => tokenize(one)],
    ['slice', ({ sliceAnsi }, one, number) => sliceAnsi(one, number >> 1, number)],
    ['wrap', ({ wrapAnsi }, one, number) => wrapAnsi(one, number + 1, { hard: true, trim: false })],
    ['truncate', ({ cliTruncate }, one, number) => cliTruncate(one, number + 1)],
    ['clean', ({ sanitizeAnsi }, one) => sanitizeAnsi(one)],
  ])('%s the same text to the same end', (_, act) => {
    fc.assert(
      fc.property(text, fc.nat(24), (one, number) => {
        expect(act(changed, one, number)).toEqual(act(original, one, number));
      }),
      { numRuns: 1_000 },
    );
  });
  it('update a line to the same cells', async () => {
    const style = fc.constantFrom('1', '3', '7', '38;2;1;2;3', '38;5;200', '48;2;9;8;7', '94', '41');
    const word = fc.constantFrom('abc', '─▶', '● ', '日', '  x  ', 'é');
    const span = fc.tuple(style, word).map(([open, of]) => {
      const closes: Readonly<Record<string, number>> = { '1': 22, '3': 23, '7': 27, '41': 49 };
      const close = closes[open] ?? (open.startsWith('48') ? 49 : 39);
      return `\u001b[${open}m${of}\u001b[${close}m`;
    });
    const spans = fc.array(fc.oneof(span, word), { maxLength: 6 }).map((parts) => parts.join(''));
    const cells = async ({ lineUpdate }: Packages, before: string, after: string) => {
      const screen = new xterm.Terminal({ cols: 60, rows: 1, allowProposedApi: true });
      await new Promise<void>((done) => screen.write(`${before}\r${lineUpdate(before, after, 60)}\u001b[60G|`, done));
      const line = screen.buffer.active.getLine(0);
      const looks = Array.from({ length: 60 }, (_, column) => {
        const cell = line?.getCell(column);
        return [
          cell?.getChars(),
          cell?.getFgColor(),
          cell?.getBgColor(),
          cell?.isBold(),
          cell?.isItalic(),
          cell?.isInverse(),
        ].join();
      });
      screen.dispose();
      return looks;
    };
    let shorter = 0;
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(
        spans,
        spans,
        spans,
        spans,
        fc.constantFrom('', '1', '7', '35'),
        async (same, one, other, end, as) => {
          // As wide as before, in another style, with another letter: the end may stay.
          const changedTo = as ? one.replace(/abc|● /g, (word) => `\u001b[${as}m${word.replace('a', 'd')}`) : other;
          const [before, after] = [same + one + end, same + changedTo + end];
          expect(await cells(changed, before, after)).toEqual(await cells(original, before, after));
          const [now, then] = [changed, original].map(({ lineUpdate }) => lineUpdate(before, after, 60).length);
          if (now !== undefined && then !== undefined && now < then) shorter++;
          if (end && now !== undefined && !changed.lineUpdate(before, after, 60).includes('\u001b[K')) kept++;
        },
      ),
      { numRuns: 500 },
    );
    expect(shorter).toBeGreaterThan(50);
    expect(kept).toBeGreaterThan(20);
  });
  it('draw the same pictures', () => {
    const picture = ({ createElement, Box, Text, renderToString }: Packages, texts: readonly string[]) => {
      const lines = texts.map((one) => createElement(Text, { wrap: one.length % 2 ? 'wrap' : 'truncate' }, one));
      const inner = createElement(Box, { width: 14, height: 4, overflow: 'hidden', flexDirection: 'column' }, ...lines);
      return renderToString(createElement(Box, {}, inner, ...lines.slice(0, 2)), { columns: 40 });
    };
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), (texts) => {
        expect(picture(changed, texts)).toBe(picture(original, texts));
      }),
      { numRuns: 500 },
    );
  });
  it('draw the same frames, whatever stood in the one before, also after so many that what is kept is thrown away', () => {
    const frame = ({ Output }: Packages, texts: readonly string[], width: number) => {
      const output = new Output({ width, height: texts.length + 2 });
      for (const [row, one] of texts.entries()) {
        if (row === 1) output.clip({ x1: 1, x2: 12, y1: 0, y2: 4 });
        output.write(row, row >> 1, one, { transformers: [] });
      }
      return output.get().output;
    };
    let drawn = 0;
    let before: readonly string[] = [];
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), fc.nat(9), fc.constantFrom(30, 31), (texts, keeps, width) => {
        // Much is as it was, as from frame to frame in the game.
        before = texts.map((one, row) => (row < keeps ? (before[row] ?? one) : one));
        expect(frame(changed, before, width), JSON.stringify(before)).toBe(frame(original, before, width));
        drawn += texts.length;
      }),
      { numRuns: 3_000 },
    );
    expect(drawn).toBeGreaterThan(4_096);
  });
});
