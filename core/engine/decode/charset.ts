/**
 * Strict decoding of one value. Readers cut values out of the bytes as "byte strings" (one character a byte, 0-255);
 * where such a string holds a byte above 0x7F it comes here. Every supported encoding keeps ASCII bytes for ASCII
 * characters, so splitting on bytes is safe. UTF-16 was made UTF-8 before (utf16-transcoder.ts).
 */
import { isUtf8 } from 'node:buffer';
import type { Source } from '../../spec/source-spec.ts';
import { WINDOWS_1252 } from './windows-1252.ts';

/** The text, or null where the bytes are none in the encoding. */
export type DecodeText = (byteString: string) => string | null;

export type Encoding = Source['encoding'];

export function decoderOf(encoding: Encoding): DecodeText {
  switch (encoding) {
    case 'utf-8':
    case 'utf-16':
    case 'utf-16le':
    case 'utf-16be':
      return decodeUtf8;
    case 'latin-1':
      return decodeLatin1;
    case 'windows-1252':
      return decodeWindows1252;
  }
}

function decodeUtf8(byteString: string): string | null {
  const bytes = Buffer.from(byteString, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : null;
}

/** Every byte is the character of the same number. */
function decodeLatin1(byteString: string): string {
  return byteString;
}

/** Five bytes have no character and are refused: 81, 8D, 8F, 90, 9D. */
function decodeWindows1252(byteString: string): string | null {
  let text = '';
  for (let index = 0; index < byteString.length; index += 1) {
    const character = WINDOWS_1252[byteString.charCodeAt(index)];
    if (character === undefined || character === null) {
      return null;
    }
    text += character;
  }
  return text;
}

/** For messages about bytes that cannot be decoded: what can be read, the rest as the replacement character. */
export function renderUndecodable(byteString: string): string {
  return Buffer.from(byteString, 'latin1').toString('utf8');
}

// eslint's no-control-regex does not apply: the class names the ASCII range by its end.
const ABOVE_ASCII = /[^\u0000-\u007f]/;

export function hasHighBytes(byteString: string): boolean {
  return ABOVE_ASCII.test(byteString);
}
