// biome-ignore-all lint/suspicious/noControlCharactersInRegex: it is what terminals send
// What a terminal sends, taken apart into the keys that the game knows. All else is dropped: what the terminal answers to
// questions, keys with Alt or Ctrl, sequences that nobody knows. A key is never made of a part of such a thing, nor of
// pasted text, which stays in one piece.

/** What has been read of something whose end has not come yet. */
export interface Scan {
  /** Among keys; in a string for programs (OSC, DCS, APC, PM, SOS: ECMA-48 5.6); in pasted text. */
  readonly inside: 'keys' | 'string' | 'paste';
  /** The beginning of a sequence. */
  readonly held: string;
  /** Of pasted text, what has come of it. */
  readonly pasted: string;
}
export const nothingHeld: Scan = { inside: 'keys', held: '', pasted: '' };

export const leaveKey = '\u0003';
export const suspendKey = '\u001a';
/** As the kitty keyboard protocol writes it: Ink need not wait to see that nothing follows. */
export const escapeKey = '\u001b[27u';

/** The keys (and pasted texts) in what was read after `before`, each as Ink takes it, and what is left over. */
export function scan(before: Scan, read: string): { readonly keys: readonly string[]; readonly now: Scan } {
  const text = before.held + read;
  const keys: string[] = [];
  let { inside, pasted } = before;
  let at = 0;
  while (at < text.length) {
    if (inside === 'paste') {
      const end = text.indexOf(pasteEnd, at);
      const held = end < 0 ? beginningOf(pasteEnd, text.slice(at)) : '';
      pasted = (pasted + text.slice(at, end < 0 ? text.length - held.length : end)).slice(0, mostPasted);
      if (end < 0) return { keys, now: { inside, held, pasted } };
      keys.push(`${pasteBegin}${pasted.replace(/\s+/g, ' ').replace(/\p{C}/gu, '')}${pasteEnd}`);
      at = end + pasteEnd.length;
      inside = 'keys';
      pasted = '';
    } else if (inside === 'string') {
      const end = matchFrom(stringEnd, text, at);
      if (!end) return { keys, now: { ...nothingHeld, inside } };
      at = end.index;
      if (text.slice(at) === '\u001b') return { keys, now: { ...nothingHeld, inside, held: '\u001b' } };
      // Any other control ends it too, and begins what it begins.
      at += text[at] === '\u0007' ? 1 : text.startsWith('\u001b\\', at) ? 2 : 0;
      inside = 'keys';
    } else {
      const open = matchFrom(unfinished, text, at);
      if (open) return { keys, now: { ...nothingHeld, held: shortened(open[0]) } };
      const [token = ''] = matchFrom(whole, text, at) ?? [];
      at += token.length;
      if (token === pasteBegin) inside = 'paste';
      else if (stringBegin.test(token)) inside = 'string';
      else {
        const key = keyOf(token);
        if (key !== undefined) keys.push(key);
      }
    }
  }
  return { keys, now: { inside, held: '', pasted } };
}

/** After how long a silence, in ms, what is held has no end to wait for. Slow lines cut sequences in two; a lone escape is mostly a key. */
export function patienceFor({ inside, held }: Scan): number | undefined {
  if (inside === 'paste') return 1000;
  if (inside === 'string') return 500;
  return held ? (lone.test(held) ? 50 : 500) : undefined;
}

/** The key that was held, if it was one. */
export const settled = ({ inside, held }: Scan): readonly string[] =>
  inside === 'keys' && lone.test(held) ? [escapeKey] : [];

