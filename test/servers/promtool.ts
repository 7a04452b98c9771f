/** Prometheus' checker of rules. */
import { installedProgram, programOnPath, type ServerTool } from './server-tool.ts';

export const PROMTOOL: ServerTool = {
  name: 'promtool',
  needs: "Prometheus' promtool (apt-get brings it)",
  find: () => programOnPath('promtool') ?? installedProgram('promtool', 'promtool'),
};
