/** Which control file belongs to a data file, and whether a name is some data file's control file. */
import { withoutCompression } from './compression.ts';
import { matchPath } from './path-pattern.ts';
import type { SourceSpec } from './source-spec.ts';

/** Endings that {filename} leaves out, one of them, after the compression's. */
const FORMATS = ['.csv', '.tsv', '.psv', '.txt', '.dat', '.json', '.jsonl', '.ndjson', '.xml', '.parquet', '.fix'] as const;

/** The data file's name without folder, compression and one format extension: what {filename} stands for. */
export function fileStem(objectName: string): string {
  const base = objectName.slice(objectName.lastIndexOf('/') + 1);
  const plain = withoutCompression(base);
  return withoutEnding(plain, FORMATS);
}

function withoutEnding(name: string, endings: readonly string[]): string {
  const ending = endings.find((each) => name.toLowerCase().endsWith(each) && name.length > each.length);
  return ending === undefined ? name : name.slice(0, -ending.length);
}

/** Name below landing/ of the control file, in the data file's folder; null where the spec has no separate one. */
export function controlFileName(spec: SourceSpec, objectName: string): string | null {
  const pattern = spec.control_file?.pattern;
  if (pattern === undefined || pattern === null) {
    return null;
  }
  const folder = objectName.slice(0, objectName.lastIndexOf('/') + 1);
  return `${folder}${pattern.replaceAll('{filename}', fileStem(objectName))}`;
}

/**
 * Whether the name is the control file of some data file that one of the enabled specs would take: it is never taken as
 * data then, even where a path_pattern matches it.
 */
export function isControlFileName(specs: readonly SourceSpec[], objectName: string): boolean {
  return specs.some((spec) => spec.enabled && isControlFileOf(spec, objectName));
}

function isControlFileOf(spec: SourceSpec, objectName: string): boolean {
  const pattern = spec.control_file?.pattern;
  if (pattern === undefined || pattern === null) {
    return false;
  }
  const escaped = pattern.split('{filename}').map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`));
  const [first = '', ...others] = escaped;
  const regex = new RegExp(`^((?:.*\\/)?)${first}([^/]+)${others.join('\\2')}$`, 'u');
  const match = regex.exec(objectName);
  const [folder, stem] = [match?.[1], match?.[2]];
  if (folder === undefined || stem === undefined) {
    return false;
  }
  return ['', ...FORMATS].some((ending) => {
    const data = `${folder}${stem}${ending}`;
    return data !== objectName && controlFileName(spec, data) === objectName && matchPath(spec.source.path_pattern, data) !== undefined;
  });
}
