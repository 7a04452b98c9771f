/** The top folders of a root that hold objects; in buckets each is a bucket of its own. The warehouse of a local root is no object store's. */
export const ROOT_FOLDERS = ['archive', 'control', 'extracts', 'failed', 'history', 'landing', 'quarantine', 'reports', 'staging'] as const;
