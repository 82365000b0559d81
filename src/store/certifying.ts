// The player's certificate on the screen: issued when it is looked at, for what was done and in the name that is set.
import { type Deed, deedOf } from '../game/deed.ts';
import type { Diploma } from '../game/diploma.ts';
import { faultOfName } from '../game/letters.ts';
import type { Progress } from '../game/progress.ts';

export interface Certifying {
  /** What it is given for; nothing while it is not earned. */
  readonly deed: Deed | undefined;
  /** As it is set; empty where there is none. */
  readonly name: string;
  /** What is wrong with the name, in a sentence. */
  readonly fault: string | undefined;
  /** Nothing while it is not earned, or there is no name to issue it in. */
  readonly diploma: Diploma | undefined;
  /** First line that is shown. */
  readonly scroll: number;
  /** The screen that it was opened from. */
  readonly from: 'title' | 'debrief';
}

/** Draws the keys, and signs. */
export type Issue = (name: string, deed: Deed) => Diploma;

/** The same name and deed as before have the same certificate as before. */
export function certifying(
  { progress, name, from }: Pick<Certifying, 'name' | 'from'> & { readonly progress: Progress },
  before: Certifying | undefined,
  issue: Issue | undefined,
): Certifying {
  const deed = deedOf(progress);
  const fault = name ? faultOfName(name) : undefined;
  const isSame = before?.name === name && before.deed?.level === deed?.level && before.deed?.points === deed?.points;
  const fresh = () => (deed && name && !fault ? issue?.(name, deed) : undefined);
  return { deed, name, fault, diploma: isSame && before.diploma ? before.diploma : fresh(), scroll: 0, from };
}
