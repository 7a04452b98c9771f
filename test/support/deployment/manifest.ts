/** As much of Kubernetes' objects as the tests look at. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly resources?: { readonly limits?: Readonly<Record<string, string>>; readonly requests?: Readonly<Record<string, string>> };
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
    readonly subPath?: string;
  }[];
}

export interface Pod {
  readonly serviceAccountName?: string;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Readonly<Record<string, unknown> & { readonly name: string }>[];
  readonly [key: string]: unknown;
}

export interface JobSpec {
  readonly template: { readonly spec: Pod };
  readonly [key: string]: unknown;
}

interface Egress {
  readonly to?: readonly {
    readonly ipBlock?: { readonly cidr: string };
    readonly podSelector?: object;
    readonly namespaceSelector?: object;
  }[];
  readonly ports?: readonly { readonly protocol: string; readonly port: number }[];
}

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly jobTemplate?: { readonly spec: JobSpec };
    readonly egress?: readonly Egress[];
    readonly ingress?: readonly unknown[];
    readonly [key: string]: unknown;
  };
  readonly automountServiceAccountToken?: boolean;
}

/** The jobs that an environment starts, by the name of what starts them. */
export function jobsOf(
  manifests: readonly Manifest[],
): readonly { readonly name: string; readonly cron: Manifest; readonly job: JobSpec }[] {
  return manifests.flatMap((cron) => {
    const job = cron.spec?.jobTemplate?.spec;
    return cron.kind === 'CronJob' && job !== undefined ? [{ name: cron.metadata.name, cron, job }] : [];
  });
}

const UNITS: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };

/** `4Gi` in bytes. */
export function bytesOf(quantity: string): number {
  const match = /^(\d+)(Ki|Mi|Gi)$/.exec(quantity);
  if (match === null) throw new Error(`expected a number of Ki, Mi or Gi, found ${quantity}`);
  return Number(match[1]) * (UNITS[match[2] ?? ''] ?? Number.NaN);
}
