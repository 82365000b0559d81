// The commands `live` and `serve`: real peers, in lines of text or of JSON.
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { askingFor } from '../live/choices.ts';
import type { LiveEvent } from '../live/drive.ts';
import { leafOf, localCa } from '../live/localCa.ts';
import { type Served, serve } from '../live/serve.ts';
import { readTarget } from '../live/target.ts';
import { readAnchors, trusting } from '../live/trust.ts';
import { visit } from '../live/visit.ts';
import type { Question } from '../tls/effects.ts';
import { groupName, suiteName, versionName } from '../tls/registry.ts';
import { printable, quoted } from '../ui/printable.ts';
import { wrap } from '../ui/wrap.ts';
import { portOf, type Settings } from './arguments.ts';
import type { Call } from './call.ts';
import { exit, type Output } from './output.ts';
import { type Lines, linesOf } from './plain/lines.ts';
import { shellQuoted } from './shell.ts';

/** Plays the client's decisions against a real server. */
export async function live({ given: [url = ''], settings, output, slip }: Call): Promise<number> {
  if (settings.seed !== undefined) return slip(noSeed);
  const target = readTarget(url);
  if ('slip' in target) return slip(`"${quoted(url)}": ${printable(target.slip)}`);
  const anchors = settings.ca === undefined ? [] : anchorsIn(settings.ca);
  if ('slip' in anchors) return slip(`"${quoted(settings.ca ?? '')}" ${anchors.slip}`);
  const teller = tellerOf(settings, output);
  teller.words(`You are the client. The server is ${target.host}, port ${target.port}.`);
  const seen = await visit(target, { judge: trusting(anchors), ...teller }).finally(teller.close);
  teller.data({ what: 'answer', ...seen });
  if (!seen.ok) {
    teller.failed(seen.says);
    return exit.unmet;
  }
  teller.result(printable(seen.status));
  teller.words(
    seen.body === 'cut'
      ? `The answer was cut after ${seen.bytes} bytes of its body: the connection ended, and it had not.`
      : `The body has ${seen.body === 'long' ? 'more than ' : ''}${seen.bytes} bytes.`,
  );
  return seen.body === 'cut' ? exit.unmet : exit.fine;
}

function anchorsIn(file: string): ReturnType<typeof readAnchors> {
  try {
    return readAnchors(readFileSync(file, 'latin1'));
  } catch {
    return { slip: 'cannot be read.' };
  }
}

const noSeed = 'A live connection takes no --seed: with keys that somebody can repeat it would protect nothing.';

/** Plays the server's decisions for real browsers and programs. */
export async function serveLive({ settings, folder, output, slip }: Call): Promise<number> {
  if (settings.seed !== undefined) return slip(noSeed);
  const { host = '127.0.0.1' } = settings;
  const port = portOf(settings, 8443);
  if (typeof port === 'string') return slip(port);
  const now = new Date();
  const teller = tellerOf(settings, output);
  const failed = (says: string) => {
    teller.close();
    teller.data({ what: 'failed', says });
    teller.failed(says);
    return exit.unmet;
  };
  const ca = localCa(join(folder, 'live'), now);
  if (!ca.ok) return failed(ca.says);
  const leaf = leafOf(ca, now);
  if (!leaf.ok) return failed(leaf.says);
  const serving = await serve({
    host,
    port,
    chain: leaf.chain,
    key: leaf.key,
    once: settings.once === true,
    ...teller,
    onGuest(address) {
      teller.begin();
      teller.data({ what: 'guest', address });
      teller.words('', `A guest calls from ${address}.`);
    },
    onServed(served) {
      teller.data({ what: 'served', ...served });
      if (served.ok) teller.result(`${printable(served.request)}: ${served.status}`);
      else teller.failed(served.says);
    },
  });
  if (!serving.ok) return failed(serving.says);
  const url = `https://localhost:${serving.port}/`;
  const curl = `curl --cacert ${shellQuoted(ca.file)} ${url}`;
  teller.data({ what: 'listening', host, port: serving.port, url, ca: ca.file, certificate: leaf.file, curl });
  teller.words(
    `You are the server at ${url} ${settings.once ? 'for one connection' : 'until you press Ctrl+C'}.`,
    ...(isLoopback(host) ? [] : [`WARNING: ${printable(host)} ${openToOthers}`]),
    `The certificate of your local CA: ${printable(ca.file)}`,
    `Your own certificate: ${printable(leaf.file)}`,
    'Call it from another terminal:',
  );
  teller.line(`  ${printable(curl)}`);
  teller.words(
    'A browser must be told to trust the certificate of the CA. It can certify localhost and nothing else; take it out again when you are done.',
  );
  const last = await serving.ended.finally(teller.close);
  return last && isGood(last) ? exit.fine : exit.unmet;
}

