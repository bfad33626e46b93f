const typescript = {
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.json', isolatedModules: true, diagnostics: false }] },
  testEnvironment: 'node',
};

/** unit: seconds, no host needed. contract: both databases. engine: n8n's real engine, in a process of its own. */
module.exports = {
  projects: [
    {
      ...typescript,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/{domain,app,cli,nodes,templates}/**/*.test.ts'],
    },
    { ...typescript, displayName: 'contract', testMatch: ['<rootDir>/test/store/**/*.test.ts'] },
    { ...typescript, displayName: 'engine', testMatch: ['<rootDir>/test/engine/**/*.test.ts'] },
  ],
};
