// Commands that are shown to be typed.

/** A word as a POSIX shell takes it. */
export const shellQuoted = (text: string): string =>
  /^[\w./:@%+\\-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
