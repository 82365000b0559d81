// The way to the database: connections that come back by themselves, and an end to waiting.
import type { Sql } from 'postgres';
import { StoreFault } from './eventStore.ts';
import { faultOf, parseAddress, Silence, silent } from './postgresFaults.ts';

/** How long an answer may take, in milliseconds. The database is told to give up before we do. */
const patience = 5000;

export interface Connections {
  /** Rejects with StoreFault where there is no answer, or a refusal. The next question tries anew. */
  readonly ask: <Answer>(question: (sql: Sql) => Promise<Answer>) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

/** At most `most` connections, made when the first question comes. `hear` gets what is notified on them. */
export async function connectionsTo(
  address: string,
  most: number,
  hear: (channel: string, payload: string) => void = () => {},
): Promise<Connections> {
  const at = parseAddress(address);
  const { default: postgres } = await import('postgres');
  const connect = (): Sql => {
    // Not among the types of its options, though it is one.
    const heard: object = { onnotify: hear };
    return postgres(address, {
      ...heard,
      max: most,
      max_lifetime: null,
      connect_timeout: 4,
      backoff: () => 0.2,
      onnotice: () => {},
      connection: {
        application_name: 'https-quest',
        statement_timeout: patience - 1000,
        // An answer means that it is on disk, whatever the server is set to.
        synchronous_commit: 'on',
      },
    });
  };
  let sql = connect();
  let closed = false;
  const tooLate = silent(at, `within ${patience / 1000} s`);
  return {
    async ask(question) {
      if (closed) throw new StoreFault(`The database at ${at.server} was left: the host is closed.`);
      const asked = sql;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(tooLate), patience);
      });
      try {
        return await Promise.race([question(asked), late]);
      } catch (error) {
        const fault = faultOf(error, at);
        // A connection that once failed may stay silent for good; the next question gets new ones.
        if (fault instanceof Silence && asked === sql && !closed) {
          sql = connect();
          void asked.end({ timeout: 0 });
        }
        throw fault;
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      closed = true;
      await sql.end({ timeout: 2 });
    },
  };
}
