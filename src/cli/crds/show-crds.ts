import { dump } from 'js-yaml';
import type { Call } from '../cli-command.ts';
import { suggestedCommand } from '../command-line/suggested-command.ts';
import type { ExitName } from '../exit-codes.ts';
import { type HubServices, hubServices } from '../hub/ask-hub.ts';
import { arrow } from '../terminal/arrow.ts';
import { markWord } from '../terminal/mark.ts';
import { compareCrds, type CrdComparison } from './crd-comparison.ts';
import type { CrdsFlags } from './crds-flags.ts';
import { allCrdDefinitions, crdDefinitionsFor, type HubUse } from './definitions.ts';

/** Prints the definitions as YAML for `kubectl apply`, or how those of the hub compare with them. Throws KubeError. */
export async function showCrds(
  call: Call<CrdsFlags>,
  services: HubServices = hubServices,
): Promise<ExitName> {
  if (call.flags.check === true) return check(call, services);
  const use = call.flags.for;
  const definitions = use === undefined ? allCrdDefinitions() : crdDefinitionsFor(use);
  const yaml = definitions.map((definition) => dump(definition, { noRefs: true, lineWidth: -1 }));
  call.terminal.out.write(yaml.join('---\n'));
  return 'done';
}

async function check(
  { flags, host, terminal: { out } }: Call<CrdsFlags>,
  { open, clock }: HubServices,
): Promise<ExitName> {
  const signal = host.interruption();
  const hub = await open(flags, host, { clock });
  try {
    const comparisons = await compareCrds(hub.client, flags.for, signal);
    for (const { name, state, detail } of comparisons)
      out.line(`${markWord(out.style, state === 'same' ? 'ok' : 'failed')} ${name} ${detail}`);
    if (comparisons.every(isSame)) return 'done';
    const target = suggestedCommand('kubectl apply', '--server-side -f -', flags);
    for (const line of remedies(comparisons, flags.for))
      out.line(`${arrow(out.style)} ${suggestedCommand(host.program, line, {})} | ${target}`);
    return 'negative';
  } finally {
    await hub.close();
  }
}

/** Those for triggers are never printed with the others. */
function remedies(comparisons: readonly CrdComparison[], use: HubUse | undefined): readonly string[] {
  if (use !== undefined) return [`crds --for ${use}`];
  const names = new Set(crdDefinitionsFor('triggers').map(({ metadata: { name } }) => name));
  const wrong = comparisons.filter((one) => !isSame(one));
  const isOther = wrong.some(({ name }) => !names.has(name));
  const isTriggers = wrong.some(({ name }) => names.has(name));
  return [...(isOther ? ['crds'] : []), ...(isTriggers ? ['crds --for triggers'] : [])];
}

function isSame({ state }: CrdComparison): boolean {
  return state === 'same';
}
