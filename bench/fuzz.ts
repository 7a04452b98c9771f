/** `make fuzz`: damaged files against the engine for some minutes; prints every seed that shows a fault and ends with exit status 1 then. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judgeMutatedFile } from '../test/support/mutated-file.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string', default: '1000000' } } });
const [minutes, firstSeed] = [Number(values.minutes), Number(values.seed)];
if (!(minutes > 0) || !Number.isInteger(firstSeed)) throw new RangeError('expected --minutes above 0 and a whole --seed');

const FILES_PER_FOLDER = 500;
const endMs = Date.now() + minutes * 60_000;
let files = 0;
let faults = 0;
while (Date.now() < endMs) {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  try {
    for (let file = 0; file < FILES_PER_FOLDER && Date.now() < endMs; file += 1, files += 1) {
      const wrong = await judgeMutatedFile(folder, firstSeed + files);
      if (wrong === null) continue;
      faults += 1;
      process.stdout.write(`${wrong}\n`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stderr.write(`${files} files\n`);
}
process.stdout.write(`${files} damaged files from seed ${firstSeed} on, ${faults} faults\n`);
if (faults > 0) process.exitCode = 1;
