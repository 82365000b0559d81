// Below the panels: the command line, or what was said last, and what keys do.
import type { Board } from '../../classroom/wire.ts';
import { hintsLine } from '../components/Footer.tsx';
import { type Line, span, widthOf } from '../spans.ts';
import { completed } from './completion.ts';
import type { Desk, Seen } from './desk.ts';
import { askingHints, footerHints, readingHints, typingHints } from './keys.ts';
import type { View } from './view.ts';

export function statusLine({ typed, said }: View, { words }: Desk, { state, events }: Seen): Line {
  if (typed !== undefined) {
    const { fits } = completed(typed, words, state);
    const takes = words.find(({ word }) => typed === `${word} `)?.takes;
    return [
      span('  : ', 'accent', { bold: true }),
      span(typed, 'read'),
      span('▍', 'accent'),
      span(takes ? ` ${takes}` : fits.length ? `  ${fits.slice(0, 12).join('  ')}` : '', 'faint'),
    ];
  }
  if (said) return [span(`  ${said}`, 'accent')];
  return [span(`  ${events[0]?.text ?? 'Type : for a command, tab for the next panel, ? for help.'}`, 'text')];
}

export function footerLine({ typed, over }: View, board: Board, width: number, ascii: boolean): Line {
  if (typed !== undefined) return hintsLine(typingHints, width, ascii);
  if (over) return hintsLine(over.is === 'question' ? askingHints : readingHints, width, ascii);
  const end: Line = [
    span('?', 'read', { bold: true }),
    span(' help  ', 'faint'),
    span('q', 'read', { bold: true }),
    span(' leave', 'faint'),
  ];
  return [...hintsLine(footerHints(board), width - widthOf(end), ascii), ...end];
}
