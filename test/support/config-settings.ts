/** A configuration with some of its keys set otherwise. */
import { parseDocument } from 'yaml';

/** Keys of the configuration by their path, as `reporter.intake.kafka.sources`. */
export type Settings = Readonly<Record<string, unknown>>;

export function withSettings(yaml: string, settings: Settings): string {
  const document = parseDocument(yaml);
  for (const [path, value] of Object.entries(settings)) document.setIn(path.split('.'), value);
  return document.toString();
}
