/** Several things that are opened one after the other and closed together. */

/** Says how what was just opened is closed. */
export type Closing = (close: () => Promise<void>) => void;

/**
 * What `open` gives, with a close() of everything it opened, the last first. Where `open` throws, what it opened is closed at once. A close() that fails does not
 * keep the others from being closed; the first failure is thrown.
 */
export async function openAll<T extends object>(open: (closing: Closing) => Promise<T>): Promise<T & { close(): Promise<void> }> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const each of closers.splice(0).reverse()) await each().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0] as Error;
  };
  try {
    return { ...(await open((closer) => closers.push(closer))), close };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}
