/** A task of a schedule that is due once on each UTC day: at the first call on it, and again where that one failed. */
export function onceADay(task: () => Promise<void>, nowMs: () => number): () => Promise<void> {
  let doneOn: string | null = null;
  return async () => {
    const today = new Date(nowMs()).toISOString().slice(0, 10);
    if (today === doneOn) return;
    await task();
    doneOn = today;
  };
}
