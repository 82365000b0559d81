// The codex: the words, messages, secrets and checks that were met, one page each.
import { Box } from 'ink';
import type { Reading } from '../../store/reading.ts';
import { Footer } from '../components/Footer.tsx';
import { Header } from '../components/Header.tsx';
import { Lines } from '../components/Lines.tsx';
import { Panel } from '../components/Panel.tsx';
import { Typing } from '../components/Typing.tsx';
import { codexLines } from '../codexLines.ts';
import { useGame, useGameState, useSize } from '../game.ts';
import { fitted, type Line, span } from '../spans.ts';

export function Codex({ reading }: { readonly reading: Reading }) {
  const { columns, rows } = useSize();
  const { actions } = useGame().store;
  const search = (text: string | undefined) => {
    actions.type(text);
    actions.turn({ query: text ?? '' });
  };
  const levels = useGameState((state) => state.levels);
  const progress = useGameState((state) => state.progress);
  const typing = useGameState((state) => state.typing);
  const { pages, name, listed, all, query, trail } = reading;
  const height = rows - 3;
  const left = columns < 80 ? 24 : columns < 110 ? 30 : 38;
  const right = columns - left;
  const room = height - 2;
  const lines = name ? codexLines({ pages, name, levels, progress, width: right - 4 }) : nothing(all);
  const first = Math.max(0, Math.min(reading.scroll, lines.length - room));
  const more =
    lines.length > first + room ? 'PgDn ↓' : first ? 'PgUp ↑' : (pages.codex.entries.get(name ?? '')?.kind ?? '');
  const searched = typing !== undefined || query;
  return (
    <Box flexDirection="column">
      <Header width={columns} title="Codex" />
      <Lines of={[statusLine(reading, typing)]} width={columns} />
      <Box>
        <Panel
          title={searched ? 'Found' : all ? 'All entries' : 'What you met'}
          count={`${listed.length} of ${pages.codex.entries.size}`}
          width={left}
          height={height}
          focused={!trail.length}
        >
          <Lines of={listLines(reading, left - 4, room)} width={left - 4} />
        </Panel>
        <Panel title={name ?? ''} count={more} width={right} height={height} focused={trail.length > 0}>
          <Lines of={lines.slice(first, first + room)} width={right - 4} />
        </Panel>
      </Box>
      {typing === undefined ? null : (
        <Typing
          typed={typing}
          most={mostTyped}
          onType={search}
          onKeep={() => actions.type(undefined)}
          onLeave={() => search(undefined)}
        />
      )}
      <Footer width={columns} context={typing === undefined ? 'codex' : 'typing'} />
    </Box>
  );
}

function statusLine({ trail, query }: Reading, typing: string | undefined): Line {
  if (typing !== undefined) return [span('  Search: ', 'accent'), span(`${typing}▍`, 'read')];
  if (trail.length) return [span(`  ${trail.slice(-3).join(' → ')} →`, 'faint')];
  return query ? [span(`  Search: ${query}`, 'faint')] : [];
}

/** The names around the one that is read. */
function listLines({ listed, name }: Reading, width: number, room: number): Line[] {
  const at = listed.indexOf(name ?? '');
  const first = Math.max(0, Math.min(at - Math.floor(room / 2), listed.length - room));
  return listed.slice(first, first + room).map(
    (one): Line =>
      one === name
        ? fitted([span(one, 'read', { on: 'band', bold: true })], width).map((part) => ({
            ...part,
            on: 'band' as const,
          }))
        : [span(one, 'text')],
  );
}

const nothing = (all: boolean): Line[] => [
  [span(all ? 'Nothing is found.' : 'Nothing is found among what you met. a shows all.', 'faint')],
];

/** Longer than any name. */
const mostTyped = 40;
