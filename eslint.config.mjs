import { builtinModules } from 'node:module';
import { dirname, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const root = dirname(fileURLToPath(import.meta.url));
const under = (...folders) => new RegExp(`^(?:${folders.map((folder) => folder.replaceAll('.', '\\.')).join('|')})(?:/|$)`);
const file = (...paths) => new RegExp(`^(?:${paths.map((path) => path.replaceAll('.', '\\.')).join('|')})(?:\\.tsx?)?$`);

/** What the desktop shares with the hosts it starts: paths, the messages between them, and how a log is kept; these files know neither side. */
const hostSeams = file(
  'src-main/hosts/paths',
  'src-main/hosts/page-files',
  'src-main/hosts/desktop-protocol',
  'src-main/hosts/log/log-file',
  'src-main/hosts/log/rotating-file',
);

/**
 * The boundaries between modules: the first row whose `from` matches a file says what it may import.
 * `paths` are this repository's own files, `packages` names (exact, or a scope ending in "/"), `node` Node's own modules.
 */
const boundaries = [
  { from: under('src-shared/tariff'), paths: [under('src-shared')], packages: ['zod', 'big.js', 'temporal-polyfill'], node: false },
  { from: under('src-shared'), paths: [under('src-shared')], packages: ['zod', 'psychrolib'], node: false },
  { from: under('src-main/dataset-files'), paths: [under('src-main/dataset-files', 'src-shared')], packages: [], node: true },
  { from: under('src-main/children'), paths: [under('src-main/children', 'src-shared')], packages: [], node: true },
  {
    from: file('src-main/core/store/file/open'),
    paths: [under('src-main/core', 'src-shared')],
    packages: ['better-sqlite3', 'zod'],
    node: true,
  },
  {
    from: file('src-main/core/store/records/ledger/steps'),
    paths: [under('src-main/core', 'src-shared')],
    packages: ['temporal-polyfill'],
    node: true,
  },
  {
    from: file('src-main/core/telemetry/collectors/nvml/library'),
    paths: [under('src-main/core', 'src-shared')],
    packages: ['koffi'],
    node: true,
  },
  {
    from: file('src-main/core/telemetry/collectors/mqtt/broker'),
    paths: [under('src-main/core', 'src-shared')],
    packages: ['mqtt'],
    node: true,
  },
  {
    from: file('src-main/core/selftest/cuda-load'),
    paths: [under('src-main/core', 'src-shared')],
    packages: ['koffi'],
    node: true,
  },
  {
    from: under('src-main/core/telemetry/collectors/snmp'),
    paths: [under('src-main/core', 'src-shared')],
    packages: ['net-snmp', 'zod'],
    node: true,
  },
  {
    from: file('src-main/core/scenario/feeds/mqtt'),
    paths: [under('src-main/core', 'src-shared')],
    packages: ['aedes'],
    node: true,
  },
  {
    from: file('src-main/core/scenario/feeds/snmp'),
    paths: [under('src-main/core', 'src-shared')],
    packages: ['net-snmp'],
    node: true,
  },
  {
    from: file('src-main/core/transfer/parquet'),
    paths: [under('src-main/core', 'src-shared')],
    packages: ['hyparquet-writer'],
    node: true,
  },
  {
    from: file('src-main/core/datasets/formats/parquet'),
    paths: [under('src-main/core', 'src-shared')],
    packages: ['hyparquet'],
    node: true,
  },
  {
    from: file('src-main/core/datasets/formats/npz'),
    paths: [under('src-main/core', 'src-shared')],
    packages: ['yauzl'],
    node: true,
  },
  {
    from: file('src-main/core/datasets/decode-image'),
    paths: [under('src-main/core', 'src-shared')],
    packages: ['pngjs', 'jpeg-js'],
    node: true,
  },
  {
    from: file('src-main/core/transfer/csv/zones'),
    paths: [under('src-main/core', 'src-shared')],
    packages: ['temporal-polyfill'],
    node: true,
  },
  {
    from: under('src-main/core'),
    paths: [under('src-main/core', 'src-main/children', 'src-main/dataset-files', 'src-shared')],
    packages: ['zod', 'systeminformation', 'node-nvidia-smi'],
    node: true,
  },
  { from: file('src-main/trainer/process-group'), paths: [], packages: ['koffi'], node: true },
  {
    from: under('src-main/trainer'),
    paths: [under('src-main/trainer', 'src-main/dataset-files', 'src-shared')],
    packages: ['zod', '@tensorflow/'],
    node: true,
  },
  { from: hostSeams, paths: [hostSeams, under('src-shared')], packages: ['zod', 'pino'], node: true },
  {
    from: file('src-main/hosts/utility', 'src-main/hosts/utility-launcher', 'src-main/hosts/message-port'),
    paths: [under('src-main/hosts', 'src-main/children', 'src-main/core', 'src-shared')],
    packages: ['electron'],
    node: true,
  },
  {
    from: under('src-main/hosts'),
    paths: [under('src-main/hosts', 'src-main/children', 'src-main/core', 'src-shared')],
    packages: ['ws', 'zod', '@commander-js/extra-typings'],
    node: true,
  },
  {
    from: under('src-main/desktop'),
    paths: [under('src-main/desktop', 'src-main/children', 'src-shared'), hostSeams],
    packages: ['electron', 'zod'],
    node: true,
  },
  { from: under('src-main/preload'), paths: [under('src-main/preload', 'src-shared')], packages: ['electron'], node: false },
  { from: under('src-renderer/charts'), paths: [under('src-renderer', 'src-shared')], packages: null, node: false },
  {
    from: under('src-renderer/data'),
    paths: [under('src-renderer/data', 'src-renderer/rpc', 'src-shared')],
    packages: ['@tanstack/react-query'],
    node: false,
  },
  {
    from: under('src-renderer'),
    paths: [under('src-renderer', 'src-shared')],
    packages: null,
    except: ['echarts', 'zrender'],
    node: false,
  },
];
/** Never in a page, whatever else is free there. */
const neverInPage = ['electron', 'better-sqlite3', 'systeminformation', 'node-nvidia-smi', 'koffi', 'ws'];
const builtins = new Set(builtinModules);

/** Why `source` must not be imported from the file at `from` (both repository paths with "/"), or null when it may. */
function crossing(from, source) {
  const boundary = boundaries.find((row) => row.from.test(from));
  if (!boundary) return null;
  if (source.startsWith('.') || source.startsWith('@shared/')) {
    const target = source.startsWith('.')
      ? posix.join(posix.dirname(from), source)
      : posix.join('src-shared', source.slice('@shared/'.length));
    if (!boundary.paths.some((allowed) => allowed.test(target))) return `${target} is beyond what this folder may import`;
    const feature = /^src-renderer\/features\/([^/]+)/;
    const own = feature.exec(from)?.[1];
    const other = feature.exec(target)?.[1];
    return own && other && own !== other ? 'features never import each other' : null;
  }
  const bare = source.replace(/^node:/, '');
  if (source.startsWith('node:') || builtins.has(bare)) return boundary.node ? null : "Node's own modules do not exist here";
  const packageName = source
    .split('/')
    .slice(0, source.startsWith('@') ? 2 : 1)
    .join('/');
  if (boundary.packages === null)
    return [...(boundary.except ?? []), ...neverInPage].includes(packageName) ? `the package ${packageName} has no place here` : null;
  const allowed = boundary.packages.some((name) => (name.endsWith('/') ? packageName.startsWith(name) : packageName === name));
  return allowed ? null : `the package ${packageName} has no place here`;
}

const boundariesRule = {
  meta: { type: 'problem', schema: [], messages: { crossed: 'Import of "{{source}}" crosses a module boundary: {{why}}.' } },
  create(context) {
    const from = relative(root, context.filename).split(sep).join('/');
    const check = (node, source) => {
      if (typeof source !== 'string') return;
      const why = crossing(from, source);
      if (why) context.report({ node, messageId: 'crossed', data: { source, why } });
    };
    const fromSource = (node) => check(node, node.source?.value);
    return {
      ImportDeclaration: fromSource,
      ExportNamedDeclaration: fromSource,
      ExportAllDeclaration: fromSource,
      ImportExpression: fromSource,
      TSImportType: (node) => check(node, (node.source ?? node.argument?.literal)?.value),
      TSExternalModuleReference: (node) => check(node, node.expression.value),
      CallExpression(node) {
        const callee = node.callee.type === 'MemberExpression' ? node.callee.object : node.callee;
        if (callee.type === 'Identifier' && callee.name === 'require') check(node, node.arguments[0]?.value);
      },
    };
  },
};

/** Exceptions stand in the configurations alone. ESLint obeys no such comment here anyway; oxlint would. */
const unswitchedRule = {
  meta: { type: 'problem', schema: [], messages: { comment: 'A comment switches no rule off: make the exception in the configuration.' } },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments())
          if (/\b(?:oxlint|eslint)-(?:disable|enable)/.test(comment.value)) context.report({ loc: comment.loc, messageId: 'comment' });
      },
    };
  },
};

