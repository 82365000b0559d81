// NewSessionTicket, RFC 8446 4.6.1.
import { refuse } from '../effects.ts';
import { handshakeTypes } from '../registry.ts';
import { type Extension, readExtensions, writeExtensions } from './extensions.ts';
import { type Decoded, decodeMessage, type Encoded, encodeMessage } from './message.ts';

export interface NewSessionTicket {
  /** Seconds. */
  readonly lifetime: number;
  /** Added to the age that a client says, so that nobody else can tell it. */
  readonly ageAdd: number;
  /** Makes the key of this ticket differ from those of others. */
  readonly nonce: Uint8Array;
  readonly ticket: Uint8Array;
  readonly extensions: readonly Extension[];
}

export const encodeNewSessionTicket = (given: NewSessionTicket, recording = true): Encoded =>
  encodeMessage(handshakeTypes.new_session_ticket, 'NewSessionTicket', recording, (writer) => {
    writer
      .uint(4, 'ticket_lifetime', given.lifetime, seconds)
      .uint(4, 'ticket_age_add', given.ageAdd)
      .vector(1, 'ticket_nonce', () => writer.bytes('nonce', given.nonce))
      .vector(2, 'ticket', () => writer.bytes('ticket_value', given.ticket));
    writeExtensions(writer, 'NewSessionTicket', given.extensions);
  });

export const decodeNewSessionTicket = (bytes: Uint8Array, recording = true): Decoded<NewSessionTicket> =>
  decodeMessage(bytes, handshakeTypes.new_session_ticket, 'NewSessionTicket', recording, (reader) => ({
    lifetime: reader.uint(4, 'ticket_lifetime', seconds),
    ageAdd: reader.uint(4, 'ticket_age_add'),
    nonce: reader.vector(1, 'ticket_nonce', () => reader.rest('nonce')),
    ticket: reader.vector(2, 'ticket', () => {
      if (!reader.left) refuse('decode_error', 'ticket: it is empty');
      return reader.rest('ticket_value');
    }),
    extensions: readExtensions(reader, 'NewSessionTicket'),
  }));

const seconds = (count: number): string => `${count} seconds`;
