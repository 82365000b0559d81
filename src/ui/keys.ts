// The one keymap: what each key does where. The footer and the `?` screen are made from it.
import type { Key } from 'ink';

/** What has the keys. */
export type Context =
  | 'title'
  | 'map'
  | 'brief'
  | 'flight'
  | 'move'
  | 'pick'
  | 'bytes'
  | 'pick bytes'
  | 'ladder'
  | 'verdict'
  | 'debrief'
  | 'help'
  | 'quit'
  | 'small';

export type Action =
  | 'skip'
  | 'go on'
  | 'up'
  | 'down'
  | 'next field'
  | 'previous field'
  | 'into'
  | 'out'
  | 'layer'
  | 'mark'
  | 'focus'
  | 'look back'
  | 'look on'
  | 'open'
  | 'hint'
  | 'notebook'
  | 'next level'
  | 'again'
  | 'export'
  | 'map'
  | 'back'
  | 'help'
  | 'ask to quit'
  | 'quit';

export interface Binding {
  readonly keys: readonly string[];
  /** How the keys are written. */
  readonly shows: string;
  /** What they do, in a word or two. */
  readonly says: string;
  /** None where ink-select-input listens itself. */
  readonly does?: Action;
  readonly in: readonly Context[];
}

const looking: readonly Context[] = ['move', 'pick', 'bytes', 'pick bytes', 'ladder', 'verdict'];

/** In the order of the footer; the first five of a context stand there. */
export const keymap: readonly Binding[] = [
  { keys: [], shows: '↑↓', says: 'choose', in: ['title', 'move'] },
  { keys: [], shows: '↑↓', says: 'message', in: ['pick'] },
  { keys: ['up', 'k'], shows: '↑↓', says: 'level', does: 'up', in: ['map'] },
  { keys: ['down', 'j'], shows: '', says: '', does: 'down', in: ['map'] },
  { keys: [], shows: '⏎', says: 'go', in: ['title'] },
  { keys: [], shows: '⏎', says: 'do it', in: ['move'] },
  { keys: [], shows: '⏎', says: 'open', in: ['pick'] },
  { keys: ['enter'], shows: '⏎', says: 'play', does: 'go on', in: ['map'] },
  { keys: ['enter', ' '], shows: '⏎', says: 'go on', does: 'go on', in: ['brief', 'verdict'] },
  { keys: ['any'], shows: 'any key', says: 'skip', does: 'skip', in: ['flight'] },
  { keys: [' ', 'm'], shows: 'space', says: 'mark this field', does: 'mark', in: ['pick bytes'] },
  { keys: ['right', 'l'], shows: '←→', says: 'field', does: 'next field', in: ['bytes', 'pick bytes'] },
  { keys: ['left', 'h'], shows: '', says: '', does: 'previous field', in: ['bytes', 'pick bytes'] },
  { keys: ['enter', 'down', 'j'], shows: '⏎', says: 'into it', does: 'into', in: ['bytes', 'pick bytes'] },
  { keys: ['esc', 'backspace', 'up', 'k'], shows: 'esc', says: 'out', does: 'out', in: ['bytes', 'pick bytes'] },
  { keys: ['up', 'k'], shows: '↑↓', says: 'message', does: 'look back', in: ['ladder'] },
  { keys: ['down', 'j'], shows: '', says: '', does: 'look on', in: ['ladder'] },
  { keys: ['enter'], shows: '⏎', says: 'open', does: 'open', in: ['ladder'] },
  { keys: ['up', 'k'], shows: '↑↓', says: 'read', does: 'up', in: ['verdict', 'debrief', 'brief'] },
  { keys: ['down', 'j'], shows: '', says: '', does: 'down', in: ['verdict', 'debrief', 'brief'] },
  { keys: ['tab'], shows: 'tab', says: 'bytes', does: 'focus', in: ['move', 'pick', 'verdict'] },
  { keys: ['tab'], shows: 'tab', says: 'ladder', does: 'focus', in: ['bytes', 'pick bytes'] },
  { keys: ['tab'], shows: 'tab', says: 'your move', does: 'focus', in: ['ladder'] },
  { keys: ['h'], shows: 'h', says: 'hint', does: 'hint', in: ['move', 'pick', 'ladder'] },
  { keys: ['w'], shows: 'w', says: 'wire or inside', does: 'layer', in: ['bytes', 'verdict', 'move', 'ladder'] },
  {
    keys: ['n'],
    shows: 'n',
    says: 'notebook',
    does: 'notebook',
    in: ['move', 'pick', 'bytes', 'pick bytes', 'ladder'],
  },
  { keys: ['pageup', '['], shows: 'PgUp', says: 'earlier message', does: 'look back', in: looking },
  { keys: ['pagedown', ']'], shows: 'PgDn', says: 'later message', does: 'look on', in: looking },
  { keys: ['enter', 'n'], shows: '⏎', says: 'next level', does: 'next level', in: ['debrief'] },
  { keys: ['r'], shows: 'r', says: 'play again', does: 'again', in: ['debrief'] },
  { keys: ['x'], shows: 'x', says: 'export', does: 'export', in: ['debrief'] },
  { keys: ['m', 'esc'], shows: 'm', says: 'map', does: 'map', in: ['debrief'] },
  { keys: ['esc'], shows: 'esc', says: 'title', does: 'back', in: ['map'] },
  { keys: ['?'], shows: '?', says: 'keys', does: 'help', in: ['title', 'map', 'brief', 'debrief', ...looking] },
  {
    keys: ['esc'],
    shows: 'esc',
    says: 'leave',
    does: 'ask to quit',
    in: ['brief', 'move', 'pick', 'ladder', 'verdict'],
  },
  { keys: ['q'], shows: 'q', says: 'leave', does: 'ask to quit', in: ['brief', ...looking] },
  { keys: ['q'], shows: 'q', says: 'quit', does: 'quit', in: ['title', 'map', 'debrief', 'small'] },
  { keys: ['y', 'q', 'enter'], shows: 'y', says: 'leave the level', does: 'map', in: ['quit'] },
  { keys: ['n', 'esc'], shows: 'esc', says: 'stay', does: 'back', in: ['quit'] },
  { keys: ['any'], shows: 'any key', says: 'back', does: 'back', in: ['help'] },
];

export const bindingsIn = (context: Context): readonly Binding[] => keymap.filter((one) => one.in.includes(context));

export const actionFor = (context: Context, key: string): Action | undefined =>
  bindingsIn(context).find(({ keys }) => keys.includes(key) || keys.includes('any'))?.does;

/** The name of a key as the keymap writes it; nothing for pasted text. */
export function keyName(input: string, key: Key): string | undefined {
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.leftArrow) return 'left';
  if (key.rightArrow) return 'right';
  if (key.pageUp) return 'pageup';
  if (key.pageDown) return 'pagedown';
  if (key.return) return 'enter';
  if (key.escape) return 'esc';
  if (key.tab) return 'tab';
  if (key.backspace || key.delete) return 'backspace';
  if (key.ctrl || key.meta || [...input].length !== 1) return undefined;
  return input;
}
