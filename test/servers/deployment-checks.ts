/** Programs that check the files of the deployment, and the registry of images that tests push to. */
import { delimiter } from 'node:path';
import { installedProgram, type ServerTool } from './server-tool.ts';

const VENV = 'deployment-checks';
const NEEDS_PYTHON = 'python3 with pip';

function ofVenv(program: string): ServerTool {
  return { name: VENV, needs: NEEDS_PYTHON, find: () => installedProgram(VENV, 'venv', 'bin', program) };
}

export const KUBERNETES_VALIDATE = ofVenv('kubernetes-validate');
export const HADOLINT = ofVenv('hadolint');
export const SHELLCHECK = ofVenv('shellcheck');
export const CYCLONEDX = ofVenv('cyclonedx-py');
export const ACTIONLINT: ServerTool = { name: 'actionlint', needs: 'Go', find: () => installedProgram('actionlint', 'actionlint') };
export const CRANE: ServerTool = { name: 'crane', needs: 'Go', find: () => installedProgram('crane', 'crane') };

/** PATH with these folders first. */
export function pathWith(...folders: readonly string[]): string {
  return [...folders, process.env['PATH'] ?? ''].join(delimiter);
}
