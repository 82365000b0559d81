// Whom to believe: situations in which Alice is shown certificates, each a story of its own with the same kind of people.
import * as z from 'zod';
import { clientPoints } from '../tls/client.ts';
import type { DecisionPoint } from '../tls/effects.ts';
import type { Entropy } from '../tls/entropy.ts';
import { serverPoints } from '../tls/server.ts';
import type { FactKind, Scenario, Scene } from './scenario.ts';
import { anchors } from './trustAnchors.ts';
import { bag } from './trustBag.ts';
import { lookAlike } from './trustLookAlike.ts';
import { names } from './trustNames.ts';
import { passport } from './trustPassport.ts';

/** Its words are there in every story, so that a level file can be checked by their names. */
export interface Story {
  readonly points: readonly DecisionPoint[];
  readonly words: (draw: Entropy) => Readonly<Record<string, string>>;
  readonly wordNames: readonly string[];
  readonly vocabulary: Scenario['vocabulary'];
  readonly scene: (draw: Entropy) => Omit<Scene, 'words'>;
}
const stories = { passport, bag, names, anchors, 'look-alike': lookAlike } as const satisfies Readonly<
  Record<string, Story>
>;
const all: readonly Story[] = Object.values(stories);

const setup = z.strictObject({
  /**
   * `passport`: three callers say that they are the shop; `bag`: a path is to be found, and what lacks one judged; `names`:
   * perfect paths, and names that are compared; `anchors`: what she trusts of her own accord;
   * `look-alike`: sites whose certificates have no fault.
   */
  story: z.enum(['passport', 'bag', 'names', 'anchors', 'look-alike']),
});
type Setup = z.output<typeof setup>;

export const trust: Scenario<Setup> = {
  name: 'trust',
  setup,
  points: [...all.flatMap(({ points }) => points), ...Object.values(clientPoints), ...Object.values(serverPoints)],
  words: all.flatMap(({ wordNames }) => wordNames),
  vocabulary: merged(all.map(({ vocabulary }) => vocabulary)),
  scene: ({ story }, draw) => ({
    ...stories[story].scene(draw),
    words: Object.assign({}, ...all.map(({ words }) => words(draw))),
  }),
};

/** What one of them may speak of, each once. */
function merged(vocabularies: readonly Scenario['vocabulary'][]): Scenario['vocabulary'] {
  const kinds = new Map<FactKind, Map<string, readonly [who: string, what: string]>>();
  for (const vocabulary of vocabularies)
    for (const [kind, pairs] of Object.entries(vocabulary) as [FactKind, readonly (readonly [string, string])[]][]) {
      const known = kinds.get(kind) ?? new Map();
      for (const pair of pairs) known.set(pair.join(' '), pair);
      kinds.set(kind, known);
    }
  return Object.fromEntries([...kinds].map(([kind, pairs]) => [kind, [...pairs.values()]]));
}
