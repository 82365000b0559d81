// Plays into a log until it is killed: `node writer.js <folder> <name>`. Says each event only once it is on disk, and at the end the notices.
import { writeSync } from 'node:fs';
import { openLog } from '../../../src/store/log.ts';

const [, , folder = '', name = 'a', most = '1000000'] = process.argv;
const log = openLog(folder);
log.record({ attempt: name, type: 'started', level: name, contentHash: '0'.repeat(32), seed: `seed of ${name}` });
writeSync(1, '1\n');
for (let written = 2; written <= Number(most); written++) {
  log.record({ attempt: name, type: 'moved', move: { move: 'answer', step: 'step', choice: `choice-${written}` } });
  writeSync(1, `${written}\n`);
}
writeSync(2, JSON.stringify(log.notices));
