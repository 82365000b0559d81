// Builds the game with something of it exchanged, beside nothing but what it reads.
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const here = new URL('.', import.meta.url).pathname;

/** A module that a file of the game asks for, and what it is given instead. */
interface Exchange {
  readonly asks: RegExp;
  readonly for: RegExp;
  readonly given: string;
}

/** With what breaks when it is told to. */
export const buildWithFaults = (): Promise<string> =>
  buildWith('faulty', "import './faults.ts'; import '../../../src/cli/cli.ts';", [
    { asks: /\/src\/ui\//, for: /^react\/jsx-runtime$/, given: 'faultyRuntime.ts' },
    { asks: /\/Root\.tsx$/, for: /^\.\/keys\.ts$/, given: 'faultyKeys.ts' },
  ]);

/** With a log whose writes may be cut short. */
export const buildWithTornWrites = (): Promise<string> =>
  buildWith('torn', "import '../../../src/cli/cli.ts';", [
    { asks: /\/src\/store\/log\.ts$/, for: /^node:fs$/, given: 'tornFs.ts' },
  ]);

/** Gives the path of the program, in `.cache`. The program itself must have been built. */
async function buildWith(name: string, contents: string, exchanges: readonly Exchange[]): Promise<string> {
  // As deep as dist: package.json is one above.
  const folder = join(here, '../../../.cache');
  const program = join(folder, `${name}.mjs`);
  mkdirSync(folder, { recursive: true });
  for (const read of ['levels.json', 'codex.json', 'codexPlaces.json'])
    cpSync(join(here, '../../../dist', read), join(folder, read));
  const met = new Set<Exchange>();
  await build({
    stdin: { contents, resolveDir: here },
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: { 'react-devtools-core': join(here, '../../../scripts/nothing.mjs') },
    banner: { js: "import { createRequire as c } from 'node:module'; const require = c(import.meta.url);" },
    plugins: [
      {
        name: 'exchanges',
        setup({ onResolve }) {
          for (const exchange of exchanges)
            onResolve({ filter: exchange.for }, ({ importer }) => {
              if (!exchange.asks.test(importer)) return undefined;
              met.add(exchange);
              return { path: join(here, exchange.given) };
            });
        },
      },
    ],
  });
  for (const exchange of exchanges)
    if (!met.has(exchange)) throw new Error(`${exchange.asks} no longer asks for ${exchange.for}`);
  return program;
}
