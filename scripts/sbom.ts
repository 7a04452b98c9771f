/**
 * `make sbom`: what the images hold of npm and PyPI, as CycloneDX, into .tools/sbom. From the locks, so that the same locks give the same bytes (no
 * serial number, no time). The packages of the base images are not in it; the registry that keeps the images scans those.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HOME = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDER = join(HOME, '.tools', 'sbom');
const PYTHON_TOOL = join(HOME, '.tools/servers/deployment-checks/venv/bin/cyclonedx-py');
const SPEC_VERSION = '1.5';

interface Component {
  readonly 'bom-ref': string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

interface BillOfMaterials {
  serialNumber?: string;
  metadata: { timestamp?: string; component?: { type: string; name: string; version: string } };
  components: readonly Component[];
  dependencies?: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

const { name, version } = JSON.parse(readFileSync(join(HOME, 'package.json'), 'utf8')) as {
  readonly name: string;
  readonly version: string;
};

function write(file: string, text: string): void {
  const bill = JSON.parse(text) as BillOfMaterials;
  delete bill.serialNumber;
  delete bill.metadata.timestamp;
  // npm names a project by its folder.
  bill.metadata.component = { type: 'application', ...bill.metadata.component, name, version };
  leaveDevelopmentOut(bill);
  writeFileSync(join(FOLDER, file), `${JSON.stringify(bill, null, 2)}\n`);
  process.stdout.write(`${join('.tools/sbom', file)}: ${String(bill.components.length)} packages\n`);
}

/** `npm sbom --omit dev` would leave out what a package of the development asks for too, such as `yaml`. */
function leaveDevelopmentOut(bill: BillOfMaterials): void {
  bill.components = bill.components.filter(({ properties }) => !properties?.some((each) => each.name === 'cdx:npm:package:development'));
  const refs = new Set([...bill.components.map((component) => component['bom-ref']), `${name}@${version}`]);
  if (bill.dependencies === undefined) return;
  bill.dependencies = bill.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, ...(dependsOn && { dependsOn: dependsOn.filter((each) => refs.has(each)) }) }));
}

function run(program: string, words: readonly string[], input = ''): string {
  return execFileSync(program, words, { cwd: HOME, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, input });
}

/** The Python locks that an image installs: all but the tests' own. */
function pythonLocks(): string {
  const folder = join(HOME, 'scripts/python');
  const names = readdirSync(folder).filter((file) => /^requirements.*\.lock$/.test(file) && file !== 'requirements-test.lock');
  return names.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
}

mkdirSync(FOLDER, { recursive: true });
write('npm.cdx.json', run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only']));
write(
  'python.cdx.json',
  run(PYTHON_TOOL, ['requirements', '--output-reproducible', '--spec-version', SPEC_VERSION, '--of', 'JSON', '-'], pythonLocks()),
);
