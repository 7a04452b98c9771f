/** The least of a file that still shows a difference: lines are taken out as long as it does. */

const LF = 10;

/** `isWrong` is asked for every candidate; at most `attempts` times. */
export async function shrinkLines(bytes: Buffer, isWrong: (candidate: Buffer) => Promise<boolean>, attempts: number): Promise<Buffer> {
  let lines = linesOf(bytes);
  let left = attempts;
  for (let size = Math.ceil(lines.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < lines.length && left > 0; left -= 1) {
      const fewer = [...lines.slice(0, from), ...lines.slice(from + size)];
      if (await isWrong(Buffer.concat(fewer))) lines = fewer;
      else from += size;
    }
  }
  return Buffer.concat(lines);
}

/** Each with its line feed. */
function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const at = bytes.indexOf(LF, from);
    const end = at < 0 ? bytes.length : at + 1;
    lines.push(bytes.subarray(from, end));
    from = end;
  }
  return lines;
}
