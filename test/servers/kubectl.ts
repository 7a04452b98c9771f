/** kubectl, of which tests use `kustomize` alone: it needs no cluster. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { HOME } from '../support/command-line.ts';
import type { Manifest } from '../support/deployment/manifest.ts';
import { programOf, programOnPath, type ServerTool } from './server-tool.ts';

export const KUBECTL: ServerTool = { name: 'kubectl', needs: 'kubectl on PATH', find: () => programOnPath('kubectl') };

export const OVERLAYS = ['int', 'prod'] as const;
export type Overlay = (typeof OVERLAYS)[number];

/** Folders that hold manifests. */
export type DeployedLane = 'orchestrator' | 'streaming';

/** What `kubectl apply -k` of an overlay would be given; with these components, as if it named them. */
export function renderOverlay(overlay: Overlay, components: readonly string[] = [], lane: DeployedLane = 'orchestrator'): string {
  if (components.length === 0) return kustomize(join(HOME, lane, 'k8s/overlays', overlay));
  const folder = mkdtempSync(join(tmpdir(), 'markets-kustomize-'));
  try {
    for (const part of [`${lane}/k8s`, 'config']) cpSync(join(HOME, part), join(folder, part), { recursive: true });
    const copy = join(folder, lane, 'k8s/overlays', overlay);
    appendFileSync(join(copy, 'kustomization.yaml'), `components: [${components.map((name) => `../../components/${name}`).join(', ')}]\n`);
    return kustomize(copy);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function kustomize(folder: string): string {
  return execFileSync(programOf(KUBECTL), ['kustomize', folder], { encoding: 'utf8' });
}

export function manifestsOf(text: string): readonly Manifest[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}