const SPOKEN = new Set([
  'alt',
  'aria-description',
  'aria-label',
  'aria-placeholder',
  'aria-roledescription',
  'aria-valuetext',
  'label',
  'placeholder',
  'title',
]);
const hasLetters = (text) => /\p{L}/u.test(text);

/** Text a person reads stands in the language catalogues, never in a component. */
const literalTextRule = {
  meta: { type: 'problem', schema: [], messages: { literal: 'Text "{{text}}" belongs in the language catalogues.' } },
  create(context) {
    const report = (node, text) => {
      if (hasLetters(text)) context.report({ node, messageId: 'literal', data: { text: text.trim().slice(0, 40) } });
    };
    const checkExpression = (node) => {
      if (!node) return;
      if (node.type === 'Literal' && typeof node.value === 'string') report(node, node.value);
      else if (node.type === 'TemplateLiteral') report(node, node.quasis.map((part) => part.value.cooked ?? '').join(''));
      else if (node.type === 'ConditionalExpression') [node.consequent, node.alternate].forEach(checkExpression);
      else if (node.type === 'LogicalExpression') checkExpression(node.right);
    };
    return {
      JSXText: (node) => report(node, node.value),
      JSXExpressionContainer(node) {
        if (node.parent.type !== 'JSXAttribute') checkExpression(node.expression);
      },
      JSXAttribute(node) {
        if (node.name.type !== 'JSXIdentifier' || !SPOKEN.has(node.name.name)) return;
        checkExpression(node.value?.type === 'JSXExpressionContainer' ? node.value.expression : node.value);
      },
    };
  },
};

