/**
 * The dependency injection container inside @peculiar/x509 refuses to load where these two functions are missing, and only ever
 * reads metadata that compilers write for decorated classes; nothing here is decorated, so there is none to give.
 */
const noMetadata = { getMetadata: () => undefined, getOwnMetadata: () => undefined };

for (const [name, value] of Object.entries(noMetadata)) {
  if (!(name in Reflect)) Object.defineProperty(Reflect, name, { value, configurable: true, writable: true });
}
