import { createHash } from 'node:crypto';

/** Everything that the executables depend on. */
export interface BuildInputs {
  readonly goMod: string;
  readonly goSum: string;
  /** Executable → import path. */
  readonly packages: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
  /** `go env GOVERSION GOOS GOARCH GOFLAGS` */
  readonly go: { readonly [setting: string]: string };
}

/** 16 hexadecimal digits, equal for equal inputs, whatever the order of keys. */
export function buildKey(inputs: BuildInputs): string {
  const canonical = [inputs.goMod, inputs.goSum, entries(inputs.packages), inputs.flags, entries(inputs.go)];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex').slice(0, 16);
}

function entries(record: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
