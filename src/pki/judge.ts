// Judging a chain for a host in the three words of a browser: path, dates, name. The single checks are in examine.ts.
import type { CheckName, Trust } from './checks.ts';
import { examine, type Result } from './examine.ts';

export type { Trust } from './checks.ts';
export { matchesHost } from './hosts.ts';

/** The path, dates and name of a chain (DER, leaf first). A malformed leaf fails all three; nothing is thrown. */
export function judge(
  chain: readonly Uint8Array[],
  trust: Trust,
  leftOut: readonly CheckName[] = browsersLeaveOut,
): readonly Result<'path' | 'dates' | 'name'>[] {
  const { results } = examine(chain, trust, leftOut);
  const others = results.filter(({ name }) => name !== 'dates' && name !== 'name');
  // That something cannot be read matters less than what is missing because of it.
  const failed = others.find(({ name, holds }) => !holds && name !== 'form') ?? others.find(({ holds }) => !holds);
  return results.flatMap((result): Result<'path' | 'dates' | 'name'>[] => {
    const { name } = result;
    if (name === 'path') return [{ ...(failed ?? result), name }];
    return name === 'dates' || name === 'name' ? [{ ...result, name }] : [];
  });
}

/** How a certificate should be made is a matter between CAs and those who audit them. */
const browsersLeaveOut: readonly CheckName[] = ['profile'];
