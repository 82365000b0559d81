// Writes docs/interoperation.md anew; a test says when that is due.
import { writeFileSync } from 'node:fs';
import { load } from './load.mjs';

const { interoperationDocument } = await load('scripts/interoperation.ts');
writeFileSync('docs/interoperation.md', interoperationDocument());
