/**
 * When a partition is committed, in shares of the time between commits: from the first share on right behind messages that close windows, and at the last share anyway. At
 * fixed times, candles that close just behind a commit would wait for the whole next one; most windows close at full seconds, and this keeps commits behind them.
 */
const FROM = 0.75;
const AT_LAST = 1.25;

/** `milliseconds` since the last commit; `hasTold`: the messages that were taken last closed windows. */
export function isCommitDue(milliseconds: number, commitMs: number, hasTold: boolean): boolean {
  return milliseconds >= commitMs * (hasTold ? FROM : AT_LAST);
}
