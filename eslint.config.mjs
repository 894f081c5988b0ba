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
    // The probe runs in a realm of its own (agent/probe/realm.js), where nothing of Node's
    // is global but what is handed to it. Whatever is a list of the app's goes through
    // `mine` of natives.js before it is spread, taken apart or gone through.
    files: ['agent/probe/*.js'],
    languageOptions: {
      globals: {
        ...Object.fromEntries(Object.keys(globals.node).map((name) => [name, 'off'])),
        ...Object.fromEntries(['exports', 'module', 'require', 'process', 'clearInterval', 'clearTimeout',
          'queueMicrotask', 'setImmediate', 'setInterval', 'setTimeout'].map((name) => [name, 'readonly'])),
      },
    },
    rules: {
      'no-restricted-syntax': ['error',
        {
          selector: ':matches(SpreadElement, ForOfStatement > .right, ForOfStatement) > ' +
            'MemberExpression[object.name="process"]',
          message: 'A list of the app: take it with mine() of natives.js.',
        },
        {
          selector: 'CallExpression > MemberExpression > MemberExpression[object.name="process"]' +
            '[property.name=/^(argv|execArgv|moduleLoadList)$/]',
          message: 'A list of the app: take it with mine() of natives.js.',
        },
        {
          selector: 'MemberExpression[computed=false][object.type="MemberExpression"][object.property.name="prototype"]' +
            '[object.object.object.name="globalThis"][property.type="Identifier"]' +
            ':not([property.name="toString"])',
          message: 'A method that the app may have replaced: take that of the probe\'s realm.',
        },
      ],
    },
  },
  {
    rules: {
      // A caught error of the target is the target's: we only must not leak it.
      'no-empty': ['error', { allowEmptyCatch: true }],
      'no-unused-vars': ['error', { args: 'none', caughtErrors: 'none' }],
    },
  },
];
