// Appends to a journal until it is killed: `node host.js <folder> <round>`. Says the key of each event only once it is kept.
import { writeSync } from 'node:fs';
import { openJournal } from '../../../src/classroom/journal.ts';
import { ada, keyOf, move } from '../events.ts';

const [, , folder = '', round = '0'] = process.argv;
const store = await openJournal(folder);
writeSync(1, `${JSON.stringify(store.notices)}\n`);
/** One of many players: sends three moves, and the next three once these are kept. */
const play = async (place: number) => {
  for (let batch = 0; ; batch++) {
    const keys = [0, 1, 2].map((index) => `${round} ${keyOf(ada, (batch * 20 + place) * 3 + index)}`);
    await store.append(keys.map((key, index) => ({ key, event: move(ada, (batch * 20 + place) * 3 + index) })));
    writeSync(1, `${keys.join('\n')}\n`);
  }
};
await Promise.all(Array.from({ length: 20 }, (_, place) => play(place)));
