// One connection between the player's actor, which the engine plays, and a real program. It stops where the player has to
// decide, stays open meanwhile, and goes on with the answer.
import type { Socket } from 'node:net';
import type { Answerer, Asked, Event } from '../scenarios/network.ts';
import type { RealPeer, RealServer } from '../scenarios/realPeer.ts';
import type { Staging } from '../game/simulate.ts';
import type { Protocol, Question, Reply } from '../tls/effects.ts';
import type { Failure } from './dial.ts';
import { askFirst, drive, eventLog, type Limits, type LiveEvent, usualLimits } from './drive.ts';
import type { Named } from './programs.ts';
import { startClient } from './realClients.ts';
import { type ServerProgram, startServer } from './realServers.ts';

export interface Conversation {
  /**
   * Goes on until `answer` says to wait, or to the end; gives all events from the beginning. `answer` is first asked again
   * what was asked before, and must answer it as before.
   */
  readonly goOn: (answer: Answerer) => Promise<{ readonly ok: true; readonly events: readonly Event[] } | Failure>;
  /** Whether it stands at a question. */
  readonly waits: () => boolean;
  /** Ends connection and program, whatever they are at. */
  readonly close: () => void;
}

/** A program on this machine answers at once, or not at all. */
const limits: Limits = { ...usualLimits, silence: 8000, waiting: 16_000, farewell: 1000 };
/** How long a program may take to end by itself, in milliseconds. */
const patience = 1500;

export function converse({ scene, you }: Staging, real: RealPeer, named: Named): Conversation {
  const protocol = scene.actors.find(({ name }) => name === you)?.protocol;
  if (!protocol) throw new TypeError(`${you} plays nothing`);
  const events: Event[] = [];
  const past: Asked[] = [];
  let answerer: Answerer = () => 'wait';
  let waiting: { readonly asked: Asked; readonly resume: (answer: unknown) => void } | undefined;
  let stopped = () => {};
  let over: 'no' | 'yes' | Failure | { readonly error: unknown } = 'no';
  let end = () => {};
  const stop = new AbortController();

  const answer = (question: Question): unknown => {
    const asked = { by: you, question };
    past.push(asked);
    const given = answerer(asked);
    if (given !== 'wait') return given.answer;
    return new Promise((resume) => {
      waiting = { asked, resume };
      stopped();
    });
  };
  const log = eventLog((event) => events.push(...eventsOf(event, you, real.actor)));

  /** Nothing, or why the program could not be started. */
  const run = async (): Promise<Failure | undefined> => {
    // What is decided before the first message is decided before anybody calls.
    const rest = await askFirst(protocol, { answer, log });
    const driving = (socket: Socket) => drive(socket, rest, { answer, log, limits });
    if (real.plays === 'client') {
      const program = await startClient(real, named, stop.signal);
      if (!program.ok) return program;
      end = ends(program);
      await driving(program.socket);
      const came = await program.end(patience);
      events.push('page' in came ? { by: real.actor, ...real.got(came.page) } : complaintOf(real, came.complaint));
      return undefined;
    }
    const program = await startServer(real, named, stop.signal);
    if (!program.ok) return program;
    end = ends(program);
    const spoken = speak(real, program, (event) => events.push(event));
    await driving(program.socket);
    const complaint = await program.end(patience);
    await spoken;
    if (complaint !== undefined) events.push(complaintOf(real, complaint));
    return undefined;
  };

  let begun = false;
  const begin = () =>
    run().then(
      (failed) => {
        over = failed ?? 'yes';
        stopped();
      },
      (error: unknown) => {
        over = { error };
        stopped();
      },
    );
  return {
    waits: () => waiting !== undefined,
    async goOn(next) {
      for (const asked of past) if (asked !== waiting?.asked) next(asked);
      answerer = next;
      const stop = new Promise<void>((resolve) => {
        stopped = resolve;
      });
      if (waiting) {
        const given = next(waiting.asked);
        if (given === 'wait') return { ok: true, events: [...events] };
        const { resume } = waiting;
        waiting = undefined;
        resume(given.answer);
      }
      if (!begun) {
        begun = true;
        void begin();
      }
      if (over === 'no') await stop;
      if (typeof over === 'object' && 'error' in over) throw over.error;
      return typeof over === 'object' ? over : { ok: true, events: [...events] };
    },
    close() {
      stop.abort();
      end();
    },
  };
}

const ends =
  ({ socket, end }: { readonly socket: Socket; readonly end: (patience: number) => Promise<unknown> }) =>
  () => {
    socket.destroy();
    void end(0);
  };

const complaintOf = ({ actor }: RealPeer, complaint: string): Event => ({
  by: actor,
  what: 'note',
  text: `\u201c${complaint}\u201d`,
});

/** The application of a server, with the program between it and the line: what it hears was opened by the program. */
async function speak(
  { actor, application }: RealServer,
  program: ServerProgram,
  tell: (event: Event) => void,
): Promise<void> {
  const protocol: Protocol<unknown> = application();
  let step = protocol.next();
  while (!step.done) {
    const effect = step.value;
    let reply: Reply;
    if (effect.kind === 'send') program.send(effect.bytes);
    if (effect.kind === 'tell') tell({ by: actor, ...effect.event });
    if (effect.kind === 'decide') reply = { kind: 'answer', answer: effect.question.reference() };
    if (effect.kind === 'receive') {
      const bytes = await program.next();
      if (bytes) tell({ by: actor, what: 'data', direction: 'received', bytes });
      reply = { kind: 'received', received: bytes ? { link: 'peer', bytes } : { link: 'peer', end: 'closed' } };
    }
    step = protocol.next(reply);
  }
}

/** As the model would have it: records on a cable, and what the player's actor told. Pieces of TCP mean nothing. */
function eventsOf(event: LiveEvent, you: string, far: string): Event[] {
  switch (event.what) {
    case 'wire':
      return [];
    case 'record': {
      const received = event.direction === 'received';
      const [by, to] = received ? [far, you] : [you, far];
      const bytes = event.wire;
      return [
        { what: 'wire', by, to, bytes, heardBy: [] },
        ...(received ? [{ what: 'arrived', by: you, bytes } as const] : []),
        { by: you, ...event },
      ];
    }
    case 'hangup':
      return event.hangup.how === 'silent' || event.hangup.how === 'slow'
        ? [{ what: 'timeout', by: you }]
        : [{ what: 'closed', by: far, to: you, heardBy: [] }];
    default:
      return [{ by: you, ...event }];
  }
}
