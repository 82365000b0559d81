// Builds the teacher's and the projector's page: what a browser loads from the host.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Writes them into the folder; gives what they are made of, for the licences. */
export async function buildPages(folder) {
  mkdirSync(folder, { recursive: true });
  const { metafile } = await build({
    entryPoints: ['teacher', 'projector'].flatMap((page) => [`src/pages/${page}.ts`, `src/pages/${page}.css`]),
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    metafile: true,
    logLevel: 'warning',
  });
  for (const file of ['teacher.html', 'projector.html', 'icon.svg'])
    copyFileSync(join('src/pages', file), join(folder, file));
  return metafile;
}
