// Who the client is, asked after the handshake (RFC 8446 4.6.2): OpenSSL, GnuTLS and curl as peers. node:tls can neither offer nor ask.
import { describe, expect, it } from 'vitest';
import type { LiveEvent } from '../../src/live/drive.ts';
import { type ClientSetup, client } from '../../src/tls/client.ts';
import { close, type Protocol, receive, send, stack, wishFor } from '../../src/tls/effects.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { identity } from '../../src/tls/identity.ts';
import { server } from '../../src/tls/server.ts';
import { alice, chain, club, door, key } from './club.ts';
import { issued } from './pair.ts';
import { dial, folder, missing, opensslServer, pem, programServing, saying, serving, start } from './peers.ts';
import { pump } from './socket.ts';
import { hex } from './world.ts';

const none = new Uint8Array(0);
const later = { ...door, when: 'later' } as const;

const files = folder();
const own = {
  cert: files.put('alice.pem', chain.map(pem).join('')),
  key: files.put('alice.key', String(key.export({ type: 'pkcs8', format: 'pem' }))),
};
const leaf = {
  cert: files.put('leaf.pem', issued.chain.map(pem).join('')),
  key: files.put('key.pem', String(issued.key.export({ type: 'pkcs8', format: 'pem' }))),
};
const clubFile = files.put('club.pem', pem(club));
/** Answers each line; before it answers `who`, it asks who the client is, as often as the line has the word. */
const guarded = (optional = false) =>
  serving(() =>
    stack(
      (function* (): Protocol<readonly string[]> {
        const known: string[] = [];
        for (;;) {
          const received = yield* receive();
          if ('end' in received) break;
          if (received.news) known.push(`${received.news.about} ${hex(received.news.chain[0] ?? none)}`);
          else {
            const line = Buffer.from(received.bytes).toString('latin1');
            for (const about of line.match(/who\w*/g) ?? []) yield* wishFor({ wish: 'clientCertificate', about });
            if (line.includes('rekey')) yield* wishFor({ wish: 'keyUpdate', requested: true });
            yield* send(Buffer.from(`got ${line}`));
          }
        }
        yield* close();
        return known;
      })(),
      server({
        entropy: entropy('a server'),
        identify: () => identity(issued.chain, issued.key),
        clientCertificates: { ...later, optional },
      }),
    ),
  );
const willing = { identity: alice, postHandshakeAuth: true };
const asked = (more: Partial<ClientSetup>, words: Protocol<string>, port: number) =>
  dial(port).then((socket) =>
    pump(
      socket,
      stack(
        words,
        client({
          host: 'shop.example',
          entropy: entropy('a client'),
          judge: () => [],
          ...more,
        }),
      ),
    ),
  );

/** The keys of the records in which a client sent Finished. */
const finishedUnder = (told: readonly LiveEvent[]) =>
  told.flatMap((one) =>
    one.what === 'record' && one.direction === 'sent' && one.name === 'Finished' ? [one.sealedBy] : [],
  );

describe.skipIf(missing('openssl'))('OpenSSL', () => {
  const opensslOwn = ['-cert', own.cert, '-key', own.key];
  const opensslLeaf = ['-cert', leaf.cert, '-key', leaf.key];
  it('as a client that offers it (-enable_pha) shows its certificate, as often as it is asked, under old and new keys', async () => {
    const { port, outcomes } = await guarded();
    const peer = start('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-enable_pha', ...opensslOwn]);
    for (const line of ['one', 'whoa', 'rekey', 'whob whoc', 'four']) {
      peer.say(`${line}\n`);
      await peer.until(`got ${line}`);
    }
    peer.say('Q\n');
    expect(await peer.ended).toBe(0);
    const { result, told } = (await outcomes[0]) ?? { told: [] };
    const [shown = none] = chain;
    expect(result?.app).toEqual(['whoa', 'whob', 'whoc'].map((about) => `${about} ${hex(shown)}`));
    expect(result?.transport).toEqual({ ok: true, value: undefined });
    expect(told.filter((one) => one.what === 'check' && one.name === 'CertificateVerify' && one.holds)).toHaveLength(3);
  });
  it('as a client without a certificate says so', async () => {
    const { port, outcomes } = await guarded(true);
    const peer = start('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-enable_pha']);
    peer.say('who\n');
    await peer.until('got who');
    peer.say('bye\n');
    await peer.until('got bye');
    peer.say('Q\n');
    await peer.ended;
    expect((await outcomes[0])?.result.app).toEqual(['who ']);
  });
  it('as a client that did not offer it is not asked', async () => {
    const { port, outcomes } = await guarded();
    const peer = start('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, ...opensslOwn]);
    peer.say('who\n');
    await peer.until('got who');
    peer.say('Q\n');
    await peer.ended;
    expect((await outcomes[0])?.result.app).toEqual(['who ']);
  });

  const opensslClub = ['-CAfile', clubFile, '-verify_return_error'];
  it('as a server asks (c), takes the certificate, and asks again under new keys', async () => {
    const { port, peer } = await opensslServer([...opensslLeaf, ...opensslClub]);
    const running = asked(willing, saying('one\n', { requested: false }, 'two\n', 'three\n'), port);
    // It keeps one question in flight at a time, and says whom it sees.
    for (const [index, line] of ['one', 'two', 'three'].entries()) {
      await peer.until(`${line}\n`);
      peer.say('c\n');
      await peer.until(new RegExp(`(?:CN = alice[^]*){${index + 1}}`));
      peer.say(`yes ${line}\n`);
    }
    const { result, told } = await running;
    expect(result.app).toBe('yes one\nyes two\nyes three\n');
    expect(result.transport).toEqual({ ok: true, value: undefined });
    expect(finishedUnder(told)).toEqual([
      'client handshake',
      'client application',
      'client application 1',
      'client application 1',
    ]);
  });
  it('as a server without a question that may be asked says so, and goes on', async () => {
    const { port, peer } = await opensslServer([...opensslLeaf, ...opensslClub]);
    const running = asked({ identity: alice }, saying('one\n'), port);
    await peer.until('one\n');
    peer.say('c\n');
    await peer.until('extension not received');
    peer.say('yes one\n');
    expect((await running).result.app).toBe('yes one\n');
  });
  it('as a server goes on with a client that shows none', async () => {
    const { port, peer } = await opensslServer([...opensslLeaf, ...opensslClub]);
    const running = asked({ postHandshakeAuth: true }, saying('one\n', 'two\n'), port);
    await peer.until('one\n');
    peer.say('c\n');
    await peer.until('SSL_do_handshake -> 1');
    peer.say('yes one\n');
    await peer.until('two\n');
    peer.say('yes two\n');
    const { result, told } = await running;
    expect(result.app).toBe('yes one\nyes two\n');
    const sent = told.flatMap((one) => (one.what === 'message' && one.direction === 'sent' ? [one.name] : []));
    expect(sent).toEqual(['ClientHello', 'Finished', 'Certificate', 'Finished']);
  });
});

