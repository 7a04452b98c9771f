/** config/int.yaml and config/prod.yaml against what Terraform makes under these names, as they stand and with what is commented out in them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BUCKET_KEEPS_DAYS } from '../../core/adapters/gcs-object-store/bucket-layout.ts';
import { parseLaneConfig, type LaneConfig } from '../../orchestrator/index.ts';
import { parseStreamingConfig } from '../../streaming/config/load-streaming-config.ts';
import { HOME } from '../support/command-line.ts';

function text(...path: readonly string[]): string {
  return readFileSync(join(HOME, ...path), 'utf8');
}

/** `name = "value"` lines of a file of Terraform's variables. */
function terraformValues(environment: string): ReadonlyMap<string, string> {
  const lines = text('terraform', 'environments', `${environment}.tfvars`).matchAll(/^(\w+) *= *"(.*)"$/gm);
  return new Map([...lines].map(([, name = '', value = '']) => [name, value]));
}

/** The optional parts as somebody would switch them on. */
function switchedOn(environment: string): string {
  const lines = text('config', `${environment}.yaml`).split('\n');
  return lines
    .filter((line) => !/^ {2}(to: none|webhook_url: null)$/.test(line))
    .map((line) => line.replace(/^ {2}# ((?: {2})?(?:to|sftp|host|username|host_keys|private_key|webhook_url): ?.*)$/, '  $1'))
    .join('\n');
}

function parsed(yaml: string, environment: string): LaneConfig {
  return parseLaneConfig(yaml, `${environment}.yaml`);
}

function secretOf(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null && 'secret' in value && typeof value.secret === 'string' ? value.secret : undefined;
}

describe.each(['int', 'prod'])('config/%s.yaml', (environment) => {
  test('names the project, the region and the datasets that Terraform makes', () => {
    const made = terraformValues(environment);
    const config = parsed(text('config', `${environment}.yaml`), environment);
    expect(made.get('project_id')).toBe(`markets-${environment}`);
    expect(config).toMatchObject({
      environment,
      store: { project: made.get('project_id'), api_endpoint: null },
      warehouse: {
        kind: 'bigquery',
        project: made.get('project_id'),
        location: made.get('region'),
        dataset_prefix: made.get('dataset_prefix') ?? '',
        api_endpoint: null,
        create_datasets: false,
      },
      secrets: { from: 'google', google_project: made.get('project_id') },
      delivery: { to: 'none' },
    });
  });

  test('names the subscription of the landing bucket', () => {
    const streams = text('terraform', 'modules', 'factory', 'streams.tf');
    const topic = /landing_topic = "(.+)"/.exec(streams)?.[1] ?? '';
    expect(streams).toContain('"${local.landing_topic}-lane"');
    expect(parsed(text('config', `${environment}.yaml`), environment).notifications.subscription).toBe(`${topic}-lane`);
  });

  test('with what is commented out it delivers by SFTP and tells of alerts, by secrets that Terraform makes', () => {
    const config = parsed(switchedOn(environment), environment);
    expect(config.delivery).toMatchObject({ to: 'sftp', sftp: { host: 'sftp.partner.example', username: `bank-${environment}` } });
    const named = [secretOf(config.delivery.sftp.private_key), secretOf(config.alerts.webhook_url)];
    expect(named).toEqual(['partner-sftp-key', 'alert-webhook-url']);
    const factory = text('terraform', 'modules', 'factory', 'warehouse.tf');
    for (const name of named) expect(factory).toMatch(new RegExp(`^ +${name ?? ''} += \\{.*readers = \\["orchestrator"\\]`, 'm'));
  });

  test('names the password of the brokers as Terraform makes it, for the programs that read it', () => {
    const { sasl } = parseStreamingConfig(text('config', `${environment}.yaml`), `${environment}.yaml`).log;
    const name = secretOf(sasl.password) ?? 'none';
    const factory = text('terraform', 'modules', 'factory', 'warehouse.tf');
    expect(factory).toMatch(new RegExp(`^ +${name} += \\{.*readers = \\["bridge", "candles"\\]`, 'm'));
  });

  test('keeps files on a folder as long as the lifecycle keeps them in buckets', () => {
    const { retention } = parsed(text('config', `${environment}.yaml`), environment);
    expect({ staging: retention.staging_days, failed: retention.failed_days }).toEqual(BUCKET_KEEPS_DAYS);
  });
});

test('config/local.yaml says every value that stands where a key is left out', () => {
  expect(parsed(text('config', 'local.yaml'), 'local')).toEqual(parsed('environment: local\n', 'local'));
});
