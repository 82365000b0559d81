// What an actor can see and has learned, from events written down by hand.
import { describe, expect, it } from 'vitest';
import {
  contains,
  delivered,
  holds,
  learned,
  negotiatedFacts,
  protocolFacts,
  viewFor,
} from '../../src/scenarios/facts.ts';
import { httpRequest } from '../../src/scenarios/http.ts';
import type { Event } from '../../src/scenarios/network.ts';
import type { TrafficSecret } from '../../src/tls/keySchedule.ts';
import { protect, trafficKeyFrom } from '../../src/tls/record.ts';
import { type Suite, suiteOf, supportedSuites } from '../../src/tls/suites.ts';

const bytes = (text: string) => Buffer.from(text);
const wire = (by: string, to: string, what: Uint8Array, label = 'port 80', heardBy = ['eve']): Event => ({
  what: 'wire',
  by,
  to,
  bytes: what,
  heardBy,
  label,
});
const kept = (label: string): Event => ({ what: 'kept', by: 'eve', label });

describe('the view of an actor', () => {
  const [one, two, three] = [bytes('one'), bytes('two'), bytes('three')];
  const events: Event[] = [
    wire('alice', 'bob', one),
    wire('alice', 'bob', two, 'port 443'),
    { what: 'arrived', by: 'bob', bytes: one },
    wire('bob', 'alice', three, 'port 80', []),
    { what: 'closed', by: 'alice', to: 'bob', heardBy: ['eve'], label: 'port 80' },
    { what: 'note', by: 'bob', text: 'mine' },
  ];
  const seenBy = (actor: string, more: readonly Event[] = []) =>
    viewFor(actor, [...more, ...events]).flatMap((event) => (event.what === 'wire' ? [event.bytes] : []));

  it('has what it sent, and what has come to it', () => {
    expect(seenBy('alice')).toEqual([one, two]);
    expect(seenBy('bob')).toEqual([one, three]);
  });
  it('has of what it taps no more than it kept', () => {
    expect(seenBy('eve')).toEqual([]);
    expect(seenBy('eve', [kept('port 443')])).toEqual([two]);
    expect(seenBy('eve', [kept('everything')])).toEqual([one, two]);
    expect(viewFor('eve', [kept('port 443'), ...events]).map(({ what }) => what)).toEqual(['kept', 'wire']);
    expect(viewFor('eve', [kept('port 80'), ...events]).map(({ what }) => what)).toEqual(['kept', 'wire', 'closed']);
  });
  it('has the notes of nobody else', () => {
    expect(viewFor('alice', events).some(({ what }) => what === 'note')).toBe(false);
    expect(viewFor('bob', events).some(({ what }) => what === 'note')).toBe(true);
  });
});

describe('learning', () => {
  const secret = bytes('tulip!12');
  const learns = (...events: readonly Event[]) =>
    learned('eve', [kept('everything'), ...events], { password: secret }).length === 1;

  it('is reading it on a cable, in a form, in Basic, or writing it down', () => {
    expect(learns(wire('alice', 'bob', bytes('the password is tulip!12')))).toBe(true);
    const form = httpRequest('POST', '/login', {}, 'user=alice&pass=tulip%2112');
    expect(learns(wire('alice', 'bob', form.bytes))).toBe(true);
    const basic = httpRequest('GET', '/', { Authorization: `Basic ${bytes('alice:tulip!12').toString('base64')}` });
    expect(learns(wire('alice', 'bob', basic.bytes))).toBe(true);
    expect(learns({ what: 'note', by: 'eve', text: '', holds: secret })).toBe(true);
    expect(learns({ what: 'note', by: 'alice', text: '', holds: secret })).toBe(false);
    expect(learns(wire('alice', 'bob', bytes('tulip!1')))).toBe(false);
    expect(learns(wire('alice', 'bob', bytes('tulip%2112')))).toBe(false);
  });
  it.each(supportedSuites.map((id) => suiteOf(id) as Suite))('is opening a record of $cipher with its key', (suite) => {
    const value = new Uint8Array(suite.hashLength).fill(3) as TrafficSecret;
    const key = trafficKeyFrom('', suite, value);
    const records = ['hello', 'tulip!12'].map((text) => wire('alice', 'bob', protect(key, 23, bytes(text))));
    const told = (by: string): Event => ({
      what: 'secret',
      by,
      label: 'CLIENT_TRAFFIC_SECRET_0',
      value,
      clientRandom: new Uint8Array(32),
    });
    expect(learns(...records)).toBe(false);
    expect(learns(...records, told('alice'))).toBe(false);
    expect(learns(...records, told('eve'))).toBe(true);
    expect(contains(holds('eve', [kept('everything'), ...records, told('eve')]), bytes('hello'))).toBe(true);
  });
});

describe('other facts', () => {
  const agreed = (by: string, transcript: string): Event => ({
    what: 'agreed',
    by,
    version: 0x0304,
    suite: 0x1301,
    group: 29,
    transcript: bytes(transcript),
  });
  it('to negotiate takes two who saw the same', () => {
    expect(negotiatedFacts([agreed('alice', 'x')])).toEqual([]);
    expect(negotiatedFacts([agreed('alice', 'x'), agreed('bob', 'y')])).toEqual([]);
    expect(negotiatedFacts([agreed('alice', 'x'), agreed('bob', 'x')])).toEqual([
      { kind: 'negotiated', who: 'tls', what: '1.3' },
    ]);
  });
  it('a goodbye aborts nothing; an alert aborts whom it comes from', () => {
    const alert = (alert: 'close_notify' | 'unknown_ca', direction: 'sent' | 'received'): Event => ({
      what: 'alert',
      by: 'alice',
      alert,
      direction,
      reason: '',
    });
    expect(protocolFacts([alert('close_notify', 'sent'), alert('unknown_ca', 'received')])).toEqual([]);
    expect(protocolFacts([alert('unknown_ca', 'sent')])).toEqual([
      { kind: 'aborted', who: 'alice', what: 'unknown_ca' },
      { kind: 'aborted', who: 'alice', what: 'any' },
    ]);
  });
  it('delivered is what was acted on, to the byte and by the one named', () => {
    const acted = (by: string, action: string, what: string): Event => ({
      what: 'acted',
      by,
      action,
      bytes: bytes(what),
    });
    const isDelivered = (event: Event) => delivered([event], 'bob', 'order', bytes('item=map')).length === 1;
    expect(isDelivered(acted('bob', 'order', 'item=map'))).toBe(true);
    expect(isDelivered(acted('bob', 'order', 'item=map '))).toBe(false);
    expect(isDelivered(acted('mallory', 'order', 'item=map'))).toBe(false);
    expect(isDelivered(acted('bob', 'login', 'item=map'))).toBe(false);
  });
});
