// Text from files, arguments and peers on its way to the terminal: nothing in it may steer it.

/**
 * The text with every character that is not plainly visible written out, as `\x1b` or `\u{202e}`: controls (C0, C1, DEL),
 * invisible and direction-changing ones, line and paragraph separators, lone surrogates, unassigned and private ones.
 */
export const printable = (text: string): string => text.replace(/[^\P{C}]|[\p{Zl}\p{Zp}\ufff9-\ufffb]/gu, escaped);

/** The same for a longer text, whose lines stay lines. */
export const printableLines = (text: string): string[] => text.split('\n').map(printable);

/** For what a message quotes: printable, and no longer than `most` characters. */
export function quoted(text: string, most = 80): string {
  const visible = [...printable(text.slice(0, 4 * most))];
  return visible.length > most || text.length > 4 * most ? `${visible.slice(0, most).join('')}…` : visible.join('');
}

/** `8446 4.1.3` as it is read aloud. */
export const rfcInWords = (rfc: string): string => `RFC ${printable(rfc).replace(' ', ', section ')}`;

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
