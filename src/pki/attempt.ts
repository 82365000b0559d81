import { Malformed, malformed } from './der.ts';

/** What `body` reads, or what is wrong with the bytes. More than `longest` of them are not looked at. */
export function attempt<T>(der: Uint8Array, longest: number, body: () => T): T | { readonly malformed: string } {
  try {
    return der.length > longest ? malformed(`${der.length} bytes are too many`) : body();
  } catch (error) {
    if (error instanceof Malformed) return { malformed: error.message };
    throw error;
  }
}
