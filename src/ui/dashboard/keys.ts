// The keys of the dashboard. Most are a command that is typed for the teacher; which ones are of use depends on the state.
import type { Board } from '../../classroom/wire.ts';
import type { Binding } from '../keys.ts';

type Now = Pick<Board, 'state' | 'frozen'>;
export interface Shortcut {
  readonly key: string;
  readonly says: (now: Now) => string;
  /** The command. One that ends with a space is to be typed on. */
  readonly types: (now: Now) => string;
  readonly in: readonly Board['state'][];
  /** What is asked first, where it cannot be taken back. */
  readonly asks?: string;
}

const playing = ['running', 'paused'] as const;
const whenever = ['lobby', 'running', 'paused', 'ended', 'revealed'] as const;
const pauses = ({ state }: Now) => (state === 'paused' ? 'resume' : 'pause');
const freezes = ({ frozen }: Now) => (frozen ? 'unfreeze' : 'freeze');

export const shortcuts: readonly Shortcut[] = [
  { key: 's', says: () => 'start', types: () => 'start', in: ['lobby'] },
  { key: 'p', says: pauses, types: pauses, in: playing },
  { key: 'f', says: freezes, types: freezes, in: playing },
  {
    key: 'e',
    says: () => 'end',
    types: () => 'end',
    in: playing,
    asks: 'End the round? Nobody can play on in it.',
  },
  { key: 'r', says: () => 'reveal', types: () => 'reveal', in: ['ended'] },
  { key: 'n', says: () => 'new round', types: () => 'round ', in: ['ended', 'revealed'] },
  { key: 'l', says: () => 'links', types: () => 'pages', in: whenever },
];

export const shortcutFor = (key: string, now: Now): Shortcut | undefined =>
  shortcuts.find((one) => one.key === key && one.in.includes(now.state));

export type Hint = Pick<Binding, 'shows' | 'says'>;
/** What the keys type as things stand. */
export const shortcutHints = (now: Now): readonly Hint[] =>
  shortcuts.filter((one) => one.in.includes(now.state)).map((one) => ({ shows: one.key, says: one.says(now) }));
/** What the footer offers; what comes first is what has room. */
export function footerHints(now: Now): readonly Hint[] {
  const typed = shortcutHints(now);
  return [
    ...typed.slice(0, -1),
    { shows: 'tab', says: 'panel' },
    { shows: ':', says: 'command' },
    ...typed.slice(-1),
    { shows: '↑↓', says: 'scroll' },
  ];
}
export const typingHints: readonly Hint[] = [
  { shows: '⏎', says: 'do it' },
  { shows: 'tab', says: 'complete' },
  { shows: 'esc', says: 'leave it' },
];
export const askingHints: readonly Hint[] = [
  { shows: 'y', says: 'yes' },
  { shows: 'esc', says: 'no' },
];
export const readingHints: readonly Hint[] = [
  { shows: '↑↓', says: 'read' },
  { shows: 'esc', says: 'back' },
];
/** What the keys do wherever they are no letters, for the page of help. */
export const always: readonly Hint[] = [
  { shows: ': or /', says: 'type a command; tab completes names' },
  { shows: 'tab', says: 'the next panel' },
  { shows: '↑↓', says: 'scroll it, PgUp and PgDn by pages' },
  { shows: 'q', says: 'leave, after a question' },
  { shows: 'Ctrl+C', says: 'leave at once; nothing is lost' },
];
