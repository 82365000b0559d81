// Words in lines of at most so many columns, for what is read and not parsed.
import { beginning, columnsOf } from './columns.ts';

/**
 * Lines of `text`, each at most 80 columns wide where its words allow it; where `columns` are given, at most so many, if
 * need be by breaking a word. The first begins with `first` (a number, a bullet), the others with as many spaces.
 */
export function wrap(text: string, first = '', columns?: number): string[] {
  const indent = ' '.repeat(columnsOf(first));
  const room = (columns ?? 80) - indent.length;
  const words = text.split(' ').flatMap((word) => (columns === undefined ? [word] : pieces(word, room)));
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of words) {
    const longer = line === undefined ? word : `${line} ${word}`;
    if (line !== undefined && columnsOf(longer) > room) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line ?? ''].map((one, index) => ((index === 0 ? first : indent) + one).trimEnd());
}

function pieces(word: string, room: number): string[] {
  const pieces: string[] = [];
  for (let rest = word; ; ) {
    const [first = ''] = rest;
    // What is wider than a line stands on one all the same.
    const piece = room < 1 ? rest : beginning(rest, room) || first;
    pieces.push(piece);
    rest = rest.slice(piece.length);
    if (!rest) return pieces;
  }
}
