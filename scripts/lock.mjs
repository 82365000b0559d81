// Checks that package-lock.json is whole and quiet; with --write makes it so after an install changed it.
//
// Ink 8 and what it needs declare Node 22, although all that the game uses of them runs on Node 20.19: the tests run
// there. npm would warn every player and every pupil about it by name. The lock file is where npm reads what a package
// declares, so the declarations of exactly the packages named here are left out of it.
import { readFileSync, writeFileSync } from 'node:fs';

const provenOnNode20 = ['ink', 'chalk', 'string-width', 'ansi-styles', 'cli-truncate', 'slice-ansi', 'wrap-ansi'];
const oldest = [20, 19];

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const entries = Object.entries(lock.packages).filter(([path]) => path !== '');
const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

if (process.argv.includes('--write')) {
  for (const [path, entry] of entries) if (provenOnNode20.includes(nameOf(path))) delete entry.engines;
  writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
}

const faults = entries.flatMap(([path, entry]) => [
  ...Object.keys(entry.optionalDependencies ?? {})
    .filter((name) => !entries.some(([other]) => nameOf(other) === name))
    .map((name) => `${path} may need ${name}, which has no entry: the lock file is of one machine alone`),
  ...(entry.resolved ? [`${path} names where it was downloaded`] : []),
  ...(entry.integrity ? [] : [`${path} has no checksum`]),
  ...(excludes(entry.engines?.node) && !entry.optional
    ? [
        `${path} declares Node ${entry.engines.node}: prove that it runs on ${oldest.join('.')}, name it in scripts/lock.mjs and run that with --write`,
      ]
    : []),
]);
for (const fault of faults) console.error(`package-lock.json: ${fault}`);
console.log(`package-lock.json: ${entries.length} packages, ${faults.length} faults`);
process.exitCode = faults.length ? 1 : 0;

/** Whether a range of Node versions leaves out the oldest that we support. Only the forms that packages use are read. */
function excludes(range) {
  if (!range) return false;
  return !range.split('||').some((part) => {
    const [, sign = '', major, minor = '0', patch = '0'] =
      /^\s*(>=?|\^|~)?\s*v?(\d+)(?:\.(\d+|x))?(?:\.(\d+|x))?/.exec(part) ?? [];
    if (part.trim() === '*') return true;
    if (major === undefined) throw new Error(`cannot read the range ${range}`);
    const wanted = [Number(major), Number(minor) || 0, Number(patch) || 0];
    const enough = oldest[0] > wanted[0] || (oldest[0] === wanted[0] && oldest[1] >= wanted[1]);
    return sign.startsWith('>') ? enough : oldest[0] === wanted[0] && enough;
  });
}
