// The menu of the title, in its order. Known before anything else is loaded, so that the title stands where it will stay.

export interface Entry {
  /** Where it leads. */
  readonly to: 'play' | 'map' | 'drill' | 'codex' | 'live' | 'certificate' | 'classroom' | 'settings' | 'help' | 'quit';
  readonly label: string;
}

/** What the first entry is called is for the player's progress to say. */
export const menu: readonly Entry[] = [
  { to: 'play', label: 'Begin' },
  { to: 'map', label: 'Campaign' },
  { to: 'drill', label: 'Drill' },
  { to: 'codex', label: 'Codex' },
  { to: 'live', label: 'Live' },
  { to: 'certificate', label: 'Certificate' },
  { to: 'classroom', label: 'Classroom' },
  { to: 'settings', label: 'Settings' },
  { to: 'help', label: 'Keys' },
  { to: 'quit', label: 'Leave' },
];
