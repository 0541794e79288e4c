import { readFile } from 'node:fs/promises';
import { isRecord } from '../../src/api/index.ts';
import { listedChecks } from '../../src/cli/check/check-list.ts';
import { checks } from '../../src/cli/check/checks.ts';
import { type DocumentKind, documentVersion } from '../../src/cli/terminal/document.ts';
import { version } from '../../src/cli/version.ts';
import { code, table } from '../markdown.ts';
import type { Page } from './page.ts';

const recorded = new URL('../../src/cli/golden/', import.meta.url);

interface DocumentRow {
  readonly commands: readonly string[];
  readonly about: string;
  /** Documents that tests compare with what the commands print, or one made here. */
  readonly samples: readonly (string | Readonly<Record<string, unknown>>)[];
}

const documents: Readonly<Record<DocumentKind, DocumentRow>> = {
  FleetStatus: {
    commands: ['status'],
    about: 'The whole fleet, worst first.',
    samples: ['status-json.txt', 'status-scaling-json.txt'],
  },
  ObjectStatus: {
    commands: ['status TYPE/NAME'],
    about: 'One object, and what belongs to it. With `--watch` one document follows another.',
    samples: ['status-object-serving-json.txt', 'status-scaling-dso-json.txt'],
  },
  ObjectStatusList: {
    commands: ['get TYPE'],
    about: 'Objects of one type. What an item has depends on the type.',
    samples: ['get-members-json.txt'],
  },
  MemberList: {
    commands: ['members list', 'list-members'],
    about: 'The members of the hub.',
    samples: ['members-json.txt'],
  },
  Explanation: {
    commands: ['explain'],
    about: 'Why each member has its number.',
    samples: ['explain-outage-json.txt'],
  },
  Plan: { commands: ['plan'], about: 'What would be written next.', samples: ['plan-grown-json.txt'] },
  Simulation: {
    commands: ['simulate'],
    about: 'What an outage would do, change by change.',
    samples: ['simulate-json.txt'],
  },
  Inventory: { commands: ['tree'], about: 'What belongs to an object.', samples: ['tree-json.txt'] },
  DiffReport: {
    commands: ['diff'],
    about: 'How clusters would change.',
    samples: ['diff-json.txt'],
  },
  AdoptionReport: {
    commands: ['adopt --dry-run'],
    about: 'What taking over installations would write.',
    samples: ['adopt-nothing-json.txt'],
  },
  ImageList: { commands: ['images'], about: 'Images that Knative needs.', samples: ['images-json.txt'] },
  CheckReport: { commands: ['check'], about: 'Findings, and what was skipped.', samples: ['check-json.txt'] },
  CheckList: {
    commands: ['check --list'],
    about: 'The checks that there are.',
    samples: [{ checks: listedChecks(checks) }],
  },
  Version: {
    commands: ['version'],
    about: 'The version of the program.',
    samples: [{ version, node: '24.0.0', platform: 'linux/x64' }],
  },
};

export async function jsonPage(): Promise<Page> {
  const chapters = await Promise.all(
    Object.entries(documents).map(async ([kind, { commands, about, samples }]) => {
      const read = await Promise.all(samples.map(sampleOf));
      const printed = commands.map((command) => code(`wheelwright ${command} -o json`));
      return `## ${kind}\n\n${printed.join(', ')}: ${about}\n\n${fieldsTable(read)}`;
    }),
  );
  return {
    file: 'json-output.md',
    title: 'JSON output',
    summary: 'The documents that `-o json` and `-o yaml` print for programs.',
    body: [
      `Each document has the \`apiVersion\` \`${documentVersion}\` and a \`kind\`. Within v1 fields are only added: a program that ignores what it does`,
      'not know goes on working. Times are RFC 3339 in UTC, durations are in the unit that ends their name, and null is what nobody knows.',
      'Fields of single states, such as those of an outage, may come beside the ones below, which are those of recorded documents.',
      '`wheelwright render -o json` prints objects of Kubernetes instead, as one List.',
      '',
      chapters.join('\n\n'),
    ].join('\n'),
  };
}

async function sampleOf(sample: DocumentRow['samples'][number]): Promise<unknown> {
  if (typeof sample !== 'string') return sample;
  const text = await readFile(new URL(sample, recorded), 'utf8');
  // What was said on stderr stands below the document.
  return JSON.parse(text.slice(0, text.indexOf('\n}\n') + 2));
}

function fieldsTable(samples: readonly unknown[]): string {
  const types = new Map<string, Set<string>>();
  for (const sample of samples) collect(sample, '', types);
  const rows = [...types]
    .filter(([path]) => !['', 'apiVersion', 'kind'].includes(path))
    .map(([path, names]) => [code(path), [...names].toSorted().join(' or ')]);
  return table(['field', 'type'], rows);
}

/** Adds what a value and all that is in it are. */
function collect(value: unknown, path: string, types: Map<string, Set<string>>): void {
  if (path !== '') types.set(path, (types.get(path) ?? new Set()).add(typeOf(value)));
  if (Array.isArray(value)) for (const item of value) collect(item, `${path}[]`, types);
  else if (isRecord(value))
    for (const [name, child] of Object.entries(value))
      collect(child, path === '' ? name : `${path}.${name}`, types);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}
