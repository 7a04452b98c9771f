/** The dependency rule of docs/architecture.md, enforced: core knows no lane, a lane knows core only, SDKs stay in adapters. */
const LANES = '^(orchestrator|streaming|reporter)/';
// What only adapters (and, as an oracle, tests) may import.
const SDKS = 'node_modules/(@duckdb|@google-cloud|@platformatic|google-gax|ssh2-sftp-client)/';
const TESTS = '\\.(test|contract)\\.ts$|(^|/)test-support/';

module.exports = {
  forbidden: [
    { name: 'core-knows-no-lane', severity: 'error', from: { path: '^core/' }, to: { path: `${LANES}|^cli/` } },
    {
      name: 'a-lane-knows-core-only',
      severity: 'error',
      from: { path: '^(orchestrator|streaming|reporter)/' },
      to: { path: '^(orchestrator|streaming|reporter|cli)/', pathNot: '^$1/' },
    },
    {
      name: 'sdks-stay-in-adapters',
      severity: 'error',
      from: { path: '^(core|orchestrator|streaming|reporter|cli)/', pathNot: `^core/adapters/|${TESTS}` },
      to: { path: SDKS },
    },
    {
      name: 'only-the-edge-chooses-adapters',
      severity: 'error',
      from: { path: '^(core|orchestrator|streaming|reporter)/', pathNot: `^core/adapters/|/main\\.ts$|${TESTS}` },
      to: { path: '^core/adapters/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'no-test-in-product', severity: 'error', from: { pathNot: `${TESTS}|^test/|^bench/` }, to: { path: TESTS } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-packages-in-product',
      severity: 'error',
      from: { path: '^(core|cli|orchestrator|streaming|reporter)/', pathNot: TESTS },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.tools|data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
