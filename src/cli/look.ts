// Whether there is a screen to show something on, and how things look there.
import { readPreferences } from '../store/preferences.ts';
import { askBackground } from '../ui/background.ts';
import { hasScreen, lookOf } from '../ui/terminal.ts';
import type { Look } from '../ui/theme.ts';
import type { Settings } from './arguments.ts';
import type { Call } from './call.ts';

export const onScreen = ({ settings, folder }: Pick<Call, 'settings' | 'folder'>): boolean =>
  !settings.plain && !settings.auto && hasScreen(process.env) && readPreferences(folder).preferences.plain !== 'always';

/** What the surroundings, the command line and the terminal itself say. */
export async function lookAround({
  noColor,
}: Pick<Settings, 'noColor'>): Promise<Look & { readonly noColor: boolean }> {
  const look = lookOf(process.env, noColor, process.stdout.getColorDepth());
  const light = noColor || process.env.COLORFGBG ? undefined : await askBackground();
  return { ...look, light: light ?? look.light, noColor };
}
