// What the screen shows and what the facts say are the same: an attacker has learned a secret exactly if it can be read on
// its stage. Over every level that ships, every choice in it, and three seeds.
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/game/attempt.ts';
import type { Level } from '../../src/game/level.ts';
import { play, type Snapshot } from '../../src/game/play.ts';
import { byReference, type Seen } from '../../src/game/simulate.ts';
import { stage } from '../../src/game/view.ts';
import { formDecode } from '../../src/scenarios/http.ts';
import { scenarios } from '../../src/scenarios/index.ts';
import { decodeCertificate } from '../../src/tls/messages/certificate.ts';
import { shippedLevels } from '../shipped.ts';

/** Everything that the stage of an actor lets it read: clear and opened messages, decoded as a reader would, and its notes. */
function readable(seen: Seen, actor: string): string {
  const { rows, notebook } = stage({ ...seen, you: actor });
  const layers = rows.filter(({ readable: open }) => open).flatMap((row) => row.layers);
  const texts = layers.map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
  const basic = texts.flatMap((text) =>
    [...text.matchAll(/\bBasic (\S+)/g)].map(([, code = '']) => Buffer.from(code, 'base64').toString('latin1')),
  );
  return [...texts, ...texts.map((text) => formDecode(text)), ...basic, ...notebook].join('\n');
}

/** The secrets of a run, as Alice's software has them: the bodies that are ordered, the password that is typed. */
function secretsOf({ events, words, world }: Seen): Readonly<Record<string, string | readonly string[]>> {
  const texts = events.flatMap((event) =>
    event.what === 'wire' || event.what === 'data' ? [Buffer.from(event.bytes).toString('latin1')] : [],
  );
  const order = texts.flatMap((text) => /item=[^\r\n]*$/.exec(text)?.[0] ?? []);
  // Where several orders are at stake, each is a word of its own.
  const orders = Object.entries(words).filter(([name]) => /^order-\d$/.test(name));
  return {
    ...(orders.length ? Object.fromEntries(orders) : order.length ? { order } : {}),
    ...Object.fromEntries(Object.entries(words).filter(([name]) => name.endsWith('password'))),
    ...(world.goal.never.some(({ learned }) => learned?.[1] === 'certificate') ? { certificate: leafIn(events) } : {}),
    ...(words.sid ? { sid: words.sid } : {}),
    ...(words.street ? { address: words.street } : {}),
    ...(words.post ? { post: words.post } : {}),
    ...(words.card ? { card: words.card } : {}),
    ...(words.code ? { code: words.code } : {}),
    ...(words.balance ? { balance: words.balance } : {}),
  };
}

/** The server's certificate, where whose it is is the secret. */
function leafIn(events: Seen['events']): string {
  const message = events.find((event) => event.what === 'message' && event.name === 'Certificate');
  const [leaf] = message?.what === 'message' ? decodeCertificate(message.bytes).entries : [];
  return Buffer.from(leaf?.certificate ?? 'no certificate').toString('latin1');
}

/** Every path with one choice that is not the reference's, and the reference's own. */
function* paths(level: Level, seed: string): Generator<Snapshot> {
  const answers: Answer[] = [];
  for (;;) {
    const snapshot = play({ level, seed, answers }, scenarios);
    yield snapshot;
    const { step } = snapshot.waiting ?? {};
    if (!step) return;
    for (const { id } of step.choices)
      yield play({ level, seed, answers: [...answers, { step: step.id, choice: id }] }, scenarios);
    answers.push(byReference(step));
  }
}

const learnedBy = ({ facts }: Seen, who: string): readonly string[] =>
  facts.flatMap((fact) => (fact.kind === 'learned' && fact.who === who ? [fact.what] : []));

interface Watcher {
  /** As facts name it. */
  readonly who: string;
  readonly actors: readonly string[];
  /** What the goal says it must not learn, where it is no attacker. */
  readonly only?: readonly string[];
}
/** The attackers, and all others who must not learn something: a machine on the way, or any of the relays. */
function watchersOf({ cast, world }: Seen): readonly Watcher[] {
  const attackers = cast.filter(({ role }) => role === 'attacker').map(({ actor }) => actor);
  const named = world.goal.never.flatMap(({ learned }) => learned?.[0] ?? []);
  const others = [...new Set(named)].filter((who) => !attackers.includes(who));
  const relays = cast.map(({ actor }) => actor).filter((actor) => ['guard', 'middle', 'exit'].includes(actor));
  return [
    ...attackers.map((actor) => ({ who: actor, actors: [actor] })),
    ...others.map((who) => ({
      who,
      actors: who === 'any-relay' ? relays : [who],
      only: world.goal.never.flatMap(({ learned }) => (learned?.[0] === who ? (learned[1] ?? []) : [])),
    })),
  ];
}

describe.each(shippedLevels().map((level) => [level.id, level] as const))('%s', (_id, level) => {
  it('shows an attacker what it has learned, and nothing that it has not', () => {
    let [known, unknown] = [0, 0];
    for (const seed of ['1', '2', '3'])
      for (const { acts } of paths(level, seed))
        for (const seen of acts)
          for (const { who, actors, only } of watchersOf(seen)) {
            const text = actors.map((actor) => readable(seen, actor)).join('\n');
            for (const [what, secret] of Object.entries(secretsOf(seen))) {
              if (only && !only.includes(what)) continue;
              const has = learnedBy(seen, who).some((one) => one === what || one.startsWith(`${what}-`));
              expect([seen.world.name, who, what, [secret].flat().some((one) => text.includes(one))]).toEqual([
                seen.world.name,
                who,
                what,
                has,
              ]);
              if (has) known++;
              else unknown++;
            }
          }
    // Where a level is about a secret, both happen in it; where the attacker comes only with the harm, that alone.
    const isAboutSecrets = level.acts.some(({ worlds }) =>
      worlds.some(({ goal }) => JSON.stringify(goal).includes('"learned"')),
    );
    const played = [...paths(level, '1')].at(-1)?.acts ?? [];
    const isThere = played.some((seen) => watchersOf(seen).length > 0);
    if (isAboutSecrets) expect([known > 0, unknown > 0]).toEqual([true, isThere]);
  });
  it('gives the same events for the same run', () => {
    const events = (snapshot: Snapshot) =>
      JSON.stringify(
        snapshot.acts.map((seen) => seen.events),
        (_key, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value),
      );
    const both = [1, 2].map(() => [...paths(level, 'again')].map(events));
    expect(both[0]).toEqual(both[1]);
    const other = [...paths(level, 'other')].map(events);
    expect(other.at(-1)).not.toEqual(both[0]?.at(-1));
  });
});
