// How fast the engine is beside node:tls and beside the bare primitives that a handshake needs, all in one run.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPublicKey,
  diffieHellman,
  sign,
  verify,
} from 'node:crypto';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import { authority } from '../../src/pki/authority.ts';
import { judge } from '../../src/pki/judge.ts';
import { run } from '../../src/scenarios/network.ts';
import { client } from '../../src/tls/client.ts';
import { close, type Protocol, receive, stack } from '../../src/tls/effects.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { privateKeyFromSeed } from '../../src/tls/groups.ts';
import type { TrafficSecret } from '../../src/tls/keySchedule.ts';
import { protect, trafficKeyFrom, unprotect } from '../../src/tls/record.ts';
import { suites } from '../../src/tls/registry.ts';
import { identity, server } from '../../src/tls/server.ts';
import { suiteOf } from '../../src/tls/suites.ts';

const today = new Date();
const pki = authority(entropy('bench'), today);
const { chain, key } = pki.issueFor('shop.example');
const milliseconds = Number(process.argv[2] ?? 1500);

/** An application that has nothing to say. */
function* silent(): Protocol<void> {
  yield* close();
  while (!('end' in (yield* receive())));
}

let count = 0;
function engine(recording: boolean): void {
  const draw = entropy(`bench ${count++}`);
  const { events } = run(
    [
      {
        name: 'client',
        protocol: stack(
          silent(),
          client({
            host: 'shop.example',
            entropy: draw,
            judge: (given, host) => judge(given, { host, anchors: [pki.root], now: today }),
            recording,
          }),
        ),
      },
      {
        name: 'server',
        protocol: stack(
          silent(),
          server({ entropy: draw, identify: () => identity(chain, key), recording, coalescing: true }),
        ),
      },
    ],
    [
      {
        ends: [
          ['client', 'peer'],
          ['server', 'peer'],
        ],
      },
    ],
    ({ question }) => ({ answer: question.reference() }),
  );
  if (events.filter(({ what }) => what === 'agreed').length !== 2) throw new Error('no handshake');
}

/** Two streams that are each other's other end. */
function pair(): [Duplex, Duplex] {
  const make = (other: () => Duplex): Duplex =>
    new Duplex({
      read() {},
      write(chunk, _encoding, done) {
        other().push(chunk);
        done();
      },
      final(done) {
        other().push(null);
        done();
      },
    });
  const a: Duplex = make(() => b);
  const b: Duplex = make(() => a);
  return [a, b];
}
const pem = (der: Uint8Array) =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;
const serverContext = tls.createSecureContext({
  key: key.export({ type: 'pkcs8', format: 'pem' }),
  cert: chain.map(pem).join(''),
  minVersion: 'TLSv1.3',
});
const clientContext = tls.createSecureContext({ ca: pem(pki.root), minVersion: 'TLSv1.3' });
function nodeTls(): Promise<void> {
  const [a, b] = pair();
  const one = new tls.TLSSocket(b, { isServer: true, secureContext: serverContext });
  const two = tls.connect({ socket: a, secureContext: clientContext, servername: 'shop.example', ALPNProtocols: [] });
  return new Promise((resolve, reject) => {
    two.once('secureConnect', () => {
      two.end();
      one.end();
      two.destroy();
      one.destroy();
      resolve();
    });
    for (const socket of [one, two]) {
      socket.on('error', reject);
      socket.resume();
    }
  });
}

