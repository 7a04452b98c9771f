/** What a .dockerignore keeps out of the build: the last pattern that matches decides, `!` takes back. */

export type IsIgnored = (path: string) => boolean;

interface Pattern {
  readonly isException: boolean;
  readonly expression: RegExp;
}

/** `path` is relative, '/'-separated. A pattern names a file, or a folder with all that is in it. */
export function parseDockerIgnore(text: string): IsIgnored {
  const patterns = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(patternOf);
  return (path) => patterns.findLast(({ expression }) => expression.test(path))?.isException === false;
}

function patternOf(line: string): Pattern {
  const isException = line.startsWith('!');
  const text = (isException ? line.slice(1) : line).replace(/^\/|\/$/g, '');
  const source = text
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => WILDCARDS[part] ?? part.replace(/[.+^${}()|[\]\\]/g, '\\$&'))
    .join('');
  return { isException, expression: new RegExp(`^${source}(/.*)?$`) };
}

const WILDCARDS: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };
