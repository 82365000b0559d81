// Node's own TLS with X25519MLKEM768, which came with OpenSSL 3.5: in another Node, where this one is too old for it.
import { spawnSync } from 'node:child_process';
import type https from 'node:https';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { start } from '../peers.ts';

/** This Node, or the one that `.ci/run` has put here. */
const node = [process.execPath, resolve('.cache/node/24/bin/node')].find(
  (one) =>
    spawnSync(one, ['-e', "require('node:tls').createSecureContext({ ecdhCurve: 'X25519MLKEM768' })"]).status === 0,
);

/** Whether there is no Node with the group. Says so, since tests are then skipped. */
export const hybridMissing = (): boolean => {
  if (!node) console.log(`skipped: OpenSSL ${process.versions.openssl} of this Node has no X25519MLKEM768`);
  return !node;
};

/** Answers requests until the test is over; says its secrets. */
export async function hybridServer(
  options: https.ServerOptions,
): Promise<{ readonly port: number; readonly said: () => string }> {
  const peer = begin('server', options);
  await peer.until(/port \d+\n/);
  return { port: Number(peer.answered().slice('port '.length)), said: peer.said };
}

/** The answer to a request, and its secrets beside it. */
export async function hybridRequest(
  options: https.RequestOptions,
): Promise<{ readonly heard: string; readonly said: string }> {
  const peer = begin('client', options);
  await peer.ended;
  return { heard: peer.answered(), said: peer.said() };
}

const begin = (role: 'server' | 'client', options: object) =>
  start(node ?? '', [
    fileURLToPath(new URL('programs/hybridPeer.ts', import.meta.url)),
    JSON.stringify({ role, options: { ecdhCurve: 'X25519MLKEM768', ...options } }),
  ]);
