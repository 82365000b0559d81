// A finished attempt once more: forwards and back, a message or a decision at each step.
import { Box } from 'ink';
import type { Moment, Replaying } from '../../store/replaying.ts';
import { Footer } from '../components/Footer.tsx';
import { Header } from '../components/Header.tsx';
import { Ladder } from '../components/Ladder.tsx';
import { Lines } from '../components/Lines.tsx';
import { ScrolledPanel } from '../components/ScrolledPanel.tsx';
import { TwoPanels } from '../components/TwoPanels.tsx';
import { useSize } from '../game.ts';
import { layoutOf } from '../layout.ts';
import { type Line, span } from '../spans.ts';
import { rfcInWords } from '../printable.ts';
import { messageLines } from '../texts.ts';
import { wrap } from '../wrap.ts';

export function Replay({ replay }: { readonly replay: Replaying }) {
  const size = useSize();
  const { shown, moments, at } = replay;
  const moment = moments[at];
  if (!moment) return null;
  const layout = layoutOf(size, 0);
  const { columns, left, panel } = layout;
  const lines = decidedLines(moment, left - 4, columns >= 80) ?? messageLines(shown, shown.stage.rows.at(-1), left - 4);
  return (
    <Box flexDirection="column">
      <Header width={columns} title={`Replay: ${shown.level.title}`} playing={shown} />
      <Lines of={Array.from({ length: layout.gap }, (): Line => [])} width={columns} />
      <Ladder playing={shown} layout={layout} />
      <Lines of={[statusLine(moment, at, moments.length)]} width={columns} />
      <TwoPanels playing={shown} layout={layout}>
        <ScrolledPanel
          title={titleOf(moment)}
          count={`${at + 1} of ${moments.length}`}
          lines={lines}
          scroll={shown.scroll}
          width={left}
          height={panel}
          focused={shown.focus !== 'bytes'}
        />
      </TwoPanels>
      <Footer width={columns} context={shown.focus === 'bytes' ? 'replay bytes' : 'replay'} />
    </Box>
  );
}

const titleOf = ({ decided, playing }: Moment): string =>
  decided ? 'You decided' : playing.level.acts.length > 1 ? `On the line, part ${playing.act + 1}` : 'On the line';

function statusLine({ decided }: Moment, at: number, count: number): Line {
  if (!decided) return [{ text: '  ' }, span(`Moment ${at + 1} of ${count}`, 'faint')];
  const { safe, headline } = decided.judged;
  const pill = safe
    ? span(' ✓ ', 'dark', { on: 'right', bold: true })
    : span(' ✗ ', 'dark', { on: 'wrong', bold: true });
  return [{ text: '  ' }, pill, span(`  ${headline}`, 'read', { bold: true })];
}

/** The question, what was answered, and why that was right or wrong; the headline as well where the status line has no room for it. */
function decidedLines({ decided }: Moment, width: number, statusFits: boolean): Line[] | undefined {
  if (!decided) return undefined;
  const { ask, judged } = decided;
  return [
    ...wrap(ask, '', width).map((line): Line => [span(line, 'text')]),
    ...wrap(judged.label, '❯ ', width).map((line): Line => [span(line, judged.safe ? 'good' : 'bad', { bold: true })]),
    [],
    ...(statusFits ? [] : wrap(judged.headline, '', width).map((line): Line => [span(line, 'read', { bold: true })])),
    ...wrap(judged.says, '', width).map((line): Line => [span(line, 'read')]),
    ...(judged.rfc ? [[span(rfcInWords(judged.rfc), 'faint')] as Line] : []),
  ];
}
