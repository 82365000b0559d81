// Frames and blocks by their own rules, without another program.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { captureOf } from '../../src/capture/export.ts';
import { checksum, tcpConnection, udpFrame } from '../../src/capture/frames.ts';
import { pcapng } from '../../src/capture/pcapng.ts';
import { shippedLevels } from '../shipped.ts';
import { wholeRun } from './runs.ts';

const caller = { address: [192, 0, 2, 10], port: 49_152 };
const called = { address: [192, 0, 2, 20], port: 443 };

describe('checksums', () => {
  it('are those of RFC 1071 3', () => {
    // The example of its section 3: the sum is ddf2.
    expect(checksum(Buffer.from('0001f203f4f5f6f7', 'hex'))).toBe(~0xddf2 & 0xffff);
  });
  it('of a header with its checksum in it are zero', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const frame = udpFrame({ from: caller, to: called, bytes });
        expect(checksum(frame.subarray(14, 34))).toBe(0);
        const pseudo = Buffer.concat([frame.subarray(26, 34), Buffer.of(0, 17), frame.subarray(38, 40)]);
        expect(checksum(pseudo, frame.subarray(34))).toBe(0);
      }),
    );
  });
});

describe('a TCP connection', () => {
  const read = (frame: Uint8Array) => {
    const view = Buffer.from(frame).subarray(34);
    return {
      sequence: view.readUInt32BE(4),
      acknowledges: view.readUInt32BE(8),
      flag: view.readUInt8(13),
      data: view.subarray((view.readUInt8(12) >> 4) * 4),
    };
  };
  it('counts every byte, and its opening and closing as one each', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.uint8Array({ minLength: 1, maxLength: 4000 })), { maxLength: 6 }),
        (said) => {
          const connection = tcpConnection(caller, called, 2 ** 32 - 700);
          const frames = [
            ...connection.open(),
            ...said.flatMap(([mine, bytes]) => connection.say(mine ? 'caller' : 'called', bytes)),
            ...connection.close('caller'),
            ...connection.close('called'),
          ].map(read);
          const [first] = frames;
          const bytes = said.reduce((sum, [mine, part]) => sum + (mine ? part.length : 0), 0);
          const last = frames.at(-1);
          // SYN, the caller's bytes, FIN: that is what the called side has acknowledged at the end.
          expect(frames.at(-3)?.acknowledges ?? 0).toBe(((first?.sequence ?? 0) + 1 + bytes + 1) % 2 ** 32);
          expect(last?.flag).toBe(16);
          for (const { data } of frames) expect(data.length).toBeLessThanOrEqual(1460);
        },
      ),
    );
  });
  it('is closed once by each side', () => {
    const connection = tcpConnection(caller, called, 1);
    expect(connection.close('caller')).toHaveLength(2);
    expect(connection.close('caller')).toEqual([]);
  });
});

describe('pcapng', () => {
  it('has each block with its length at both ends, on 32 bits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 90 }), { maxLength: 5 }),
        fc.string({ maxLength: 30 }),
        (frames, comment) => {
          const file = Buffer.from(
            pcapng({
              application: 'test',
              keyLog: 'A b c\n',
              names: [{ address: [1, 2, 3, 4], name: 'alice' }],
              packets: frames.map((frame, time) => ({ time, frame, comment })),
            }),
          );
          const types: number[] = [];
          for (let at = 0; at < file.length; ) {
            const length = file.readUInt32LE(at + 4);
            types.push(file.readUInt32LE(at));
            expect(length % 4).toBe(0);
            expect(file.readUInt32LE(at + length - 4)).toBe(length);
            at += length;
          }
          expect(types).toEqual([0x0a0d0d0a, 1, 4, 10, ...frames.map(() => 6)]);
        },
      ),
    );
  });
  it('is the same for the same run', () => {
    for (const level of shippedLevels())
      expect(Buffer.compare(captureOf(wholeRun(level).acts, 'x'), captureOf(wholeRun(level).acts, 'x'))).toBe(0);
  });
});
