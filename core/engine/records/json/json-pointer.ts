/** JSON Pointer (RFC 6901): '' is the document, '/a/0/b~1c' a member, an element, a member with a slash in its name. */
export function pointerSteps(pointer: string): readonly string[] {
  return pointer === ''
    ? []
    : pointer
        .split('/')
        .slice(1)
        .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
