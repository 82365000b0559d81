import { defineConfig } from 'vitest/config';

// A time-out here only ends what hangs; no test is about time.
const limits = { testTimeout: 120_000, hookTimeout: 120_000 };
// Every screen at every moment of every level: much drawing, the same with each version of Node.
const screens = ['test/ui/{levels,screens}.test.tsx'];
// Tests that start programs and talk to them.
const talking = ['test/{journeys,live,classroom,capture}/**/*.test.{ts,tsx}', 'test/patches.test.ts'];
const together = { maxWorkers: '100%', sequence: { groupOrder: 0 } };

export default defineConfig({
  test: {
    globalSetup: ['test/setup.ts'],
    projects: [
      { test: { ...limits, ...together, name: 'screens', include: screens } },
      {
        test: {
          ...limits,
          ...together,
          name: 'alone',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...screens, ...talking],
        },
      },
      {
        test: {
          ...limits,
          name: 'talking',
          include: talking,
          // One file at a time has the machine to itself. A program that a busy machine starves may still fail its test:
          // the report says which ones were run once more.
          maxWorkers: 1,
          retry: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
