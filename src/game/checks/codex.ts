// Levels held against the codex, and the codex against itself: beliefs, words before they are introduced, links, what nobody uses.
import type { Codex, CodexFile } from '../codex.ts';
import type { Level } from '../level.ts';
import { didYouMean } from '../suggest.ts';
import type { Path, Problem } from '../yamlFile.ts';
import { linkProblem } from './links.ts';
import { outcomes } from './outcomes.ts';
import { type WordUse, wordUse } from './wordUse.ts';

/** The words that levels before this one introduce. */
export type Introduced = ReadonlySet<string>;

/** A level's beliefs and words, with the path of each key in the list form. */
export function levelProblems(level: Level, codex: Codex, introduced: Introduced): Problem[] {
  return [...beliefProblems(level, codex), ...termProblems(level, codex), ...earlyWords(level, codex, introduced)];
}

function beliefProblems(level: Level, { misconceptions }: Codex): Problem[] {
  return outcomes(level).flatMap(([path, { misconception }]) =>
    misconception === undefined || misconceptions.has(misconception)
      ? []
      : [
          {
            path: [...path, 'misconception'],
            message: `There is no misconception "${misconception}".${nearTo(misconception, misconceptions)} Name one of misconceptions.yaml, or write it there.`,
          },
        ],
  );
}

function termProblems({ terms }: Level, { entries }: Codex): Problem[] {
  return terms.flatMap((term, index): Problem[] => {
    const path = ['terms', index];
    if (terms.indexOf(term) < index) return [{ path, message: `"${term}" stands here twice. Remove one.` }];
    return entries.has(term)
      ? []
      : [
          {
            path,
            message: `The codex has no entry "${term}".${nearTo(term, entries)} Write one in codex/, or leave it out.`,
          },
        ];
  });
}

/** Words that the player has not met: no level before this one introduces them, and it does not itself. */
function earlyWords(level: Level, { entries }: Codex, introduced: Introduced): Problem[] {
  const uses = [...entries].map(([name, entry]) => wordUse(name, entry));
  const [met, unmet]: [WordUse[], WordUse[]] = [[], []];
  for (const use of uses) (introduced.has(use.name) || level.terms.includes(use.name) ? met : unmet).push(use);
  return playerTexts(level).flatMap(([path, text]) =>
    unmet.flatMap((use): Problem[] => {
      const found = use.in(text, met);
      return found === undefined
        ? []
        : [
            {
              path,
              message: `"${found}" is a word that no level before this one introduces. Say it otherwise, or add "${use.name}" to the terms.`,
            },
          ];
    }),
  );
}

/** Everything of a level that a player reads while playing, without `{words}`: those are the seed's. */
function playerTexts({ brief, debrief, acts }: Level): [Path, string][] {
  const texts: [Path, string | undefined][] = [
    [['brief'], brief],
    [['debrief'], debrief],
    ...acts.flatMap((act, index): [Path, string | undefined][] => {
      const at = (...rest: Path): Path => ['acts', index, ...rest];
      return [
        [at('title'), act.title],
        [at('brief'), act.brief],
        ...act.worlds.map(({ announce }, world): [Path, string | undefined] => [
          at('worlds', world, 'announce'),
          announce,
        ]),
        ...act.steps.flatMap((step, nth): [Path, string | undefined][] => [
          [at('steps', nth, 'ask'), step.ask],
          ...(step.hints ?? []).map((hint, tier): [Path, string] => [at('steps', nth, 'hints', tier), hint]),
          ...('items' in step ? step.items : []).map(({ label }, item): [Path, string] => [
            at('steps', nth, 'items', item, 'label'),
            label,
          ]),
        ]),
      ];
    }),
    ...outcomes({ acts }).flatMap(([path, outcome]): [Path, string | undefined][] => [
      [[...path, 'label'], 'label' in outcome && typeof outcome.label === 'string' ? outcome.label : undefined],
      [[...path, 'note'], 'note' in outcome && typeof outcome.note === 'string' ? outcome.note : undefined],
      [[...path, 'headline'], outcome.headline],
      [[...path, 'says'], outcome.says],
    ]),
  ];
  return texts.flatMap(([path, text]) => (text === undefined ? [] : [[path, text.replace(/\{[a-z0-9-]+\}/g, '#')]]));
}

// ---- the codex itself -------------------------------------------------------------------------------------------

/** What of the codex is used: by levels, or because the game showed it. */
export interface Used {
  readonly misconceptions: ReadonlySet<string>;
  readonly entries: ReadonlySet<string>;
}

/** One file of the codex held against all of it, and against what is used. */
export function codexProblems(file: CodexFile, codex: Codex, used: Used): Problem[] {
  return [
    ...Object.keys(file.misconceptions).flatMap((id): Problem[] =>
      used.misconceptions.has(id)
        ? []
        : [
            {
              path: ['misconceptions', id],
              message: 'No choice of a level has this misconception. Remove it until one has.',
            },
          ],
    ),
    ...Object.entries(file.entries).flatMap(([name, { misconceptions, see, rfc }]): Problem[] => {
      const path = ['entries', name];
      const twin = [...codex.entries.keys()].find(
        (other) => other !== name && other.toLowerCase() === name.toLowerCase(),
      );
      return [
        ...(twin
          ? [
              {
                path,
                message: `There is an entry "${twin}" as well: they differ in capital letters alone. Rename one.`,
              },
            ]
          : []),
        ...(used.entries.has(name)
          ? []
          : [{ path, message: 'No level has this among its terms. Add it to one, or remove it here.' }]),
        ...linkProblem(rfc, [...path, 'rfc']),
        ...misconceptions.flatMap((id, index) =>
          codex.misconceptions.has(id)
            ? []
            : [
                {
                  path: [...path, 'misconceptions', index],
                  message: `There is no misconception "${id}".${nearTo(id, codex.misconceptions)}`,
                },
              ],
        ),
        ...see.flatMap((other, index) =>
          other !== name && codex.entries.has(other)
            ? []
            : [
                {
                  path: [...path, 'see', index],
                  message:
                    other === name
                      ? 'An entry need not lead to itself.'
                      : `There is no entry "${other}".${nearTo(other, codex.entries)}`,
                },
              ],
        ),
      ];
    }),
  ];
}

const nearTo = (name: string, known: ReadonlyMap<string, unknown>): string => didYouMean(name, [...known.keys()]);
