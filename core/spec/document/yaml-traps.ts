/** Plain scalars that mean one thing in YAML 1.1 and another in YAML 1.2. */
const TRAPS = [
  [/^(y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/, 'a boolean in 1.1'],
  [/^\d{4}-\d{1,2}-\d{1,2}([Tt\s].*)?$/, 'a date in 1.1'],
  [/^[-+]?0\d[\d_]*$/, 'octal in 1.1'],
  [/^0o[0-7]+$/, 'octal in 1.2'],
  [/^[-+]?0b[01_]+$/, 'binary in 1.1'],
  [/^[-+]?\d[\d_]*(:[0-5]?\d)+(\.\d*)?$/, 'base 60 in 1.1'],
  [/^[-+]?(0x)?[\dA-Fa-f]+_[\d_A-Fa-f]*(\.[\d_]*)?$/, 'a number in 1.1'],
  [/^[-+]?\d+[eE][-+]?\d+$/, 'a text in 1.1'],
  [/^[-+]?(\d+\.\d*|\.\d+)[eE]\d+$/, 'a text in 1.1'],
  [/^=$/, 'a special value in 1.1'],
] as const;

/** Why the plain scalar is ambiguous; undefined when both versions agree. */
export function yamlTrap(source: string): string | undefined {
  // Nearly every scalar is a word that no trap begins like.
  if (!/^[-+.\d=yYnNoOA-Fa-f]/.test(source)) {
    return undefined;
  }
  return TRAPS.find(([pattern]) => pattern.test(source))?.[1];
}
