/** A Dockerfile as its stages and instructions; only what the Dockerfiles of this project use, anything else is refused. */

export interface Instruction {
  readonly word: string;
  /** `--from=x` and the like. */
  readonly flags: Readonly<Record<string, string>>;
  /** The rest, with continued lines joined. */
  readonly text: string;
}

export interface Stage {
  readonly name: string;
  /** What stands behind FROM: an image, or an earlier stage. */
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

const WORDS = ['ARG', 'LABEL', 'COPY', 'WORKDIR', 'ENV', 'USER', 'RUN', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD', 'EXPOSE'];

export function parseDockerfile(text: string): readonly Stage[] {
  const stages: { name: string; base: string; instructions: Instruction[] }[] = [];
  for (const line of logicalLines(text)) {
    const [word = '', ...rest] = line.split(/\s+/);
    if (word === 'FROM') {
      const [base = '', as, name] = rest;
      if (as !== 'AS' || name === undefined) throw new Error(`expected FROM image AS name, found ${line}`);
      stages.push({ name, base, instructions: [] });
      continue;
    }
    if (!WORDS.includes(word)) throw new Error(`expected ${WORDS.join(', ')}, found ${line}`);
    stages.at(-1)?.instructions.push(instructionOf(word, line.slice(word.length).trim()));
  }
  return stages;
}

function logicalLines(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function instructionOf(word: string, text: string): Instruction {
  const flags: Record<string, string> = {};
  let rest = text;
  // Flags of a command that is run are its own.
  for (let match = flagAt(word, rest); match !== null; match = flagAt(word, rest)) {
    flags[match[1] ?? ''] = match[2] ?? '';
    rest = rest.slice(match[0].length);
  }
  return { word, flags, text: rest };
}

function flagAt(word: string, text: string): RegExpExecArray | null {
  return word === 'COPY' ? /^--([a-z]+)=(\S+)\s+/.exec(text) : null;
}

/** NAME=value pairs of ENV, LABEL and ARG. */
export function pairsOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S*))/g)].map((match) => [match[1] ?? '', match[2] ?? match[3] ?? '']),
  );
}
