/**
 * LIKE: % is any text, _ one code point, everything else itself. Matched by moving along the text with one place to go
 * back to (the last %), so that no pattern can take more than text times pattern steps.
 */
export function likePattern(pattern: string): (text: string) => boolean {
  const marks = [...pattern];
  return (text) => matches([...text], marks);
}

function matches(text: readonly string[], marks: readonly string[]): boolean {
  let [at, mark] = [0, 0];
  let [retryAt, retryMark] = [0, -1];
  while (at < text.length) {
    if (marks[mark] === '%') {
      [retryAt, retryMark] = [at, mark];
      mark += 1;
    } else if (mark < marks.length && (marks[mark] === '_' || marks[mark] === text[at])) {
      at += 1;
      mark += 1;
    } else if (retryMark >= 0) {
      retryAt += 1;
      [at, mark] = [retryAt, retryMark + 1];
    } else {
      return false;
    }
  }
  return marks.slice(mark).every((each) => each === '%');
}
