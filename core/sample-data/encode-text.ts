/** A text in one of the encodings that specs name. */
import type { Source } from '../spec/source-spec.ts';

export function encodeText(text: string, encoding: Source['encoding']): Uint8Array {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text, 'utf8');
    case 'utf-16':
      return Buffer.from(`\ufeff${text}`, 'utf16le');
    case 'utf-16le':
      return Buffer.from(text, 'utf16le');
    case 'utf-16be':
      return Buffer.from(text, 'utf16le').swap16();
    case 'latin-1':
    case 'windows-1252':
      // Sample data has only characters that both write alike.
      return Buffer.from(text, 'latin1');
  }
}
