// Every situation, played to its end: by the reference rules, and by whatever answers a point's schema takes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scenarios } from '../../src/scenarios/index.ts';
import { type Asked, type Event, run } from '../../src/scenarios/network.ts';
import { factKinds, type Scenario, type Scene } from '../../src/scenarios/scenario.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { groups, suites } from '../../src/tls/registry.ts';
import { hex } from '../tls/world.ts';

const seeds = ['1', '2', '3', '4', '5'];
const scenarioOf = (name: string): Scenario => scenarios.get(name) ?? fail(`no scenario ${name}`);
const fail = (why: string): never => {
  throw new Error(why);
};
const sceneOf = (name: string, setup: unknown, seed: string): Scene => {
  const scenario = scenarioOf(name);
  return scenario.scene(scenario.setup.parse(setup), entropy(seed));
};
const byReference = ({ question }: Asked) => ({ answer: question.reference() });
const said = (scene: Scene, events: readonly Event[]): string[] => [
  ...new Set(scene.facts(events).map(({ kind, who, what }) => `${kind}(${who}, ${what})`)),
];

/** What came about; where the seed decides that, by its words. */
type Facts = readonly string[] | ((words: Scene['words']) => readonly string[]);
const aborts = (who: string, alert: string) => [`aborted(${who}, ${alert})`, `aborted(${who}, any)`];

