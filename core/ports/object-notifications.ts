/**
 * What the object service says about new objects, at least once and in any order. A notification is a hint: what is there and what was done is
 * told by the store and the events, so that one that comes twice, late or never harms nothing.
 */
export interface ObjectNotification {
  /** Name below the root. */
  readonly name: string;
  readonly generation: string;
  /** Done: it does not come again, unless by chance. */
  acknowledge(): void;
  /** Not done: it comes again. */
  giveBack(): void;
}

export interface ObjectNotifications {
  /** Those that wait, after the first has come; [] when the signal was aborted before. A bounded number is held at a time. */
  next(signal: AbortSignal): Promise<readonly ObjectNotification[]>;
  /** Those that wait now. */
  waiting(): readonly ObjectNotification[];
  /** Gives back what was not done, and hands over what was acknowledged. */
  close(): Promise<void>;
}
