/** At most so many calls at once; the others wait in the order in which they came, and no more than so many of them. */
export interface CallSlots {
  readonly taken: number;
  readonly waiting: number;
  /** Resolves with what gives the place back (once), or null at once where too many wait. */
  take(): Promise<(() => void) | null>;
}

export function createCallSlots(places: number, waitingMax: number): CallSlots {
  const queue: (() => void)[] = [];
  let taken = 0;

  function giveBack(): () => void {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = queue.shift();
      if (next === undefined) taken -= 1;
      else next();
    };
  }

  return {
    get taken() {
      return taken;
    },
    get waiting() {
      return queue.length;
    },
    async take() {
      if (taken < places) {
        taken += 1;
        return giveBack();
      }
      if (queue.length >= waitingMax) return null;
      await new Promise<void>((resolve) => queue.push(resolve));
      return giveBack();
    },
  };
}
