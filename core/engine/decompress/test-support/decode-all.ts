import type { Decoder } from '../decoder.ts';

/** What the decoder makes of a whole stream that comes in these chunks. Throws CompressionFault. */
export async function decodeAll(decoder: Decoder, chunks: readonly Buffer[]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (const chunk of chunks) {
    for await (const piece of decoder.push(chunk)) pieces.push(piece);
  }
  decoder.end();
  return Buffer.concat(pieces);
}
