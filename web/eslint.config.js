import js from '@eslint/js';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/**
 * The direction of imports: app → features → shared parts. A feature never reaches into another
 * one; what two of them need belongs to the shared parts or is put together in app.
 */
const features = ['search', 'title', 'preferences', 'library'];
const forbid = (...group) => ({ '@typescript-eslint/no-restricted-imports': ['error', { patterns: [{ group }] }] });

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'src/types/openapi.ts'] },
  js.configs.recommended,
  tseslint.configs.strict,
  {
    files: ['src/**/*.{ts,tsx}'],
    languageOptions: { globals: globals.browser },
    plugins: { 'react-hooks': reactHooks, 'jsx-a11y': jsxA11y },
    rules: {
      ...reactHooks.configs.recommended.rules,
      ...jsxA11y.flatConfigs.strict.rules,
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['src/{components,hooks,lib,i18n,types}/**'],
    rules: forbid('@/app/*', '@/features/*'),
  },
  { files: ['src/lib/**', 'src/types/**'], rules: forbid('@/app/*', '@/features/*', '@/components/*', '@/hooks/*') },
  ...features.map((name) => ({
    files: [`src/features/${name}/**`],
    rules: forbid('@/app/*', ...features.filter((other) => other !== name).map((other) => `@/features/${other}/*`)),
  })),
  { files: ['e2e/**', 'tools/**', 'public/**', '*.{js,ts}'], languageOptions: { globals: { ...globals.node, ...globals.browser } } },
);
