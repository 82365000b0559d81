// curl as a client. Several visits are several addresses of one call: it keeps sessions as long as it runs.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder, pem, serving, start } from '../peers.ts';
import { members, requestsIn, root, serve, stranger, visitsIn } from './engine.ts';
import { host, response } from './http.ts';
import type { Peers, Visit } from './visits.ts';

export function curlPeer(): Peers {
  const files = folder();
  return {
    async curl(terms) {
      const count = visitsIn(terms);
      const { port, outcomes } = await serving(...Array.from({ length: count }, () => () => serve(terms)));
      const log = join(files.path, `${port}.log`);
      const member = terms.member && terms.member !== 'nothing' ? members[terms.member] : undefined;
      const peer = start(
        'curl',
        [
          ...[
            '--silent',
            '--show-error',
            '--include',
            '--http1.1',
            '--noproxy',
            '*',
            '--ciphers',
            'ALL:eNULL:@SECLEVEL=0',
          ],
          ...['--cacert', files.put(`root-${terms.stranger}.pem`, pem(terms.stranger ? stranger : root))],
          ...(terms.group === 'secp256r1' ? ['--curves', 'P-256'] : []),
          ...(terms.peer === 'TLS 1.2' ? ['--tls-max', '1.2'] : []),
          ...(terms.peer === 'TLS 1.3' ? ['--tlsv1.3'] : []),
          ...(member
            ? [
                ...['--cert', files.put('alice.pem', member.chain.map(pem).join(''))],
                ...['--key', files.put('alice.key', String(member.key.export({ type: 'pkcs8', format: 'pem' })))],
              ]
            : []),
          ...['--resolve', `${host}:${port}:127.0.0.1`],
          ...Array.from({ length: count * requestsIn(terms) }, () => `https://${host}:${port}/parcel`),
        ],
        { env: { SSLKEYLOGFILE: log } },
      );
      await peer.ended;
      const visits: Visit[] = [];
      for (const [index, outcome] of outcomes.entries()) {
        const { result, told } = await outcome;
        const heard =
          count === 1
            ? peer.answered()
            : peer
                .answered()
                .slice(index * response().length)
                .slice(0, response().length);
        const keyLog = existsSync(log) ? readFileSync(log, 'latin1') : '';
        visits.push({ told, transport: result.transport, heard, keyLog });
      }
      return visits;
    },
  };
}
