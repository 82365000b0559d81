// Judging the chains of real servers: against the roots that Node.js brings (Mozilla's), and those that somebody adds.
import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { judge } from '../pki/judge.ts';
import type { Finding } from '../tls/client.ts';

/** The certificates of a PEM file in DER, or one sentence on what is wrong with it. */
export function readAnchors(pem: string): readonly Uint8Array[] | { readonly slip: string } {
  const blocks = pem.match(
    /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]*-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g,
  );
  if (!blocks) return { slip: 'has no certificate in it (-----BEGIN CERTIFICATE-----).' };
  try {
    return blocks.map((block) => new Uint8Array(new X509Certificate(block).raw));
  } catch {
    return { slip: 'has a certificate that cannot be read.' };
  }
}

/** Judges as a client does on this day: path, dates and name. `added` are trusted beside the roots of Node.js. */
export const trusting =
  (added: readonly Uint8Array[], now: () => Date = () => new Date()) =>
  (chain: readonly Uint8Array[], host: string): readonly Finding[] =>
    judge(chain, { host, anchors: [...added, ...rootsFor(chain)], now: now() });

/** The roots that may have signed one of the chain: to read all of them each time would take long. */
function rootsFor(chain: readonly Uint8Array[]): readonly Uint8Array[] {
  const issuers = new Set(chain.map((der) => read(der)?.issuer));
  return roots()
    .filter(({ subject }) => issuers.has(subject))
    .map(({ raw }) => new Uint8Array(raw));
}

let known: readonly X509Certificate[] | undefined;
const roots = (): readonly X509Certificate[] => (known ??= rootCertificates.flatMap((pem) => read(pem) ?? []));

function read(certificate: Uint8Array | string): X509Certificate | undefined {
  try {
    return new X509Certificate(certificate);
  } catch {
    return undefined;
  }
}
