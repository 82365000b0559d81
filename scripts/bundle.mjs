// Bundles a TypeScript file of the project into one that Node runs, for a script that starts it in a process or thread.
import { mkdirSync } from 'node:fs';
import { build } from 'esbuild';

/** Gives the path of what was made, in `.cache`. */
export async function bundle(file, name) {
  const outfile = `.cache/${name}.mjs`;
  mkdirSync('.cache', { recursive: true });
  await build({
    entryPoints: [file],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Has a program for each machine in packages of its own.
    external: ['@lydell/node-pty'],
    // CommonJS packages inside an ES module still ask for `require`.
    banner: { js: "import { createRequire as c } from 'node:module'; const require = c(import.meta.url);" },
  });
  return outfile;
}
