// What a listener sees of a cable on which TLS 1.2 is spoken: records as the suite of the ServerHello seals them.
import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/scenarios/network.ts';
import type { Seen } from '../../src/game/simulate.ts';
import { stage } from '../../src/game/view.ts';
import { suite12Of } from '../../src/tls/v12/suites12.ts';
import { leaves } from '../tls/fields.ts';
import { exchangeOf } from '../tls/pair.ts';
import { suiteTable, talk12 } from '../tls12/pair12.ts';

/** The names of the fields of each record that Eve heard and cannot open. */
function sealedTo(events: readonly Event[]): readonly string[] {
  const cast = ['client', 'server', 'eve'].map((actor) => ({ actor, role: actor, name: actor, title: actor }));
  const tapped: Event[] = [
    { by: 'eve', what: 'kept', label: 'everything' },
    ...events.map((event) => (event.what === 'wire' ? { ...event, heardBy: ['eve'] } : event)),
  ];
  const { rows } = stage({ events: tapped, cast, you: 'eve' } as unknown as Seen);
  expect(rows.length).toBeGreaterThan(7);
  return rows
    .filter(({ readable }) => !readable)
    .map(({ layers }) =>
      leaves(layers[0]?.fields ?? [])
        .map(({ name }) => name)
        .slice(3)
        .join(),
    );
}

describe('a listener', () => {
  it.each(suiteTable)('sees records of %s as they are', (_name, suite) => {
    const seen = new Set(sealedTo(talk12({ suite })));
    const { protection = 'AEAD' } = suite12Of(suite) ?? {};
    const parts = {
      AEAD: 'explicit_nonce,ciphertext,tag',
      block: 'initialization_vector,ciphertext',
      MAC: 'content,mac',
    };
    expect([...seen]).toEqual([parts[protection]]);
  });
  it('sees those of TLS 1.3 as they are', () => {
    expect([...new Set(sealedTo(exchangeOf()))]).toEqual(['ciphertext,tag']);
  });
});
