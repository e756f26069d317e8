import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Lints everything in TypeScript and Svelte. Layout is Prettier's, types are the compiler's; this looks for mistakes. */
export default ts.config(
  {
    ignores: [
      '**/node_modules/',
      'build/',
      '.svelte-kit/',
      '.parley/',
      'functions/',
      'supabase/types.ts',
      'test-results/',
      'web/static/'
    ]
  },
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: globals.nodeBuiltin },
    rules: {
      'no-console': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }]
    }
  },
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error'
    }
  },
  {
    // The chat client stands alone: Supabase is known to its adapter and to createChat(), which takes it; Svelte and the app to nobody.
    files: ['web/lib/chat/**/*.ts'],
    ignores: ['web/lib/chat/supabase/**', 'web/lib/chat/create-chat.ts', 'web/lib/chat/chat.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: ['@supabase/*', '**/supabase/*', 'svelte', 'svelte/*', '$app/*', '#lib/*'] }]
    }
  },
  {
    // An error is known by its class or its code. Its text is for people, and changes.
    files: ['web/lib/chat/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...[
          'CallExpression[callee.property.name=/^(includes|startsWith|endsWith|match|search|indexOf)$/][callee.object.property.name="message"]',
          'CallExpression[callee.property.name="test"] > MemberExpression.arguments[property.name="message"]'
        ].map((selector) => ({ selector, message: 'Recognize an error by its class or code, not by its text.' }))
      ]
    }
  },
  {
    files: ['web/**/*.svelte', 'web/**/*.svelte.ts'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { projectService: true, extraFileExtensions: ['.svelte'], parser: ts.parser, svelteConfig }
    },
    rules: {
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { excludedRunes: ['$props', '$derived'], destructuring: 'all' }],
      // Addresses here are plain paths of one app that is served from the root.
      'svelte/no-navigation-without-resolve': 'off',
      'svelte/no-at-html-tags': 'error'
    }
  }
);
