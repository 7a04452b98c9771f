/** Where the secrets that a configuration names are looked up. */
import { resolve } from 'node:path';
import { createEnvironmentSecrets } from '../../core/adapters/secrets/environment-secrets.ts';
import { createFolderSecrets } from '../../core/adapters/secrets/folder-secrets.ts';
import { createGoogleSecrets } from '../../core/adapters/secrets/google-secrets.ts';
import type { Secrets } from '../../core/ports/secrets.ts';
import type { LaneConfig } from '../../orchestrator/index.ts';
import type { Environment } from '../framework/environment.ts';

/** Relative folders count from the project's folder. */
export function openSecrets({ secrets }: LaneConfig, environment: Environment): Secrets {
  switch (secrets.from) {
    case 'environment':
      return createEnvironmentSecrets((name) => environment.variable(name));
    case 'folder':
      return createFolderSecrets(resolve(environment.home, secrets.folder ?? ''));
    case 'google':
      return createGoogleSecrets({ project: secrets.google_project ?? '' });
  }
}
