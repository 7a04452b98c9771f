/** The decoder of a file, told by its name, and the compressed streams that a name hides. */
import { compressionOf } from '../../spec/compression.ts';
import type { EngineLimits } from '../limits.ts';
import { CompressionFault } from './compression-fault.ts';
import type { Decoder } from './decoder.ts';
import { GZIP_MAGIC, GzipDecoder } from './gzip-decoder.ts';
import { ZstdDecoder } from './zstd-decoder.ts';
import { ZSTD_MAGIC } from './zstd-walk.ts';

const MAGICS = [
  { name: 'gzip', ending: '.gz', magic: GZIP_MAGIC },
  { name: 'zstd', ending: '.zst', magic: ZSTD_MAGIC },
] as const;

/** null for a file that is not compressed by its name. */
export function openDecoder(file: string, limits: Pick<EngineLimits, 'maxWindowBytes'>): Decoder | null {
  switch (compressionOf(file)) {
    case 'gzip':
      return new GzipDecoder();
    case 'zstd':
      return new ZstdDecoder(limits.maxWindowBytes);
    case null:
      return null;
  }
}

/** Refuses the start of a file that is compressed though its name does not say so. Throws CompressionFault. */
export function refuseHiddenCompression(start: Buffer): void {
  for (const { name, ending, magic } of MAGICS) {
    if (start.subarray(0, magic.length).equals(magic)) {
      throw new CompressionFault('damaged', `The file is ${name}, though its name does not end in ${ending}.`);
    }
  }
}
