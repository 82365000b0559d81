// DNS messages: the bytes of RFC 1035, every byte with a field, and nothing said about what is none.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Address,
  describeDns,
  dnsAlias,
  dnsAnswer,
  dnsQuery,
  lookUp,
  lookUpOverHttps,
  resolver,
  resolverOverHttps,
} from '../../src/scenarios/dns.ts';
import { close, type Protocol } from '../../src/tls/effects.ts';
import { leaves } from '../tls/fields.ts';
import { connect, hex, unhex } from '../tls/world.ts';

/** Written down by hand after RFC 1035 4.1. */
const header = (flags: string, answers: string) => `0002${flags}0001${answers}00000000`;
const question = '0473686f70076578616d706c65000001' + '0001';
const answer = 'c00c00010001' + '0000012c' + '0004cb007150';

it('a question and its answer have the bytes of RFC 1035', () => {
  expect(hex(dnsQuery(2, 'shop.example').bytes)).toBe(header('0100', '0000') + question);
  expect(hex(dnsAnswer(2, 'shop.example', [203, 0, 113, 80]).bytes)).toBe(header('8180', '0001') + question + answer);
  const alias = 'c00c00050001' + '0000012c' + '0011076d616c6c6f7279076578616d706c6500';
  expect(hex(dnsAlias(2, 'shop.example', 'mallory.example').bytes)).toBe(header('8180', '0001') + question + alias);
});

const host = fc
  .array(fc.stringMatching(/^[a-z0-9-]{1,12}$/), { minLength: 1, maxLength: 4 })
  .map((labels) => labels.join('.'));
const address = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));

it('what is written is read with the same fields and name, and its map has every byte once', () => {
  fc.assert(
    fc.property(fc.nat(65535), host, fc.option(fc.oneof(address, host)), (id, name, to) => {
      const written = !to
        ? dnsQuery(id, name)
        : typeof to === 'string'
          ? dnsAlias(id, name, to)
          : dnsAnswer(id, name, to);
      const read = describeDns(written.bytes);
      expect(read?.name).toBe(to ? `${name} is ${typeof to === 'string' ? to : to.join('.')}` : `where is ${name}?`);
      expect(read).toEqual(written);
      let at = 0;
      for (const { offset, length } of leaves(written.fields)) {
        expect(offset).toBe(at);
        at += length;
      }
      expect(at).toBe(written.bytes.length);
    }),
  );
});

it('nothing is said about a part of a message, about more than one, or about other bytes', () => {
  const whole = unhex(header('8180', '0001') + question + answer);
  expect(describeDns(whole)).toBeDefined();
  for (let length = 0; length < whole.length; length++) expect(describeDns(whole.subarray(0, length))).toBeUndefined();
  expect(describeDns(Buffer.concat([whole, Buffer.of(0)]))).toBeUndefined();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => describeDns(bytes) === undefined));
});

describe('a resolver', () => {
  const addressOf = (name: string): Address => (name === 'shop.example' ? [203, 0, 113, 80] : [198, 51, 100, 7]);
  /** What a client finds out from a resolver, and the messages that passed. */
  const asked = (asking: Protocol<Address | undefined>, answering: Protocol<void>) => {
    let found: Address | undefined;
    const events = connect(
      (function* () {
        found = yield* asking;
        yield* close();
      })(),
      answering,
    );
    const wire = events.flatMap((event) => (event.what === 'wire' ? [Buffer.from(event.bytes)] : []));
    return { found, wire };
  };
  it('tells the address of a name, under the id of the question', () => {
    const { found, wire } = asked(lookUp('shop.example', 77), resolver(addressOf));
    expect(found).toEqual([203, 0, 113, 80]);
    expect(wire.map((bytes) => describeDns(bytes)?.id)).toEqual([77, 77]);
  });
  it('tells it over HTTPS as well, with the id 0 that is asked there', () => {
    const { found, wire } = asked(lookUpOverHttps('mail.example', 'dns.example'), resolverOverHttps(addressOf));
    expect(found).toEqual([198, 51, 100, 7]);
    const bodies = wire.map((bytes) => describeDns(bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)));
    expect(bodies.map((message) => [message?.id, message?.host])).toEqual([
      [0, 'mail.example'],
      [0, 'mail.example'],
    ]);
  });
});