/** What comes about where everybody plays by the rules. */
const plays: readonly (readonly [name: string, setup: unknown, facts: Facts])[] = [
  ['tls13-exchange', {}, ['delivered(order, bob)', 'negotiated(tls, 1.3)']],
  ['tls13-exchange', { offer: 'menu' }, ['delivered(order, bob)', 'negotiated(tls, 1.3)']],
  [
    'tls13-exchange',
    { browsing: true },
    ['delivered(order, bob)', 'found(alice, order-record)', 'negotiated(tls, 1.3)'],
  ],
  [
    'tls13-exchange',
    { offer: 'full', shared: true, predicting: true },
    ['delivered(order, bob)', 'found(alice, what-eve-reads)', 'negotiated(tls, 1.3)'],
  ],
  ['price-feed', { mallory: 'passes' }, ['accepted(alice, whole-feed)', 'delivered(orders, bob)']],
  [
    'price-feed',
    { mallory: 'cuts' },
    [
      'accepted(alice, whole-feed)',
      'delivered(orders, bob)',
      'detected(alice, cut)',
      'aborted(alice, unexpected_message)',
      'aborted(alice, any)',
    ],
  ],
  [
    'impersonation',
    { order: 'order-1', predicting: true },
    [
      'detected(till, CertificateVerify)',
      'found(mallory, what-stops-me)',
      'aborted(till, decrypt_error)',
      'aborted(till, any)',
    ],
  ],
  ['impersonation', { order: 'order-2', line: 'nobody' }, ['delivered(order-2, bob)']],
  ['cafe', {}, ['learned(eve, password)', 'accepted(bob, eve-as-alice)']],
  [
    'web-shop',
    { visit: '1', mallory: 'listens', bob: 'patch' },
    ['delivered(front-page, alice)', 'delivered(order, bob)'],
  ],
  [
    'web-shop',
    { visit: '1', mallory: 'edits', bob: 'build', again: true },
    ['delivered(front-page, alice)', 'delivered(order, bob)'],
  ],
  [
    'web-shop',
    { visit: '1', mallory: 'nobody', bob: 'build', again: true },
    ['delivered(front-page, alice)', 'delivered(order, bob)'],
  ],
  ['two-bobs', { resolver: 'lies' }, ['delivered(login, bob)', 'aborted(alice, unknown_ca)', 'aborted(alice, any)']],
  ['two-bobs', { resolver: 'true' }, ['delivered(login, bob)']],
  ['gateway', { visit: '1' }, ['learned(mallory, password-1)']],
  ['gateway', { visit: '2' }, ['delivered(front-page, alice)']],
  ['key-delivery', { parcel: '1' }, ['delivered(photo-1, bob)', 'delivered(code-1, alice)']],
  ['sealed-form', { payment: '1' }, ['detected(bob, altered)']],
  ['sealed-form', { payment: '2', mallory: false }, ['accepted(bob, payment-2)']],
  ['real-server', {}, ['delivered(order, bob)']],
  ['real-server', { server: 'own-ca' }, ['aborted(alice, unknown_ca)', 'aborted(alice, any)']],
  ['real-server', { server: 'other-name' }, ['aborted(alice, bad_certificate)', 'aborted(alice, any)']],
  ['real-client', {}, ['delivered(page, visitor)']],
  [
    'recordings',
    { when: 'past' },
    ['learned(eve, order-1)', 'delivered(order-1, bob)', 'delivered(order-2, bob)', 'delivered(order-3, bob)'],
  ],
  ['recordings', { when: 'patched' }, ['delivered(order-4, bob)', 'stalled(eve, bob.number)']],
  [
    'recordings',
    { when: 'again' },
    ['delivered(order-5, bob)', 'found(eve, what-it-opens)', 'stalled(eve, bob.number)'],
  ],
  ['fallback', { order: 'order-1' }, ['aborted(alice, illegal_parameter)', 'aborted(alice, any)']],
  ['fallback', { order: 'order-2', line: 'nobody' }, ['delivered(order-2, bob)']],
  ['onion', {}, ['delivered(login, bob)', 'found(alice, middle-knows)']],
  ['both-ends', { part: 'begin' }, ['delivered(order-1, bob)', 'negotiated(tls, 1.3)']],
  [
    'both-ends',
    { part: 'answer' },
    ({ answer }) => {
      if (answer === 'good') return ['delivered(order-2, bob)', 'negotiated(tls, 1.3)'];
      return [
        'detected(alice, answer)',
        ...aborts('alice', answer === 'older' ? 'protocol_version' : 'illegal_parameter'),
      ];
    },
  ],
  [
    'both-ends',
    { part: 'flight' },
    ({ flight = '' }) => {
      if (flight === 'good') return ['delivered(order-3, bob)', 'negotiated(tls, 1.3)'];
      const alerts: Readonly<Record<string, string>> = {
        'other-key': 'decrypt_error',
        'left-out': 'unexpected_message',
        'no-link': 'unknown_ca',
      };
      return ['detected(alice, flight)', ...aborts('alice', alerts[flight] ?? '')];
    },
  ],
  ['both-ends', { part: 'choose' }, ['delivered(order-4, bob)', 'negotiated(tls, 1.3)']],
  [
    'both-ends',
    { part: 'prove' },
    ({ stop }) => [
      'negotiated(tls, 1.3)',
      ...(stop === 'sealed' ? ['delivered(orders, bob)'] : ['detected(bob, cut)']),
      ...(stop === 'typed' ? aborts('bob', 'unexpected_message') : []),
    ],
  ],
  ['open-line', {}, ['delivered(card, bob)']],
  [
    'vpn',
    {},
    [
      'delivered(post, forum)',
      'delivered(card, bob)',
      'learned(victor, post)',
      'learned(victor, host)',
      'found(alice, who-knows)',
    ],
  ],
  ['provider', {}, ['host', 'times-and-sizes', 'proof', 'host-again', 'page'].map((what) => `found(eve, ${what})`)],
  ['sealed-notice', {}, ['accepted(alice, notice)']],
  ['server-flight', { order: 'order-1' }, ['delivered(order-1, bob)']],
  [
    'server-flight',
    { order: 'order-2', till: true },
    ['delivered(order-2, bob)', 'aborted(bob, decrypt_error)', 'aborted(bob, any)'],
  ],
  [
    'tampered-hello',
    { order: 'order-1', version: '1.2' },
    ['delivered(order-1, bob)', 'aborted(bob, decrypt_error)', 'aborted(bob, any)'],
  ],
  [
    'tampered-hello',
    { order: 'order-2', version: '1.3' },
    [
      'delivered(order-2, bob)',
      'found(alice, what-shows-it)',
      ...['alice', 'bob'].flatMap((who) => [`aborted(${who}, bad_record_mac)`, `aborted(${who}, any)`]),
    ],
  ],
  ['key-transport', {}, ['delivered(order, bob)', 'negotiated(tls, 1.2)']],
  ['key-exchange', {}, ['delivered(order, bob)']],
  ['key-exchange', { order: 'order-2', line: 'nobody' }, ['delivered(order-2, bob)']],
  ['key-exchange', { order: 'order-1', line: 'mallory' }, ['detected(alice, signature)']],
  [
    'trust',
    { story: 'passport' },
    [
      'delivered(order-1, bob)',
      'delivered(order-4, bob)',
      'aborted(alice, unknown_ca)',
      'aborted(alice, decrypt_error)',
      'aborted(alice, any)',
    ],
  ],
  [
    'trust',
    { story: 'bag' },
    ['delivered(order-1, bob)', 'delivered(order-4, bob)', 'aborted(alice, unknown_ca)', 'aborted(alice, any)'],
  ],
  [
    'trust',
    { story: 'names' },
    [
      'delivered(order-1, bob)',
      'delivered(order-2, bob)',
      'delivered(order-7, bob)',
      'found(alice, both-servers)',
      'aborted(alice, bad_certificate)',
      'aborted(alice, any)',
    ],
  ],
  [
    'trust',
    { story: 'anchors' },
    [
      'delivered(backup, disk)',
      'delivered(page-2, alice)',
      'delivered(order-2, bob)',
      'aborted(alice, bad_certificate)',
      'aborted(alice, unknown_ca)',
      'aborted(alice, any)',
    ],
  ],
  ['trust', { story: 'look-alike' }, ['delivered(card, bob)', 'found(alice, what-the-ca-signs)']],
];

