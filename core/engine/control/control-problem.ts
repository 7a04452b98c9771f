/** Why a control file cannot be read; caught where the reading began. */
export class ControlProblem extends Error {}
