// RFC 8448: inputs are the private keys, the randoms and the peer's bytes; everything else is the engine's own and equals the trace.
import { constants, verify, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/scenarios/network.ts';
import { keyExchange } from '../../src/tls/groups.ts';
import * as schedule from '../../src/tls/keySchedule.ts';
import { decodeCertificate, encodeCertificate } from '../../src/tls/messages/certificate.ts';
import { decodeCertificateRequest, encodeCertificateRequest } from '../../src/tls/messages/certificateRequest.ts';
import { decodeCertificateVerify, encodeCertificateVerify } from '../../src/tls/messages/certificateVerify.ts';
import { decodeClientHello, encodeClientHello } from '../../src/tls/messages/clientHello.ts';
import { decodeEndOfEarlyData, encodeEndOfEarlyData } from '../../src/tls/messages/endOfEarlyData.ts';
import { decodeEncryptedExtensions, encodeEncryptedExtensions } from '../../src/tls/messages/encryptedExtensions.ts';
import { decodeFinished, encodeFinished } from '../../src/tls/messages/finished.ts';
import { decodeNewSessionTicket, encodeNewSessionTicket } from '../../src/tls/messages/newSessionTicket.ts';
import { decodeServerHello, encodeServerHello } from '../../src/tls/messages/serverHello.ts';
import { protect, trafficKeyFrom, unprotect } from '../../src/tls/record.ts';
import { groups, suites } from '../../src/tls/registry.ts';
import { signedContent } from '../../src/tls/signatures.ts';
import { suiteOf } from '../../src/tls/suites.ts';
import { transcript } from '../../src/tls/transcript.ts';
import {
  type Change,
  load,
  messageOf,
  recordsOf,
  runClient,
  runServer,
  secretOf,
  type Trace,
  wireOf,
} from './traces.ts';
import { findAll, hex, unhex } from './world.ts';

const suite = suiteOf(suites.TLS_AES_128_GCM_SHA256);
if (!suite) throw new Error('the suite of the traces is missing');

/** The transcript hash after each handshake message, by the engine's own transcript. */
function hashesOf(trace: Trace): string[] {
  const running = transcript();
  return trace.messages.slice(0, trace.transcriptHashes.length).map(({ hex: bytes }, index) => {
    const retries = trace.messages[1]?.type === 'HelloRetryRequest';
    // The first ClientHello is replaced once the retry is there (4.4.1); up to there its plain hash is printed.
    if (retries && index === 1) running.retry(suite as NonNullable<typeof suite>);
    running.add(unhex(bytes));
    if (retries && index === 0) {
      const alone = transcript();
      alone.add(unhex(bytes));
      alone.use(suite as NonNullable<typeof suite>);
      return hex(alone.hash());
    }
    running.use(suite as NonNullable<typeof suite>);
    return hex(running.hash());
  });
}

const recodings: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  ClientHello: (bytes) => encodeClientHello(decodeClientHello(bytes)).bytes,
  ServerHello: (bytes) => encodeServerHello(decodeServerHello(bytes)).bytes,
  HelloRetryRequest: (bytes) => encodeServerHello(decodeServerHello(bytes)).bytes,
  EncryptedExtensions: (bytes) => encodeEncryptedExtensions(decodeEncryptedExtensions(bytes)).bytes,
  Certificate: (bytes) => encodeCertificate(decodeCertificate(bytes)).bytes,
  CertificateRequest: (bytes) => encodeCertificateRequest(decodeCertificateRequest(bytes)).bytes,
  NewSessionTicket: (bytes) => encodeNewSessionTicket(decodeNewSessionTicket(bytes)).bytes,
  EndOfEarlyData: (bytes) => encodeEndOfEarlyData(decodeEndOfEarlyData(bytes)).bytes,
  CertificateVerify: (bytes) => encodeCertificateVerify(decodeCertificateVerify(bytes)).bytes,
  Finished: (bytes) => encodeFinished(decodeFinished(bytes)).bytes,
};

/** What both endpoints log as a key log would. */
const logged = {
  CLIENT_HANDSHAKE_TRAFFIC_SECRET: 'clientHandshakeTraffic',
  SERVER_HANDSHAKE_TRAFFIC_SECRET: 'serverHandshakeTraffic',
  CLIENT_TRAFFIC_SECRET_0: 'clientApplicationTraffic',
  SERVER_TRAFFIC_SECRET_0: 'serverApplicationTraffic',
  EXPORTER_SECRET: 'exporter',
} as const;

