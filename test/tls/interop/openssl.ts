// OpenSSL's own programs as peers. One `s_server` serves all cells that need no other settings.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Session } from '../../../src/tls/sessions.ts';
import { dial, folder, opensslServer, pem, serving, start, type Talking } from '../peers.ts';
import { leaves, members, requestsIn, root, serve, stranger, visit, visitsIn, type Owned } from './engine.ts';
import { body, host, request, response } from './http.ts';
import type { Terms } from './table.ts';
import type { Peers, Visit } from './visits.ts';

type Files = ReturnType<typeof folder>;

export function opensslPeers(): Peers {
  const files = folder();
  files.put('parcel', response());
  return { s_server: servers(files), s_client: clients(files) };
}

/** Everything that is old or weak is allowed: the engine's end chooses. */
const anything = ['-cipher', 'ALL:eNULL:@SECLEVEL=0', '-allow_no_dhe_kex', '-alpn', 'http/1.1'];
const versionOf = ({ peer }: Terms) => (peer === 'TLS 1.2' ? ['-tls1_2'] : peer === 'TLS 1.3' ? ['-tls1_3'] : []);
const paddingOf = ({ pads }: Terms) => (pads === 'peer' ? ['-record_padding', '4096'] : []);
const owner = (files: Files, name: string, { chain, key }: Owned) => [
  ...['-cert', files.put(`${name}.pem`, chain.slice(0, 1).map(pem).join(''))],
  ...['-key', files.put(`${name}.key`, String(key.export({ type: 'pkcs8', format: 'pem' })))],
  ...['-cert_chain', files.put(`${name}-chain.pem`, chain.slice(1).map(pem).join(''))],
];

function servers(files: Files): NonNullable<Peers['s_server']> {
  const log = join(files.path, 's_server.log');
  const running = new Map<string, ReturnType<typeof opensslServer>>();
  return async (terms) => {
    // In the mode for files it knows neither early data nor cookies nor commands, and closes after one request.
    const byHand = terms.again === 'early data' || terms.retry === 'cookie' || terms.rekeys !== undefined;
    const leaf = terms.leaf ?? 'Ed25519';
    const args = [
      ...[...anything, '-keylogfile', log, '-max_early_data', '4096'],
      ...[...owner(files, leaf, leaves[leaf]), ...versionOf(terms), ...paddingOf(terms)],
      ...(terms.retry === 'group' ? ['-groups', 'P-256'] : []),
      ...(terms.member ? ['-Verify', '2', '-verify_return_error', '-CAfile', files.put('root.pem', pem(root))] : []),
      ...(terms.again === 'early data' ? ['-early_data'] : []),
      ...(terms.retry === 'cookie' ? ['-stateless'] : []),
      ...(byHand ? [] : ['-HTTP']),
    ];
    const key = args.join(' ');
    const surroundings = { cwd: files.path, shared: !byHand };
    const server = (!byHand && running.get(key)) || opensslServer(args, surroundings);
    running.set(key, server);
    const { port, peer } = await server;
    const kept: Session[] = [];
    const visits: Visit[] = [];
    const answering = byHand ? answerByHand(peer, terms) : undefined;
    for (let left = visitsIn(terms); left > 0; left--) {
      const { result, told } = await visit(await dial(port), terms, kept);
      visits.push({ told, transport: result.transport, heard: result.app, keyLog: '' });
    }
    await answering;
    const keyLog = readFileSync(log, 'latin1');
    return visits.map((one) => ({ ...one, keyLog }));
  };
}

/** Types the answer to each request that comes. */
async function answerByHand(peer: Talking, terms: Terms): Promise<void> {
  const requests = visitsIn(terms) * requestsIn(terms);
  for (let answered = 0; answered < requests; answered++) {
    await peer.until(new RegExp(`(GET /parcel[\\s\\S]*?\\r\\n\\r\\n[\\s\\S]*?){${answered + 1}}`));
    if (terms.rekeys === 'peer') {
      peer.say('K\n');
      await peer.until(new RegExp(`(SSL_do_handshake -> 1[\\s\\S]*){${answered + 1}}`));
    }
    peer.say(response((answered + 1) % requestsIn(terms) === 0));
  }
}

function clients(files: Files): NonNullable<Peers['s_client']> {
  const log = join(files.path, 's_client.log');
  return async (terms) => {
    const { port, outcomes } = await serving(...Array.from({ length: visitsIn(terms) }, () => () => serve(terms)));
    const sessions = join(files.path, `session-${port}.pem`);
    const visits: Visit[] = [];
    for (const [index, outcome] of outcomes.entries()) {
      const early = index > 0 && (terms.again?.startsWith('early') ?? false);
      const peer = start('openssl', [
        ...['s_client', '-connect', `127.0.0.1:${port}`, '-servername', host, ...anything, '-keylogfile', log],
        ...['-CAfile', files.put(`root-${terms.stranger}.pem`, pem(terms.stranger ? stranger : root))],
        ...(terms.group === 'secp256r1' ? ['-groups', 'P-256'] : []),
        ...['-verify_hostname', host, '-verify_return_error', ...versionOf(terms), ...paddingOf(terms)],
        ...(terms.member && terms.member !== 'nothing' ? owner(files, terms.member, members[terms.member]) : []),
        ...(terms.again ? (index === 0 ? ['-sess_out', sessions] : ['-sess_in', sessions]) : []),
        ...(early ? ['-early_data', files.put('early.txt', request())] : []),
        ...(terms.rekeys === 'peer' ? [] : ['-quiet']),
      ]);
      await askByHand(peer, terms, early && terms.again === 'early data');
      const { result, told } = await outcome;
      if (terms.rekeys === 'peer') peer.say('Q\n');
      await peer.ended;
      const heard = terms.rekeys === 'peer' ? answersIn(peer.answered()) : peer.answered();
      visits.push({ told, transport: result.transport, heard, keyLog: readFileSync(log, 'latin1') });
    }
    return visits;
  };
}

async function askByHand(peer: Talking, terms: Terms, early: boolean): Promise<void> {
  const requests = requestsIn(terms);
  for (let asked = early ? 1 : 0; asked < requests; asked++) {
    if (terms.rekeys === 'peer') {
      await peer.until('Verify return code');
      peer.say('K\n');
      await peer.until(new RegExp(`(KEYUPDATE[\\s\\S]*){${asked + 1}}`));
    }
    peer.say(request(asked === requests - 1));
    if (asked < requests - 1) await peer.until(body);
  }
}

/** The answers out of all that the program says beside them. */
const answersIn = (said: string): string =>
  [...said.matchAll(/HTTP\/1\.1 200 OK\r\n/g)]
    .map(({ index }, number, all) => said.slice(index, index + response(number === all.length - 1).length))
    .join('');
