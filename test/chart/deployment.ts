import type { KubeObject } from '../../src/api/index.ts';
import { type FlagValues, type OperatorOptions, parseOperatorOptions } from '../../src/operator/index.ts';
import { only } from './helm.ts';

export interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly resources: unknown;
  readonly securityContext: Readonly<Record<string, unknown>>;
}

export interface Pod {
  readonly metadata: {
    readonly labels: Record<string, string>;
    readonly annotations: Record<string, string>;
  };
  readonly spec: Readonly<Record<string, unknown>> & {
    readonly volumes: readonly (Readonly<Record<string, unknown>> & { readonly name: string })[];
  };
}

export function podOf(objects: readonly KubeObject[]): Pod {
  return (only(objects, 'Deployment')['spec'] as { readonly template: Pod }).template;
}

export function containerOf(objects: readonly KubeObject[]): Container {
  return (podOf(objects).spec['containers'] as readonly [Container])[0];
}

/** What the operator reads from the container's arguments and variables. Throws OptionError, and for flags that there are not. */
export function optionsOf(objects: readonly KubeObject[]): OperatorOptions {
  const { args, env } = containerOf(objects);
  if (args[0] !== 'operator') throw new Error(`the first argument is '${args[0] ?? ''}'`);
  return parseOperatorOptions({
    flags: flagsOf(args.slice(1)),
    env: Object.fromEntries(env.map(({ name, value }) => [name, value])),
    home: '/home/nobody',
    identity: 'a',
  });
}

export function flagsOf(args: readonly string[]): FlagValues {
  return Object.fromEntries(
    args.map((arg) => {
      const [, name = '', value] = /^--([a-z-]+)(?:=(.*))?$/s.exec(arg) ?? [];
      return [name, value ?? true];
    }),
  );
}
