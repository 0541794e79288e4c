import { type Reason, type ReasonName, reasons } from '../../api/index.ts';

export interface NamedReason extends Reason {
  readonly name: ReasonName;
}

const byCode: ReadonlyMap<string, NamedReason> = new Map(
  Object.entries(reasons).map(([name, reason]) => [reason.code, { ...reason, name: name as ReasonName }]),
);

export function reasonOfCode(code: string): NamedReason | undefined {
  return byCode.get(code);
}

/** The reason behind a condition: by the code that ends its message, else by the word that it shows. */
export function reasonOfCondition({
  reason,
  message,
}: {
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}): NamedReason | undefined {
  const code = /(WW\d{4})\.?$/.exec(message ?? '')?.[1];
  if (code !== undefined) return byCode.get(code);
  return reason !== undefined && Object.hasOwn(reasons, reason)
    ? { ...reasons[reason as ReasonName], name: reason as ReasonName }
    : undefined;
}

/** The message without the code at its end, which is shown beside it, and without the full stop before that. */
export function withoutCode(message: string): string {
  return message.replace(/\s*WW\d{4}\.?$/, '').replace(/\.$/, '');
}
