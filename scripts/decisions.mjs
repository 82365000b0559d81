// Writes docs/decisions.md anew; a test says when that is due.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = mkdtempSync('.decisions-');
try {
  const outfile = join(folder, 'decisions.mjs');
  await build({
    entryPoints: ['scripts/decisions.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile,
  });
  const { decisionsDocument } = await import(pathToFileURL(outfile).href);
  writeFileSync('docs/decisions.md', decisionsDocument());
} finally {
  rmSync(folder, { recursive: true, force: true });
}
