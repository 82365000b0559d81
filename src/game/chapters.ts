// The names of the chapters, by their numbers.

const titles = [
  'First contact',
  'Postcards: HTTP in the clear',
  'Locks and keys: the building blocks',
  'The handshake',
  'Who are you? Certificates and trust',
  'Mallory’s workshop',
  'Shadows: what HTTPS does not hide',
  'Keepers: running HTTPS',
  'Frontier',
  'The real world',
] as const;

/** Levels of strangers may name a chapter that has no title of its own. */
export const chapterTitle = (chapter: number): string => titles[chapter] ?? `Chapter ${chapter}`;
