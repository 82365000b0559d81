// The command `settings`: shows them in words, and changes one.
import { faultOfName } from '../game/letters.ts';
import {
  meaningOf,
  type PreferenceName,
  preferenceChoices,
  preferenceNames,
  type Preferences,
  readPreferences,
  valuesOf,
  writePreferences,
} from '../store/preferences.ts';
import { printable, quoted } from '../ui/printable.ts';
import { wrap } from '../ui/wrap.ts';
import type { Call } from './call.ts';
import { exit } from './output.ts';
import { didYouMean } from '../game/suggest.ts';

export function settings({ given: [name, value], settings: { json }, folder, output, slip }: Call): number {
  const { preferences, notice } = readPreferences(folder);
  if (notice) output.complain(wrap(printable(notice)));
  const names = [...preferenceNames, 'name'];
  if (name !== undefined && !names.includes(name))
    return slip(
      `There is no setting "${quoted(name)}".${didYouMean(name, names) || ` There are ${names.join(', ')}.`}`,
    );
  if (value === undefined) {
    const shown = names.filter((one) => name === undefined || one === name);
    if (json) output.say([JSON.stringify(preferences, null, 2)]);
    else output.say(shown.flatMap((one) => described(one, preferences)));
    return exit.fine;
  }
  const changed = withValue(preferences, name ?? '', value);
  if (typeof changed === 'string') return slip(changed);
  const problem = writePreferences(folder, changed);
  if (problem) {
    output.complain(wrap(printable(problem)));
    return exit.unmet;
  }
  output.say(described(name ?? '', changed));
  return exit.fine;
}

const isChoice = (name: string): name is PreferenceName => preferenceNames.some((one) => one === name);

/** The setting, what it is now, and what else it can be. */
function described(name: string, preferences: Preferences): string[] {
  if (!isChoice(name)) return [`name: ${printable(preferences.name) || 'none yet'}`];
  const others = valuesOf(name).filter((value) => value !== preferences[name]);
  return [
    `${name}: ${preferences[name]} (${preferenceChoices[name].label.toLowerCase()}: ${meaningOf(name, preferences[name])})`,
    ...others.map((value) => `  or ${value}: ${meaningOf(name, value)}`),
  ];
}

/** With the new value; or what is wrong with it. */
function withValue(preferences: Preferences, name: string, value: string): Preferences | string {
  if (!isChoice(name)) {
    const fault = value.trim() ? faultOfName(value) : undefined;
    return fault ? printable(fault) : { ...preferences, name: value.trim() };
  }
  const values = valuesOf(name);
  return values.includes(value)
    ? { ...preferences, [name]: value }
    : `"${quoted(value)}" is no value of ${name}.${didYouMean(value, values)} It can be ${values.join(', ')}.`;
}
