// Says what the suite runs on, and builds the program that the journeys start.
import { spawnSync } from 'node:child_process';

export default function setup(): void {
  console.log(`Node.js ${process.version}`);
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the program does not build');
}