it('every scenario is played here', () => {
  expect([...new Set(plays.map(([name]) => name))].sort()).toEqual([...scenarios.keys()].sort());
  expect(scenarios.size).toBeGreaterThanOrEqual(4);
});

describe.each(plays)('%s %j by the reference rules', (name, setup, facts) => {
  it.each(seeds)('ends with what it must, no client waits in vain, seed %s', (seed) => {
    const scene = sceneOf(name, setup, seed);
    const { events, waiting } = run(scene.actors, scene.wires, byReference);
    expect(waiting).toBeUndefined();
    // Whoever serves a line on which nobody came runs out of time; a client never does.
    const clients = scene.cast.filter(({ role }) => role === 'client').map(({ actor }) => actor);
    for (const { by } of events.filter(({ what }) => what === 'timeout')) expect(clients).not.toContain(by);
    const due = typeof facts === 'function' ? facts(scene.words) : facts;
    expect(said(scene, events).sort()).toEqual([...due].sort());
    const { vocabulary, words } = scenarioOf(name);
    const sayable = Object.entries(vocabulary).flatMap(([kind, pairs]) =>
      pairs.map(([who, what]) => `${kind}(${who}, ${what})`),
    );
    // What a level may speak of has all that happens when nothing goes wrong by choice.
    expect(sayable).toEqual(expect.arrayContaining([...due]));
    expect(Object.keys(scene.words).sort()).toEqual([...words].sort());
    const actors = scene.actors.map((actor) => actor.name);
    for (const { actor, beside = actor } of scene.cast) expect(scene.cast.map((one) => one.actor)).toContain(beside);
    expect(scene.cast.map(({ actor }) => actor)).toEqual(expect.arrayContaining(actors));
  });
  it('is another story with another seed, and the same with the same', () => {
    const bytesOf = (seed: string) => {
      const scene = sceneOf(name, setup, seed);
      const { events } = run(scene.actors, scene.wires, byReference);
      return events.flatMap((event) => (event.what === 'wire' ? [hex(event.bytes)] : []));
    };
    expect(bytesOf('1')).toEqual(bytesOf('1'));
    expect(bytesOf('1')).not.toEqual(bytesOf('2'));
  });
});

