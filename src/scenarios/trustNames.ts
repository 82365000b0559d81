// Alice wants one host, and server after server answers with a perfect path and other names; then a resolver calls it otherwise.
import * as z from 'zod';
import type { Issued } from '../pki/authority.ts';
import { certifier, type Leaf } from '../pki/certifier.ts';
import { judge, matchesHost } from '../pki/judge.ts';
import type { Finding } from '../tls/authentication.ts';
import { close, decide, decisionPoint, over, type Protocol, tell } from '../tls/effects.ts';
import { drawNumber, drawOne, type Entropy, named, shuffle } from '../tls/entropy.ts';
import { remember } from '../tls/remember.ts';
import { together } from './actors.ts';
import { lookUpAlias, resolver } from './dns.ts';
import { delivered, learned, protocolFacts } from './facts.ts';
import type { Event } from './network.ts';
import { book } from './orders.ts';
import { alice, bob, mallory, today } from './people.ts';
import type { Fact } from './scenario.ts';
import type { Story } from './trust.ts';
import { cable, fooledFacts, hostsOf, orderOf, type Shown, serving, take, visit } from './visits.ts';

const site = 'shop.example';
const hers = 'mallory.example';
const six = ['star', 'list', 'parent', 'common-name', 'longer', 'part-star'] as const;
const deep = ['one-star', 'star-above', 'two-stars'] as const;

const points = {
  /** Which of the six certificates are for the host. */
  matchNames: decisionPoint<{ readonly host: string }>()(
    'client.matchNames',
    '9525 6.3',
    z.strictObject({ accepted: z.array(z.enum(six)).max(6) }),
    () => ({ accepted: ['star' as const, 'list' as const] }),
  ),
  /** Which of three stars covers a host with one label more. */
  matchStar: decisionPoint<{ readonly host: string }>()(
    'client.matchStar',
    '9525 6.3',
    z.strictObject({ accepted: z.enum(deep) }),
    () => ({ accepted: 'one-star' as const }),
  ),
  /** The name that the certificate must bear. */
  referenceName: decisionPoint<{ readonly host: string }>()(
    'client.referenceName',
    '9525 6.1',
    z.strictObject({ name: z.enum(['typed', 'dns', 'certificate']) }),
    () => ({ name: 'typed' as const }),
  ),
  /** The name does not fit. */
  onWrongName: decisionPoint<{ readonly host: string }>()(
    'client.onWrongName',
    '9525 6.6',
    z.strictObject({ rule: z.enum(['abort', 'ask-user', 'go-on']) }),
    () => ({ rule: 'abort' as const }),
  ),
};

export const names: Story = {
  points: Object.values(points),
  wordNames: ['wanted', 'wanted-deep', 'parent-name', 'longer-name', 'part-star', 'above-star', 'deep-star'],
  vocabulary: {
    delivered: ['order-1', 'order-2', 'order-7'].map((order) => [order, 'bob'] as const),
    accepted: [
      ['alice', 'wrong-name'],
      ['alice', 'mallory'],
    ],
    found: [['alice', 'both-servers']],
    learned: [['mallory', 'order-10']],
    aborted: [
      ['alice', 'any'],
      ['alice', 'bad_certificate'],
    ],
  },
  words(draw) {
    const { host, deepHost } = hostsFor(draw);
    return {
      wanted: host,
      'wanted-deep': deepHost,
      'parent-name': site,
      'longer-name': `${host}.pay.example`,
      'part-star': `${host.slice(0, 1)}*.${site}`,
      'above-star': `*.${site}`,
      'deep-star': `*.${host}`,
    };
  },
  scene(draw) {
    const street = streetOf(draw);
    const secret = (number: number) => orderOf(draw, `order-${number}`, street.host).secret;
    const others = street.calls.filter(({ owner }) => owner === 'others');
    const bobs = street.calls.filter(({ owner }) => owner === 'bob');
    return {
      cast: [
        alice,
        { ...mallory, title: hers },
        { ...bob, title: street.host },
        { actor: 'others', role: 'server', name: 'others', title: 'other people', beside: 'bob' },
        { actor: 'resolver', role: 'server', name: 'DNS', title: 'a resolver', beside: 'mallory' },
      ],
      actors: [
        { name: 'alice', protocol: shopping(draw, street) },
        {
          name: 'resolver',
          protocol: over(
            'dns',
            resolver(() => hers),
          ),
        },
        { name: 'mallory', protocol: serving('visit 10', street.genuine, take, named(draw, 'mallory')) },
        {
          name: 'others',
          protocol: together(
            ...others.map(({ number, issued }) => serving(`visit ${number}`, issued, book, named(draw, 'others'))),
          ),
        },
        {
          name: 'bob',
          protocol: together(
            ...bobs.map(({ number, issued }) => serving(`visit ${number}`, issued, book, named(draw, 'bob'))),
          ),
        },
      ],
      wires: [
        ...street.calls.map(({ number, owner }) => cable(`visit ${number}`, owner)),
        cable('visit 10', 'mallory'),
        cable('dns', 'resolver', 'port 53'),
      ],
      facts: (events) => [
        ...[1, 2, 7].flatMap((number) => delivered(events, 'bob', 'order', secret(number), `order-${number}`)),
        ...learned('mallory', events, { 'order-10': secret(10) }),
        ...wrongNameFacts(events),
        ...foundFacts(events, street),
        ...fooledFacts(events),
        ...protocolFacts(events),
      ],
    };
  },
};

