// Numbers of the registries as a level file or a player gives them: by number, or by the registry's name.
import * as z from 'zod';
import { groups, suites, versions } from './registry.ts';

export const uint16 = z.number().int().min(0).max(0xffff);

const numbered = (registry: Readonly<Record<string, number>>) =>
  z
    .union([uint16, z.string().refine((name) => name in registry, `one of ${Object.keys(registry).join(', ')}`)])
    .transform((value) => (typeof value === 'number' ? value : (registry[value] ?? 0)));
export const versionNumber = numbered(versions);
export const suiteNumber = numbered(suites);
export const groupNumber = numbered(groups);
