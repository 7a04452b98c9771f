/** Digests of bytes as they go by. */
import { createHash, type Hash } from 'node:crypto';
import { crc32c, crc32cHex } from '../../identity/crc32c.ts';

export type DigestName = 'md5' | 'sha256' | 'crc32c';

export class Digests {
  private readonly hashes: ReadonlyMap<DigestName, Hash>;
  private readonly wantsCrc: boolean;
  private crc = 0;
  sizeBytes = 0;

  constructor(names: readonly DigestName[]) {
    this.hashes = new Map(names.filter((name) => name !== 'crc32c').map((name) => [name, createHash(name)]));
    this.wantsCrc = names.includes('crc32c');
  }

  update(chunk: Buffer): void {
    this.sizeBytes += chunk.length;
    for (const hash of this.hashes.values()) {
      hash.update(chunk);
    }
    if (this.wantsCrc) {
      this.crc = crc32c(chunk, this.crc);
    }
  }

  /** Lower-case hex by name, of those that were asked for. Called once, at the end. */
  finish(): ReadonlyMap<DigestName, string> {
    const digests = new Map([...this.hashes].map(([name, hash]) => [name, hash.digest('hex')]));
    if (this.wantsCrc) {
      digests.set('crc32c', crc32cHex(this.crc));
    }
    return digests;
  }
}
