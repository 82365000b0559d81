// Real peers: the levels that have one, and the commands that reach any other.
import { Box } from 'ink';
import { stars } from '../about.ts';
import { Choices } from '../components/Choices.tsx';
import { Footer } from '../components/Footer.tsx';
import { Header } from '../components/Header.tsx';
import { Lines } from '../components/Lines.tsx';
import { Panel } from '../components/Panel.tsx';
import { useGame, useGameState, useSize } from '../game.ts';
import { glyphOf } from '../ladder.ts';
import { type Line, span, type Tone } from '../spans.ts';
import { wrap } from '../wrap.ts';
import { startingUp } from './Map.tsx';

export function Live() {
  const { columns, rows } = useSize();
  const { actions } = useGame().store;
  const levels = useGameState((state) => state.levels).filter(({ proof }) => proof === 'live');
  const progress = useGameState((state) => state.progress);
  const said = useGameState((state) => (state.busy ? startingUp : state.said));
  const inner = columns - 4;
  const text = (words: string, tone: Tone = 'text', first = ''): Line[] =>
    wrap(words, first, inner).map((line): Line => [span(line, tone)]);
  const choices = levels.map(({ id, title, acts }) => {
    const best = progress.levels[id]?.best;
    return {
      value: id,
      label: `${glyphOf[acts[0]?.role ?? 'client']} ${title}${best ? `   ${stars(best.stars)}` : ''}`,
    };
  });
  return (
    <Box flexDirection="column">
      <Header width={columns} title="Live" />
      <Lines of={[said ? [span(`  ${said}`, 'accent')] : []]} width={columns} />
      <Panel title="Real peers" width={columns} height={rows - 3} focused>
        <Lines of={[...text(choices.length ? withPrograms : withoutLevels), []]} width={inner} />
        {choices.length ? (
          <Choices
            items={choices}
            width={inner}
            limit={choices.length}
            focused
            onSelect={(chosen) => {
              const level = levels.find(({ id }) => id === chosen);
              if (level) actions.start(level);
            }}
          />
        ) : null}
        <Lines
          of={[
            [],
            ...text(byCommand),
            [],
            ...commands.flatMap(([command, does]) => [...text(command, 'read', '  '), ...text(does, 'faint', '  ')]),
          ]}
          width={inner}
        />
      </Panel>
      <Footer width={columns} context="live" />
    </Box>
  );
}

const withPrograms =
  'Here the other side is a real program on this machine: an OpenSSL server, or curl. Nothing leaves the machine.';
const withoutLevels = 'None of the levels that are played here has a real program on its other side.';
const byCommand = 'Any other peer you reach from the command line:';
const commands = [
  ['https-quest live https://www.example.org/', 'you are the client of any HTTPS server, over the network'],
  ['https-quest serve', 'you are the server of your browser, or of curl'],
] as const;
