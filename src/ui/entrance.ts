// The way into a competition: what is typed on the join screen, the steps of joining, and the competition that one is in.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Session } from '../classroom/session.ts';
import type { Board } from '../classroom/wire.ts';
import type { Store } from '../store/store.ts';
import { type Competing, competingIn } from './competing.ts';

export const fieldNames = ['address', 'code', 'name', 'team'] as const;
export type FieldName = (typeof fieldNames)[number];
export type Fields = Readonly<Record<FieldName, string>>;
/** What is under way: the network, the host's key, and then the first words over HTTP. */
export type JoinStep = 'calling' | 'comparing' | 'joining';

/** What the way in needs of sockets and disk. */
export interface Classroom {
  /** As it was the last time, or as it was given on the command line. */
  readonly first: Fields;
  /** Nothing is left to be typed: there is a place already, and the player asked for it. */
  readonly goesOn: boolean;
  /** What is wrong with what is typed, found without asking anybody. `whole`: nothing more is coming. */
  readonly faultOf: (name: FieldName, text: string, whole: boolean) => string | undefined;
  /** The name of the player's place in the competition that has this code, where there is one. */
  readonly placeOf: (code: string) => string | undefined;
  /** Takes the place. Nothing but a handshake is sent before the key was compared. */
  readonly join: (
    fields: Fields,
    tell: (step: JoinStep) => void,
  ) => Promise<Competition | { readonly says: string; readonly field?: FieldName | undefined }>;
}
export interface Competition {
  /** Of a game that has the levels of the round, and the log of the competition. */
  readonly store: Store;
  readonly session: Session;
  /** The public board; or why it is not to be had, in a sentence. */
  readonly board: () => Promise<Board | string>;
  /** The command with which the player comes back. */
  readonly comeBack: string;
  readonly close: () => void;
}

/** How a competition was left. */
export interface Left {
  /** What there is to say. */
  readonly says: string | undefined;
  /** The player was taken out of it. */
  readonly isOut: boolean;
}

export interface EntranceState {
  readonly classroom: Classroom | undefined;
  readonly fields: Fields;
  readonly at: FieldName;
  /** While somebody is asked. */
  readonly step: JoinStep | undefined;
  readonly said: string | undefined;
  readonly inside: Competing | undefined;
  /** The program was started for the competition, which was left: it ends. */
  readonly isDone: boolean;
}
export type Entrance = StoreApi<EntranceState> & {
  readonly actions: {
    /** Loads what is needed; goes straight in where nothing is left to be typed. */
    readonly open: () => Promise<void>;
    readonly type: (text: string) => void;
    readonly move: (by: 1 | -1) => void;
    /** To the next field; behind the last one in. */
    readonly enter: () => void;
    /** Stops the joining that is under way. Gives whether there was one. */
    readonly stop: () => boolean;
    /** Ends a competition at once, such as when the program ends. */
    readonly close: () => void;
  };
};

/** Of somebody who has a place nothing is wanted but where it is. */
export const fieldsOf = (classroom: Classroom | undefined, { code }: Fields): readonly FieldName[] =>
  classroom?.placeOf(code) === undefined ? fieldNames : ['address', 'code'];

const nothing: Fields = { address: '', code: '', name: '', team: '' };

/** `left`: called after a competition was left. */
export function createEntrance(load: () => Promise<Classroom>, left: (how: Left) => void): Entrance {
  const store = createStore<EntranceState>(() => ({
    classroom: undefined,
    fields: nothing,
    at: 'address',
    step: undefined,
    said: undefined,
    inside: undefined,
    isDone: false,
  }));
  const { getState: get, setState: set } = store;
  /** Counts the joinings: what comes of one that was stopped is let go. */
  let turn = 0;

  const goIn = (competition: Competition) => {
    const inside = competingIn(competition, (how) => {
      set({ inside: undefined, said: undefined, fields: nothing, at: 'address' });
      left(how);
    });
    set({ inside, step: undefined, said: undefined });
  };
  const submit = async () => {
    const { classroom, fields } = get();
    if (!classroom) return;
    for (const name of fieldNames) {
      const fault = classroom.faultOf(name, fields[name], true);
      if (fault) return set({ at: name, said: fault });
    }
    turn += 1;
    const mine = turn;
    set({ step: 'calling', said: undefined });
    const came = await classroom.join(fields, (step) => {
      if (mine === turn && get().step) set({ step });
    });
    if (mine !== turn) {
      if ('store' in came) came.close();
    } else if ('store' in came) goIn(came);
    else set({ step: undefined, said: came.says, at: came.field ?? get().at });
  };

  const actions: Entrance['actions'] = {
    async open() {
      if (get().inside || get().step) return;
      const classroom = await load();
      // What is typed already stays.
      if (get().fields !== nothing) return set({ classroom });
      const { first } = classroom;
      const wanted = fieldsOf(classroom, first);
      const empty = wanted.find((name) => !first[name] && name !== 'team');
      set({ classroom, fields: first, at: empty ?? wanted.at(-1) ?? 'address' });
      if (classroom.goesOn) await submit();
    },
    type(text) {
      const { at, fields, step } = get();
      if (!step) set({ fields: { ...fields, [at]: text }, said: undefined });
    },
    move(by) {
      const { at, step, classroom, fields } = get();
      const wanted = fieldsOf(classroom, fields);
      const place = wanted.indexOf(at) + by;
      if (!step) set({ at: wanted.at(place % wanted.length) ?? at, said: undefined });
    },
    enter() {
      const { at, step, classroom, fields } = get();
      if (step || !classroom) return;
      const fault = classroom.faultOf(at, fields[at], true);
      if (fault) return set({ said: fault });
      if (at === fieldsOf(classroom, fields).at(-1)) void submit();
      else actions.move(1);
    },
    stop() {
      if (!get().step) return false;
      turn += 1;
      set({ step: undefined, said: 'You stopped it.' });
      return true;
    },
    close() {
      turn += 1;
      get().inside?.close();
    },
  };
  return Object.assign(store, { actions });
}

/** Said before a name is sent to a host. */
export const privacy =
  'What leaves this machine: your nickname, your team if you name one, and what you do in the levels. The host keeps that, ' +
  'with the time, and not the address of your machine. The class sees your nickname and your points. Your teacher can erase it all.';
