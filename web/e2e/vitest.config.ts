import { defineConfig } from 'vitest/config';

export default defineConfig(({ mode }) => ({
  test: {
    environment: 'node',
    include: [mode === 'measure' ? 'e2e/**/*.measure.ts' : 'e2e/**/*.e2e.ts'],
    // One browser at a time: the machine that runs this also runs the server.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 12_000 } },
  },
}));
