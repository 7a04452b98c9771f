/** The dialect of a spec as bytes. */
import { MarketsError } from '../../../errors/markets-error.ts';
import type { CsvDialect } from '../../../spec/source-spec.ts';
import type { ScanDialect } from './csv-scanner.ts';

const NONE = -1;

/** Throws SPEC_NOT_SUPPORTED for a delimiter, quote or escape that is not one ASCII character. */
export function scanDialect(csv: CsvDialect): ScanDialect {
  const quote = asByte('quote', csv.quote);
  const escape = asByte('escape', csv.escape);
  return { delimiter: asByte('delimiter', csv.delimiter), quote, escape: quote === NONE ? NONE : escape };
}

function asByte(name: string, text: string | null): number {
  if (text === null || text === '') {
    return NONE;
  }
  const byte = text.charCodeAt(0);
  if (text.length !== 1 || byte > 0x7f || byte === 10 || byte === 13) {
    throw new MarketsError('SPEC_NOT_SUPPORTED', `source.${name} must be one ASCII character.`, {
      expected: 'one ASCII character other than a line end',
      found: JSON.stringify(text),
    });
  }
  return byte;
}

/** Takes the escapes out of a quoted field's byte string. */
export function unescapeField(byteString: string, dialect: ScanDialect): string {
  const quote = String.fromCharCode(dialect.quote);
  const escape = String.fromCharCode(dialect.escape);
  if (quote === escape) {
    return byteString.replaceAll(quote + quote, quote);
  }
  let text = '';
  let from = 0;
  for (let at = byteString.indexOf(escape); at >= 0; at = byteString.indexOf(escape, from)) {
    const next = byteString.charAt(at + 1);
    const keep = next === quote || next === escape ? at : at + 1;
    text += byteString.slice(from, keep) + (keep === at ? next : '');
    from = keep === at ? at + 2 : at + 1;
  }
  return text + byteString.slice(from);
}
