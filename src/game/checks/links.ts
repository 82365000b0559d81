// Links to RFCs lead to sections that there are.
import { wrongLink } from '../rfcSections.ts';
import type { Level } from '../level.ts';
import type { Path, Problem } from '../yamlFile.ts';
import { outcomes } from './outcomes.ts';

export const linkProblems = (level: Level): Problem[] =>
  outcomes(level).flatMap(([path, { rfc }]) => linkProblem(rfc, [...path, 'rfc']));

export function linkProblem(rfc: string | undefined, path: Path): Problem[] {
  const message = rfc === undefined ? undefined : wrongLink(rfc);
  return message === undefined ? [] : [{ path, message }];
}
