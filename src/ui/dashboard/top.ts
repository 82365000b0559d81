// Above the panels: which competition it is, how it stands, and how players join it.
import type { Board } from '../../classroom/wire.ts';
import type { Size } from '../layout.ts';
import { ends, fitted, type Ground, type Line, type Span, span, take, widthOf } from '../spans.ts';
import { wrap } from '../wrap.ts';
import { bigLetters, bigWidth } from './bigLetters.ts';
import type { Desk, Seen } from './desk.ts';

const pills: Readonly<Record<Board['state'], readonly [says: string, on: Ground]>> = {
  lobby: ['LOBBY', 'gold'],
  running: ['RUNNING', 'right'],
  paused: ['PAUSED', 'wrong'],
  ended: ['ENDED', 'gold'],
  revealed: ['REVEALED', 'right'],
};

export function headerLine({ state: { board, names } }: Seen, width: number): Line {
  const strip = (text: string, tone: Span['tone'] = 'text', bold = false) => span(text, tone, { on: 'strip', bold });
  const [says, on] = pills[board.state];
  const right: Line = [
    strip(` ${names.length === 1 ? '1 player' : `${names.length} players`}  `),
    ...(board.frozen ? [span(' FROZEN ', 'dark', { on: 'gold', bold: true }), strip(' ')] : []),
    span(` ${says} `, 'dark', { on, bold: true }),
  ];
  const left: Line = [
    span(' HTTPS QUEST ', 'dark', { on: 'gold', bold: true }),
    strip(`  ${board.title}`, 'read', true),
    strip(`  ${board.round.title}`),
  ];
  return fitted(ends(left, right, width - 1, { text: ' ', on: 'strip' }), width);
}

/** The command that players type, the code in large letters where there is room, other addresses and notes likewise. */
export function joinLines(
  { state }: Seen,
  { addresses, notes }: Desk,
  { columns, rows }: Size,
  ascii: boolean,
): readonly Line[] {
  const { board, command, code } = state;
  const inLobby = board.state === 'lobby';
  const room = columns - 4;
  const asked = inLobby ? 'Players type: ' : 'Join: ';
  const words = wrap(command, '', room - (columns < 80 ? 0 : asked.length));
  const commandLines = words.map(
    (line, index): Line => [
      { text: '  ' },
      ...(columns < 80 ? [] : [span(index ? ' '.repeat(asked.length) : asked, 'faint')]),
      span(line, 'read', { bold: true }),
    ],
  );
  const big = bigLetters(code, ascii);
  const isBig = bigWidth(code) <= room && (rows >= 32 || (inLobby && rows >= (ascii ? 28 : 24)));
  const others = `If that does not answer: ${addresses.join('  ')}`;
  return [
    ...commandLines,
    ...(isBig ? [[], ...big.map((line): Line => [{ text: '  ' }, span(line, 'accent')])] : []),
    ...(isBig && rows >= 32 ? [[]] : []),
    ...(addresses.length && (rows >= 32 || (inLobby && rows >= 22))
      ? [cut([{ text: '  ' }, span(others, 'faint')], columns - 1)]
      : []),
    ...(rows >= 34
      ? notes.flatMap((note) => wrap(note, '', room).map((line): Line => [{ text: '  ' }, span(line, 'faint')]))
      : []),
  ];
}

const cut = (line: Line, width: number): Line =>
  widthOf(line) > width ? [...take(line, width - 1), span('…', 'faint')] : line;
