// The line to a host as a session uses it: connected when it is first needed, and again whenever that did not come about.
import type { Address } from './address.ts';
import type { JoinCode } from './joinCode.ts';
import { connectPinned, type Pinned } from './pinned.ts';
import type { Reply, Transport } from './session.ts';
import { problemSchema } from './wire.ts';

export interface HostLine extends Transport {
  readonly close: () => void;
}

/** To the host at the address, if it has the code: nobody else is told anything. */
export function hostLine(address: Address, code: JoinCode, connect: typeof connectPinned = connectPinned): HostLine {
  let pinned: Pinned | undefined;
  return {
    async request(method, path, body, token) {
      if (!pinned) {
        const connected = await connect(address, code);
        if (!connected.ok) return connected;
        pinned = connected;
      }
      // Nothing that is sent does harm a second time.
      const answer = await pinned.request(method, path, body, token, { repeatable: true });
      return answer.ok ? replyOf(answer) : answer;
    },
    follow: (token, tell) => pinned?.stream('/api/events', token, 0, tell) ?? (() => {}),
    close: () => pinned?.close(),
  };
}

function replyOf({ status, body }: { readonly status: number; readonly body: unknown }): Reply {
  if (status < 400) return { ok: true, data: body };
  const { success, data: problem } = problemSchema.safeParse(body);
  return success
    ? { ok: false, says: problem.detail, problem }
    : { ok: false, says: `The host refuses, and does not say why (status ${status}).` };
}
