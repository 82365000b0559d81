import { defineConfig } from 'vitest/config';

// A time-out here only ends what hangs; no test is about time.
export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: ['test/setup.ts'],
  },
});
