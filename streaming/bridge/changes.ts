/** Lets one part of a bridge wait until another has done something; who waits looks again at what it waits for. */
export class Changes {
  private waiters: (() => void)[] = [];

  tell(): void {
    if (this.waiters.length === 0) return;
    const waiters = this.waiters;
    this.waiters = [];
    for (const wake of waiters) wake();
  }

  /** Resolves when `holds` does, or the signal is aborted. */
  async until(holds: () => boolean, signal: AbortSignal): Promise<void> {
    const stop = (): void => this.tell();
    signal.addEventListener('abort', stop, { once: true });
    try {
      while (!holds() && !signal.aborted) await new Promise<void>((resolve) => this.waiters.push(resolve));
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}
