// After a level: stars, what each decision cost, which beliefs were refuted, what really happened.
import { Box } from 'ink';
import { fill } from '../../game/words.ts';
import { type Playing, slipsOf } from '../../store/playing.ts';
import { Footer } from '../components/Footer.tsx';
import { Header } from '../components/Header.tsx';
import { Lines } from '../components/Lines.tsx';
import { Panel } from '../components/Panel.tsx';
import { useGame, useGameState, useSize } from '../game.ts';
import { ends, type Line, span } from '../spans.ts';
import { wrap } from '../wrap.ts';
import { stars } from './Map.tsx';

export function Debrief({ playing }: { readonly playing: Playing }) {
  const { columns, rows } = useSize();
  const { scenarios } = useGame();
  const inner = columns - 4;
  const height = rows - 3;
  const said = useGameState((state) => state.said);
  const answered = said ? [...wrap(said, '', inner).map((line): Line => [span(line, 'accent')]), []] : [];
  const lines = [...answered, ...debriefLines(playing, slipsOf(playing, scenarios), inner)];
  const room = height - 2;
  const first = Math.max(0, Math.min(playing.scroll, lines.length - room));
  const more = lines.length > first + room ? '↓ more' : first ? '↑ back' : '';
  return (
    <Box flexDirection="column">
      <Header width={columns} title={playing.level.title} playing={playing} />
      <Lines of={[[]]} width={columns} />
      <Panel
        title={playing.snapshot.outcome === 'met' ? 'You made it' : 'The goal was missed'}
        count={more}
        width={columns}
        height={height}
        focused
      >
        <Lines of={lines.slice(first, first + room)} width={inner} />
      </Panel>
      <Footer width={columns} context="debrief" />
    </Box>
  );
}

type Slips = ReturnType<typeof slipsOf>;

function debriefLines({ level, snapshot, score }: Playing, slips: Slips, width: number): Line[] {
  const paragraph = (text: string, first = '') => wrap(text, first, width);
  const words = snapshot.acts.at(-1)?.words ?? {};
  if (snapshot.outcome !== 'met')
    return paragraph(
      'No answer was wrong, and yet the goal was not met. That is the level’s fault, not yours; "https-quest check" says where it is.',
    ).map((line): Line => [span(line, 'read')]);
  return [
    [
      span(stars(score.stars), 'accent', { bold: true }),
      span(`   ${score.points} of 100 points`, 'read', { bold: true }),
    ],
    [],
    ...score.decisions.map(({ tries, hints, points, of }, index): Line => {
      const name = snapshot.judged[index]?.label ?? '';
      const how = `${triesInWords(tries)}, ${hints ? (hints === 1 ? 'one hint' : `${hints} hints`) : 'no hint'}`;
      return ends(
        [span(tries === 1 && !hints ? '✓ ' : '· ', tries === 1 ? 'good' : 'accent'), span(name, 'text')],
        [span(`${how}   `, 'faint'), span(`${points}`.padStart(3), 'read'), span(` of ${of}`, 'faint')],
        width,
      );
    }),
    [],
    [span('What really happened', 'read', { bold: true })],
    ...paragraph(fill(level.debrief, words)).map((line): Line => [span(line, 'text')]),
    ...(slips.length
      ? [
          [],
          [span('What you tried, and what came of it', 'read', { bold: true })] as Line,
          ...slips.flatMap(({ label, headline }) => [
            ...paragraph(label, '✗ ').map((line): Line => [span(line, 'bad')]),
            ...paragraph(headline, '  ').map((line): Line => [span(line, 'text')]),
          ]),
        ]
      : []),
  ];
}

const triesInWords = (tries: number): string =>
  ({ 1: 'first try', 2: 'second try', 3: 'third try' })[tries] ?? `${tries} tries`;
