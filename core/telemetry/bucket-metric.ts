/** A histogram whose buckets are counted elsewhere, as the text that Prometheus reads (exposition format 0.0.4). */
export interface CountedBuckets {
  /** Names of sources and the like: letters, digits, '_'. */
  readonly labels: Readonly<Record<string, string>>;
  /** By bucket; the last one has no upper border. */
  readonly counts: ArrayLike<number>;
  readonly sum: number;
  readonly total: number;
}

export function bucketText(name: string, help: string, borders: readonly number[], counted: readonly CountedBuckets[]): string {
  const lines = counted.flatMap(({ labels, counts, sum, total }) => {
    let below = 0;
    const buckets = [...borders.map(String), '+Inf'].map((le, index) => {
      below += counts[index] ?? 0;
      return `${name}_bucket{${labelText({ ...labels, le })}} ${below}`;
    });
    return [...buckets, `${name}_sum{${labelText(labels)}} ${sum}`, `${name}_count{${labelText(labels)}} ${total}`];
  });
  return [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...lines, ''].join('\n');
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(',');
}