const sources = ['src-*/**/*.{ts,tsx}', 'tests/**/*.{ts,tsx}', '*.config.ts'];

export default tseslint.config(
  { ignores: ['out/**', 'dist/**', 'coverage/**', 'node_modules/**', 'resources/**', 'test-results/**'] },
  // Exceptions are made here, where they can be seen and argued about, not line by line.
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  {
    files: sources,
    extends: [tseslint.configs.strict],
    // Rules that ask for types stand in .oxlintrc.json: there a native compiler works the types out, in a quarter of the time.
    plugins: { coldaisle: { rules: { boundaries: boundariesRule, 'literal-text': literalTextRule, unswitched: unswitchedRule } } },
    rules: {
      'coldaisle/boundaries': 'error',
      'coldaisle/unswitched': 'error',
      eqeqeq: ['error', 'always'],
      'no-eval': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true, 'ts-ignore': true, 'ts-nocheck': true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
    },
  },
  { files: ['src-*/**/*.{ts,tsx}'], rules: { 'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }] } },
  {
    files: ['src-renderer/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      // Tells what the React Compiler leaves alone, which does not run here.
      'react-hooks/incompatible-library': 'off',
      'coldaisle/literal-text': 'error',
    },
  },
  // A listener that throws would end whoever tells it, and with that the process.
  {
    files: ['src-main/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Emitter'] > Literal[value='rethrow']",
          message: 'What a listener throws must end no process: give the Emitter a function that logs it.',
        },
      ],
    },
  },
  // A child's or a bridge's raw messages pass through these two folders alone.
  { files: ['src-main/desktop/**'], rules: restrictElectron(['ipcRenderer', 'contextBridge']) },
  { files: ['src-main/preload/**'], rules: restrictElectron(['ipcMain', 'BrowserWindow', 'app']) },
  {
    files: ['tests/**/*.{ts,tsx}'],
    rules: {
      // Tests reach for what they have just made; a null there fails the test, as it should.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
    },
  },
  {
    files: ['**/*.mjs'],
    extends: [tseslint.configs.base],
    rules: {
      'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-undef': 'off',
      eqeqeq: ['error', 'always'],
      'no-var': 'error',
      'prefer-const': 'error',
      'no-eval': 'error',
    },
  },
);

function restrictElectron(importNames) {
  return {
    'no-restricted-imports': [
      'error',
      { paths: [{ name: 'electron', importNames, message: 'It belongs to the other side of the bridge.' }] },
    ],
  };
}
