// How a form is sealed, and that Mallory needs no key to keep a checksum or a hash right.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { xorAt } from '../../src/attacks/malleable.ts';
import { describeExchange, encodeExchange, isSealed } from '../../src/scenarios/exchangeMessages.ts';
import { scenarios } from '../../src/scenarios/index.ts';
import { run } from '../../src/scenarios/network.ts';
import { open, seal, sealing } from '../../src/scenarios/sealedFormKeys.ts';
import { entropy } from '../../src/tls/entropy.ts';

const draw = entropy('forms');
const keys = { short: draw('short', 16), long: draw('long') };
const ways = Object.entries(sealing);

describe.each(ways)('sealed with %s', (_name, how) => {
  const text = fc.uint8Array({ minLength: 1, maxLength: 90 });
  const nonce = fc.uint8Array({ minLength: 12, maxLength: 12 });
  it('a form is read back from the wire with the same keys, and not with others', () => {
    fc.assert(
      fc.property(text, nonce, (form, once) => {
        const read = describeExchange(seal(how, keys, once, form).bytes);
        if (!read || !isSealed(read)) throw new Error('no sealed message');
        const opened = open(how, keys, read);
        expect(Buffer.from(opened.text ?? [])).toEqual(Buffer.from(form));
        expect(opened.guard?.holds ?? true).toBe(true);
      }),
    );
    const form = Buffer.from('from=Alice&to=Mallory');
    const other = { short: draw('other', 16), long: draw('another') };
    const opened = open(how, other, seal(how, keys, draw('nonce', 12), form));
    expect(Buffer.from(opened.text ?? []).equals(form)).toBe(false);
  });
  it('a flipped bit of the ciphertext alone is noticed where something guards it', () => {
    fc.assert(
      fc.property(text, fc.nat(), (form, at) => {
        const message = seal(how, keys, draw('nonce', 12), form);
        const { sealed = new Uint8Array(0) } = message.parts;
        const flipped = xorAt(sealed, at % form.length, Uint8Array.of(1));
        const { guard } = open(how, keys, encodeExchange(message.kind, { ...message.parts, sealed: flipped }));
        const guarded = how !== sealing.ctr && how !== sealing.longCtr;
        expect(guard?.holds).toBe(guarded ? false : undefined);
      }),
    );
  });
});

describe('Mallory', () => {
  const scenario = scenarios.get('sealed-form');
  const facts = (policy: string, seed: string) => {
    const scene = scenario?.scene(scenario.setup.parse({ payment: '1' }), entropy(seed));
    if (!scene) throw new Error('no such scenario');
    const { events } = run(scene.actors, scene.wires, ({ question }) => ({
      answer: question.point === 'server.patch' ? { policy } : question.reference(),
    }));
    return scene.facts(events).map(({ kind, what }) => `${kind} ${what}`);
  };
  const seeds = ['1', '2', '3', '4', '5', '6', '7', '8'];
  it.each(['none', 'aes-256', 'crc-32', 'sha-256'])('raises the amount under "%s", whatever the form', (policy) => {
    for (const seed of seeds) expect(facts(policy, seed)).toEqual(['accepted altered-1', 'accepted raised-1']);
  });
  it('raises nothing under AES-GCM', () => {
    for (const seed of seeds) expect(facts('aes-gcm', seed)).toEqual(['detected altered']);
  });
});
