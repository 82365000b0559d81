// A visit to a real server: the engine's client over a real socket, asking for a page.
import { isIP } from 'node:net';
import { clientPoints, type Finding } from '../tls/client.ts';
import { type Question, stack } from '../tls/effects.ts';
import { groupsOfBrowsers } from '../tls/groups.ts';
import { clientOfBoth } from '../tls/v12/both.ts';
import { dial, type Failure, failure } from './dial.ts';
import { askFirst, drive, eventLog, type Limits, type LiveEvent, usualLimits } from './drive.ts';
import { freshEntropy } from './entropy.ts';
import { explain } from './explain.ts';
import { type Answer, get } from './http.ts';
import type { Target } from './target.ts';

export interface VisitSetup {
  /** Judges the server's chain (DER, leaf first) for the host. */
  readonly judge: (chain: readonly Uint8Array[], host: string) => readonly Finding[];
  /** Answers the client's decisions; the rules do where it is left out. `rule` is the answer of a correct client. */
  readonly ask?: (question: Question, rule: unknown) => unknown;
  readonly onEvent?: (event: LiveEvent) => void;
  readonly limits?: Limits;
}
export type Visit = Extract<Answer, { readonly ok: true }> | Failure;

/** What is decided before the first message is asked before the server is called: no peer waits for it. */
export async function visit(target: Target, setup: VisitSetup): Promise<Visit> {
  const { judge, ask = (_question, rule) => rule, onEvent, limits = usualLimits } = setup;
  const log = eventLog(onEvent);
  const answer = (question: Question) => ask(question, rule(question, target));
  const protocol = stack(
    get(target),
    clientOfBoth({
      host: target.host,
      entropy: freshEntropy(),
      judge,
      protocols: ['http/1.1'],
      groups: groupsOfBrowsers,
      // The hybrid share, and a small one for a server that does not know it: nobody is sent round again.
      shares: groupsOfBrowsers.slice(0, 2),
    }),
  );
  const rest = await askFirst(protocol, { answer, log });
  const dialled = await dial(target, limits.silence);
  if (!dialled.ok) return dialled;
  const { result, hangup } = await drive(dialled.socket, rest, { answer, log, limits });
  if (result.app.ok) return result.app;
  if (!result.transport.ok || !log.events.some(({ what }) => what === 'agreed') || result.app.why === 'nothing came')
    return failure(explain(result.transport, hangup, log, target));
  return failure(
    result.app.why === 'cut off'
      ? 'The answer was cut off before it said what it is: the connection ended in the middle of it.'
      : 'The handshake was good, but what came through it is no HTTP/1.1.',
  );
}

/** A name is sent, an address is not: server_name must not hold one (RFC 6066 3). */
const rule = (question: Question, { host }: Target): unknown =>
  question.point === clientPoints.serverName.name && isIP(host) ? { name: null } : question.reference();
