// TLS 1.3 as coroutines with decision points (RFC 8446). For teaching: it is not constant time, keeps secrets in plain
// memory and tells them to whoever drives it. It must never guard anything that is worth guarding.
export { type AlertName, alertName, alertNames, alertNumber } from './alerts.ts';
export { client, clientPoints, type ClientSetup, type Finding } from './client.ts';
export type { Field } from './codec.ts';
export * from './effects.ts';
export { drawNumber, drawOne, type Entropy, entropy, named, shuffle } from './entropy.ts';
export { type Identity, identity, server, serverPoints, type ServerSetup } from './server.ts';