describe.skipIf(missing('gnutls-cli'))('GnuTLS', () => {
  it('as a client (--post-handshake-auth) shows its certificate, as often as it is asked, under old and new keys', async () => {
    const { port, outcomes } = await guarded();
    const peer = start('gnutls-cli', [
      ...['--insecure', '--post-handshake-auth', '--x509certfile', own.cert, '--x509keyfile', own.key],
      ...['-p', String(port), '127.0.0.1'],
    ]);
    for (const line of ['one', 'whoa', 'rekey', 'whob', 'four']) {
      peer.say(`${line}\n`);
      await peer.until(`got ${line}`);
    }
    peer.end();
    await peer.ended;
    const { result } = (await outcomes[0]) ?? {};
    const [shown = none] = chain;
    expect(result?.app).toEqual(['whoa', 'whob'].map((about) => `${about} ${hex(shown)}`));
  });
  it('as a server asks (**REAUTH**), and takes the certificate', async () => {
    const { port, peer } = await programServing('gnutls-serv', /IPv4.*done/, (free) => [
      ...[
        '--echo',
        '--x509certfile',
        leaf.cert,
        '--x509keyfile',
        leaf.key,
        '--x509cafile',
        clubFile,
        '-p',
        String(free),
      ],
    ]);
    const { result, told } = await asked(willing, saying('one\n', '**REAUTH**\n', 'two\n'), port);
    expect(peer.said()).toContain('Sending re-auth request');
    expect(result.app).toBe('one\nSuccessfully executed command\ntwo\n');
    expect(result.transport).toEqual({ ok: true, value: undefined });
    // It asks in the handshake, too.
    expect(finishedUnder(told)).toEqual(['client handshake', 'client application']);
  });
});

describe.skipIf(missing('curl'))('curl', () => {
  it('shows its certificate for the one page that wants it', async () => {
    const { port, outcomes } = await serving(() =>
      stack(
        pages(),
        server({
          entropy: entropy('a server'),
          identify: () => identity(issued.chain, issued.key),
          clientCertificates: later,
        }),
      ),
    );
    const page = (path: string) => `https://127.0.0.1:${port}${path}`;
    const curl = start('curl', [
      ...['-sSk', '--http1.1', '--noproxy', '*', '--cert', own.cert, '--key', own.key],
      ...[page('/open'), page('/members'), page('/open')],
    ]);
    expect(await curl.ended).toBe(0);
    expect(curl.said()).toBe('/open for all\n/members for members\n/open for all\n');
    const { result } = (await outcomes[0]) ?? {};
    expect(result?.app).toEqual(['/open', '/members', '/open']);
  });
});

/** Gives the page at /members to those alone who have shown who they are. */
function* pages(): Protocol<readonly string[]> {
  const wanted: string[] = [];
  const respond = (path: string, whom: string) => {
    const body = `${path} for ${whom}\n`;
    return send(Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`));
  };
  for (;;) {
    const received = yield* receive();
    if ('end' in received) break;
    if (received.news) yield* respond(received.news.about, received.news.chain.length ? 'members' : 'nobody');
    const [, path] = /^GET (\S+) HTTP/.exec(Buffer.from(received.bytes).toString('latin1')) ?? [];
    if (!path) continue;
    wanted.push(path);
    if (path === '/members') yield* wishFor({ wish: 'clientCertificate', about: path });
    else yield* respond(path, 'all');
  }
  yield* close();
  return wanted;
}
