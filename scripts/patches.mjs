// What the build changes in packages so that the game starts and draws faster. Each change is small, has a name, and ends
// the build when the package no longer has what it changes. `test/patches.test.ts` holds each against the original.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const graphemes = fileURLToPath(new URL('./graphemes.mjs', import.meta.url));
/** Each segments by graphemes, as is the default. */
const segmenting = {
  name: 'text whose characters stand for themselves is segmented without Intl.Segmenter',
  change: (text) =>
    `import { graphemes } from ${JSON.stringify(graphemes)};\n${replaced(text, /new Intl\.Segmenter\((?:undefined, \{ ?granularity: ["']grapheme["'] ?\})?\)/, 'graphemes')}`,
};

// Parts of Ink's output.js, and what takes their place.
const linesTakenApart = `        const characterLines = [[]];
        for (const character of this.caches.getStyledChars(text)) {
            if (character.value === '\\n') {
                characterLines.push([]);
            }
            else {
                characterLines.at(-1).push(character);
            }
        }
        let lines = characterLines.map(line => styledCharsToString(line));
`;
const emptyRow = `            const row = [];
            for (let x = 0; x < this.width; x++) {
                row.push({
                    type: 'char',
                    value: ' ',
                    fullWidth: false,
                    styles: [],
                });
            }
            output.push(row);
`;
const rowsPutTogether = `            .map(line => {
            // See https://github.com/vadimdemedes/ink/pull/564#issuecomment-1637022742
            const lineWithoutEmptyItems = line.filter(item => item !== undefined);
            return styledCharsToString(lineWithoutEmptyItems).trimEnd();
        })
`;
const keeping = `
let kept;
function keptCaches() {
    if (!kept || [kept.styledChars, kept.widths, kept.blockWidths, kept.lines, kept.slices].some(({ size }) => size > 4096)) kept = new OutputCaches();
    return kept;
}
const blank = { type: 'char', value: ' ', fullWidth: false, styles: [] };
const rowText = (cells) => styledCharsToString(cells.filter(cell => cell !== undefined)).trimEnd();
`;
const keptRows = `    lines = new Map();
    slices = new Map();
    rows = [];
    getLines(text) {
        let cached = this.lines.get(text);
        if (cached === undefined) {
${linesTakenApart.replaceAll('this.caches', 'this').replace('let lines', 'cached')}            this.lines.set(text, cached);
        }
        return cached;
    }
    getSlice(line, from, to, cut) {
        const key = \`\${from} \${to} \${line}\`;
        let cached = this.slices.get(key);
        if (cached === undefined) {
            cached = cut();
            this.slices.set(key, cached);
        }
        return cached;
    }
    getRow(y, width, writes, put) {
        const { [y]: before } = this.rows;
        const isSame = ({ x, characters }, index) => before.writes[index].x === x && before.writes[index].characters === characters;
        if (before?.width === width && before.writes.length === writes.length && writes.every(isSame)) return before.text;
        const text = put();
        this.rows[y] = { width, writes, text };
        return text;
    }
`;

// Of Ink's line-update.js: what stands between the same beginning and the same end of two lines, where both are as wide as
// long, with the styles that hold in it ended; undefined where the end cannot stay on the screen.
const betweenSame = `const stylesIn = (text) => reduceAnsiCodes(tokenize((text.match(sgr) ?? []).join('')));
function betweenSame(previous, next, { offset, commonLength, previousText, nextText }) {
    if (previousText.length !== nextText.length || !simple.test(previousText) || !simple.test(nextText)) return undefined;
    const most = Math.min(previous.length, next.length) - commonLength;
    let same = 0;
    while (same < most && previous.at(-1 - same) === next.at(-1 - same)) same++;
    // Not from within a sequence, nor from before those that change the style.
    same -= /^(?:\\[?[\\d;]*m)?(?:\\u{1B}\\[[\\d;]*m)*/u.exec(next.slice(next.length - same))[0].length;
    const [before, after] = [previous, next].map(line => stylesIn(line.slice(0, line.length - same)));
    if (ansiCodesToString(before) !== ansiCodesToString(after)) return undefined;
    return next.slice(offset, next.length - same) + ansiCodesToString(undoAnsiCodes(after));
}`;

/** An emoji of one code point has Emoji_Presentation; longer ones begin with one that has Emoji (UTS #51, 1.4). */
export const mayBeEmoji = /^(?:\p{Emoji_Presentation}|\p{Emoji}[\s\S])/u;

