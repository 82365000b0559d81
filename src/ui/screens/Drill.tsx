// Before and after a drill: what is due, how it went, and when the next comes.
import { Box } from 'ink';
import type { DrillPlan } from '../../game/drill.ts';
import { drillItems } from '../../game/drill.ts';
import type { Drilling } from '../../store/drilling.ts';
import { Footer } from '../components/Footer.tsx';
import { Header } from '../components/Header.tsx';
import { Lines } from '../components/Lines.tsx';
import { Panel } from '../components/Panel.tsx';
import { useGameState, useSize } from '../game.ts';
import { drillResultInWords, dueInWords, drillRule, nextInWords } from '../recall.ts';
import { type Line, span, type Tone } from '../spans.ts';
import { wrap } from '../wrap.ts';

export function Drill() {
  const { columns, rows } = useSize();
  const drill = useGameState((state) => state.drill);
  const learned = useGameState((state) => state.learned);
  const inner = columns - 4;
  const height = rows - 3;
  const lines = learned ? drillLines(learned.plan, drill, { width: inner, height: height - 2 }) : [];
  return (
    <Box flexDirection="column">
      <Header width={columns} title="Drill" />
      <Lines of={[[]]} width={columns} />
      <Panel title="Drill" count={countOf(learned?.plan)} width={columns} height={height} focused>
        <Lines of={lines.slice(0, height - 2)} width={inner} />
      </Panel>
      <Footer width={columns} context={drillContext(learned?.plan)} />
    </Box>
  );
}

/** What has the keys: a drill can be begun, or there is none. */
export const drillContext = (plan: DrillPlan | undefined): 'drill' | 'no drill' =>
  plan && plan.due.length + plan.practice.length ? 'drill' : 'no drill';

const countOf = (plan: DrillPlan | undefined): string => (plan?.due.length ? `${plan.due.length} due` : '');

const text = (words: string, width: number, tone: Tone = 'text', bold = false): Line[] =>
  wrap(words, '', width).map((line): Line => [span(line, tone, { bold })]);

interface Room {
  readonly width: number;
  readonly height: number;
}

/** After a drill how it went, with its decisions; before one what a drill is. */
function drillLines(plan: DrillPlan, drill: Drilling | undefined, { width, height }: Room): Line[] {
  const learned = plan.learned ? text(`${plan.learned} learned for good.`, width, 'faint') : [];
  if (!drill?.done.length) return [...planLines(plan, width), [], ...text(drillRule, width, 'faint'), ...learned];
  const head = [...text(drillResultInWords(drill.done), width, 'read', true), ...planLines(plan, width), []];
  const whole = doneLines(drill, width, true);
  const list = head.length + whole.length <= height ? whole : doneLines(drill, width, false);
  return [...head, ...list, [], ...learned];
}

/** Each decision, and what is true of it where there is room. */
const doneLines = ({ done }: Drilling, width: number, inFull: boolean): Line[] =>
  done.flatMap(({ item, safe, judged }): Line[] =>
    wrap(inFull ? `${item.level.title}: ${judged.headline}` : item.level.title, safe ? '✓ ' : '✗ ', width).map(
      (line) => [span(line, safe ? 'good' : 'bad')],
    ),
  );

function planLines(plan: DrillPlan, width: number): Line[] {
  const { due, next } = plan;
  const asked = drillItems(plan).length;
  if (!asked)
    return text('Play a level first. The drill asks its decisions again, when it is time for them.', width, 'read');
  if (!due.length)
    return [
      ...text(`Nothing is due. ${nextInWords(next)}`, width, 'read', true),
      ...text(`You can practise all the same: ${decisions(asked)}. Enter begins.`, width),
    ];
  return [
    ...text(dueInWords(due), width, 'read', true),
    ...text(
      due.length > asked ? `Enter asks the first ${asked}: about five minutes.` : 'Enter begins. Leave when you like.',
      width,
    ),
  ];
}

const decisions = (count: number): string => (count === 1 ? 'one decision' : `${count} decisions`);
