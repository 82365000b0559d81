// The version field of the hellos, which says nothing any more but for one number (RFC 8446 D.5).
import { refuse } from './effects.ts';

/** SSL 3.0 and what was before it are refused wherever a hello names them. */
export function refuseSsl(legacyVersion: number): void {
  if (legacyVersion <= 0x0300) refuse('protocol_version', 'legacy_version names SSL 3.0 or an older one');
}