export const patches = [
  {
    name: 'Yoga is instantiated at once',
    // Fetching a data URL, as its loader does, makes Node load all of its HTTP client.
    file: /yoga-layout\/dist\/binaries\/yoga-wasm-base64-esm\.js$/,
    change: (text) =>
      replaced(
        text,
        'if(h.instantiateWasm)try',
        'h.instantiateWasm=(i,r)=>{const o=new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(H.slice(H.indexOf(",")+1),"base64")),i);r(o);return o.exports};if(h.instantiateWasm)try',
      ),
  },
  {
    name: 'the set of all emoji is built only for what may be one',
    file: /string-width\/index\.js$/,
    change: (text) =>
      segmenting.change(
        replaced(
          text,
          'const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;',
          // A literal is already looked through when the file is read.
          `let everyEmoji;
const rgiEmojiRegex = {
	test(segment) {
		if (!${mayBeEmoji}.test(segment)) return false;
		everyEmoji ??= new RegExp('^\\\\p{RGI_Emoji}$', 'v');
		return everyEmoji.test(segment);
	},
};`,
        ),
      ),
  },
  ...[
    /ansi-tokenize\/build\/tokenize\.js$/,
    /slice-ansi\/tokenize-ansi\.js$/,
    /wrap-ansi\/index\.js$/,
    /cli-truncate\/index\.js$/,
  ].map((file) => ({ ...segmenting, file })),
  {
    name: 'what was measured, taken apart and put together for one frame is known in the next',
    file: /ink\/build\/output\.js$/,
    change: (text) =>
      replacedAll(text, [
        ['caches = new OutputCaches();', 'caches = keptCaches();'],
        [linesTakenApart, '        let lines = this.caches.getLines(text);\n'],
        [
          'return this.sliceLineToColumns(line, from, to);',
          'return this.caches.getSlice(line, from, to, () => this.sliceLineToColumns(line, from, to));',
        ],
        // What is written to a row is kept, and put together at the end, unless all of it was written to it before.
        [
          '            let offsetX = x;\n',
          `            currentLine.push({ x, characters });
        }
    }
    rowOf(writes) {
        const currentLine = new Array(this.width).fill(blank);
        for (const { x, characters } of writes) {
            let offsetX = x;
`,
        ],
        [
          '        }\n    }\n    write(x, y, text, options) {',
          '        }\n        return rowText(currentLine);\n    }\n    write(x, y, text, options) {',
        ],
        [emptyRow, '            output.push([]);\n'],
        [
          rowsPutTogether,
          '            .map((writes, y) => this.caches.getRow(y, this.width, writes, () => this.rowOf(writes)))\n',
        ],
        ['class OutputCaches {\n', `${keeping}\nclass OutputCaches {\n${keptRows}`],
      ]),
  },
  {
    name: 'of a line that changes in part only that part is sent, with the style that holds there',
    file: /ink\/build\/line-update\.js$/,
    change: (text) =>
      segmenting.change(`import { ansiCodesToString, reduceAnsiCodes, tokenize, undoAnsiCodes } from '@alcalzone/ansi-tokenize';
import { simple } from ${JSON.stringify(graphemes)};
${replacedAll(text, [
  [
    `        ansiEscapes.eraseEndLine +
        styles +
        next.slice(offset);
`,
    `        ansiEscapes.eraseEndLine +
        ansiCodesToString(stylesIn(styles)) +
        next.slice(offset);
    const between = betweenSame(previous, next, { offset, commonLength, previousText, nextText });
    if (between !== undefined) return ansiEscapes.cursorTo(column) + ansiCodesToString(stylesIn(styles)) + between;
`,
  ],
  ['export default function lineUpdate', `${betweenSame}\nexport default function lineUpdate`],
])}`),
  },
  {
    name: 'how wide a text is that is drawn was measured when it was laid out',
    file: /ink\/build\/render-node-to-output\.js$/,
    change: (text) =>
      replacedAll(text, [
        ["import widestLine from 'widest-line';", "import measureText from './measure-text.js';"],
        ['widestLine(text)', 'measureText(text).width'],
      ]),
  },
  {
    name: 'a text is cleaned once',
    file: /ink\/build\/sanitize-ansi\.js$/,
    change: (text) =>
      replacedAll(text, [
        ['const sanitizeAnsi = ', 'const cleaned = '],
        [
          'export default sanitizeAnsi;',
          `const known = new Map();
export default function sanitizeAnsi(text) {
    let clean = known.get(text);
    if (clean === undefined) {
        if (known.size > 4096) known.clear();
        clean = cleaned(text);
        known.set(text, clean);
    }
    return clean;
}`,
        ],
      ]),
  },
];

/** A plugin for esbuild that applies them; a patch whose file or text is not met ends the build. */
export function patched() {
  return {
    name: 'patches',
    setup({ onLoad, onEnd }) {
      const met = new Set();
      for (const patch of patches)
        onLoad({ filter: patch.file }, ({ path }) => {
          met.add(patch);
          return { contents: patch.change(readFileSync(path, 'utf8')) };
        });
      onEnd(() => ({
        errors: patches.filter((patch) => !met.has(patch)).map(({ name, file }) => ({ text: `no ${file}: ${name}` })),
      }));
    },
  };
}

/** Replaces what must be there exactly once. */
function replaced(text, from, to) {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`${from} is there ${parts.length - 1} times, where once was expected`);
  return parts.join(to);
}

const replacedAll = (text, pairs) => pairs.reduce((changed, [from, to]) => replaced(changed, from, to), text);