/** What a full handshake cannot do without, and nothing else: keys, agreements, signatures, hashes, records. */
const leafPublic = createPublicKey(key);
const content = Buffer.alloc(130, 1);
const signed = sign(null, content, key);
const jwk = (x: string) => ({ format: 'jwk', key: { kty: 'OKP', crv: 'X25519', x } }) as const;
function primitives(): void {
  const draw = entropy(`primitives ${count++}`);
  const halves = ['client', 'server'].map((side) => {
    const privateKey = privateKeyFromSeed('X25519', draw(side));
    const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
    return { privateKey, x };
  });
  const [mine, theirs] = halves;
  if (!mine || !theirs) return;
  diffieHellman({ privateKey: mine.privateKey, publicKey: createPublicKey(jwk(theirs.x)) });
  diffieHellman({ privateKey: theirs.privateKey, publicKey: createPublicKey(jwk(mine.x)) });
  // CertificateVerify is signed and verified; two certificates are verified.
  sign(null, content, key);
  for (let verified = 0; verified < 3; verified++) verify(null, content, leafPublic, signed);
  for (let side = 0; side < 2; side++) {
    // Extracts, expansions, keys and IVs of both directions and phases, both Finished.
    for (let macs = 0; macs < 27; macs++) createHmac('sha256', content.subarray(0, 32)).update(content).digest();
    const digest = createHash('sha256');
    for (let message = 0; message < 7; message++) {
      digest.update(content);
      digest.copy().digest();
    }
    // One flight, one Finished, two close_notify.
    for (let record = 0; record < 2; record++) {
      const cipher = createCipheriv('aes-128-gcm', content.subarray(0, 16), content.subarray(0, 12));
      const sealed = Buffer.concat([cipher.update(content), cipher.final()]);
      const decipher = createDecipheriv('aes-128-gcm', content.subarray(0, 16), content.subarray(0, 12));
      decipher.setAuthTag(cipher.getAuthTag());
      decipher.update(sealed);
      decipher.final();
    }
  }
}

/** How often a second. */
async function rate(deed: () => void | Promise<void>): Promise<number> {
  const start = performance.now();
  let times = 0;
  let now = start;
  while (now - start < milliseconds) {
    for (let i = 0; i < 10; i++) await deed();
    times += 10;
    now = performance.now();
  }
  return (times * 1000) / (now - start);
}

const suite = suiteOf(suites.TLS_AES_128_GCM_SHA256);
if (!suite) throw new Error('no suite');
const traffic = () => trafficKeyFrom('bench', suite, new Uint8Array(32).fill(3) as TrafficSecret);
const payload = Buffer.alloc(16_384, 5);
const [writing, reading] = [traffic(), traffic()];
const record = () => void unprotect(reading, protect(writing, 23, payload));
const bare = () => {
  const cipher = createCipheriv('aes-128-gcm', writing.key, writing.iv);
  const sealed = Buffer.concat([cipher.update(payload), cipher.final()]);
  const decipher = createDecipheriv('aes-128-gcm', writing.key, writing.iv);
  decipher.setAuthTag(cipher.getAuthTag());
  decipher.update(sealed);
  decipher.final();
};

const deeds: Readonly<Record<string, () => void | Promise<void>>> = {
  'engine, recorder off': () => engine(false),
  'engine, recorder on': () => engine(true),
  'node:tls, in-memory pair': nodeTls,
  'bare primitives': primitives,
  'records of 16 KiB': record,
  'bare AES-128-GCM': bare,
};
for (const deed of Object.values(deeds)) for (let i = 0; i < 60; i++) await deed();
const rounds = 3;
const rates = new Map(Object.keys(deeds).map((name) => [name, [] as number[]]));
for (let round = 0; round < rounds; round++)
  for (const [name, deed] of Object.entries(deeds)) rates.get(name)?.push(await rate(deed));
const median = (name: string): number => (rates.get(name) ?? []).toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;

console.log(`Node.js ${process.version}, ${rounds} rounds of ${milliseconds} ms each, medians\n`);
for (const name of Object.keys(deeds))
  console.log(`${name.padEnd(28)} ${median(name).toFixed(0).padStart(7)} a second`);
const ratio = (one: string, other: string) => (median(one) / median(other)).toFixed(2);
console.log(`
engine / node:tls            ${ratio('engine, recorder off', 'node:tls, in-memory pair')}
engine / primitives          ${ratio('engine, recorder off', 'bare primitives')}
with recorder / primitives   ${ratio('engine, recorder on', 'bare primitives')}
records / AES-128-GCM        ${ratio('records of 16 KiB', 'bare AES-128-GCM')}`);
