// What can come of the steps of a level, and where it stands.
import { type Level, outcomesOf } from '../level.ts';
import type { Path } from '../yamlFile.ts';

/** Every choice and `otherwise`, with its path. */
export const outcomes = ({ acts }: Pick<Level, 'acts'>) =>
  acts.flatMap(({ steps }, act) =>
    steps.flatMap((step, nth) =>
      outcomesOf(step).map(([, outcome], index) => {
        const path: Path = [
          'acts',
          act,
          'steps',
          nth,
          ...(index < step.choices.length ? ['choices', index] : ['otherwise']),
        ];
        return [path, outcome] as const;
      }),
    ),
  );