/** Answers that a point may be given: every one where there are few, and the strange ones where there are many. */
const strange: Readonly<Record<string, readonly unknown[]>> = {
  'client.openAddress': ['typed', 'labels', 'spelling'].map((address) => ({ address })),
  'client.judgeSite': ['host', 'padlock', 'valid', 'ca'].map((look) => ({ look })),
  'client.predictOrder': ['look-alike', 'shop', 'below-shop'].map((signs) => ({ signs })),
  'client.afterMistake': ['block', 'cookies', 'nothing'].map((action) => ({ action })),
  'client.onSelfSigned': ['label', 'accept', 'first-use', 'signature'].map((rule) => ({ rule })),
  'client.installAnchor': ['ca-certificate', 'wiki-certificate', 'ca-private-key'].map((file) => ({ file })),
  'client.choosePin': ['public-key', 'certificate', 'name', 'ca-key'].map((pin) => ({ pin })),
  'client.matchNames': [[], ['star'], ['star', 'list', 'part-star'], ['parent', 'common-name', 'longer']].map(
    (accepted) => ({
      accepted,
    }),
  ),
  'client.matchStar': ['one-star', 'star-above', 'two-stars'].map((accepted) => ({ accepted })),
  'client.referenceName': ['typed', 'dns', 'certificate'].map((name) => ({ name })),
  'client.onWrongName': ['abort', 'ask-user', 'go-on'].map((rule) => ({ rule })),
  'client.buildPath': [
    [],
    ['root-x', 'signer', 'leaf'],
    ['leaf', 'namesake', 'root-x'],
    ['leaf', 'leaf', 'root-y'],
  ].map((certificates) => ({ certificates })),
  'client.onMissingIssuer': ['abort', 'take-if-named', 'ask', 'fetch'].map((rule) => ({ rule })),
  'client.adviseChain': ['leaf-and-issuer', 'with-root', 'leaf-and-root', 'new-leaf'].map((send) => ({ send })),
  'client.onUnknownRoot': ['store', 'fit', 'add'].map((rule) => ({ rule })),
  'client.pickNames': [
    { record: 0, offset: 0, length: 1 },
    { record: 1, offset: 60, length: 4 },
    { record: 999, offset: 0xffffff, length: 0xffffff },
  ],
  'client.pickProofKey': [
    { record: 0, offset: 0, length: 400 },
    { record: 1, offset: 100, length: 32 },
    { record: 999, offset: 0xffffff, length: 0xffffff },
  ],
  'client.checkIssuer': ['store', 'inside', 'sent', 'phone'].map((key) => ({ key })),
  'client.onKnownCertificate': ['prove', 'believe', 'refuse'].map((rule) => ({ rule })),
  'client.openUrl': [
    ...[{ scheme: 'https' }, { scheme: 'http' }, { scheme: 'none' }],
    { scheme: 'http', relays: 3 },
    { scheme: 'https', relays: 6 },
    ...['own', 'victor'].flatMap((roots) => ['https', 'http'].map((scheme) => ({ scheme, via: 'vpn', roots }))),
  ],
  'client.chooseCover': ['vpn', 'private-window', 'doh', 'hotspot'].map((action) => ({ action })),
  'client.chooseResolver': ['victor', 'any', 'cafe'].map((action) => ({ action })),
  'observer.predictKnower': ['victor', 'nobody', 'eve'].map((who) => ({ who })),
  'client.pickRelays': [
    ['exit', 'exit', 'exit'],
    ['other', 'middle', 'exit'],
  ].map((relays) => ({ relays })),
  'client.wrap': [
    [],
    ['guard'],
    ['guard', 'middle', 'exit'],
    ['middle', 'exit', 'guard'],
    ['exit', 'exit', 'guard'],
  ].map((order) => ({ order })),
  'client.openRecord': [
    { record: 0, offset: 0, length: 1 },
    { record: 3, offset: 2, length: 9 },
    { record: 999, offset: 0xffffff, length: 0xffffff },
  ],
  'client.offerVersions': [
    { list: null },
    { list: [] },
    { list: [0x0303] },
    { list: [0x0304, 0x7a7a], recordVersion: 0x0300, legacyVersion: 0x0304 },
    { list: null, legacyVersion: 0x0304 },
  ],
  'client.offerSuites': [
    { suites: [suites.TLS_RSA_WITH_AES_128_GCM_SHA256] },
    { suites: [suites.TLS_CHACHA20_POLY1305_SHA256] },
    { suites: [0x1a1a, suites.TLS_AES_256_GCM_SHA384] },
  ],
  'client.offerKeys': [
    { groups: null, shares: null },
    { groups: [], shares: [] },
    { groups: [groups.secp256r1, groups.x25519], shares: [] },
    { groups: [groups.x448, groups.x25519], shares: [groups.x448] },
    { groups: [groups.x25519], shares: [groups.x25519, groups.x25519] },
  ],
  'client.serverName': [{ name: null }, { name: '' }, { name: 'bank.example' }],
  'client.acceptChain': [{ require: [] }, { require: ['name'] }, { require: 'all', stop: true }],
  'client.onCertificateVerify': [{ require: 'nothing' }],
  'client.patch': ['none', 'certificate-verify', 'pin', 'revocation', 'fresh-roots'].map((policy) => ({ policy })),
  'client.protect': ['aes-gcm', 'base64', 'sha256', 'xor'].map((method) => ({ method })),
  'client.chooseKey': ['shared', 'name', 'fresh'].map((keySource) => ({ keySource })),
  'client.envelope': [[], ['nonce'], ['tag'], ['nonce', 'tag', 'hash']].map((fields) => ({ fields })),
  'client.chooseServer': ['none', 'page', 'dns', 'known'].map((action) => ({ action })),
  'client.onNotSecure': ['https', 'login', 'login-then-change'].map((action) => ({ action })),
  'client.onHandshakeFailure': ['doh', 'phone', 'http', 'same-dns'].map((action) => ({ action })),
  'client.wrapKey': ['bob', 'alice', 'itself', 'nobody'].map((to) => ({ to })),
  'client.encryptBulk': ['aes-gcm', 'rsa-blocks', 'rsa-once'].map((method) => ({ method })),
  'server.sealWith': [{ key: 'aes', nonce: 'repeat' }, { key: 'rsa-private' }],
  'server.attachProof': ['signature', 'hash', 'hmac'].map((proof) => ({ proof })),
  'server.signWith': ['private', 'recipient', 'public'].map((key) => ({ key })),
  'server.signOver': ['whole', 'account', 'no-recipient'].map((over) => ({ over })),
  'server.hide': ['encrypt', 'plain', 'signing-key'].map((how) => ({ how })),
  'client.sendShare': ['share', 'number', 'both', 'hash'].map((send) => ({ send })),
  'client.combine': ['own-number', 'own-share', 'bobs-number'].map((what) => ({ with: what })),
  'client.deriveKey': [
    { input: ['shares', 'shares'], kdf: 'none' },
    { input: ['shares', 'secret'], kdf: 'none' },
    { input: ['secret'], kdf: 'hkdf' },
  ],
  'client.afterUse': ['nothing', 'number', 'locked'].map((keep) => ({ keep })),
  'client.demand': ['nothing', 'hash', 'signature', 'sealed', 'bigger-group'].map((demand) => ({ demand })),
  'mallory.onClientShare': ['own', 'same', 'zero'].map((forward) => ({ forward })),
  'mallory.onServerShare': ['own', 'own-signed', 'same', 'echo'].map((forward) => ({ forward })),
  'mallory.onRecord': ['reseal', 'same', 'plain'].map((forward) => ({ forward })),
  'client.extendedMasterSecret': [
    { offer: true, require: true },
    { offer: false, require: false },
  ],
  'server.certificateFile': ['leaf', 'leaf-intermediate-root', 'intermediate-leaf'].map((file) => ({ file })),
  'server.selectVersion': [
    { extension: null },
    { extension: 0x0303 },
    { extension: 0x0304, legacyVersion: 0x0304 },
    { extension: 0x0305 },
  ],
  'server.selectSuite': [
    { suite: null },
    { suite: suites.TLS_AES_256_GCM_SHA384 },
    { suite: suites.TLS_RSA_WITH_AES_128_GCM_SHA256 },
  ],
  'server.selectShare': [
    null,
    { retry: groups.secp256r1 },
    { retry: groups.x25519 },
    { retry: groups.x448 },
    { group: groups.secp256r1, source: 'fresh' },
    { group: groups.x448, source: 'echo' },
    { group: groups.x25519, source: 'echo' },
  ],
  ...Object.fromEntries(
    ['client', 'server'].flatMap((side) => [
      [`${side}.onFinished`, [{ require: 'nothing' }]],
      [`${side}.onRecord`, [{ reply: 'accept' }, { reply: 'skip' }]],
      [`${side}.onEndOfStream`, [{ require: 'nothing' }]],
      [`${side}.endSending`, [{ how: 'close' }, { how: 'wait' }]],
    ]),
  ),
  'mallory.obtainCertificate': ['visit', 'record', 'ask-ca'].map((id) => ({ id })),
  'mallory.selectShare': ['own', 'relay', 'certificate'].map((source) => ({ source })),
  'mallory.sendCertificateVerify': ['own', 'old', 'none', 'insideCertificate'].map((source) => ({ source })),
  'observer.predict': [
    ...['Certificate', 'CertificateVerify', 'Finished', 'nothing'].map((event) => ({ event })),
    ...['neighbours', 'sender', 'host'].map((item) => ({ item })),
  ],
  'server.downgradeMarker': [{ write: false }, { write: true }],
  'client.sequence': [
    { cards: [] },
    { cards: ['data', 'secret'] },
    { cards: ['ClientHello', 'ServerHello', 'Certificate', 'secret', 'keys', 'data', 'data'] },
  ],
  'server.sequence': [
    { cards: [] },
    { cards: ['Finished', 'Certificate'] },
    { cards: ['EncryptedExtensions', 'Certificate', 'Certificate', 'Finished'] },
    { cards: ['TranscriptHash', 'EncryptedExtensions', 'Certificate', 'CertificateVerify', 'Finished'] },
  ],
  'server.sealFlight': ['server_handshake', 'client_handshake', 'none'].map((key) => ({ key })),
  'server.sendChain': [{ entries: [] }, { entries: ['root'] }, { entries: ['leaf', 'leaf', 'intermediate'] }],
  'server.proveOver': ['transcript', 'certificate', 'client-random'].map((over) => ({ over })),
  'client.lockFor': ['server', 'issuer', 'own'].map((to) => ({ to })),
  'client.onAnswer': ['continue', 'illegal_parameter', 'protocol_version', 'retry-older'].map((reply) => ({ reply })),
  'client.onFlight': ['continue', 'decrypt_error', 'unexpected_message', 'unknown_ca'].map((reply) => ({ reply })),
  'client.sealOrder': ['client_handshake', 'server_application'].map((key) => ({ key })),
  'server.onOrdersEnd': ['all', 'whole-lines', 'nothing'].map((book) => ({ book })),
  'client.sealWith': ['client_write', 'server_write', 'public'].map((key) => ({ key })),
  'client.premaster': [{ secret: '00' }, { secret: '03'.repeat(48) }, { secret: 'ff'.repeat(245) }],
  'server.extendedMasterSecret': [
    { answer: false, require: false },
    { answer: true, require: true },
  ],
  'server.onPremaster': [{ onBadPadding: 'alert' }],
  'client.onServerHello': [{ onMarker: 'ignore' }, { stop: true }, { sendEarly: true }],
  'observer.predictAlarm': ['record', 'CertificateVerify', 'Finished'].map((event) => ({ event })),
  'client.onServerKeyExchange': [{ require: 'nothing' }],
  'server.selectGroup': [{ group: null }, { group: groups.secp256r1 }],
  'observer.predictReading': ['server_name', 'certificate', 'order', 'nothing'].map((item) => ({ item })),
  'mallory.pickBytes': [
    { record: 0, offset: 0, length: 4 },
    { record: 2, offset: 0, length: 1 },
    { record: 77, offset: 0, length: 1 },
  ],
  'mallory.flip': [
    { xor: null },
    { xor: 255 },
    { part: 'tag', xor: '0x01' },
    { part: 'nonce', xor: '0x80' },
    { part: 'ciphertext', xor: 0 },
  ],
  'mallory.sendRequest': ['with-cookies', 'without', 'login'].map((request) => ({ request })),
  'mallory.chooseVictim': ['alice', 'carol', 'erin', 'nobody'].map((id) => ({ id })),
  'mallory.onPlainRequest': ['proxy', 'pass', 'ownTls'].map((mode) => ({ mode })),
  'mallory.rewrite': [[], ['links'], ['secure']].map((edits) => ({ edits })),
  'server.demandHttps': ['none', 'hsts', 'hsts-over-http', 'closed', 'new-certificate'].map((policy) => ({ policy })),
  'server.patch': [
    ...['none', 'https-everywhere', 'http-only', 'long-id', 'new-password'],
    ...['aes-gcm', 'aes-256', 'crc-32', 'sha-256'],
  ].map((policy) => ({ policy })),
  'eve.chooseRecording': ['first', 'second', 'third', 'new'].map((id) => ({ id })),
  'eve.pickLocked': [
    { record: 1, offset: 0, length: 4 },
    { record: 4, offset: 9, length: 1 },
    { record: 77, offset: 0, length: 1 },
  ],
  'eve.derive': ['randoms', 'nothing', 'private-key'].map((how) => ({ with: how })),
  'eve.foretell': ['all', 'handshake', 'answers', 'nothing'].map((opens) => ({ opens })),
  'server.keepShut': ['none', 'forward-secret', 'long-key', 'rotate', 'revoke'].map((policy) => ({ policy })),
  'mallory.onClientHello': [
    { how: 'swallow', blank: true },
    ...['legacy', 'cut', 'forge'].map((how) => ({ how, blank: false })),
  ],
  'mallory.onServerHello': ['same', 'blank', 'cut'].map((forward) => ({ forward })),
  'client.mend': ['none', 'marker', 'no-retry', 'finished-twice', 'legacy-version'].map((policy) => ({ policy })),
  'server.tlsPages': ['form', 'login', 'account', 'all'].map((pages) => ({ pages })),
  'server.onPlainRequest': ['redirect', 'serve', 'closed'].map((reply) => ({ reply })),
  'server.cookieFlags': [{ flags: [] }, { flags: ['Secure'] }, { flags: ['HttpOnly', 'SameSite=Strict'] }],
  'eve.chooseCapture': ['port 53', 'port 80', 'port 443'].map((id) => ({ id })),
  'eve.pickBytes': [
    { record: 0, offset: 0, length: 4 },
    { record: 1, offset: 3, length: 500 },
    { record: 77, offset: 0, length: 1 },
  ],
  'eve.report': [[], ['path'], ['host', 'words'], ['times-and-sizes', 'host']].map((claims) => ({ claims })),
  'eve.markName': [
    { record: 0, offset: 12, length: 3 },
    { record: 2, offset: 65, length: 4 },
    { record: 999, offset: 0xffffff, length: 0xffffff },
  ],
  'eve.readName': ['hello', 'dns', 'nowhere'].map((from) => ({ from })),
  'eve.namePage': ['/lamps', '/sleep', '/travel', 'none', ''].map((page) => ({ page })),
  'client.offerSession': [{ offer: true, modes: ['psk_ke', 'psk_dhe_ke'] }],
  'client.sendEarlyData': [{ send: true }],
  'client.onEarlyRefused': [{ again: false }],
  'server.resume': [{ mode: 'psk_ke' }, { mode: null }],
  'server.onBinder': [{ require: 'nothing' }],
  'server.acceptEarlyData': [{ accept: 'always' }, { accept: 'never' }],
  'server.sendTickets': [{ count: 8 }],
  'client.sendCertificate': [{ certificate: 'own' }, { certificate: 'none' }],
  'server.requestCertificate': [{ request: true }],
  'client.offerPostHandshakeAuth': [{ offer: true }],
  'client.onCertificateRequest': [{ require: ['fresh'] }, { require: [], answer: 'later' }],
  'server.requestLater': [{ request: true, context: 'count' }, { request: false }],
  'server.acceptClient': [
    { require: [], anonymous: 'serve' },
    { require: ['path'], anonymous: 'refuse' },
  ],
  'server.onCertificateVerify': [{ require: 'nothing' }],
  'client.onKeyUpdate': [{ answer: true }, { read: 'same', answer: false }],
  'server.onKeyUpdate': [{ answer: true }, { read: 'same', answer: false }],
  'eve.decodeSecret': [{ type: '' }, { type: 'tulip!12' }, { crack: true }],
};

