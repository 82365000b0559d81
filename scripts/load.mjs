// Gives what a TypeScript file of the project exports, for a script in JavaScript: bundled, imported, and cleared away.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

export async function load(file) {
  const folder = mkdtempSync('.load-');
  try {
    const outfile = join(folder, 'loaded.mjs');
    await build({ entryPoints: [file], bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
