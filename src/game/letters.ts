// Which characters a text for the screen may not have.

/** Nothing in a file may steer the terminal or hide: control and format characters, lone surrogates, line separators. */
export const controlCharacters = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;
/** What terminals draw in no column or in two: marks that combine, emoji, the wide letters of East Asia. */
export const oddWidth =
  /[\p{M}\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

/** What names something in a level file: the level itself, a step, a choice, an item, a world. */
export const idPattern = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** As RFC 5280 has it for common names (ub-common-name, appendix A.1). */
const mostCharacters = 64;

/** What is wrong with a name, in a sentence; nothing where it can stand in a certificate and on a screen. */
export function faultOfName(name: string): string | undefined {
  if (!name.trim()) return 'The name is empty.';
  if ([...name].length > mostCharacters) return `The name is too long: at most ${mostCharacters} characters.`;
  const strange = /[^\p{L}\p{M}\p{N} .,'’_-]/u.exec(name)?.[0];
  if (strange === undefined) return undefined;
  const shown = /[\p{C}\p{Z}]/u.test(strange) ? 'a character that cannot be seen' : `"${strange}"`;
  return `The name has ${shown} in it. It may have letters, digits, spaces and . , ' _ -`;
}
