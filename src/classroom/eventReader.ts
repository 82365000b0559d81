// Server-sent events (HTML, section 9.2.6), read as they come in.

export interface ServerEvent {
  /** Of the newest event in the log that it knows of: `id`, where that is a number. */
  readonly number?: number;
  /** `event`: `message` unless it is said. */
  readonly name: string;
  readonly data: string;
}

/**
 * Takes the text piece by piece, and tells each event as it is whole. Gives false once an event is longer than `most`
 * characters: no more is read then.
 */
export function eventReader(most: number, tell: (event: ServerEvent) => void): (piece: string) => boolean {
  let text = '';
  let began = false;
  let event = nothingYet;
  const readLine = (line: string) => {
    if (line === '') {
      if (event.data !== undefined)
        tell({
          name: event.name || 'message',
          data: event.data,
          ...(event.number === undefined ? {} : { number: event.number }),
        });
      event = nothingYet;
      return;
    }
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'event') event = { ...event, name: value };
    if (field === 'data') event = { ...event, data: event.data === undefined ? value : `${event.data}\n${value}` };
    if (field === 'id' && /^\d{1,15}$/.test(value)) event = { ...event, number: Number(value) };
  };
  return (piece) => {
    text += began ? piece : piece.replace(/^\ufeff/, '');
    began ||= piece !== '';
    let from = 0;
    for (const end of text.matchAll(/\r\n|\n|\r(?!$)/g)) {
      readLine(text.slice(from, end.index));
      from = end.index + end[0].length;
      if ((event.data?.length ?? 0) > most) return false;
    }
    text = text.slice(from);
    return text.length <= most;
  };
}

const nothingYet: { readonly name: string; readonly data?: string; readonly number?: number } = { name: '' };
