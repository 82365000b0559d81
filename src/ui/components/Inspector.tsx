// The bytes of the message that is looked at, with its fields to walk through.
import { fieldsAt, isPick, layerOf, type Playing, subjectsOf } from '../../store/playing.ts';
import { useGame } from '../game.ts';
import { inspectorLines } from '../inspector.ts';
import { type Line, span } from '../spans.ts';
import { briefLines } from '../texts.ts';
import { Lines } from './Lines.tsx';
import { Panel } from './Panel.tsx';

interface InspectorProps {
  readonly playing: Playing;
  readonly width: number;
  readonly height: number;
}

export function Inspector({ playing, width, height }: InspectorProps) {
  const { noteFor } = useGame();
  const subjects = subjectsOf(playing);
  const subject = subjects[playing.message];
  const layer = layerOf(playing);
  const { siblings, field } = fieldsAt(playing);
  const inner = width - 4;
  const focused = playing.focus === 'bytes';
  if (!subject)
    return (
      <Panel title="What it is about" width={width} height={height} focused={focused}>
        <Lines of={briefLines(playing, inner).slice(0, height - 2)} width={inner} />
      </Panel>
    );
  if (!layer)
    return (
      <Panel title={subject.title} width={width} height={height} focused={focused}>
        <Lines of={[[span('There are no bytes to it.', 'faint')]]} width={inner} />
      </Panel>
    );
  const place = isPick(playing) ? `${playing.message + 1} of ${subjects.length}: ` : '';
  const inside = subject.layers.length > 1 ? `, ${layer.title}` : '';
  const lines: readonly Line[] = inspectorLines(
    { layer, siblings, field, note: field ? noteFor(field.name) : undefined },
    inner,
    height - 2,
  );
  return (
    <Panel
      title={`${place}${subject.title}${inside}`}
      count={`${layer.bytes.length} bytes`}
      width={width}
      height={height}
      focused={focused}
    >
      <Lines of={lines} width={inner} />
    </Panel>
  );
}
