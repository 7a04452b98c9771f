/** The compressions of a delivered file, told by the ending of its name. */
export type Compression = 'gzip' | 'zstd';

const ENDINGS: readonly (readonly [string, Compression])[] = [
  ['.gz', 'gzip'],
  ['.zst', 'zstd'],
];

/** What may follow a name that a path pattern matches, as a part of a regular expression. */
export const COMPRESSION_REGEX = `(?:${ENDINGS.map(([ending]) => `\\${ending}`).join('|')})?`;

export function compressionOf(name: string): Compression | null {
  return ENDINGS.find(([ending]) => name.endsWith(ending))?.[1] ?? null;
}

/** The name as it is once the file is decompressed; in capitals an ending counts too. */
export function withoutCompression(name: string): string {
  const ending = ENDINGS.find(([each]) => name.toLowerCase().endsWith(each) && name.length > each.length);
  return ending === undefined ? name : name.slice(0, -ending[0].length);
}
