// Node's own TLS and HTTP as peers. One server serves all cells that need no other settings.
import { constants } from 'node:crypto';
import type { Session } from '../../../src/tls/sessions.ts';
import { dial, listening, pem, serving } from '../peers.ts';
import { leaves, members, type Owned, requestsIn, root, serve, stranger, visit, visitsIn } from './engine.ts';
import { host } from './http.ts';
import { hybridRequest, hybridServer } from './hybrid.ts';
import { ask, httpsAgent, httpsServer } from './nodeHttp.ts';
import type { Terms } from './table.ts';
import type { Peers, Visit } from './visits.ts';

export const nodePeers = (): Peers => ({ 'node:tls server': servers(), 'node:tls client': client });

/** Everything that is old or weak is allowed: the engine's end chooses. */
const settings = ({ peer }: Terms) =>
  ({
    ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:ALL:eNULL:@SECLEVEL=0',
    secureOptions: constants.SSL_OP_ALLOW_NO_DHE_KEX,
    minVersion: peer === 'TLS 1.3' ? 'TLSv1.3' : 'TLSv1.2',
    maxVersion: peer === 'TLS 1.2' ? 'TLSv1.2' : 'TLSv1.3',
    ALPNProtocols: ['http/1.1'],
  }) as const;
const pems = ({ chain, key }: Owned) => ({
  cert: chain.map(pem).join(''),
  key: String(key.export({ type: 'pkcs8', format: 'pem' })),
});

function servers(): NonNullable<Peers['node:tls server']> {
  const running = new Map<string, Promise<number>>();
  let keyLog = '';
  const onSecret = (line: string) => {
    keyLog += line;
  };
  return async (terms) => {
    const options = {
      ...settings(terms),
      ...pems(leaves[terms.leaf ?? 'Ed25519']),
      ...(terms.retry === 'group' ? { ecdhCurve: 'prime256v1' } : {}),
      ...(terms.member ? { requestCert: true, ca: pem(root) } : {}),
    };
    const key = JSON.stringify(options);
    const begin = async () => {
      const own = running.get(key) ?? listening(httpsServer(options, onSecret), { shared: true });
      running.set(key, own);
      return { port: await own, said: () => keyLog };
    };
    const { port, said } = terms.group === 'X25519MLKEM768' ? await hybridServer(options) : await begin();
    const kept: Session[] = [];
    const visits: Visit[] = [];
    for (let left = visitsIn(terms); left > 0; left--) {
      const { result, told } = await visit(await dial(port), terms, kept);
      visits.push({ told, transport: result.transport, heard: result.app, keyLog: '' });
    }
    return visits.map((one) => ({ ...one, keyLog: said() }));
  };
}

const client: NonNullable<Peers['node:tls client']> = async (terms) => {
  const { port, outcomes } = await serving(...Array.from({ length: visitsIn(terms) }, () => () => serve(terms)));
  let keyLog = '';
  const agent = httpsAgent({ keepAlive: requestsIn(terms) > 1, maxSockets: 1 }, (line) => {
    keyLog += line;
  });
  const visits: Visit[] = [];
  for (const outcome of outcomes) {
    let heard = '';
    for (let left = requestsIn(terms); left > 0; left--) {
      const options = {
        ...settings(terms),
        ...(terms.member && terms.member !== 'nothing' ? pems(members[terms.member]) : {}),
        ...{ port, host: '127.0.0.1', servername: host, ca: pem(terms.stranger ? stranger : root) },
        ...(terms.group === 'secp256r1' ? { ecdhCurve: 'P-256' } : {}),
        headers: { Host: host, ...(left === 1 ? { Connection: 'close' } : {}) },
      };
      if (terms.group === 'X25519MLKEM768') {
        const answer = await hybridRequest(options);
        heard += answer.heard;
        keyLog += answer.said;
      } else heard += await ask({ ...options, agent });
    }
    const { result, told } = await outcome;
    visits.push({ told, transport: result.transport, heard, keyLog: '' });
  }
  agent.destroy();
  return visits.map((one) => ({ ...one, keyLog }));
};
