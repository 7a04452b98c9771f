/** Source of the test whether known bytes stand at `p`, four at a time. Only numbers become code. */

/**
 * An expression over `view`. It looks at four bytes behind the first that differs at most, so the bytes must have none that
 * stands behind the end of the file (a line feed).
 */
export function bytesStandAt(bytes: Buffer): string {
  if (bytes.length < 4) {
    const word = Buffer.concat([bytes, Buffer.alloc(4 - bytes.length)]).readInt32LE(0);
    return `(view.getInt32(p, true) & ${2 ** (8 * bytes.length) - 1}) === ${word}`;
  }
  const words: number[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += 4) words.push(at);
  if (bytes.length % 4 !== 0) words.push(bytes.length - 4);
  return words.map((at) => `view.getInt32(p + ${at}, true) === ${bytes.readInt32LE(at)}`).join(' && ');
}
