/**
 * The table of commands: name, one line for the list, and how its file is loaded when it is called. Adding a command is
 * one file beside this one and one line here.
 */
import type { CommandEntry } from '../framework/program.ts';

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'doctor',
    summary: 'Is this machine ready: versions, folders, disk, specs',
    load: () => import('./doctor.ts'),
  },
  {
    name: 'validate',
    summary: 'Judge one file by the rules of a source spec',
    load: () => import('./validate.ts'),
  },
];
