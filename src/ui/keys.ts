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
  | 'replay'
  | 'replay bytes'
  | 'settings'
  | 'codex'
  | 'drill'
  | 'no drill'
  | 'live'
  | 'certificate'
  | 'no certificate'
  | 'no name'
  | 'typing'
  | 'join'
  | 'joining'
  | 'lobby'
  | 'round'
  | 'round debrief'
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
  | 'replay'
  | 'step on'
  | 'step back'
  | 'link'
  | 'page back'
  | 'search'
  | 'all or met'
  | 'change on'
  | 'change back'
  | 'again'
  | 'export'
  | 'card'
  | 'certificate'
  | 'play for it'
  | 'name'
  | 'drill'
  | 'begin the drill'
  | 'map'
  | 'back'
  | 'help'
  | 'ask to quit'
  | 'leave'
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

const afterwards: readonly Context[] = ['debrief', 'round debrief'];
/** In a competition, but in no level of it. */
const inClass: readonly Context[] = ['lobby', 'round'];

/** The places that the title leads to. */
const fromTitle: readonly Context[] = ['map', 'settings', 'codex', 'drill', 'no drill', 'live'];
const certifying: readonly Context[] = ['certificate', 'no certificate', 'no name'];
/** Where there is more to read than there may be room. */
const reading: readonly Context[] = ['verdict', 'debrief', 'round debrief', 'brief', 'replay', 'certificate'];

