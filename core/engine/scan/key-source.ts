/** Source of the test whether known bytes stand at a place, four at a time. Only numbers become code. */

/** An expression over `view`: true where the bytes (at least four) stand at `p`. A byte of the file's sentinel must be none of them. */
export function bytesStandAt(bytes: Buffer): string {
  const words: number[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += 4) words.push(at);
  if (bytes.length % 4 !== 0) words.push(bytes.length - 4);
  return words.map((at) => `view.getInt32(p + ${at}, true) === ${bytes.readInt32LE(at)}`).join(' && ');
}
