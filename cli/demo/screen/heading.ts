/** Headings and the days of the week as the demo's screen writes them. */
export function heading(text: string, colour: boolean): string {
  return colour ? `\u001b[1m${text}\u001b[22m` : text;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Mon 06:30 of 2023-01-30T06:30:00.000000Z. */
export function dayAndTime(moment: string): string {
  return `${DAYS[new Date(`${moment.slice(0, 10)}T00:00:00Z`).getUTCDay()] ?? ''} ${moment.slice(11, 16)}`;
}
