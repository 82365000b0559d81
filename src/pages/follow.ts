// The page's line to the host: the token of its link becomes a cookie, then each new state is drawn as it comes.
import { part, write } from './dom.ts';

/** Never returns; when the line is cut it says so on the page and tries again. */
export async function follow<State>(draw: (state: State) => void): Promise<void> {
  addEventListener('hashchange', () => location.reload());
  const token = location.hash.slice(1);
  if (token) {
    // Nobody should read it from the wall, or find it in the history.
    history.replaceState(null, '', location.pathname);
    await send('session', { token });
  }
  for (;;) {
    const response = await fetch('state').catch(() => undefined);
    if (response?.status === 401) {
      tell('This page needs a new link. The terminal of the host shows it.');
      return;
    }
    if (response?.ok) {
      draw((await response.json()) as State);
      tell('');
      await events(draw);
    }
    tell('The host does not answer. Trying again …');
    await new Promise((resolve) => setTimeout(resolve, 1500));
  }
}

function tell(text: string): void {
  write(part('line'), text);
  part('line').hidden = !text;
}

/** Resolves when the line is cut. */
const events = <State>(draw: (state: State) => void): Promise<void> =>
  new Promise((resolve) => {
    const source = new EventSource('events');
    source.onmessage = ({ data }) => draw(JSON.parse(data as string) as State);
    source.onerror = () => {
      source.close();
      resolve();
    };
  });

export interface Sent {
  readonly ok: boolean;
  /** What the host answered, or a problem with its `detail`. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Posts JSON. Where nobody answers, that is the detail. */
export async function send(path: string, value: unknown): Promise<Sent> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(value),
    });
    const text = await response.text();
    return { ok: response.ok, body: text ? (JSON.parse(text) as Record<string, unknown>) : {} };
  } catch {
    return { ok: false, body: { detail: 'The host does not answer.' } };
  }
}
