// A PostgreSQL of a test's own, in a temporary folder, on a port of 127.0.0.1 that is free.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';

/** Where Debian and others put its programs, the newest first; in the path there may be none of them. */
const folders = [
  ...(existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [])
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => `/usr/lib/postgresql/${version}/bin`),
  ...(process.env.PATH ?? '').split(':'),
];
const programs = folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))));
/** Whether there is a PostgreSQL to start. */
export const noPostgres = programs === undefined || process.platform === 'win32';
if (noPostgres) console.log('skipped: PostgreSQL (initdb, postgres) is not installed');

export const password = 'not:to/be@seen';

export interface PostgresServer {
  /** The address of a database; it is made if it is not there. */
  readonly database: (name: string) => Promise<string>;
  readonly port: number;
  /** SIGKILL to the postmaster; resolves once it is gone with all its processes. */
  readonly kill: () => Promise<void>;
  /** Where it does not run: again, on the same port and with what it had on disk; resolves once it answers. */
  readonly start: () => Promise<void>;
  /** Ends it and deletes all that it had. */
  readonly end: () => Promise<void>;
}

export async function startPostgres(): Promise<PostgresServer> {
  const home = mkdtempSync(join(tmpdir(), 'https-quest-postgres-'));
  const owner = ownerOf(home);
  const data = join(home, 'data');
  const secret = join(home, 'password');
  writeFileSync(secret, password);
  if (owner.uid !== undefined) chownSync(secret, owner.uid, owner.gid ?? owner.uid);
  execFileSync(
    join(programs ?? '', 'initdb'),
    ['-D', data, '-U', 'teacher', '--pwfile', secret, '--auth=scram-sha-256', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...owner, cwd: home, stdio: 'pipe' },
  );
  const port = await freePort();
  const addressOf = (name: string) => `postgres://teacher:${encodeURIComponent(password)}@127.0.0.1:${port}/${name}`;
  /** Asks it as long as it does not answer. */
  const ask = async (query: string): Promise<readonly object[]> => {
    for (let left = 200; ; left--) {
      const sql = postgres(addressOf('postgres'), { max: 1, connect_timeout: 5, backoff: () => 0.05, onnotice() {} });
      try {
        return await sql.unsafe(query);
      } catch (error) {
        if (!left || (child?.exitCode ?? null) !== null) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      } finally {
        await sql.end({ timeout: 0 });
      }
    }
  };
  let child: ChildProcess | undefined;
  const started: ChildProcess[] = [];
  process.on('exit', () => {
    for (const one of started) one.kill('SIGQUIT');
  });
  const runs = () => child?.exitCode === null && child.signalCode === null;
  const kill = async (signal: 'SIGKILL' | 'SIGQUIT') => {
    if (!child || !runs()) return;
    child.kill(signal);
    // Its processes hold its output open as long as one of them lives.
    await once(child, 'close');
  };
  const server: PostgresServer = {
    port,
    async database(name) {
      const there = await ask(`select 1 from pg_database where datname = '${name}'`);
      if (!there.length) await ask(`create database ${name}`);
      return addressOf(name);
    },
    kill: () => kill('SIGKILL'),
    async start() {
      if (runs()) return;
      // Its processes are killed here, not the machine: what they wrote is there, whether or not it has reached the disk.
      const settings = ['listen_addresses=127.0.0.1', 'log_min_messages=panic', 'fsync=off'];
      child = spawn(
        join(programs ?? '', 'postgres'),
        ['-D', data, '-k', home, '-p', `${port}`, ...settings.flatMap((setting) => ['-c', setting])],
        { ...owner, cwd: home, stdio: ['ignore', 'pipe', 'pipe'] },
      );
      child.stdout?.resume();
      child.stderr?.resume();
      started.push(child);
      await ask('select 1');
    },
    async end() {
      await kill('SIGQUIT');
      rmSync(home, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

/** It refuses to run as root: then it is somebody else, to whom the folder is given. */
function ownerOf(folder: string): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  const user = users.find((line) => line.startsWith('postgres:')) ?? users.find((line) => line.startsWith('nobody:'));
  const [, , uid, gid] = user?.split(':') ?? [];
  const owner = { uid: Number(uid), gid: Number(gid) };
  chownSync(folder, owner.uid, owner.gid);
  return owner;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
