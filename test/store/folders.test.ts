import { describe, expect, it } from 'vitest';
import { dataFolder } from '../../src/store/folders.ts';

const cases: readonly (readonly [string, Parameters<typeof dataFolder>[0], string])[] = [
  ['Linux', { platform: 'linux', env: {}, home: '/home/ada' }, '/home/ada/.local/share/https-quest'],
  [
    'Linux with XDG_DATA_HOME',
    { platform: 'linux', env: { XDG_DATA_HOME: '/data' }, home: '/home/ada' },
    '/data/https-quest',
  ],
  [
    'Linux with a relative XDG_DATA_HOME, which is ignored',
    { platform: 'linux', env: { XDG_DATA_HOME: 'data' }, home: '/home/ada' },
    '/home/ada/.local/share/https-quest',
  ],
  [
    'Linux with an empty XDG_DATA_HOME',
    { platform: 'linux', env: { XDG_DATA_HOME: '' }, home: '/home/ada' },
    '/home/ada/.local/share/https-quest',
  ],
  [
    'macOS',
    { platform: 'darwin', env: { XDG_DATA_HOME: '/data' }, home: '/Users/ada' },
    '/Users/ada/Library/Application Support/https-quest',
  ],
  [
    'Windows',
    { platform: 'win32', env: { LOCALAPPDATA: 'D:\\Local' }, home: 'C:\\Users\\ada' },
    'D:\\Local\\https-quest',
  ],
  [
    'Windows without LOCALAPPDATA',
    { platform: 'win32', env: {}, home: 'C:\\Users\\ada' },
    'C:\\Users\\ada\\AppData\\Local\\https-quest',
  ],
];

describe('the data folder', () => {
  it.each(cases)('on %s', (_name, surroundings, folder) => {
    expect(dataFolder(surroundings)).toBe(folder);
  });
  it.each(cases)('is the chosen one on %s', (_name, surroundings) => {
    expect(dataFolder(surroundings, 'here')).toBe('here');
  });
});