/** `accepted(alice, wrong-name)`: she believed a certificate that is not for the host that she wanted. */
const wrongNameFacts = (events: readonly Event[]): Fact[] =>
  events.some(
    (event) =>
      event.what === 'acted' &&
      event.by === 'alice' &&
      event.action === 'believed' &&
      !hostsOf(event.bytes).some((name) => matchesHost(name, event.link ?? '')),
  )
    ? [{ kind: 'accepted', who: 'alice', what: 'wrong-name' }]
    : [];

/** `found(alice, both-servers)`: of the six she believed those that are for the host, and no other. */
function foundFacts(events: readonly Event[], { host, calls: all }: Street): Fact[] {
  const over = events.findIndex((event) => event.what === 'acted' && event.action === 'called six');
  if (over < 0) return [];
  const believed = new Set(
    events
      .slice(0, over)
      .flatMap((event) =>
        event.what === 'acted' && event.action === 'believed' ? [Buffer.from(event.bytes).toString('hex')] : [],
      ),
  );
  const right = all.slice(0, 6).every(({ issued: { chain } }) => {
    const [leaf = new Uint8Array(0)] = chain;
    return believed.has(Buffer.from(leaf).toString('hex')) === hostsOf(leaf).some((name) => matchesHost(name, host));
  });
  return right ? [{ kind: 'found', who: 'alice', what: 'both-servers' }] : [];
}

// ---- who answers ----------------------------------------------------------------------------------------------------

interface Call {
  readonly number: number;
  readonly id: (typeof six)[number] | (typeof deep)[number];
  readonly owner: 'bob' | 'others';
  readonly issued: Issued;
}
interface Street {
  readonly host: string;
  readonly deepHost: string;
  readonly root: Uint8Array;
  /** The six for the host, then the three for the one below it, each in an order of the seed's. */
  readonly calls: readonly Call[];
  readonly genuine: Issued;
}

function hostsFor(draw: Entropy) {
  const host = `${drawOne(draw, 'host', ['api', 'pay', 'img', 'box'])}.${site}`;
  return { host, deepHost: `${drawOne(draw, 'deep host', ['eu', 'us', 'asia'])}.${host}` };
}

