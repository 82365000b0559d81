// The store of several hosts: a PostgreSQL database. Each competition is a row of https_quest.competition, named by its id;
// who opens the store goes on with the newest one, until it is purged or a new one is begun.
import { randomBytes } from 'node:crypto';
import { type Appended, type EventStore, StoreFault } from './eventStore.ts';
import { eventSchema, type Stored } from './events.ts';
import { followers } from './followers.ts';
import { connectionsTo } from './postgresConnections.ts';
import { deleted } from './postgresFaults.ts';
import { prepare } from './postgresSchema.ts';
import { turns } from './turns.ts';
import { type Checked, checked, playerOf } from './wanted.ts';

/** Between looks for what no notice was heard of, in milliseconds. */
const lookEvery = 1000;

/**
 * Opens the newest competition of the database at `postgres://user:password@host:port/database`, or begins one: if there
 * is none, or if a new one is asked for. Rejects with StoreFault within seconds where the database does not answer, lets
 * nobody in, or is of a newer version. Where it goes away later, the next call and the followers reach for it again.
 */
export async function openPostgres(address: string, which: 'newest' | 'new' = 'newest'): Promise<EventStore> {
  const asking = await connectionsTo(address, 2);
  const { id, salt } = await asking
    .ask((sql) => prepare(sql, which, randomBytes(16).toString('hex')))
    .catch(async (error) => {
      await asking.close();
      throw error;
    });

  const { add, alone } = turns((batches: readonly (readonly Checked[])[]) =>
    asking.ask(async (sql) => {
      const all = batches.flat();
      const rows = await sql<Appended[]>`
        select number, fresh from https_quest.append(
          ${id},
          ${all.map(({ key }) => key ?? null)}::text[],
          ${all.map(({ event }) => playerOf(event) ?? null)}::text[],
          ${all.map(({ event }) => JSON.stringify(event))}::text[])`;
      following.wake();
      let from = 0;
      return batches.map(({ length }) => {
        from += length;
        return rows.slice(from - length, from).map(({ number, fresh }) => ({ number, fresh }));
      });
    }),
  );
  const read: EventStore['read'] = (after, most = 5000) =>
    asking.ask(async (sql) => {
      const rows = await sql<Row[]>`
        select number, at::float8, event from https_quest.event
        where competition = ${id} and number > ${after} order by number limit ${most}`;
      return rows.map(toStored);
    });
  const following = followers(read);

  const hearing = await connectionsTo(address, 1, (_, competition) => {
    if (competition === `${id}`) following.wake();
  });
  let looking = false;
  /** Makes sure that notices are heard, also after the connection broke, and looks for what came meanwhile. */
  const look = async () => {
    if (looking) return;
    looking = true;
    await hearing.ask((sql) => sql.unsafe('listen https_quest')).catch(unlessOurFault);
    looking = false;
    following.wake();
  };
  const timer = setInterval(() => void look(), lookEvery);
  await look();

  const close = async () => {
    clearInterval(timer);
    following.end();
    await Promise.all([asking.close(), hearing.close()]);
  };
  return {
    notices: [],
    append: async (batch) => add(checked(batch, salt)),
    read,
    head: () =>
      asking.ask(async (sql) => {
        const [row] = await sql<{ head: number }[]>`select head from https_quest.competition where id = ${id}`;
        if (!row) throw new StoreFault(deleted);
        return row.head;
      }),
    follow: following.follow,
    erase: (player) =>
      asking.ask(async (sql) => {
        await sql`
          update https_quest.event set event = ${JSON.stringify({ type: 'erased' })}, player = null
          where competition = ${id} and player = ${player}`;
        // What an update replaced stays in the file until then.
        await sql.unsafe('vacuum https_quest.event');
      }),
    close: () => alone(close),
    purge: () =>
      alone(async () => {
        await asking.ask(async (sql) => {
          await sql`delete from https_quest.competition where id = ${id}`;
          await sql.unsafe('vacuum https_quest.event');
        });
        await close();
      }),
  };
}

interface Row {
  readonly number: number;
  readonly at: number;
  readonly event: string;
}

function toStored({ number, at, event }: Row): Stored {
  const parsed = eventSchema.safeParse(JSON.parse(event));
  if (!parsed.success)
    throw new StoreFault(
      `Event ${number} in the database is none that this version of https-quest knows. Host with the version that wrote it.`,
    );
  return { number, at, event: parsed.data };
}

function unlessOurFault(error: unknown): void {
  if (!(error instanceof StoreFault)) throw error;
}
