import type { Call } from '../cli-command.ts';
import type { ExitName } from '../exit-codes.ts';
import { CliError, Interrupted, usageError } from '../failure/cli-error.ts';
import { explainFailure } from '../failure/explain-failure.ts';
import { printComplaint } from '../failure/print-complaint.ts';
import { plainText } from '../terminal/plain-text.ts';
import {
  type GivenInstallation,
  givenInstallation,
  isInstallation,
  type Namespaces,
} from './given-installation.ts';
import { type GivenDocument, readDocuments } from './read-documents.ts';
import type { FileFlags } from './rendering-options.ts';

export interface EachResult<T> {
  readonly results: readonly T[];
  /** Undefined where all went well; what went wrong has been told. */
  readonly failure: ExitName | undefined;
}

/**
 * Does the work for every KnativeServing and KnativeEventing of the files, one after the other. One that fails is told
 * and hinders no other; other objects are left out, and that is said. Throws CliError where there are none, or the
 * reason of the signal.
 */
export async function eachInstallation<T>(
  call: Pick<Call<FileFlags>, 'flags' | 'host' | 'terminal'>,
  namespaces: Namespaces,
  work: (given: GivenInstallation) => Promise<T>,
): Promise<EachResult<T>> {
  const { flags, host, terminal } = call;
  const documents = await readDocuments(flags, host, host.interruption());
  const ours = documents.filter(isInstallation);
  if (ours.length === 0)
    throw usageError(`There is no KnativeServing or KnativeEventing in ${sourcesOf(flags)}.`, {
      fix: 'name a file with one: apiVersion operator.knative.dev/v1beta1',
      code: 'WW5007',
    });
  const others = documents.filter((document) => !ours.includes(document));
  if (others.length > 0) terminal.err.line(leftOut(others));
  return eachOf(ours, call, namespaces, work);
}

/** The same for documents that each are one. Throws the reason of the signal. */
export async function eachOf<T>(
  documents: readonly GivenDocument[],
  { host, terminal: { err } }: Pick<Call<unknown>, 'host' | 'terminal'>,
  namespaces: Namespaces,
  work: (given: GivenInstallation) => Promise<T>,
): Promise<EachResult<T>> {
  const signal = host.interruption();
  const results: T[] = [];
  let failure: ExitName | undefined;
  for (const document of documents) {
    try {
      results.push(await work(givenInstallation(document, namespaces)));
    } catch (error) {
      signal.throwIfAborted();
      const { complaint } = asInputError(error, host.program);
      printComplaint(err, complaint, host.program);
      if (failure !== 'defect') failure = complaint.exit;
    }
  }
  return { results, failure };
}

/** These commands answer with 1 only where something differs: whatever hinders them is 2, as with diff(1). */
export function asInputError(error: unknown, program: string): CliError {
  const complaint = explainFailure(error, program);
  const keeps = complaint.exit === 'defect' || error instanceof Interrupted;
  return new CliError(keeps ? complaint : { ...complaint, exit: 'usage' }, { cause: error });
}

const mostNamed = 5;

function leftOut(documents: readonly GivenDocument[]): string {
  const names = documents
    .slice(0, mostNamed)
    .map(({ object, source }) => `${object.kind} ${object.metadata.name} in ${source}`);
  const more = documents.length > mostNamed ? ` and ${documents.length - mostNamed} more` : '';
  return plainText(`Left out, because no KnativeServing or KnativeEventing: ${names.join(', ')}${more}.`);
}

function sourcesOf({ filename = [] }: FileFlags): string {
  return filename.map((path) => (path === '-' ? 'standard input' : `'${path}'`)).join(', ');
}
