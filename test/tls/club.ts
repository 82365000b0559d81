// Clients with a certificate of their club, and a server that knows the club.
import { issue } from '../../src/pki/issue.ts';
import { judge } from '../../src/pki/judge.ts';
import { privateKeyFromSeed } from '../../src/tls/groups.ts';
import { identity } from '../../src/tls/identity.ts';
import type { ClientCertificates } from '../../src/tls/server.ts';

const today = new Date();
const day = 24 * 3600 * 1000;
const ca = privateKeyFromSeed('Ed25519', Buffer.alloc(32, 3));
const base = {
  issuerKey: ca,
  issuer: 'Club',
  serial: Buffer.alloc(16, 9),
  notBefore: new Date(today.getTime() - day),
  notAfter: new Date(today.getTime() + day),
};
export const club = issue({ ...base, subject: 'Club', key: ca, ca: true });
export const member = (key = privateKeyFromSeed('Ed25519', Buffer.alloc(32, 4)), issuerKey = ca) => ({
  chain: [issue({ ...base, subject: 'alice', key, issuerKey, names: ['alice.club'], purpose: 'client' })],
  key,
});
export const { chain, key } = member();
export const alice = identity(chain, key);
export const door: ClientCertificates = {
  judge: (shown) => judge(shown, { host: 'alice.club', anchors: [club], now: today, purpose: 'client' }),
  authorities: [Buffer.from('300f310d300b06035504030c04436c7562', 'hex')],
};