const isGood = (served: Served): boolean => served.ok && served.status.startsWith('200');
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
const openToOthers =
  'is no address of this machine alone: whoever reaches it over the network can call. This TLS is made for learning, and the certificate is for localhost.';

// ---- telling and asking -----------------------------------------------------------------------------------------

/** Words for people go to standard output, or to standard error where standard output is JSON. */
function tellerOf({ json, auto }: Settings, { say, complain }: Output) {
  const toPeople = json ? complain : say;
  const words = (...texts: readonly string[]) => toPeople(texts.flatMap((text) => wrap(text)));
  const data = (event: object) => {
    if (json) say([JSON.stringify(plain(event))]);
  };
  let lines: Lines | undefined;
  let waits = false;
  let inputEnded = auto === true;
  return {
    words,
    data,
    line: (text: string) => toPeople([text]),
    /** What came of it: in JSON it is said there. */
    result(text: string) {
      if (!json) say([text]);
    },
    failed(says: string) {
      complain(wrap(printable(says)));
    },
    /** Before each connection. */
    begin() {
      waits = false;
    },
    onEvent(event: LiveEvent) {
      data(event);
      if (event.what === 'wire') waits = true;
      if (event.what === 'hangup') waits = false;
      const told = json ? undefined : lineOf(event);
      if (told) say(wrap(printable(told), `${(event.at / 1000).toFixed(3).padStart(8)} s  `));
    },
    async ask(question: Question, rule: unknown): Promise<unknown> {
      const asking = inputEnded ? undefined : askingFor(question, rule);
      if (!asking) return rule;
      lines ??= linesOf(process.stdin);
      const { says, choices } = asking;
      toPeople([
        '',
        ...wrap(printable(says)),
        ...choices.flatMap(({ label }, index) => wrap(printable(label), `  ${index + 1}. `)),
      ]);
      for (;;) {
        words(
          `Type a number from 1 to ${choices.length}; Enter takes 1, which is right.${waits ? ' The other side waits.' : ''}`,
        );
        const typed = (await lines.next())?.trim();
        if (typed === undefined) {
          inputEnded = true;
          words('The input has ended: from here on all is done as it is right.');
          return rule;
        }
        const chosen = choices[typed === '' ? 0 : Number(typed) - 1];
        if (chosen && /^\d*$/.test(typed)) return chosen.answer;
        words(`"${quoted(typed)}" is none of them.`);
      }
    },
    close() {
      lines?.close();
    },
  };
}

/** An event in one line, for a person; nothing for what other lines say already. */
function lineOf(event: LiveEvent): string | undefined {
  switch (event.what) {
    case 'record':
      return `${event.direction === 'sent' ? 'sent' : 'received'} ${event.name}, ${event.wire.length} bytes${event.sealedBy ? `, sealed with the ${event.sealedBy} key` : ''}`;
    case 'check':
      return `checked ${checkNames[event.name] ?? event.name}: ${event.holds ? 'it holds' : event.required ? 'it does NOT hold' : 'it does NOT hold, and is let pass'}`;
    case 'alert':
      return event.direction === 'sent' ? `said ${event.alert}: ${event.reason}` : `was told ${event.alert}`;
    case 'agreed':
      return `agreed on ${versionName(event.version)}, ${suiteName(event.suite)}${event.group ? `, ${groupName(event.group)}` : ', without a key exchange'}`;
    case 'hangup':
      return event.hangup.how === 'closed'
        ? 'the other side closed its direction'
        : event.hangup.how === 'broken'
          ? `the connection broke (${event.hangup.code})`
          : `hung up: the other side was ${event.hangup.how}`;
    default:
      return undefined;
  }
}

/** Checks whose own names are for those who know them. */
const checkNames: Readonly<Record<string, string>> = {
  'no downgrade marker': 'that the server does not speak TLS 1.3 after all',
  renegotiation_info: 'that the server knows renegotiation_info',
};

/** With byte strings in hex. */
const plain = (value: unknown): unknown =>
  value instanceof Uint8Array
    ? Buffer.from(value).toString('hex')
    : Array.isArray(value)
      ? value.map(plain)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
        : value;
