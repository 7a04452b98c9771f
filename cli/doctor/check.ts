/** One thing that `markets doctor` looked at. */
export interface Check {
  readonly name: string;
  readonly status: 'good' | 'attention' | 'bad';
  readonly found: string;
  readonly expected: string;
  /** What to do about it; empty where nothing is to be done. */
  readonly next: string;
}

export function good(name: string, found: string, expected: string): Check {
  return { name, status: 'good', found, expected, next: '' };
}

export function attention(name: string, found: string, expected: string, next: string): Check {
  return { name, status: 'attention', found, expected, next };
}

export function bad(name: string, found: string, expected: string, next: string): Check {
  return { name, status: 'bad', found, expected, next };
}