/** Those that a scenario's point takes: another scenario may have a point of that name with answers of its own. */
const strangeTo = ({ name, schema }: Scenario['points'][number]): readonly unknown[] =>
  (strange[name] ?? []).filter((answer) => schema.safeParse(answer).success);

it('every point of every scenario is answered strangely below, and every answer there is taken by one', () => {
  const points = [...scenarios.values()].flatMap((scenario) => scenario.points);
  expect(Object.keys(strange).sort()).toEqual([...new Set(points.map(({ name }) => name))].sort());
  expect(points.filter((point) => !strangeTo(point).length)).toEqual([]);
  for (const [name, answers] of Object.entries(strange)) {
    const taken = points.filter((point) => point.name === name).flatMap(strangeTo);
    expect(answers.filter((answer) => !taken.includes(answer))).toEqual([]);
  }
});

describe.each(plays)('%s %j by strange answers', (name, setup) => {
  it('ends all the same, and what came about stays', () => {
    const asked = new Set<string>();
    const answersTo = new Map(scenarioOf(name).points.map((point) => [point.name, strangeTo(point)]));
    fc.assert(
      fc.property(fc.constantFrom(...seeds), fc.array(fc.nat(20), { maxLength: 30 }), (seed, dice) => {
        const scene = sceneOf(name, setup, seed);
        let next = 0;
        const { events, waiting } = run(scene.actors, scene.wires, ({ question }) => {
          asked.add(question.point);
          const answers = [...(answersTo.get(question.point) ?? []), question.reference(), question.reference()];
          return { answer: answers[(dice[next++] ?? answers.length - 1) % answers.length] };
        });
        expect(waiting).toBeUndefined();
        let before: readonly string[] = [];
        for (let share = 1; share <= 4; share++) {
          const now = said(scene, events.slice(0, Math.ceil((events.length * share) / 4)));
          expect(now).toEqual(expect.arrayContaining([...before]));
          before = now;
        }
        for (const { kind } of scene.facts(events)) expect(factKinds).toContain(kind);
      }),
      { numRuns: 60 },
    );
    const scene = sceneOf(name, setup, '1');
    const { events } = run(scene.actors, scene.wires, byReference);
    const due = new Set(events.flatMap((event) => (event.what === 'decision' ? [event.point] : [])));
    expect(due.size).toBeGreaterThanOrEqual(1);
    expect(asked.size).toBeGreaterThanOrEqual(Math.min(3, due.size));
  });
});
