/** A file of the assembled dbt project; `path` is relative to the project, '/'-separated. */
export interface ProjectFile {
  readonly path: string;
  readonly content: string;
}