const pasteBegin = '\u001b[200~';
const pasteEnd = '\u001b[201~';
/** Longer than anything that is typed anywhere, in characters. */
const mostPasted = 1000;
const lone = /^\u001b+$/;
/** CSI (with those of the Linux console and of old mice), SS3, what lets a string begin, Alt with a key, a character (ECMA-48 5.3 to 5.6). */
const whole = /\u001b{1,2}\[(?:\[[A-E]|M[\s\S]{3}|[ -?]*[@-~]?)|\u001b{1,2}O[@-~]|\u001b(?=\u001b)|\u001b?[\s\S]/uy;
const unfinished = /\u001b{1,2}(?:\[(?:\[|M[\s\S]{0,2}|[ -?]*)|O)?$/uy;
const stringBegin = /^\u001b[\]PX^_]$/;
/** Of the controls only those from backspace to carriage return may stand in a string. */
const stringEnd = /[\u0000-\u0007\u000e-\u001f]/g;

function matchFrom(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** The longest end of the text with which `wanted` begins. */
function beginningOf(wanted: string, text: string): string {
  for (let length = Math.min(wanted.length - 1, text.length); length > 0; length--)
    if (text.endsWith(wanted.slice(0, length))) return wanted.slice(0, length);
  return '';
}

/** No sequence with a meaning is so long; of one that is, as much is kept as shows what it is. */
const shortened = (held: string): string => (held.length > 64 ? held.slice(0, 3) + held.slice(-60) : held);

function keyOf(token: string): string | undefined {
  if (token.startsWith('\u001b[')) return controlKey(token.slice(2, -1), token.slice(-1));
  if (/^\u001bO./.test(token)) return applicationKeys[token[2] ?? ''];
  // Whatever is held down with it: Ctrl+C leaves.
  if (token.endsWith(leaveKey)) return leaveKey;
  if (token.startsWith('\u001b')) return undefined;
  if (plainControls.includes(token)) return token;
  return /\p{C}/u.test(token) ? undefined : token;
}

const plainControls = ['\r', '\t', '\b', '\u007f', suspendKey];
/** Arrows in application mode, and Enter of the number pad. */
const applicationKeys: Readonly<Record<string, string>> = {
  A: '\u001b[A',
  B: '\u001b[B',
  C: '\u001b[C',
  D: '\u001b[D',
  F: '\u001b[F',
  H: '\u001b[H',
  M: '\r',
};

/** A control sequence by its parameters and its final byte. */
function controlKey(parameters: string, final: string): string | undefined {
  if (final === 'Z' && !parameters) return '\u001b[Z';
  const [first = '', held = '', text = ''] = parameters.split(';');
  const [modifiers = '', event = ''] = held.split(':');
  if (!/^[\d:;]*$/.test(parameters) || event === '3') return undefined;
  const bits = modifiers ? Number(modifiers) - 1 : 0;
  if (final === 'u') return kittyKey(first.split(':'), bits, text);
  // xterm's modifyOtherKeys.
  if (final === '~' && first === '27') return kittyKey([text], bits, '');
  if (bits & ~(shift | locks)) return undefined;
  if ('ABCDFH'.includes(final)) return first === '' || first === '1' ? `\u001b[${final}` : undefined;
  return final === '~' ? numberedKeys[first] : undefined;
}

const numberedKeys: Readonly<Record<string, string>> = {
  1: '\u001b[H',
  3: '\u001b[3~',
  4: '\u001b[F',
  5: '\u001b[5~',
  6: '\u001b[6~',
  7: '\u001b[H',
  8: '\u001b[F',
};

/** Modifiers of the kitty keyboard protocol; xterm's are the same. */
const shift = 1;
const ctrl = 4;
const locks = 64 + 128;

/** A program that ended before may have left the kitty keyboard protocol on. `codes` are the key, and with Shift. */
function kittyKey(codes: readonly string[], modifiers: number, text: string): string | undefined {
  const pressed = modifiers & ~locks;
  const code = Number(codes[0]);
  if (pressed === ctrl && code === 0x63) return leaveKey;
  if (pressed === ctrl && code === 0x7a) return suspendKey;
  if (pressed & ~shift) return undefined;
  if (code === 9 && pressed) return '\u001b[Z';
  const named = kittyKeys[code];
  if (named) return named;
  const shown = text ? Number(text.split(':')[0]) : pressed && codes[1] ? Number(codes[1]) : code;
  if (!(shown > 0x1f && shown <= 0x10ffff) || (shown >= 0xe000 && shown <= 0xf8ff)) return undefined;
  const character = String.fromCodePoint(shown);
  return /\p{C}/u.test(character) ? undefined : pressed && !text && !codes[1] ? character.toUpperCase() : character;
}

const kittyKeys: Readonly<Record<number, string>> = {
  9: '\t',
  13: '\r',
  27: escapeKey,
  127: '\u007f',
  57414: '\r',
  57417: '\u001b[D',
  57418: '\u001b[C',
  57419: '\u001b[A',
  57420: '\u001b[B',
  57421: '\u001b[5~',
  57422: '\u001b[6~',
  57423: '\u001b[H',
  57424: '\u001b[F',
  // The digits of the number pad.
  ...Object.fromEntries([...'0123456789'].map((digit) => [57399 + Number(digit), digit])),
};
