// The game as it is, but for something in it that breaks when SIGUSR2 comes: what, `FAULT` says. Its process number stands in
// the file that `PID` names. `build.ts` puts it together.
import { writeFileSync } from 'node:fs';

let broken: string | undefined;

/** Throws at this place if that is what has broken. */
export function faultIn(place: 'a component' | 'a handler'): void {
  if (broken === place) throw new Error(`broken in ${place}`);
}

process.on('SIGUSR2', () => {
  broken = process.env.FAULT;
  if (broken === 'a timer')
    setTimeout(() => {
      throw new Error('broken in a timer');
    }, 1);
  if (broken === 'a promise') void Promise.reject(new Error('broken in a promise'));
  // Something is pressed: a handler runs, and something is drawn.
  process.stdin.unshift('\u001b[B');
});
writeFileSync(process.env.PID ?? '', `${process.pid}`);
