// The title with its menu, before the game is loaded: all that it needs is a few names, and not what they stand for.
import { readFileSync } from 'node:fs';
import { glance } from '../store/glance.ts';
import { drawFront } from '../ui/front.tsx';
import { fits, type Size } from '../ui/layout.ts';
import type { Theme } from '../ui/theme.ts';

interface Opening {
  readonly size: Size;
  readonly theme: Theme;
  readonly still: boolean;
  /** The data folder. */
  readonly folder: string;
}

export function open({ folder, ...looks }: Opening, titles: URL = new URL('./titles.json', import.meta.url)): void {
  if (!fits(looks.size)) return;
  const levels = JSON.parse(readFileSync(titles, 'utf8')) as readonly { readonly id: string; readonly title: string }[];
  const { isNew, finished } = glance(folder);
  const next = levels.find(({ id }) => !finished.has(id)) ?? levels[0];
  drawFront({ ...looks, isNew, next: next?.title ?? '' });
}
