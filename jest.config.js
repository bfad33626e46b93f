const typescript = {
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.json', diagnostics: false }] },
  testEnvironment: 'node',
};

/** unit: seconds, no host needed. contract: both databases. engine: n8n's real engine, and the command line as built, in processes of their own. */
module.exports = {
  maxWorkers: '100%',
  // Against what hangs. A busy machine makes no test wrong; how fast things are is told by bench/.
  testTimeout: 300_000,
  projects: [
    {
      ...typescript,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/{domain,nodes,templates}/**/*.test.ts', '<rootDir>/test/cli/*.test.ts'],
    },
    {
      ...typescript,
      displayName: 'contract',
      testMatch: ['<rootDir>/test/store/**/*.test.ts', '<rootDir>/test/app/**/*.test.ts'],
      globalSetup: '<rootDir>/test/store/start-postgres.mjs',
      globalTeardown: '<rootDir>/test/store/stop-postgres.mjs',
    },
    {
      ...typescript,
      displayName: 'engine',
      testMatch: ['<rootDir>/test/engine/**/*.test.ts', '<rootDir>/test/cli/built/*.test.ts'],
    },
  ],
};