/** In the order of the footer; the first five of a context stand there. */
export const keymap: readonly Binding[] = [
  { keys: [], shows: '↑↓', says: 'choose', in: ['title', 'move', 'live'] },
  { keys: [], shows: '↑↓', says: 'message', in: ['pick'] },
  { keys: ['up', 'k'], shows: '↑↓', says: 'level', does: 'up', in: ['map', ...inClass] },
  { keys: ['down', 'j'], shows: '', says: '', does: 'down', in: ['map', ...inClass] },
  { keys: [], shows: '⏎', says: 'go', in: ['title'] },
  { keys: [], shows: '⏎', says: 'do it', in: ['move'] },
  { keys: [], shows: '⏎', says: 'open', in: ['pick'] },
  { keys: ['enter'], shows: '⏎', says: 'play', does: 'go on', in: ['map', 'round'] },
  { keys: ['enter', ' '], shows: '⏎', says: 'begin', does: 'begin the drill', in: ['drill'] },
  { keys: [], shows: '⏎', says: 'play', in: ['live'] },
  { keys: ['enter', ' '], shows: '⏎', says: 'play for it', does: 'play for it', in: ['no certificate'] },
  { keys: ['enter', 'n'], shows: '⏎', says: 'your name', does: 'name', in: ['no name'] },
  { keys: ['d'], shows: 'd', says: 'drill', does: 'drill', in: ['map'] },
  { keys: ['m'], shows: 'm', says: 'map', does: 'map', in: ['drill', 'no drill'] },
  { keys: ['enter', ' '], shows: '⏎', says: 'go on', does: 'go on', in: ['brief', 'verdict'] },
  { keys: ['up', 'k'], shows: '↑↓', says: 'setting', does: 'up', in: ['settings'] },
  { keys: ['up', 'k'], shows: '↑↓', says: 'entry', does: 'up', in: ['codex'] },
  { keys: ['down', 'j'], shows: '', says: '', does: 'down', in: ['settings', 'codex'] },
  { keys: ['right', 'l', 'enter', ' '], shows: '←→', says: 'change', does: 'change on', in: ['settings'] },
  { keys: ['left', 'h'], shows: '', says: '', does: 'change back', in: ['settings'] },
  { keys: ['/'], shows: '/', says: 'search', does: 'search', in: ['codex'] },
  { keys: ['1', '2', '3', '4', '5', '6'], shows: '1 to 6', says: 'read on', does: 'link', in: ['codex'] },
  { keys: ['left', 'backspace', 'h'], shows: '←', says: 'back', does: 'page back', in: ['codex'] },
  { keys: ['a'], shows: 'a', says: 'all or met', does: 'all or met', in: ['codex'] },
  { keys: ['pageup', '['], shows: 'PgUp', says: 'page up', does: 'look back', in: ['codex'] },
  { keys: ['pagedown', ']'], shows: 'PgDn', says: 'page down', does: 'look on', in: ['codex'] },
  { keys: [], shows: '↑↓', says: 'field', in: ['join'] },
  { keys: [], shows: '⏎', says: 'next, then join', in: ['join'] },
  { keys: [], shows: 'esc', says: 'title', in: ['join'] },
  { keys: [], shows: 'esc', says: 'stop', in: ['joining'] },
  { keys: [], shows: '⏎', says: 'keep it', in: ['typing'] },
  { keys: [], shows: 'esc', says: 'as it was', in: ['typing'] },
  { keys: ['right', 'l', 'enter', ' '], shows: '←→', says: 'step', does: 'step on', in: ['replay'] },
  { keys: ['left', 'h', 'backspace'], shows: '', says: '', does: 'step back', in: ['replay'] },
  { keys: ['any'], shows: 'any key', says: 'skip', does: 'skip', in: ['flight'] },
  { keys: [' ', 'm'], shows: 'space', says: 'mark this field', does: 'mark', in: ['pick bytes'] },
  { keys: ['right', 'l'], shows: '←→', says: 'field', does: 'next field', in: ['bytes', 'pick bytes', 'replay bytes'] },
  { keys: ['left', 'h'], shows: '', says: '', does: 'previous field', in: ['bytes', 'pick bytes', 'replay bytes'] },
  {
    keys: ['enter', 'down', 'j'],
    shows: '⏎',
    says: 'into it',
    does: 'into',
    in: ['bytes', 'pick bytes', 'replay bytes'],
  },
  {
    keys: ['esc', 'backspace', 'up', 'k'],
    shows: 'esc',
    says: 'out',
    does: 'out',
    in: ['bytes', 'pick bytes', 'replay bytes'],
  },
  { keys: ['up', 'k'], shows: '↑↓', says: 'message', does: 'look back', in: ['ladder'] },
  { keys: ['down', 'j'], shows: '', says: '', does: 'look on', in: ['ladder'] },
  { keys: ['enter'], shows: '⏎', says: 'open', does: 'open', in: ['ladder'] },
  { keys: ['up', 'k'], shows: '↑↓', says: 'read', does: 'up', in: reading },
  { keys: ['down', 'j'], shows: '', says: '', does: 'down', in: reading },
  { keys: ['tab'], shows: 'tab', says: 'bytes', does: 'focus', in: ['move', 'pick', 'verdict', 'replay'] },
  { keys: ['tab'], shows: 'tab', says: 'ladder', does: 'focus', in: ['bytes', 'pick bytes'] },
  { keys: ['tab'], shows: 'tab', says: 'your move', does: 'focus', in: ['ladder'] },
  { keys: ['tab'], shows: 'tab', says: 'steps', does: 'focus', in: ['replay bytes'] },
  { keys: ['h'], shows: 'h', says: 'hint', does: 'hint', in: ['move', 'pick', 'ladder'] },
  {
    keys: ['w'],
    shows: 'w',
    says: 'wire or inside',
    does: 'layer',
    in: ['bytes', 'verdict', 'move', 'ladder', 'replay', 'replay bytes'],
  },
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
  { keys: ['enter', 'm', 'esc'], shows: '⏎', says: 'the round', does: 'map', in: ['round debrief'] },
  { keys: ['v'], shows: 'v', says: 'replay', does: 'replay', in: afterwards },
  { keys: ['x'], shows: 'x', says: 'export', does: 'export', in: afterwards },
  { keys: ['x'], shows: 'x', says: 'write the files', does: 'export', in: ['certificate'] },
  { keys: ['n'], shows: 'n', says: 'another name', does: 'name', in: ['certificate'] },
  { keys: ['c'], shows: 'c', says: 'share card', does: 'card', in: afterwards },
  { keys: ['t'], shows: 't', says: 'certificate', does: 'certificate', in: ['debrief'] },
  { keys: ['r'], shows: 'r', says: 'play again', does: 'again', in: afterwards },
  { keys: ['m', 'esc'], shows: 'm', says: 'map', does: 'map', in: ['debrief'] },
  { keys: ['esc'], shows: 'esc', says: 'the end of it', does: 'back', in: ['replay'] },
  { keys: ['esc'], shows: 'esc', says: 'title', does: 'back', in: fromTitle },
  { keys: ['esc'], shows: 'esc', says: 'back', does: 'back', in: certifying },
  {
    keys: ['?'],
    shows: '?',
    says: 'keys',
    does: 'help',
    in: [
      'title',
      'brief',
      ...afterwards,
      ...inClass,
      'replay',
      'replay bytes',
      ...fromTitle,
      ...certifying,
      ...looking,
    ],
  },
  {
    keys: ['esc'],
    shows: 'esc',
    says: 'leave',
    does: 'ask to quit',
    in: ['brief', 'move', 'pick', 'ladder', 'verdict'],
  },
  { keys: ['q'], shows: 'q', says: 'leave', does: 'ask to quit', in: ['brief', ...looking] },
  {
    keys: ['q'],
    shows: 'q',
    says: 'quit',
    does: 'quit',
    in: ['title', ...afterwards, 'replay', 'replay bytes', 'small', ...fromTitle, ...certifying],
  },
  { keys: ['q', 'esc'], shows: 'q', says: 'leave', does: 'quit', in: inClass },
  { keys: ['y', 'q', 'enter'], shows: 'y', says: 'leave', does: 'leave', in: ['quit'] },
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
