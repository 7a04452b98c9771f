/** One piece of work at a time for each key, in the order in which they came. */
export class TradeLanes {
  private readonly ends = new Map<string, Promise<unknown>>();

  async enter<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.ends.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.ends.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.ends.get(key) === mine) this.ends.delete(key);
    }
  }
}
