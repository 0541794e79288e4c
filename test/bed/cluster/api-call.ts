import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { systemClock } from '../../../src/kube/clock.ts';
import type { KeyPair } from '../pki/index.ts';

/** Where the API server is, how to trust it and as whom to call it. */
export interface ApiAccess {
  /** For messages. */
  readonly cluster: string;
  readonly server: string;
  /** PEM. */
  readonly certificateAuthority: string;
  readonly client: KeyPair;
}

export interface ApiCall {
  /** Default GET. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/api/v1/nodes?limit=1` */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Default application/json; PATCH needs its own, such as application/merge-patch+json. */
  readonly contentType?: string;
  /** Default 10 seconds. */
  readonly timeoutMs?: number;
}

/** The API server answered with something other than 2xx. */
export class ApiCallError extends Error {
  override readonly name = 'ApiCallError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * One request on a connection of its own, so that nothing outlives it. Returns the parsed JSON, or the text when it is none.
 * Throws ApiCallError for an answer other than 2xx, and an error that names the call when there is none in time.
 */
export async function callApi(access: ApiAccess, call: ApiCall): Promise<unknown> {
  const { method = 'GET', path, timeoutMs = 10_000 } = call;
  const what = `${method} ${path} on cluster '${access.cluster}'`;
  let answer: Answer;
  try {
    answer = await answerWithin(timeoutMs, (signal) => exchange(access, { ...call, method }, signal));
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
  }
  const { status, text, json } = answer;
  const body: unknown = json ? JSON.parse(text) : text;
  if (status >= 200 && status < 300) return body;
  const message = json ? (body as { message?: string }).message : text;
  throw new ApiCallError(status, `${what}: ${status} ${message ?? ''}`);
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly json: boolean;
}

/** At the end the signal aborts, which ends timer and request, whichever is left. */
async function answerWithin(ms: number, ask: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
  const over = new AbortController();
  const deadline = systemClock.sleep(ms, over.signal).then(() => {
    throw new Error(`no answer within ${ms} ms`);
  });
  try {
    return await Promise.race([ask(over.signal), deadline]);
  } finally {
    over.abort();
  }
}

async function exchange(access: ApiAccess, call: ApiCall, signal: AbortSignal): Promise<Answer> {
  const outgoing = request(new URL(call.path, access.server), {
    method: call.method,
    ca: access.certificateAuthority,
    cert: access.client.cert,
    key: access.client.key,
    agent: false,
    signal,
    headers: call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' },
  });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject);
    outgoing.end(call.body === undefined ? undefined : JSON.stringify(call.body));
  });
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk as string;
  const json = response.headers['content-type']?.startsWith('application/json') === true;
  return { status: response.statusCode ?? 0, text, json };
}
