/** Offsets beyond 2^53 are no whole numbers in a double; a partition with a million messages a second has them after 285 years. */
export function exactOffset(offset: bigint): number {
  const exact = Number(offset);
  if (exact > Number.MAX_SAFE_INTEGER) throw new RangeError('an offset is beyond 2^53');
  return exact;
}
