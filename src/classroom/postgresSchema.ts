// What the program makes in a database for itself: the schema `https_quest`, and in it the competitions with their events.
import type { Sql } from 'postgres';
import { StoreFault } from './eventStore.ts';

/**
 * What leads from each version to the next, in order: the first from nothing to version 1. What is here has run in the
 * databases of others and is never changed; more is added behind it.
 *
 * A competition's row counts its events. Who appends locks it until the commit: so numbers have no gaps, and none becomes
 * visible before those below it. `append` does all of it in one call, so that the lock never waits for a network.
 */
const migrations = [
  `
  create table https_quest.competition (
    id integer primary key generated always as identity,
    begun timestamptz not null default now(),
    -- Under which the keys are hashed.
    salt text not null,
    head integer not null default 0
  );
  create table https_quest.event (
    competition integer not null references https_quest.competition on delete cascade,
    number integer not null,
    -- Milliseconds since 1970, by the clock of the database: hosts need not agree on the time.
    at bigint not null,
    key text,
    player text,
    -- Text, because a JSON string may hold what neither json nor jsonb can be asked about.
    event text not null,
    primary key (competition, number),
    unique (competition, key)
  );
  create index event_player on https_quest.event (competition, player) where player is not null;
  create function https_quest.append(which integer, keys text[], players text[], events text[])
  returns table (number integer, fresh boolean) language plpgsql as $$
  #variable_conflict use_column
  declare
    last integer;
    before integer;
    there integer;
  begin
    select head into last from https_quest.competition where id = which for update;
    if not found then
      raise exception 'There is no competition %', which using errcode = 'HQ404';
    end if;
    before := last;
    for place in 1 .. coalesce(cardinality(events), 0) loop
      there := null;
      if keys[place] is not null then
        select e.number into there from https_quest.event e where e.competition = which and e.key = keys[place];
      end if;
      if there is null then
        last := last + 1;
        insert into https_quest.event (competition, number, at, key, player, event)
        values (which, last, extract(epoch from clock_timestamp()) * 1000, keys[place], players[place], events[place]);
        return query select last, true;
      else
        return query select there, false;
      end if;
    end loop;
    if last > before then
      update https_quest.competition set head = last where id = which;
      perform pg_notify('https_quest', which::text);
    end if;
  end $$;
  `,
];
const newest = migrations.length;
/** Any number that is not asked for by another program. */
const lock = 8_446_443;

export interface Competition {
  readonly id: number;
  readonly salt: string;
}

/**
 * Makes the schema, or brings it up to date, and finds the newest competition or begins one with this salt, if there is
 * none or a new one is wanted. Hosts that start at once do it one after the other. Throws StoreFault where it is newer.
 */
export const prepare = (sql: Sql, which: 'newest' | 'new', salt: string): Promise<Competition> =>
  sql.begin(async (sql) => {
    await sql`select pg_advisory_xact_lock(${lock})`;
    const [made] = await sql<{ made: boolean }[]>`select to_regclass('https_quest.version') is not null as made`;
    // Only where it is missing: to be allowed to make it is more than to be allowed to use it.
    if (!made?.made) {
      await sql`create schema if not exists https_quest`;
      await sql`create table https_quest.version (version integer not null)`;
      await sql`insert into https_quest.version values (0)`;
    }
    const [found] = await sql<{ version: number }[]>`select version from https_quest.version`;
    const version = found?.version ?? 0;
    if (version > newest)
      throw new StoreFault(
        'The competitions in the database are of a newer version of https-quest, and are left as they are. Update the game, or give another database.',
      );
    for (const migration of migrations.slice(version)) await sql.unsafe(migration);
    if (version < newest) await sql`update https_quest.version set version = ${newest}`;
    const there =
      which === 'newest'
        ? await sql<Competition[]>`select id, salt from https_quest.competition order by id desc limit 1`
        : [];
    const [competition] = there.length
      ? there
      : await sql<Competition[]>`insert into https_quest.competition (salt) values (${salt}) returning id, salt`;
    if (!competition) throw new Error('A row that was inserted was not returned.');
    return competition;
  });
