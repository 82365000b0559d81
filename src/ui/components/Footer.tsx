// At most five hints on the keys of what has the focus, from the one keymap.
import { useTheme } from '../game.ts';
import { type Binding, bindingsIn, type Context } from '../keys.ts';
import { type Line, span, widthOf } from '../spans.ts';
import { Lines } from './Lines.tsx';

export function Footer({ width, context }: { readonly width: number; readonly context: Context }) {
  // The last column of the last row stays empty: some consoles scroll otherwise.
  const theme = useTheme();
  return <Lines of={[footerLine(context, width - 1, theme.ascii)]} width={width - 1} />;
}

export function footerLine(context: Context, width: number, ascii: boolean): Line {
  // Of two keys for the same, the later one is shown: q leaves, and so does esc.
  const hints = bindingsIn(context).filter(
    ({ shows, does }, index, all) => shows && !all.slice(index + 1).some((later) => does && later.does === does),
  );
  const leaving = hints.filter(({ shows }) => shows === 'q');
  const all = [...hints.filter(({ shows }) => shows !== 'q' && shows !== '?').slice(0, 4), ...leaving].slice(0, 5);
  const line = hintsLine(all, width, ascii);
  const more = [span('?', 'read', { bold: true }), span(' keys', 'faint')];
  return hints.some(({ shows }) => shows === '?') && widthOf(line) + 6 <= width ? [...line, ...more] : line;
}

/** As many hints as there is room for. */
export function hintsLine(hints: readonly Pick<Binding, 'shows' | 'says'>[], width: number, ascii: boolean): Line {
  let line: Line = [{ text: '  ' }];
  for (const { shows, says } of hints) {
    const longer = [
      ...line,
      span(ascii ? (spelled[shows] ?? shows) : shows, 'read', { bold: true }),
      span(` ${says}   `, 'faint'),
    ];
    if (widthOf(longer) > width) break;
    line = longer;
  }
  return line;
}

/** Keys without a sign in ASCII. */
const spelled: Readonly<Record<string, string>> = { '⏎': 'enter', '↑↓': 'up/down', '←→': 'left/right' };
