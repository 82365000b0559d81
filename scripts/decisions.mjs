// Writes docs/decisions.md anew; a test says when that is due.
import { writeFileSync } from 'node:fs';
import { load } from './load.mjs';

const { decisionsDocument } = await load('scripts/decisions.ts');
writeFileSync('docs/decisions.md', decisionsDocument());