describe.each(['simple-1rtt', 'hello-retry-request', 'client-auth', 'compat-mode', 'resumed-0rtt'])(
  'RFC 8448 %s',
  (name) => {
    const trace = load(name);
    const sides = [
      ['client', runClient],
      ['server', runServer],
    ] as const;

    describe.each(sides)('the %s', (side, run) => {
      it('sends exactly the records of the trace', () => {
        expect(wireOf(run(trace), side)).toEqual(recordsOf(trace, side).map((r) => r.record));
      });
      it('tells the secrets of the trace', () => {
        const events = run(trace);
        for (const [label, key] of Object.entries(logged))
          expect(secretOf(events, side, label)).toBe(trace.secrets[key]);
      });
      it('agrees on the hash of all messages', () => {
        const [agreed] = findAll(run(trace), side, 'agreed');
        expect(hex(agreed?.transcript ?? new Uint8Array(0))).toBe(trace.transcriptHashes.at(-1)?.hash);
      });
    });

    it('the key schedule gives every secret of it', () => {
      const hashes = hashesOf(trace);
      const at = (type: string) => unhex(hashes[trace.transcriptHashes.findIndex((h) => h.type === type)] ?? '');
      const early = schedule.earlySecret(suite, trace.psk ? unhex(trace.psk) : undefined);
      const handshake = schedule.handshakeSecret(suite, early, unhex(trace.ecdhe));
      const master = schedule.masterSecret(suite, handshake);
      const hello = at('ServerHello');
      const finished = at('Finished');
      const resumption = schedule.resumptionSecret(suite, master, unhex(hashes.at(-1) ?? ''));
      const resumed = {
        clientEarlyTraffic: schedule.clientEarlyTraffic(suite, early, at('ClientHello')),
        earlyExporter: schedule.earlyExporterSecret(suite, early, at('ClientHello')),
        binder: schedule.binder(suite, early, unhex(trace.secrets.binderHash ?? '')),
      };
      const secrets = {
        ...(trace.psk ? resumed : {}),
        early,
        ...(trace.secrets.resumption ? { resumption } : {}),
        ...(trace.secrets.resumptionPsk
          ? { resumptionPsk: schedule.resumptionPsk(suite, resumption, Uint8Array.of(0, 0)) }
          : {}),
        derivedEarly: schedule.derived(suite, early),
        handshake,
        derivedHandshake: schedule.derived(suite, handshake),
        clientHandshakeTraffic: schedule.clientHandshakeTraffic(suite, handshake, hello),
        serverHandshakeTraffic: schedule.serverHandshakeTraffic(suite, handshake, hello),
        master,
        clientApplicationTraffic: schedule.clientApplicationTraffic(suite, master, finished),
        serverApplicationTraffic: schedule.serverApplicationTraffic(suite, master, finished),
        exporter: schedule.exporterSecret(suite, master, finished),
      };
      for (const [key, value] of Object.entries(secrets)) expect([key, hex(value)]).toEqual([key, trace.secrets[key]]);
      const keys = {
        ...(trace.psk ? { clientEarly: resumed.clientEarlyTraffic } : {}),
        clientHandshake: secrets.clientHandshakeTraffic,
        serverHandshake: secrets.serverHandshakeTraffic,
        clientApplication: secrets.clientApplicationTraffic,
        serverApplication: secrets.serverApplicationTraffic,
      };
      for (const [key, secret] of Object.entries(keys))
        expect({ key: hex(schedule.trafficKey(suite, secret)), iv: hex(schedule.trafficIv(suite, secret)) }).toEqual(
          trace.trafficKeys[key],
        );
      expect(hex(schedule.finishedKey(suite, secrets.serverHandshakeTraffic))).toBe(trace.secrets.serverFinishedKey);
      expect(hex(schedule.finishedKey(suite, secrets.clientHandshakeTraffic))).toBe(trace.secrets.clientFinishedKey);
    });

    it('the transcript hash after each message is that of it', () => {
      expect(hashesOf(trace)).toEqual(trace.transcriptHashes.map(({ hash }) => hash));
    });

    it('both key shares give its shared secret, and their public halves', () => {
      const used = trace.keyShares.filter(({ group }) => group === trace.keyShares.at(-1)?.group);
      expect(used.map(({ actor }) => actor).sort()).toEqual(['client', 'server']);
      for (const own of used) {
        const other = used.find(({ actor }) => actor !== own.actor);
        const exchange = keyExchange(
          groups[own.group as keyof typeof groups],
          () => unhex(own.private),
          own.actor as 'client',
        );
        expect(hex(exchange?.share ?? new Uint8Array(0))).toBe(own.public);
        expect(hex(exchange?.agree(unhex(other?.public ?? '')) ?? new Uint8Array(0))).toBe(trace.ecdhe);
      }
    });

    it('the records of it are opened and sealed again', () => {
      const protectedRecords = trace.records.filter(({ epoch }) => epoch !== 'plaintext');
      expect(protectedRecords.length).toBeGreaterThan(3);
      const secretFor = (actor: string, epoch: string) =>
        unhex(trace.secrets[`${actor}${epoch.slice(0, 1).toUpperCase()}${epoch.slice(1)}Traffic`] ?? '');
      for (const { actor, epoch, seq = 0, type, payload, record } of protectedRecords) {
        const key = () => ({
          ...trafficKeyFrom('', suite, secretFor(actor, epoch) as schedule.TrafficSecret),
          sequence: seq,
        });
        expect(hex(protect(key(), type, unhex(payload)))).toBe(record);
        expect(unprotect(key(), unhex(record))).toMatchObject({ type, content: Buffer.from(payload, 'hex') });
      }
    });

    const signed = trace.messages.flatMap(({ type, actor }, index) =>
      type === 'CertificateVerify' ? [[actor as 'client' | 'server', index] as const] : [],
    );
    it.each(signed)('the signature of the %s is over its messages, by the key of its certificate', (side, index) => {
      const [leaf] = decodeCertificate(messageOf(trace, side, 'Certificate')).entries;
      const { scheme, signature } = decodeCertificateVerify(messageOf(trace, side, 'CertificateVerify'));
      // The hash up to the message before it, its author's Certificate.
      const content = signedContent(side, unhex(trace.transcriptHashes[index - 1]?.hash ?? ''));
      const { publicKey } = new X509Certificate(leaf?.certificate ?? new Uint8Array(0));
      const key =
        publicKey.asymmetricKeyType === 'ec'
          ? publicKey
          : {
              key: publicKey,
              padding: constants.RSA_PKCS1_PSS_PADDING,
              saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
            };
      expect(scheme).toBe(publicKey.asymmetricKeyType === 'ec' ? 0x0403 : 0x0804);
      expect(verify('sha256', content, key, signature)).toBe(true);
      const spoilt = content.map((byte, at) => (at === 70 ? byte ^ 1 : byte));
      expect(verify('sha256', spoilt, key, signature)).toBe(false);
      // The engine's other end has checked it, too.
      const [checker, run] = side === 'server' ? (['client', runClient] as const) : (['server', runServer] as const);
      expect(findAll(run(trace), checker, 'check')).toContainEqual(
        expect.objectContaining({ name: 'CertificateVerify', holds: true }),
      );
    });

    it.each(trace.messages)('$type of the $actor decodes, and encodes to the same bytes', ({ type, hex: bytes }) => {
      expect(hex(recodings[type]?.(unhex(bytes)) ?? new Uint8Array(0))).toBe(bytes);
    });

    describe('one flipped bit of an input', () => {
      /** Whether the run still says and finds all that the trace does. */
      const equalsTrace = (events: readonly Event[], side: string): boolean =>
        JSON.stringify(wireOf(events, side)) === JSON.stringify(recordsOf(trace, side).map((r) => r.record)) &&
        Object.entries(logged).every(([label, key]) => secretOf(events, side, label) === trace.secrets[key]);
      const flip =
        (wanted: string, at: number, bit: number): Change =>
        (input, label) =>
          label === wanted
            ? input.map((byte, index) => (index === at % input.length ? byte ^ (1 << bit) : byte))
            : input;

      it('is noticed: the run with none equals the trace', () => {
        expect(equalsTrace(runClient(trace), 'client')).toBe(true);
        expect(equalsTrace(runServer(trace), 'server')).toBe(true);
      });
      it.each(sides)('of the %s turns it red', (side, run) => {
        const peer = side === 'client' ? 'server' : 'client';
        const own = trace.keyShares
          .filter(({ actor }) => actor === side)
          .map(({ group }) => `${side} ${group} private key`);
        const theirs = trace.records.flatMap(({ actor, epoch }, index) =>
          // After the handshake a ticket's bytes change nothing but the ticket.
          actor === peer && epoch !== 'application' ? [`record ${index}`] : [],
        );
        fc.assert(
          fc.property(
            fc.constantFrom(...own, 'random', ...theirs),
            fc.nat({ max: 4096 }),
            fc.integer({ min: 0, max: 7 }),
            (input, at, bit) => {
              // X25519 clamps bits of its private key (RFC 7748 5), and the version of a record's head means nothing (8446 5.1).
              const length = input.includes('private') || input === 'random' ? 32 : Number.POSITIVE_INFINITY;
              const place =
                at % (length === 32 ? 32 : (trace.records[Number(input.split(' ')[1])]?.record.length ?? 2) / 2);
              const clamped = input.includes('x25519') && ((place === 0 && bit < 3) || (place === 31 && bit > 5));
              const ignored = input.startsWith('record') && (place === 1 || place === 2);
              if (clamped || ignored) return true;
              return !equalsTrace(run(trace, flip(input, place, bit)), side);
            },
          ),
          { numRuns: 150, seed: 8448 },
        );
      });
    });
  },
);
