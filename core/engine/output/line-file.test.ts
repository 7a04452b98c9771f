import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LineReader, LineWriter } from './line-file.ts';

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lines-'));
  path = join(folder, 'lines');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function rest(reader: LineReader): string[] {
  const lines: string[] = [];
  for (let line = reader.next(); line !== undefined; line = reader.next()) lines.push(line.toString('utf8'));
  return lines;
}

test('a reader goes on with the lines that are written behind those that it has read', () => {
  const length = fc.oneof(fc.nat(20), fc.integer({ min: 250_000, max: 300_000 }));
  fc.assert(
    fc.property(fc.array(fc.array(length, { maxLength: 3 }), { maxLength: 4 }), (batches) => {
      const writer = new LineWriter(path);
      const reader = new LineReader(path);
      expect(reader.next()).toBeUndefined();
      for (const [number, lengths] of batches.entries()) {
        const lines = lengths.map((size) => `${number}é`.padEnd(size, 'x'));
        for (const [index, line] of lines.entries()) {
          if (index % 2 === 0) writer.write(line);
          else writer.writeBytes(line.slice(0, 3), Buffer.from(line.slice(3)));
        }
        writer.flush();
        expect(rest(reader)).toEqual(lines);
      }
      writer.close();
      expect(reader.next()).toBeUndefined();
      reader.close();
    }),
    { numRuns: 50 },
  );
});
