// The host on a screen: Ink and all that it needs is loaded only here.
import { createElement } from 'react';
import { type PagesDesk, teacherState } from '../../classroom/pagesDesk.ts';
import { readPreferences } from '../../store/preferences.ts';
import { Dashboard } from '../../ui/dashboard/Dashboard.tsx';
import type { Desk } from '../../ui/dashboard/desk.ts';
import { onScreen } from '../../ui/onScreen.tsx';
import { printable } from '../../ui/printable.ts';
import { enterScreen, leaveScreen } from '../../ui/terminal.ts';
import { lookWith, themeFor } from '../../ui/theme.ts';
import type { Call } from '../call.ts';
import { lookAround } from '../look.ts';
import { acts, type Hosting, obeyed, tell } from '../plain/hosting.ts';

interface OnScreen extends Hosting, Pick<Desk, 'addresses' | 'notes'> {
  readonly call: Pick<Call, 'settings' | 'folder'>;
  readonly desk: Omit<PagesDesk, 'host'>;
  /** What there is to say at the start. */
  readonly notices: readonly string[];
  /** Who is told of complaints while the screen is there; nobody, once it is left. */
  readonly complaints: (listen: ((texts: readonly string[]) => void) | undefined) => void;
}

/** Until the teacher leaves or a signal comes. The terminal is then as it was. */
export async function hostOnScreen(hosting: OnScreen): Promise<void> {
  const { call, addresses, notes, complaints } = hosting;
  enterScreen();
  const look = await lookAround(call.settings);
  const theme = themeFor(lookWith(readPreferences(call.folder).preferences, look));
  const watch = watched(hosting);
  complaints(watch.note);
  const desk: Desk = {
    ...watch,
    addresses,
    notes: notes.map(printable),
    words: Object.entries(acts).map(([word, { takes, says }]) => ({ word, takes, says })),
    obey: async (typed) => (await obeyed(typed, hosting)).map(printable),
  };
  try {
    await onScreen((quit) => createElement(Dashboard, { desk, theme, quit }));
  } finally {
    complaints(undefined);
    watch.end();
    leaveScreen();
  }
}

/** So many events are kept to look back at. */
const mostEvents = 200;
/** At most so often it is drawn anew, in ms: 300 players do more in that time than anybody reads. */
const pace = 250;
/** Looking takes at most one part in so many of the host's time: players wait for it, too. */
const share = 10;
/** As often, though nothing happened: who is stuck is so for longer. */
const idle = 10_000;

function watched({ host, desk, notices }: OnScreen) {
  const noted = (text: string, at: number) => ({ at, text: printable(text) });
  let events = notices.map((text) => noted(text, Date.now()));
  let took = 0;
  const look = () => {
    const [now, begun] = [Date.now(), performance.now()];
    const state = teacherState(host.competition(), desk, now);
    took = performance.now() - begun;
    return { state, events, now };
  };
  let seen = look();
  const tells = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  const renew = () => {
    timer = undefined;
    seen = look();
    for (const each of tells) each();
  };
  const soon = () => {
    timer ??= setTimeout(renew, Math.max(pace, share * took));
  };
  const add = (texts: readonly string[], at: number) => {
    events = [...texts.map((text) => noted(text, at)), ...events].slice(0, mostEvents);
    soon();
  };
  const clock = setInterval(soon, idle);
  const unfollow = host.changed((stored) => {
    for (const one of stored) add(tell(one, host.competition()), one.at);
  });
  return {
    seen: () => seen,
    follow(each: () => void) {
      tells.add(each);
      return () => void tells.delete(each);
    },
    note: (texts: readonly string[]) => add([texts.join(' ')], Date.now()),
    end() {
      unfollow();
      clearInterval(clock);
      clearTimeout(timer);
    },
  };
}
