// What became of a visit that did not succeed: what happened and what it means, in one or two sentences.
import type { AlertName } from '../tls/alerts.ts';
import type { Outcome } from '../tls/endpoint.ts';
import { decodeClientHello } from '../tls/messages/clientHello.ts';
import { findExtension } from '../tls/messages/extensions.ts';
import { contentTypes, versionName, versions } from '../tls/registry.ts';
import type { Hangup, LiveEvent, Log } from './drive.ts';
import type { Target } from './target.ts';

/** Of a handshake, or of a connection after it, that failed. `outcome` is what the engine's client says. */
export function explain(
  outcome: Outcome<void>,
  hangup: Hangup | undefined,
  { events }: Log,
  { host, port }: Target,
): string {
  const first = firstBytes(events);
  if (hangup?.how === 'foreign') return noTls(first, host, port);
  const agreed = events.some(({ what }) => what === 'agreed');
  const when = agreed
    ? 'after the handshake'
    : first.length
      ? 'in the middle of the handshake'
      : 'before it said a word';
  if (outcome.ok) return `${host} ended the connection ${when} and gave no answer.`;
  if (outcome.fault === 'refused') return refusal(outcome.alert, outcome.reason, when, events);
  if (outcome.alert) return theirAlert(outcome.alert, when, events);
  const last = events.findLast((event) => event.what === 'record');
  if (last?.what === 'record' && last.direction === 'received' && last.type === contentTypes.alert)
    return `The server ended the connection ${when} (${last.name}, which no registry names).`;
  switch (hangup?.how) {
    case 'silent':
      return first.length
        ? `${host} fell silent ${when}: it is overloaded, or something on the way swallows what it says.`
        : `${host} took the connection, but says nothing: what listens on port ${port} may wait for another protocol than TLS.`;
    case 'slow':
      return `${host} sends so slowly that the handshake does not come to its end.`;
    case 'flooding':
      return `${host} sends without end, more than any answer needs.`;
    case 'broken':
      return `The connection broke ${when} (${hangup.code}): the server died, or something on the way cut it.`;
    default:
      return first.length
        ? `${host} hung up ${when}, without an alert to say why. A server that dies does so, and one that knows nothing of what it was offered.`
        : `${host} hung up ${when}: what listens on port ${port} does not like a ClientHello, or does not speak TLS.`;
  }
}

function firstBytes(events: readonly LiveEvent[]): Uint8Array {
  const first = events.find((event) => event.what === 'wire' && event.direction === 'received');
  return first?.what === 'wire' ? first.bytes : new Uint8Array(0);
}

function noTls(first: Uint8Array, host: string, port: number): string {
  const words = Buffer.from(first.subarray(0, 40)).toString('latin1');
  const [line = ''] = words.split(/[\r\n]/);
  if (/^HTTP\/\d|^<(?:!doctype|html)/i.test(words))
    return `${host} answers in plain HTTP ("${line}"): port ${port} speaks no TLS, so everything said there can be read and changed by anybody on the way.`;
  if (/^[\x20-\x7e]{4}/.test(words))
    return `${host} speaks no TLS on port ${port}, but something that begins with "${line}".`;
  const hex = Buffer.from(first.subarray(0, 8)).toString('hex');
  return `${host} speaks no TLS on port ${port}: what came begins with the bytes ${hex}, and no record begins so.`;
}

function refusal(alert: AlertName | undefined, reason: string, when: string, events: readonly LiveEvent[]): string {
  const failed = events.flatMap((event) =>
    event.what === 'check' && event.required && !event.holds ? [event.name] : [],
  );
  if (failed.includes('path'))
    return (
      'Nobody that is trusted here vouches for the certificate: no chain of signatures leads to a root in the store. ' +
      'It is self-signed, of a private CA (then name its certificate with --ca FILE), lacks an intermediate, or somebody sits in between.'
    );
  if (failed.includes('dates'))
    return `A certificate is out of its dates (${reason}): it was not renewed, or the clock of this machine is wrong.`;
  if (failed.includes('name'))
    return `${capital(reason)}: it belongs to somebody else. The name is misspelt, the server is set up wrong, or it is not the one you meant.`;
  const known = reasons.find(([part]) => reason.includes(part))?.[1];
  if (known !== undefined) return known;
  switch (alert) {
    case 'protocol_version':
      return noCommonVersion(reason, events);
    case 'user_canceled':
      return 'You stopped, and the server was told so with user_canceled.';
    case 'decrypt_error':
      return `${capital(reason)}: the server does not hold the key that the certificate names, or something was changed on the way.`;
    case 'bad_record_mac':
      return `A record ${when} does not open with the key that both should have: it was changed on the way, or the two keys differ.`;
    default:
      return `The server broke a rule of TLS ${when} (${reason}), and was told so with ${alert}.`;
  }
}

/** What is no fault of the server, or more than that: by a part of the engine's reason. */
const reasons: readonly (readonly [part: string, says: string])[] = [
  [
    'certificate_request came',
    'The server wants to know who you are, by a certificate of yours (CertificateRequest). In TLS 1.2 this game has none to show.',
  ],
  ['the client does not want', 'You stopped, and the server was told so with handshake_failure.'],
  [
    'does not do extended_master_secret',
    'You required extended_master_secret, and the server does not have it: it is old. It was told so with handshake_failure.',
  ],
  [
    'its random says that it speaks TLS 1.3',
    'The server says at the end of its random value that it speaks TLS 1.3, and yet it chose TLS 1.2: somebody changed your hello on its way.',
  ],
];

/** `how` says how one knows: what the server chose, or the alert that it sent. */
function noCommonVersion(how: string, events: readonly LiveEvent[]): string {
  const offered = offeredVersions(events);
  const both = [versions['TLS 1.3'], versions['TLS 1.2']].every((version) => offered.includes(version));
  const names = offered.map(versionName).join(' and ') || 'no version by its name';
  return both
    ? `The server speaks neither TLS 1.3 nor TLS 1.2 (${how}). What is older is given up as unsafe, and not spoken here.`
    : `The server speaks no version that you offered (${how}). You offered ${names}.`;
}

function offeredVersions(events: readonly LiveEvent[]): readonly number[] {
  const hello = events.find((event) => event.what === 'message' && event.name === 'ClientHello');
  const extensions = hello?.what === 'message' ? decodeClientHello(hello.bytes).extensions : [];
  return findExtension(extensions, 'supported_versions')?.versions ?? [];
}

function theirAlert(alert: AlertName, when: string, events: readonly LiveEvent[]): string {
  switch (alert) {
    case 'protocol_version':
      return noCommonVersion('it sent the alert protocol_version', events);
    case 'handshake_failure':
    case 'insufficient_security':
      return `The server found nothing that it can agree to in what was offered (${alert}): no version, suite, group or signature in common. Many servers that are very old say this.`;
    case 'unrecognized_name':
      return 'The server knows no site of that name (unrecognized_name).';
    case 'certificate_required':
    case 'access_denied':
      return `The server wants to know who you are, by a certificate of yours (${alert}).`;
    case 'no_application_protocol':
      return 'The server does not speak HTTP/1.1 here (no_application_protocol).';
    case 'unknown_ca':
    case 'bad_certificate':
    case 'certificate_unknown':
    case 'certificate_expired':
    case 'unsupported_certificate':
      return `The other side does not accept the certificate (${alert}).`;
    case 'close_notify':
      return `The server said goodbye ${when}.`;
    default:
      return `The server ended the connection ${when} with the alert ${alert}.`;
  }
}

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
