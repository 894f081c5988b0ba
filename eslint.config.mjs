import js from '@eslint/js';
import globals from 'globals';

export default [
  {
    // Goldens, traps and other people's programs are read, not written, by us.
    ignores: [
      '**/node_modules/',
      '**/bundles/',
      '.venv/',
      'tests/golden/',
      'tests/traps/',
      'tests/apps/',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.js', '**/*.cjs'],
    languageOptions: {
      ecmaVersion: 2024,
      sourceType: 'commonjs',
      globals: globals.node,
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { ecmaVersion: 2024, globals: globals.node },
  },
  {
    rules: {
      // A caught error of the target is the target's: we only must not leak it.
      'no-empty': ['error', { allowEmptyCatch: true }],
      'no-unused-vars': ['error', { args: 'none', caughtErrors: 'none' }],
    },
  },
];
