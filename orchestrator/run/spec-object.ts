/** Where the text of a spec version is kept for ever. */
export function specObject(specVersion: string): string {
  return `control/specs/${specVersion}.yaml`;
}
