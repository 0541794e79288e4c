import { type DestinationStream, type Level, type Logger, pino, stdTimeFunctions } from 'pino';
import { maskSecrets } from './mask-secrets.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly level: Level | 'silent';
  /** Where lines go; default stdout. */
  readonly destination?: DestinationStream | undefined;
  /** Fields of every line, for example the pod and the version. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

const secretFields = [
  'token',
  'password',
  'authorization',
  'Authorization',
  'kubeconfig',
  'clientKeyData',
  '["client-key-data"]',
  'stringData',
  'stdout',
];

/**
 * Logs JSON lines with the level in words and an RFC 3339 time. Fields that hold credentials are redacted by name, and
 * every finished line passes the masker, so that a credential inside a message or a stack does not get out either.
 */
export function createLogger({ level, destination, fields = {} }: LoggerOptions): Logger {
  const options = {
    level,
    base: fields,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: secretFields.flatMap(atEveryDepth), censor: '[redacted]' },
    hooks: { streamWrite: maskSecrets },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

function atEveryDepth(field: string): string[] {
  const below = field.startsWith('[') ? field : `.${field}`;
  return [field, `*${below}`, `*.*${below}`];
}
