/** Configurations of tests: the project's own, with some keys set otherwise. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { HOME } from './command-line.ts';

/** Keys of the configuration by their path, as `reporter.intake.kafka.sources`. */
export type Settings = Readonly<Record<string, unknown>>;

export function withSettings(yaml: string, settings: Settings): string {
  const document = parseDocument(yaml);
  for (const [path, value] of Object.entries(settings)) document.setIn(path.split('.'), value);
  return document.toString();
}

/** A folder of configurations whose environment local is what `change` makes of its text. */
export function writeConfig(folder: string, change: (yaml: string) => string): void {
  cpSync(join(HOME, 'config'), folder, { recursive: true });
  const path = join(folder, 'local.yaml');
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}
