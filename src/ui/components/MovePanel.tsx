// The left panel: the question with its choices, the hint, the verdict's explanation, or the notebook.
import { useState } from 'react';
import { isWhole, toggled } from '../../game/composed.ts';
import type { ComposedStep } from '../../game/level.ts';
import { marksWholeMessages } from '../../game/picks.ts';
import type { Waiting } from '../../game/play.ts';
import { isFlying, isPick, type Playing } from '../../store/playing.ts';
import { useGame, useSize } from '../game.ts';
import { type Line, span } from '../spans.ts';
import { messageLines, moveTitle, notebookLines, questionLines, verdictLines } from '../texts.ts';
import { wrap } from '../wrap.ts';
import { type Choice, Choices } from './Choices.tsx';
import { Lines } from './Lines.tsx';
import { Panel } from './Panel.tsx';
import { ScrolledPanel } from './ScrolledPanel.tsx';

interface MovePanelProps {
  readonly playing: Playing;
  readonly width: number;
  readonly height: number;
}

export function MovePanel({ playing, width, height }: MovePanelProps) {
  const { title, count } = moveTitle(playing);
  const { waiting } = playing.snapshot;
  const inner = width - 4;
  const focused = playing.focus === 'move';
  const { columns } = useSize();
  const frame = { title, count, width, height, focused };
  if (isFlying(playing))
    return (
      <Panel {...frame} title="On the line" count="">
        <Lines of={messageLines(playing, playing.stage.rows[playing.landed], inner)} width={inner} />
      </Panel>
    );
  if (playing.aside === 'notebook')
    return (
      <Panel {...frame}>
        <Lines of={notebookLines(playing, inner, height - 2)} width={inner} />
      </Panel>
    );
  if (playing.phase === 'ask' && waiting)
    return (
      <Panel {...frame}>
        <Question
          key={`${waiting.step.id} ${playing.attempt.moves.length} ${playing.attempt.contentHash}`}
          playing={playing}
          waiting={waiting}
          width={inner}
          height={height - 2}
        />
      </Panel>
    );
  const lines = verdictLines(playing, inner, columns >= 80);
  return <ScrolledPanel {...frame} count="" lines={lines} scroll={playing.scroll} />;
}

interface QuestionProps extends Omit<MovePanelProps, 'playing'> {
  readonly playing: Playing;
  readonly waiting: Waiting;
}

/** The text, the choices under it, and what the choice under the cursor adds. */
function Question({ playing, waiting, width, height }: QuestionProps) {
  const { store } = useGame();
  const { step, options, dump } = waiting;
  const picking = isPick(playing);
  const [composed, setComposed] = useState<readonly string[]>([]);
  const composing = 'items' in step ? step : undefined;
  const items = picking
    ? dump.map(({ name, bytes, direction }, index) => ({
        value: String(index),
        label: `${direction === 'sent' ? '→ ' : direction === 'received' ? '← ' : ''}${name}, ${bytes.length} B`,
      }))
    : composing
      ? composedItems(composing, options, composed)
      : options.map(({ id, label }) => ({ value: id, label }));
  const [highlighted, setHighlighted] = useState(items[0]?.value ?? '');
  const question = questionLines(playing, width);
  const noted = picking || composing ? whatToDo(waiting) : options.find(({ id }) => id === highlighted)?.note;
  const note = wrap(noted ?? '', '', width).slice(0, 2);
  // What there is no room for is left out: first the empty rows, then the note, then the end of a list of messages.
  const room = height - Math.min(question.length, height - 2);
  const listed = Math.min(items.length, room);
  const spare = room - listed;
  const shown = spare > note.length ? note : note.slice(0, spare);
  const before: Line[] = spare - shown.length >= 2 ? [[]] : [];
  const after: Line[] = spare - shown.length - before.length >= 1 ? [[]] : [];
  return (
    <>
      <Lines of={[...question, ...before]} width={width} />
      <Choices
        // A number key opens a message without going to its row: made anew as the focus leaves, the list shows which it is.
        key={picking ? playing.focus : 'choices'}
        items={items}
        width={width}
        limit={listed}
        focused={playing.focus === 'move'}
        first={picking ? playing.message : 0}
        onHighlight={(value) => {
          setHighlighted(value);
          if (picking) store.actions.look({ message: Number(value) });
        }}
        onSelect={(value) => {
          if (composing) {
            if (value !== done) setComposed(toggled(composing, composed, value));
            else if (isWhole(composing, composed)) store.actions.answer({ step: step.id, items: composed });
          } else if (!picking) store.actions.answer({ step: step.id, choice: value });
          else if (marksWholeMessages(step)) store.actions.answer(wholeMessage(waiting, Number(value)));
          else {
            store.actions.look({ message: Number(value) });
            store.actions.look({ focus: 'bytes' });
          }
        }}
      />
      <Lines of={[...after, ...shown.map((line): Line => [span(line, 'faint', { italic: true })])]} width={width} />
    </>
  );
}

/** The value of the last row, which gives the answer; no item has a name with a space. */
const done = 'that is it';

/** The items with what was chosen so far: a mark, or their place in the order. */
function composedItems(step: ComposedStep, options: Waiting['options'], composed: readonly string[]): Choice[] {
  const mark = (id: string) => {
    const at = composed.indexOf(id);
    return at < 0 ? '○' : step.kind === 'order' ? String(at + 1) : '●';
  };
  const rest = step.items.length - composed.length;
  const last =
    step.kind === 'several'
      ? `That is it: ${composed.length || 'none'}`
      : rest
        ? `${rest} still to place`
        : 'That is the order';
  return [
    ...options.map(({ id, label }) => ({ value: id, label: `${mark(id)} ${label}` })),
    { value: done, label: last },
  ];
}

const whatToDo = ({ step }: Waiting): string =>
  step.kind === 'several'
    ? 'Enter marks. The last row gives the answer.'
    : step.kind === 'order'
      ? 'Enter gives the next place.'
      : marksWholeMessages(step)
        ? 'Enter marks the message. Tab looks into it.'
        : 'Enter opens the message, space marks a field.';

const wholeMessage = ({ step, dump }: Waiting, record: number) => ({
  step: step.id,
  value: { record, offset: 0, length: dump[record]?.bytes.length ?? 1 },
});
