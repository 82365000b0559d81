// What a database or the way to it says when it cannot, as one sentence for the teacher. Never the password.
import { codeOf } from '../store/damage.ts';
import { StoreFault } from './eventStore.ts';

/** The address in parts, as far as it may be shown. */
export interface Whereabouts {
  /** Such as `db.example:5432`. */
  readonly server: string;
  readonly database: string;
  readonly user: string;
}

/** Throws StoreFault where it is no address of a database. What it might hold of a password is not repeated. */
export function parseAddress(address: string): Whereabouts {
  try {
    const { protocol, hostname, port, pathname, username, password } = new URL(address);
    // A second @ or / may be one of the password's: then what looks like a name is a part of it.
    decodeURIComponent(password);
    if (/^postgres(?:ql)?:$/.test(protocol) && address.split('@').length <= 2 && !/[@/]/.test(pathname.slice(1)))
      return {
        server: `${hostname || 'localhost'}:${port || 5432}`,
        database: decodeURIComponent(pathname.slice(1)) || 'of the same name as the user',
        user: decodeURIComponent(username) || 'the user of this computer',
      };
  } catch {
    // What it says would repeat the address.
  }
  throw new StoreFault(
    'This is no address of a database. Write postgres://USER:PASSWORD@HOST:5432/DATABASE, and in the password %40 for @, %2F for /, %3A for :.',
  );
}

/** Also by another host. */
export const deleted = 'The competition in the database was deleted. Start the host again to begin a new one.';

/** By SQLSTATE (PostgreSQL, appendix A), and one of our own. */
const sentences: Readonly<Record<string, (at: Whereabouts) => string>> = {
  '28P01': refused,
  '28000': refused,
  '3D000': ({ server, database }) => `There is no database ${database} at ${server}. Create it, or give another one.`,
  '42501': ({ user, server, database }) =>
    `${user} may not write to the database ${database} at ${server}. Allow it: GRANT CREATE ON DATABASE, or make it the owner.`,
  '53100': ({ server }) =>
    `The disk of the database at ${server} is full. Make room there; what was said to be kept is kept.`,
  HQ404: () => deleted,
};

function refused({ user, server }: Whereabouts): string {
  return `The database at ${server} does not let ${user} in. Check the user and the password in its address.`;
}

/** A sentence for whatever went wrong on the way to the database or in it; what is our own fault is given as it is. */
export function faultOf(error: unknown, at: Whereabouts): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  const code = codeOf(error);
  const known = sentences[code]?.(at);
  if (known !== undefined) return new StoreFault(known);
  // Class 57 is a server that goes down or is not up yet, 08 a broken connection.
  if (error.name !== 'PostgresError' || /^(?:57P|08)/.test(code)) return silent(at, `(${code})`);
  return new StoreFault(
    `The database ${at.database} at ${at.server} refuses with ${code}. Its own log says why; what was said to be kept is kept.`,
  );
}

/** The database does not answer: `how` it does not. */
export const silent = ({ database, server }: Whereabouts, how: string): Silence =>
  new Silence(
    `The database ${database} at ${server} does not answer ${how}. Start it, or check its address; what was said to be kept is kept.`,
  );
export class Silence extends StoreFault {}
