// After a level: stars, what each decision cost, which beliefs were refuted, what really happened.
import { Box } from 'ink';
import { useMemo } from 'react';
import { bossResult } from '../../game/boss.ts';
import type { Pages } from '../../game/codexPages.ts';
import { deedOf, yourCertificate } from '../../game/deed.ts';
import { fill } from '../../game/words.ts';
import { type Playing, slipsOf } from '../../store/playing.ts';
import { stars } from '../about.ts';
import { Footer } from '../components/Footer.tsx';
import { Header } from '../components/Header.tsx';
import { Lines } from '../components/Lines.tsx';
import { ScrolledPanel } from '../components/ScrolledPanel.tsx';
import { faultLines } from '../components/Status.tsx';
import { useCompeting, useGame, useGameState, useSize } from '../game.ts';
import { gradedInWords } from '../standing.ts';
import { ends, type Line, span } from '../spans.ts';
import { wrap } from '../wrap.ts';

export function Debrief({ playing }: { readonly playing: Playing }) {
  const { columns, rows } = useSize();
  const { level, attempt } = playing;
  const { scenarios, store } = useGame();
  const earned = useGameState((state) => deedOf(state.progress)?.level === playing.level.id);
  const slips = useMemo(() => slipsOf(level, attempt, scenarios), [level, attempt, scenarios]);
  const inner = columns - 4;
  const session = useCompeting((state) => state?.session);
  const graded: Line = session ? [span(`  ${gradedInWords(session, playing)}`, 'accent')] : [];
  const said = useGameState((state) => state.said);
  const fault = useGameState((state) => (state.file === playing.level ? state.fault : undefined));
  const answered = fault
    ? [...faultLines(fault, inner), []]
    : said
      ? [
          ...said
            .split('\n')
            .flatMap((line) => wrap(line, '', inner))
            .map((line): Line => [span(line, 'accent')]),
          [],
        ]
      : [];
  const lines = [...answered, ...debriefLines({ playing, slips, pages: store.pages(), earned }, inner)];
  return (
    <Box flexDirection="column">
      <Header width={columns} title={playing.level.title} playing={playing} />
      <Lines of={[graded]} width={columns} />
      <ScrolledPanel
        title={titleOf(playing)}
        lines={lines}
        scroll={playing.scroll}
        width={columns}
        height={rows - 3}
        focused
      />
      <Footer width={columns} context={session ? 'round debrief' : 'debrief'} />
    </Box>
  );
}

function titleOf({ snapshot, score }: Playing): string {
  if (snapshot.outcome !== 'met') return 'The goal was missed';
  return score.boss?.result === 'failed' ? 'The last decision is made' : 'You made it';
}

interface Told {
  readonly playing: Playing;
  readonly slips: ReturnType<typeof slipsOf>;
  readonly pages: Pages | undefined;
  /** This level gives the certificate, and it was earned. */
  readonly earned: boolean;
}

function debriefLines({ playing: { level, snapshot, score }, slips, pages, earned }: Told, width: number): Line[] {
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
    ...(score.boss
      ? paragraph(bossResult(score.boss)).map(
          (line): Line => [span(line, score.boss?.result === 'passed' ? 'good' : 'text')],
        )
      : []),
    ...(level.boss && score.boss?.result === 'passed'
      ? [
          [],
          [span('Your reward', 'read', { bold: true })] as Line,
          ...paragraph(`${fill(level.boss.reward, words)} To have it, press x.`).map(
            (line): Line => [span(line, 'accent')],
          ),
        ]
      : []),
    ...(earned
      ? [[], ...paragraph(`${yourCertificate} To see it, press t.`).map((line): Line => [span(line, 'accent')])]
      : []),
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
          ...slips.flatMap(({ label, headline, misconception }, index) => [
            ...paragraph(label, '✗ ').map((line): Line => [span(line, 'bad')]),
            ...paragraph(headline, '  ').map((line): Line => [span(line, 'text')]),
            ...(slips.findIndex((one) => one.misconception === misconception) === index
              ? refutation(pages, misconception, paragraph)
              : []),
          ]),
        ]
      : []),
  ];
}

/** The belief behind a wrong answer, and what is true; said once. */
function refutation(
  pages: Pages | undefined,
  misconception: string | undefined,
  paragraph: (text: string, first: string) => string[],
): Line[] {
  const known = pages?.codex.misconceptions.get(misconception ?? '');
  if (!known) return [];
  return [
    ...paragraph(`Many believe: “${known.belief}”`, '  ').map((line): Line => [span(line, 'faint', { italic: true })]),
    ...paragraph(known.truth, '  ').map((line): Line => [span(line, 'read')]),
  ];
}

const triesInWords = (tries: number): string =>
  ({ 1: 'first try', 2: 'second try', 3: 'third try' })[tries] ?? `${tries} tries`;
