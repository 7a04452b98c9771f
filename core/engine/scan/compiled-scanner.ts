/** Scanners by their source: files of one source come one after another, and the second is judged by code that is fast already. */
import { compileFunction } from 'node:vm';
import type { Scanner } from '../ranges/range-format.ts';

const MAX_KEPT = 32;
const compiled = new Map<string, Scanner>();

/** `source`: a body that returns the scanner, made from the typed spec alone. */
export function compiledScanner(source: string): Scanner {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  if (compiled.size >= MAX_KEPT) compiled.clear();
  const scanner = (compileFunction(source) as () => Scanner)();
  compiled.set(source, scanner);
  return scanner;
}
