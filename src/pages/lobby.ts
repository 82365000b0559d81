// How to join, for the last row of the room; and who is there.
import type { PublicState } from '../classroom/pageState.ts';
import { element, keep, named, part, write } from './dom.ts';
import { qrCode } from './qrCode.ts';

/** In rem: as large as all names fit. */
const sizes = [1.6, 1.35, 1.15, 1, 0.85, 0.7];
/** More names than these are counted, not shown: the newest stay. */
const mostNames = 120;

let drawn = '';

export function drawLobby({ address, code, command, names }: PublicState): void {
  write(part('code'), code);
  // One letter after the other, not a word.
  part('code').setAttribute('aria-label', [...code].join(' '));
  write(part('address'), address);
  write(part('command'), command);
  part('command').style.setProperty('--letters', String(command.length));
  if (drawn !== command) part('qr').replaceChildren(qrCode(command));
  drawn = command;
  const shown = names.slice(-mostNames);
  keep(part('names'), shown, (name) => name, { make: (name) => element('li', {}, named(name)) });
  part('waiting').hidden = names.length > 0;
  enlarge(part('names'));
  const { childElementCount: seen } = part('names');
  write(part('joined'), names.length > seen ? `${names.length}, the newest ${seen}:` : String(names.length));
}

/** Takes the largest size in which all fit; and where even the smallest is too large, leaves the oldest out. */
function enlarge(list: HTMLElement): void {
  const overflows = () => list.scrollHeight > list.clientHeight;
  for (const size of sizes) {
    list.style.setProperty('--size', `${size}rem`);
    if (!overflows()) return;
  }
  while (list.firstElementChild && overflows()) list.firstElementChild.remove();
}
