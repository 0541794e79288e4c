import { AccessError, builtinReaders, extensionNames, secretReference } from '../../../clusters/index.ts';

import type { FleetProfile } from '../../hub/fleet-profile.ts';

/**
 * Where Secrets lie that profiles name: those of the builtin readers, and of plugins of the same names, which take the same
 * configuration. What another plugin is told names none.
 */
export function secretNamespaces(profiles: readonly FleetProfile[], own: string): readonly string[] {
  const configs = profiles.flatMap((fleetProfile) =>
    'profile' in fleetProfile
      ? [...fleetProfile.profile.providers.values()].map(({ cluster }) =>
          cluster?.extensions.get(extensionNames.execConfig),
        )
      : [],
  );
  return [...new Set(configs.flatMap((config) => namespaceOf(config, own)))];
}

function namespaceOf(config: unknown, own: string): readonly string[] {
  return builtinReaders.flatMap((reader) => {
    try {
      return [secretReference(reader, config, own).namespace];
    } catch (error) {
      if (error instanceof AccessError) return [];
      throw error;
    }
  });
}