const streetOf = (draw: Entropy): Street => streets(Buffer.from(draw('names', 8)).toString('hex'), () => build(draw));
const streets = remember<Street>(16);
function build(draw: Entropy): Street {
  const { host, deepHost } = hostsFor(draw);
  const root = certifier(named(draw, 'names'), 'Quest Root X1', today);
  const ca = certifier(named(draw, 'names'), 'Quest Intermediate A1', today, root);
  const leaf = (subject: string, ...listed: readonly string[]): Leaf => ({ subject, names: listed });
  const shown: Readonly<Record<Call['id'], Leaf>> = {
    star: leaf('Bob’s Shop', `*.${site}`),
    list: leaf('Bob’s Shop', ...shuffle(draw, 'list', [`www.${site}`, host])),
    parent: leaf('Mall of Exampletown', site),
    'common-name': leaf(host, 'other.example'),
    longer: leaf('Pay of Exampletown', `${host}.pay.example`),
    'part-star': leaf('Mall of Exampletown', `${host.slice(0, 1)}*.${site}`),
    'one-star': leaf('Bob’s Shop', `*.${host}`),
    'star-above': leaf('Mall of Exampletown', `*.${site}`),
    'two-stars': leaf('Mall of Exampletown', `*.*.${site}`),
  };
  const call = (id: Call['id'], number: number): Call => ({
    number,
    id,
    owner: id === 'star' || id === 'list' || id === 'one-star' ? 'bob' : 'others',
    issued: ca.certify(id, shown[id]),
  });
  // Whose order is which does not depend on when he is called: the line of a server has the number of its order.
  const numbered = [...six, ...deep].map((id, index) => call(id, index + 1));
  return {
    host,
    deepHost,
    root: root.certificate,
    calls: [...shuffle(draw, 'six', numbered.slice(0, 6)), ...shuffle(draw, 'deep', numbered.slice(6))],
    genuine: certifier(named(draw, 'names'), 'Quest Intermediate A1', today, root).certify('mallory', leaf(hers, hers)),
  };
}

// ---- Alice ----------------------------------------------------------------------------------------------------------

function* shopping(draw: Entropy, street: Street): Protocol<void> {
  yield* calls(draw, street);
  yield* close('dns');
}

/** Ends where an order did not go out that should have, or went where it should not: she looks up what she has done. */
function* calls(draw: Entropy, { host, deepHost, root, calls: all, genuine }: Street): Protocol<void> {
  const call = (number: number, issued: Issued, wanted: string, nameOf: (shown: Shown) => Protocol<Finding>) =>
    visit({
      number,
      called: `The server with ${hostsOf(issued.chain[0] ?? new Uint8Array(0)).join(', ')}`,
      host: wanted,
      request: orderOf(draw, `order-${number}`, wanted).request,
      entropy: named(draw, `alice ${number}`),
      *judge(shown) {
        const usual = judge(shown.chain, { host: wanted, anchors: [root], now: today });
        return [...usual.filter(({ name }) => name !== 'name'), yield* nameOf(shown)];
      },
    });
  let accepted: readonly string[] | undefined;
  for (const { number, id, issued } of all.slice(0, 6))
    yield* call(number, issued, host, function* (shown) {
      accepted ??= (yield* decide(points.matchNames, { host })).accepted;
      return nameFinding(accepted.includes(id), shown);
    });
  yield* tell({ what: 'acted', action: 'called six', bytes: new Uint8Array(0) });
  if (accepted?.includes('star') !== true || !accepted.includes('list')) return;
  let star: string | undefined;
  for (const { number, id, issued } of all.slice(6))
    yield* call(number, issued, deepHost, function* (shown) {
      star ??= (yield* decide(points.matchStar, { host: deepHost })).accepted;
      return nameFinding(star === id, shown);
    });
  if (star !== 'one-star') return;
  const alias = (yield* over('dns', lookUpAlias(host, drawNumber(draw, 'dns id', 65536)))) ?? host;
  yield* call(10, genuine, host, (shown) => byReference(shown, alias));
}

const nameFinding = (holds: boolean, { chain: [leaf = new Uint8Array(0)] }: Shown): Finding => ({
  name: `name (${hostsOf(leaf).join(', ')})`,
  holds,
  says: 'the certificate is not for this host',
  alert: 'bad_certificate',
});

function* byReference(shown: Shown, alias: string): Protocol<Finding> {
  const { host, chain, answers } = shown;
  const borne = hostsOf(chain[0] ?? new Uint8Array(0));
  const { name } = yield* decide(points.referenceName, { host });
  const references = { typed: host, dns: alias, certificate: borne[0] ?? '' };
  const holds = borne.some((one) => matchesHost(one, references[name]));
  if (holds) return nameFinding(true, shown);
  const { rule } = yield* decide(points.onWrongName, { host });
  if (rule === 'ask-user') yield* tell({ what: 'note', text: 'The person before the screen clicks "go on anyway".' });
  if (rule !== 'abort') answers['client.acceptChain'] = { require: ['path', 'dates'] };
  return nameFinding(false, shown);
}
