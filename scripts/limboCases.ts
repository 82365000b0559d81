// The cases of x509-limbo (https://x509-limbo.com): what each asks of the judge, and what the judge says to it.
import * as z from 'zod';
import type { CheckName } from '../src/pki/checks.ts';
import { examine } from '../src/pki/examine.ts';
import { type KeyUsageName, keyUsages } from '../src/pki/extensions.ts';

const pem = z.string().max(2_000_000);
const schema = z.object({
  version: z.literal(1),
  testcases: z.array(
    z.object({
      id: z.string(),
      validation_kind: z.enum(['SERVER', 'CLIENT']),
      trusted_certs: z.array(pem),
      untrusted_intermediates: z.array(pem),
      peer_certificate: pem,
      validation_time: z.string().nullish(),
      expected_result: z.enum(['SUCCESS', 'FAILURE']),
      expected_peer_name: z.object({ kind: z.string(), value: z.string() }).nullish(),
      key_usage: z.array(z.enum(Object.keys(keyUsages) as [KeyUsageName, ...KeyUsageName[]])).default([]),
      max_chain_depth: z.number().nullish(),
      crls: z.array(pem).default([]),
    }),
  ),
});
export type Case = z.infer<typeof schema>['testcases'][number];

export interface Verdict {
  readonly id: string;
  readonly kind: Case['validation_kind'];
  readonly expected: Case['expected_result'];
  readonly passed: boolean;
  /** The first check that does not hold, with its reason; or that all hold. */
  readonly says: string;
}

/** The cases of a file, or the end of a sentence on what is wrong with it. */
export function readCases(text: string): readonly Case[] | { readonly slip: string } {
  try {
    const read = schema.safeParse(JSON.parse(text));
    if (read.success) return read.data.testcases;
    const [issue] = read.error.issues;
    return { slip: `is no file of x509-limbo: ${issue?.path.join('.')}: ${issue?.message}.` };
  } catch {
    return { slip: 'is no JSON.' };
  }
}

/** Judges a case by the profile of its family: the Baseline Requirements for `webpki`, otherwise RFC 5280. */
export function judgeCase(one: Case): Verdict {
  const { results } = examine(
    [one.peer_certificate, ...one.untrusted_intermediates].map(derOf),
    {
      host: one.expected_peer_name?.value ?? '',
      anchors: one.trusted_certs.map(derOf),
      now: one.validation_time ? new Date(one.validation_time) : whereNoTimeIsSaid,
      purpose: one.validation_kind === 'SERVER' ? 'server' : 'client',
      usages: one.key_usage,
      profile: one.id.startsWith('webpki::') ? 'webpki' : 'rfc5280',
      ...(typeof one.max_chain_depth === 'number' ? { mostIntermediates: one.max_chain_depth } : {}),
      ...(one.crls.length ? { revocation: { lists: one.crls.map(derOf), unknown: 'stop' as const } } : {}),
    },
    one.expected_peer_name ? [] : nobodyToCompare,
  );
  const failed = results.find(({ holds }) => !holds);
  return {
    id: one.id,
    kind: one.validation_kind,
    expected: one.expected_result,
    passed: (failed === undefined) === (one.expected_result === 'SUCCESS'),
    says: failed ? `${failed.name}: ${failed.says}` : 'all checks hold',
  };
}

/** The format leaves it to the reader, whose own time it is to be; the made certificates are of 1970 to 2969. */
const whereNoTimeIsSaid = new Date('2026-05-04T09:00:00Z');
const nobodyToCompare: readonly CheckName[] = ['name'];

const derOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replace(/-----[^-]*-----/g, ''), 'base64'));
