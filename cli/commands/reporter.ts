/** Lane 3: reports to regulators. A file beside cli/reporter/serve.ts for each subcommand, and a line here. */
import type { CommandGroup } from '../framework/command.ts';
import { rebuildReport } from '../reporter/rebuild-report.ts';
import { replay } from '../reporter/replay.ts';
import { serve } from '../reporter/serve.ts';
import { status } from '../reporter/status.ts';
import { verify } from '../reporter/verify.ts';

export const command: CommandGroup = {
  name: 'reporter',
  summary: 'Report trades to regulators, and prove what was reported',
  commands: [serve, status, verify, replay, rebuildReport],
};
