// Group commit: batches that come while one group is being written are written together, as the next.

/** Of one group; what comes beyond it waits for the next. */
const mostBatches = 500;

export interface Turns<Batch, Result> {
  /** Resolves with what `write` gave for the batch; rejects for all of a group where `write` does. */
  readonly add: (batch: Batch) => Promise<Result>;
  /** Runs the task while no group is being written. */
  readonly alone: <Done>(task: () => Promise<Done>) => Promise<Done>;
}

/** `write` gets the batches of a group in the order in which they came, never while it still writes another. */
export function turns<Batch, Result>(
  write: (batches: readonly Batch[]) => Promise<readonly Result[]>,
): Turns<Batch, Result> {
  let waiting: Waiting<Batch, Result>[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const alone = <Done>(task: () => Promise<Done>): Promise<Done> => {
    const done = last.then(task);
    last = done.catch(() => undefined);
    return done;
  };
  const writeGroup = async () => {
    const group = waiting.slice(0, mostBatches);
    waiting = waiting.slice(mostBatches);
    if (waiting.length) void alone(writeGroup);
    try {
      const results = await write(group.map(({ batch }) => batch));
      for (const [index, { resolve }] of group.entries()) resolve(results[index] as Result);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  };
  const add = (batch: Batch) =>
    new Promise<Result>((resolve, reject) => {
      if (!waiting.length) void alone(writeGroup);
      waiting.push({ batch, resolve, reject });
    });
  return { add, alone };
}

interface Waiting<Batch, Result> {
  readonly batch: Batch;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}
