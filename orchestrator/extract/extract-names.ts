/** Names of the objects of an extract. Revision 1 has the plain name; an extract made anew with other content is _r2, _r3, ... */
import { MarketsError } from '../../core/errors/markets-error.ts';
import { EXTRACT_FORMATS, extractSuffix, type ExtractFormat } from './extract-format.ts';

export interface ExtractNames {
  readonly object: string;
  readonly manifest: string;
  readonly control: string;
}

export function extractFolder(date: string): string {
  return `extracts/${date}/`;
}

export function extractNames(date: string, format: ExtractFormat, revision: number): ExtractNames {
  const base = `${extractFolder(date)}markets_extract_${date.replaceAll('-', '')}${revision === 1 ? '' : `_r${String(revision)}`}`;
  // The daily jsonl file owns the short names of manifest and control file.
  const described = format === 'jsonl' ? base : `${base}.${format}`;
  return { object: `${base}.${extractSuffix(format)}`, manifest: `${described}.manifest.json`, control: `${described}.ctl` };
}

/** The format of an extract object. INTERNAL for a name that extractNames never gives. */
export function extractFormatOf(object: string): ExtractFormat {
  const format = EXTRACT_FORMATS.find((one) => object.endsWith(`.${extractSuffix(one)}`));
  if (format === undefined) throw new MarketsError('INTERNAL', `${object} is no extract.`);
  return format;
}
