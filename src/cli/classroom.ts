// The way into a competition, for the game on the screen: sockets and disk are loaded only when somebody wants in.
import { addressInWords, readAddress } from '../classroom/address.ts';
import { hostLine } from '../classroom/hostLine.ts';
import { parseCode } from '../classroom/joinCode.ts';
import { takeSeat } from '../classroom/joining.ts';
import { nicknameOf, teamNameOf } from '../classroom/names.ts';
import { connectPinned } from '../classroom/pinned.ts';
import { competitionFolder, lastSeat, readSeat, writeSeat } from '../classroom/seat.ts';
import { boardSchema } from '../classroom/wire.ts';
import type { AttemptLog } from '../game/progress.ts';
import type { Store, StoreSetup } from '../store/store.ts';
import type { Classroom, FieldName, Fields } from '../ui/entrance.ts';
import { printable } from '../ui/printable.ts';
import { openPlace } from './place.ts';

interface Setup {
  /** The data folder. */
  readonly folder: string;
  /** The player's own name, as it is set. */
  readonly name: string;
  /** As it was typed on the command line. */
  readonly given?: Fields | undefined;
  /** A game with this log and these attempts. */
  readonly storeFor: (log: AttemptLog, draw: StoreSetup['draw']) => Store;
}

export function classroomFor({ folder, name, given, storeFor }: Setup): Classroom {
  const placeOf = (code: string) => {
    const parsed = parseCode(code);
    return parsed.ok ? readSeat(competitionFolder(folder, parsed.code)).seat : undefined;
  };
  return {
    first: given ? { ...given, name: given.name || name } : asLastTime(folder, name),
    goesOn: given !== undefined && placeOf(given.code) !== undefined,
    faultOf,
    placeOf: (code) => placeOf(code)?.name,
    async join(fields, tell) {
      const read = readAddress(fields.address);
      if (!read.ok) return { says: read.says, field: 'address' };
      const parsed = parseCode(fields.code);
      if (!parsed.ok) return { says: parsed.says, field: 'code' };
      const { address } = read;
      const line = hostLine(address, parsed.code, async (to, code) => {
        const pinned = await connectPinned(to, code, { onKey: () => tell('comparing') });
        if (pinned.ok) tell('joining');
        return pinned;
      });
      const end = (says: string, field?: FieldName) => {
        line.close();
        return { says: printable(says), field };
      };
      const at = competitionFolder(folder, parsed.code);
      let { seat } = readSeat(at);
      let notice: string | undefined;
      if (seat) {
        seat = { ...seat, address: addressInWords(address) };
        notice = writeSeat(at, seat);
      } else {
        const [chosen, team] = [fields.name.trim(), fields.team.trim()];
        const taken = await takeSeat(line, { folder: at, address, name: chosen || undefined, team: team || undefined });
        if ('says' in taken) return end(taken.says, taken.word === 'name' ? 'name' : undefined);
        ({ seat, notice } = taken);
      }
      const place = openPlace(at, seat, line);
      if (typeof place === 'string') return end(place);
      const { session } = place;
      const store = storeFor(quietly(session.log), session.begin);
      if (notice) store.actions.say(printable(notice));
      return {
        store,
        session,
        comeBack: `https-quest join ${addressInWords(address)} ${parsed.code}`,
        async board() {
          const reply = await line.request('GET', '/api/board');
          if (!reply.ok) return reply.says;
          return boardSchema.safeParse(reply.data).data ?? 'The host says what this game does not understand.';
        },
        close() {
          place.close();
          line.close();
        },
      };
    },
  };
}

function asLastTime(folder: string, name: string): Fields {
  const last = lastSeat(folder);
  const code = last && parseCode(last.code);
  if (!last || !code?.ok) return { address: '', code: '', name, team: '' };
  return { address: last.address, code: code.code, name: last.name, team: '' };
}

function faultOf(name: FieldName, text: string, whole: boolean): string | undefined {
  if (name === 'code') {
    const typed = parseCode(text);
    // Before its end a code is not wrong, but not whole.
    return typed.ok || (!whole && lettersOf(text) < 10) ? undefined : printable(typed.says);
  }
  if (!whole) return undefined;
  if (name === 'address') {
    const typed = readAddress(text);
    return typed.ok ? undefined : printable(typed.says);
  }
  const named = text.trim() ? (name === 'team' ? teamNameOf : nicknameOf)(text) : undefined;
  return named && 'refused' in named ? printable(named.refused) : undefined;
}
const lettersOf = (text: string): number => [...text.replace(/[\s-]/g, '')].length;

/** What the session says is told by the screen of the competition, and not as a notice about the log. */
const quietly = (log: AttemptLog): AttemptLog => ({
  get progress() {
    return log.progress;
  },
  history: log.history,
  notices: [],
  record: (event) => log.record(event),
});
