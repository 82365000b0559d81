// What is called for every key.
import { keyName as real } from '../../../src/ui/keys.ts';
import { faultIn } from './faults.ts';

export * from '../../../src/ui/keys.ts';
export const keyName: typeof real = (...key) => {
  faultIn('a handler');
  return real(...key);
};
