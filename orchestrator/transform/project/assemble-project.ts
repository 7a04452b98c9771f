/**
 * Assembles the dbt project of a root folder: a copy of dbt_project, the models generated from the loaded specs, the profile. A file is
 * written only when its content changed and files that no longer belong are removed, so that dbt's own record of what it has parsed
 * stays good. Idempotent; key: the root folder.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import type { SourceSpec } from '../../../core/spec/source-spec.ts';
import { templateText } from '../../../core/warehouse/sql-text.ts';
import { generatedFiles } from './generated-files.ts';
import type { ProjectFile } from './project-file.ts';
import { DUCKDB, type WarehouseTarget } from './warehouse-target.ts';

/** The hand-written project beside the code. */
export const DBT_PROJECT_FOLDER = fileURLToPath(new URL('../../../dbt_project/', import.meta.url));

/** What dbt itself writes into the project folder. */
const DBT_OWN = new Set(['target', 'logs', '.user.yml', 'dbt_packages']);

export interface AssembledProject {
  readonly folder: string;
  /** sha256 over the paths and contents: two projects with the same digest are the same. */
  readonly digest: string;
  readonly written: readonly string[];
  readonly removed: readonly string[];
}

export function projectFolder(rootFolder: string): string {
  return join(rootFolder, 'warehouse', 'dbt');
}

export async function assembleProject(
  rootFolder: string,
  specs: readonly SourceSpec[],
  warehouse: WarehouseTarget = DUCKDB,
): Promise<AssembledProject> {
  const folder = projectFolder(rootFolder);
  const enabled = specs.filter((spec) => spec.enabled).toSorted((left, right) => (left.name < right.name ? -1 : 1));
  const handWritten = await handWrittenFiles(new Set(enabled.map((spec) => spec.name)), (project) =>
    settled(project, rootFolder, warehouse),
  );
  const paths = new Set(handWritten.map((file) => file.path));
  const files = [...handWritten, ...generatedFiles({ rootFolder, specs: enabled, handWritten: paths, warehouse })];
  await mkdir(folder, { recursive: true });
  const written: string[] = [];
  for (const file of files) {
    if (await writeChanged(join(folder, file.path), file.content)) {
      written.push(file.path);
    }
  }
  const removed = await removeStale(folder, new Set(files.map((file) => file.path)));
  return { folder, digest: digest(files), written, removed };
}

/** Staging models written by hand are taken only where their source is loaded. */
async function handWrittenFiles(sources: ReadonlySet<string>, settle: (project: string) => string): Promise<ProjectFile[]> {
  const paths = await filesBelow(DBT_PROJECT_FOLDER);
  const files: ProjectFile[] = [];
  for (const path of paths) {
    const source = /^models\/staging\/stg_(.+)\.sql$/.exec(path)?.[1];
    if (source === undefined || sources.has(source)) {
      const content = await readFile(join(DBT_PROJECT_FOLDER, path), 'utf8');
      files.push({ path, content: path === 'dbt_project.yml' ? settle(content) : content });
    }
  }
  return files;
}

/** dbt_project.yml with what depends on the root and the warehouse. */
function settled(content: string, rootFolder: string, warehouse: WarehouseTarget): string {
  const document = parseDocument(content);
  if (warehouse.kind === 'duckdb') {
    document.setIn(['vars', 'root'], rootFolder);
  } else {
    document.setIn(['vars', 'dataset_prefix'], warehouse.dataset_prefix);
    const labels = Object.entries(warehouse.labels ?? {}).map(([name, value]) => `${templateText(name)}: ${templateText(value)}`);
    document.setIn(['query-comment'], { comment: `{{ job_labels(node, {${labels.join(', ')}}) }}`, 'job-label': true });
  }
  return document.toString();
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !DBT_OWN.has(path.split('/')[0] ?? ''))
    .toSorted();
}

async function writeChanged(path: string, content: string): Promise<boolean> {
  const present = await readFile(path, 'utf8').catch(() => null);
  if (present === content) {
    return false;
  }
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, content);
  await rename(`${path}.part`, path);
  return true;
}

async function removeStale(folder: string, wanted: ReadonlySet<string>): Promise<string[]> {
  const stale = (await filesBelow(folder)).filter((path) => !wanted.has(path));
  for (const path of stale) {
    await rm(join(folder, path));
  }
  return stale;
}

function digest(files: readonly ProjectFile[]): string {
  const hash = createHash('sha256');
  for (const file of files.toSorted((left, right) => (left.path < right.path ? -1 : 1))) {
    hash.update(`${file.path}\0${String(Buffer.byteLength(file.content))}\0${file.content}`);
  }
  return hash.digest('hex');
}
