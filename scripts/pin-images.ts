/**
 * `make pin-images`: asks the registries for the digest behind each tag that a Dockerfile builds on, and writes it there: FROM node:24-slim becomes
 * FROM node:24-slim@sha256:... The same tag is asked for anew each time. Nothing is written of an image that no registry answers for: then the file stays
 * as it is, and the exit status is 2. With --check nothing is written, and an image without a digest, or with another than the registry's, is said.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const TIMEOUT_MS = 20_000;
/** An index names the images of all platforms; its digest holds for each of them. */
const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const FROM = /^(FROM\s+)([^\s@]+:[^\s@]+)(@sha256:[0-9a-f]{64})?(?=\s)/gm;
const DOCKER_HUB = 'registry-1.docker.io';

interface Place {
  readonly base: string;
  readonly repository: string;
  readonly tag: string;
}

/** `node:24` is library/node on Docker Hub; a first part with a dot, a colon or the word localhost names another registry. */
function placeOf(image: string): Place {
  const colon = image.lastIndexOf(':');
  const [name, tag] = [image.slice(0, colon), image.slice(colon + 1)];
  const slash = name.indexOf('/');
  const host = slash < 0 ? '' : name.slice(0, slash);
  if (/[.:]|^localhost$/.test(host)) {
    const isLocal = /^(localhost|127\.0\.0\.1)(:|$)/.test(host);
    return { base: `${isLocal ? 'http' : 'https'}://${host}`, repository: name.slice(slash + 1), tag };
  }
  return { base: `https://${DOCKER_HUB}`, repository: slash < 0 ? `library/${name}` : name, tag };
}

/** The digest of the manifest's own bytes: what the registry says of it is not taken on trust. */
async function digestOf(image: string): Promise<string> {
  const { base, repository, tag } = placeOf(image);
  const url = `${base}/v2/${repository}/manifests/${tag}`;
  let answer = await ask(url, { accept: MANIFEST_TYPES });
  if (answer.status === 401) {
    const token = await tokenOf(answer.headers.get('www-authenticate') ?? '');
    answer = await ask(url, { accept: MANIFEST_TYPES, authorization: `Bearer ${token}` });
  }
  if (!answer.ok) throw new Error(`${url} answered ${String(answer.status)}`);
  const digest = `sha256:${createHash('sha256')
    .update(Buffer.from(await answer.arrayBuffer()))
    .digest('hex')}`;
  const said = answer.headers.get('docker-content-digest');
  if (said !== null && said !== digest) throw new Error(`${url} names ${said} and sends ${digest}`);
  return digest;
}

/** A registry that anybody may read still wants a token, which anybody is given. */
async function tokenOf(challenge: string): Promise<string> {
  const parts = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map((match) => [match[1] ?? '', match[2] ?? '']));
  if (parts['realm'] === undefined) throw new Error(`expected a place that gives tokens, found ${challenge}`);
  const url = new URL(parts['realm']);
  for (const name of ['service', 'scope']) if (parts[name] !== undefined) url.searchParams.set(name, parts[name]);
  const answer = await ask(url.href, {});
  if (!answer.ok) throw new Error(`${url.origin} gave no token: ${String(answer.status)}`);
  const { token, access_token: accessToken } = (await answer.json()) as { readonly token?: string; readonly access_token?: string };
  const given = token ?? accessToken;
  if (given === undefined) throw new Error(`${url.origin} gave no token`);
  return given;
}

async function ask(url: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  return await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
}

/** What the file should hold, and what is not so. */
async function pin(
  file: string,
): Promise<{ readonly text: string; readonly changed: readonly string[]; readonly failed: readonly string[] }> {
  const before = readFileSync(file, 'utf8');
  const digests = new Map<string, string>();
  const failed: string[] = [];
  for (const image of new Set([...before.matchAll(FROM)].map((match) => match[2] ?? ''))) {
    try {
      digests.set(image, await digestOf(image));
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
      failed.push(`${image}: ${error instanceof Error ? error.message : String(error)}${cause}`);
    }
  }
  const changed: string[] = [];
  const text = before.replace(FROM, (line, word: string, image: string, pinned: string | undefined) => {
    const digest = digests.get(image);
    if (digest === undefined || pinned === `@${digest}`) return line;
    changed.push(`${image}@${digest}`);
    return `${word}${image}@${digest}`;
  });
  return { text, changed, failed };
}

const { values, positionals: files } = parseArgs({ options: { check: { type: 'boolean', default: false } }, allowPositionals: true });
if (files.length === 0) {
  process.stderr.write('pin-images: expected the Dockerfiles to look at, found none\n');
  process.exitCode = 64;
}
for (const file of files) {
  const { text, changed, failed } = await pin(file);
  for (const reason of failed) process.stderr.write(`pin-images: ${file}: no digest found for ${reason}\n`);
  for (const image of changed) process.stdout.write(`${file}: ${image}${values.check ? ' is not what stands there' : ''}\n`);
  // All or nothing: a file that is half pinned looks pinned.
  if (failed.length > 0 || (values.check && changed.length > 0)) process.exitCode = 2;
  else if (!values.check) writeFileSync(file, text);
}
