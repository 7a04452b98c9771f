/** Reads the block `reporter:` of config/<env>.yaml, fills the defaults in and refuses what is not known or not safe, with its place. */
import { configBlock, type BlockProblem } from '../../core/configuration/config-block.ts';
import { isLei } from '../../core/engine/checks/lei.ts';
import { MarketsError } from '../../core/errors/markets-error.ts';
import { checkDestination, type Destination } from '../submit/destination.ts';
import { REPORTER_CONFIG_SCHEMA, type CallersConfig, type ReporterConfig } from './reporter-config.ts';

const block = configBlock('reporter', REPORTER_CONFIG_SCHEMA, problemOf);
const THIS_MACHINE = new Set(['127.0.0.1', '::1', 'localhost']);

/** `folder` is the project's config folder. CONFIG_INVALID for a file that is missing or a block that is wrong. */
export async function loadReporterConfig(folder: string, environment: string): Promise<ReporterConfig> {
  return await block.load(folder, environment);
}

export function parseReporterConfig(text: string, file: string): ReporterConfig {
  return block.parse(text, file);
}

function problemOf(config: ReporterConfig): BlockProblem | null {
  const { push, events, admin } = config.intake;
  return (
    callersProblem('push', push, config.service.host) ??
    callersProblem('events', events, config.service.host) ??
    callersProblem('admin', admin, config.service.host) ??
    entityProblem(config) ??
    firstOf(Object.entries(config.destinations), ([name, destination]) => destinationProblem(name, destination))
  );
}

function callersProblem(route: 'push' | 'events' | 'admin', callers: CallersConfig, host: string): BlockProblem | null {
  const path = ['intake', route, 'access'];
  const key = `reporter.intake.${route}`;
  if (callers.access === 'none' && !THIS_MACHINE.has(host)) {
    return { path, message: `${key} lets anybody in.`, expected: 'oidc or off where reporter.service.host is not this machine' };
  }
  if (callers.access !== 'oidc') return null;
  if (callers.audience === null) return { path, message: `${key}.audience is missing.`, expected: 'the audience that tokens are made for' };
  if (callers.service_accounts.length > 0)
    return isSafe(callers.jwks_url) ? null : plainText(['intake', route, 'jwks_url'], `${key}.jwks_url`);
  return { path, message: `${key}.service_accounts is empty.`, expected: 'the accounts that may call' };
}

function entityProblem({ entity, regimes }: ReporterConfig): BlockProblem | null {
  for (const key of ['lei', 'submitting_lei'] as const) {
    const lei = entity[key];
    if (lei !== null && !isLei(lei)) {
      return { path: ['entity', key], message: `reporter.entity.${key} is no LEI.`, expected: '20 characters whose check digits fit' };
    }
  }
  if (regimes.on.length === 0 || (entity.lei !== null && entity.country !== null)) return null;
  return {
    path: ['regimes', 'on'],
    message: 'reporter.entity says not who reports.',
    expected: 'reporter.entity.lei and reporter.entity.country where a regime is on',
  };
}

function destinationProblem(name: string, destination: Destination): BlockProblem | null {
  const path = ['destinations', name];
  try {
    checkDestination(name, destination);
  } catch (error) {
    if (!(error instanceof MarketsError)) throw error;
    return { path, message: `reporter.destinations.${name} is wrong.`, expected: error.expected ?? error.message };
  }
  const { url, tls, oauth } = destination;
  if (tls.client_certificate !== null || oauth.token_url !== null || isOfThisMachine(url)) return null;
  return {
    path: [...path, 'url'],
    message: `reporter.destinations.${name} has no authentication.`,
    expected: 'a client certificate (tls) or client credentials (oauth) for another machine',
  };
}

function plainText(path: readonly string[], key: string): BlockProblem {
  return { path, message: `${key} would be spoken to in plain text.`, expected: 'https for another machine' };
}

function isSafe(url: string): boolean {
  return url.startsWith('https://') || isOfThisMachine(url);
}

function isOfThisMachine(url: string): boolean {
  return URL.canParse(url) && THIS_MACHINE.has(new URL(url).hostname.replace(/^\[|\]$/g, ''));
}

function firstOf<T>(items: readonly T[], of: (item: T) => BlockProblem | null): BlockProblem | null {
  for (const item of items) {
    const problem = of(item);
    if (problem !== null) return problem;
  }
  return null;
}
