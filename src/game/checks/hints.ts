// Hints come closer by degrees: only the third may name what to choose.
import type { Level, Step } from '../level.ts';
import type { Path, Problem } from '../yamlFile.ts';

/** First and second hints that name a safe choice by its label. */
export function hintProblems({ acts }: Level): Problem[] {
  return acts.flatMap(({ steps }, act) =>
    steps.flatMap((step, nth) =>
      (step.hints ?? []).slice(0, 2).flatMap((hint, tier): Problem[] => {
        const named = safeLabels(step).find((label) => names(hint, label));
        const path: Path = ['acts', act, 'steps', nth, 'hints', tier];
        return named === undefined
          ? []
          : [
              {
                path,
                message: `This hint names the choice "${named}". Only the third hint may: say here what to think of, or where to look.`,
              },
            ];
      }),
    ),
  );
}

const safeLabels = (step: Step): string[] =>
  step.choices.flatMap((choice) => (choice.verdict === 'safe' && 'label' in choice ? choice.label : []));

const plain = (text: string): string =>
  ` ${text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}{}]+/gu, ' ')
    .trim()} `;
const names = (hint: string, label: string): boolean => plain(hint).includes(plain(label));
