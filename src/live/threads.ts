// Threads that compute: each is asked one thing at a time, and one that dies or takes too long is replaced.
// (piscina does more, from files of its own that it looks for beside itself; everything here is one bundle.)
import { Worker } from 'node:worker_threads';

export interface ThreadLimits {
  /** From when a thread is asked to its answer, in ms; none unless said. */
  readonly time?: number;
  /** Of what lives in one thread's heap, in MiB; as Node has it unless said. */
  readonly memory?: number;
  /** The same of what it has just made. */
  readonly young?: number;
}
interface Setup extends ThreadLimits {
  /** The file that each of them runs. It answers every message with one. */
  readonly entry: URL;
  /** How many there are at most. They are started when they are needed. */
  readonly most: number;
}
export interface Threads<Question, Answer> {
  /**
   * In the order asked. Rejects with what the thread threw, and with ThreadFault where it ended without an answer, was too
   * slow, or where the threads were closed.
   */
  readonly ask: (question: Question) => Promise<Answer>;
  readonly close: () => Promise<void>;
}
export class ThreadFault extends Error {
  readonly kind: 'ended' | 'late' | 'closed';
  constructor(kind: ThreadFault['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

interface Job<Question, Answer> {
  readonly question: Question;
  readonly answer: (answer: Answer) => void;
  readonly fail: (error: unknown) => void;
}
interface Running<Question, Answer> extends Job<Question, Answer> {
  readonly timer: NodeJS.Timeout | undefined;
}

export function threads<Question, Answer>({ entry, most, time, memory, young }: Setup): Threads<Question, Answer> {
  const waiting: Job<Question, Answer>[] = [];
  /** With what each does; undefined where it waits for a question. */
  const running = new Map<Worker, Running<Question, Answer> | undefined>();
  let closed = false;

  function next(): void {
    while (waiting.length) {
      const worker = [...running].find(([, job]) => !job)?.[0] ?? (running.size < most ? started() : undefined);
      const job = worker && waiting.shift();
      if (!job) return;
      const late = () => lost(worker, new ThreadFault('late', `A thread did not answer within ${time} ms.`));
      running.set(worker, { ...job, timer: time === undefined ? undefined : setTimeout(late, time) });
      worker.postMessage(job.question);
    }
  }
  function started(): Worker {
    const worker = new Worker(entry, {
      resourceLimits: {
        ...(memory === undefined ? {} : { maxOldGenerationSizeMb: memory }),
        ...(young === undefined ? {} : { maxYoungGenerationSizeMb: young }),
      },
    });
    running.set(worker, undefined);
    worker.on('message', (answer: Answer) => {
      const job = running.get(worker);
      if (!job) return;
      clearTimeout(job.timer);
      running.set(worker, undefined);
      job.answer(answer);
      next();
    });
    for (const sign of ['error', 'messageerror'] as const) worker.on(sign, (error) => lost(worker, error));
    worker.on('exit', (code) => lost(worker, new ThreadFault('ended', `A thread ended with exit code ${code}.`)));
    return worker;
  }
  function lost(worker: Worker, why: unknown): void {
    if (!running.has(worker)) return;
    const job = running.get(worker);
    running.delete(worker);
    clearTimeout(job?.timer);
    void worker.terminate();
    job?.fail(why);
    next();
  }
  const isClosed = () => new ThreadFault('closed', 'The threads were closed.');

  return {
    ask: (question) =>
      new Promise((answer, fail) => {
        if (closed) return fail(isClosed());
        waiting.push({ question, answer, fail });
        next();
      }),
    async close() {
      closed = true;
      for (const { fail } of waiting.splice(0)) fail(isClosed());
      const all = [...running.keys()];
      for (const worker of all) lost(worker, isClosed());
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}
