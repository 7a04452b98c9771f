/** The names of control files: which one a data file waits for, and which names are control files whatever path_pattern says. */
import type { SourceSpec } from '../../core/spec/source-spec.ts';

const COMPRESSION = /\.(?:gz|zst)$/;
const FORMAT_EXTENSIONS = ['csv', 'tsv', 'psv', 'txt', 'dat', 'json', 'jsonl', 'ndjson', 'xml'] as const;
const FORMAT_EXTENSION = new RegExp(`\\.(?:${FORMAT_EXTENSIONS.join('|')})$`);
const FILENAME = '{filename}';

/** The control object that belongs to a data object, both below landing/; null where the spec has no control file beside its data. */
export function controlNameOf(spec: SourceSpec, object: string): string | null {
  const pattern = spec.control_file?.pattern ?? null;
  if (pattern === null) return null;
  const cut = object.lastIndexOf('/') + 1;
  const stem = object.slice(cut).replace(COMPRESSION, '').replace(FORMAT_EXTENSION, '');
  return object.slice(0, cut) + pattern.replaceAll(FILENAME, () => stem);
}

/** Whether a name is the control file of a data file that the spec would take, there or still to come. */
export function isControlName(spec: SourceSpec, name: string): boolean {
  return dataNamesOf(spec, name).length > 0;
}

/** The names that a control file's data may have. */
export function dataNamesOf(spec: SourceSpec, name: string): readonly string[] {
  const pattern = spec.control_file?.pattern ?? null;
  if (pattern === null) return [];
  const cut = name.lastIndexOf('/') + 1;
  const stem = stemOf(pattern, name.slice(cut));
  if (stem === null) return [];
  const path = new RegExp(spec.source.path_pattern.regex, 'u');
  const bases = [stem, ...FORMAT_EXTENSIONS.map((extension) => `${stem}.${extension}`)];
  return bases
    .flatMap((base) => [base, `${base}.gz`, `${base}.zst`])
    .map((base) => name.slice(0, cut) + base)
    .filter((data) => data !== name && path.test(data) && controlNameOf(spec, data) === name);
}

function stemOf(pattern: string, name: string): string | null {
  const [before = '', after = ''] = pattern.split(FILENAME);
  if (!pattern.includes(FILENAME) || name.length <= before.length + after.length) return null;
  return name.startsWith(before) && name.endsWith(after) ? name.slice(before.length, name.length - after.length) : null;
}
