// What every component calls.
import { jsx as real, jsxs as reals } from 'react/jsx-runtime';
import { faultIn } from './faults.ts';

export { Fragment } from 'react/jsx-runtime';
export const jsx: typeof real = (...element) => {
  faultIn('a component');
  return real(...element);
};
export const jsxs: typeof reals = (...element) => {
  faultIn('a component');
  return reals(...element);
};
