/** The version that a go.mod requires of a module, such as `v1.36.3`. Throws when it requires none. */
export function requiredVersion(goMod: string, module: string): string {
  const line = goMod.split('\n').find((text) =>
    text
      .replace(/^require/, '')
      .trim()
      .startsWith(`${module} `),
  );
  const version = /\sv[^\s]+/.exec(line ?? '')?.[0].trim();
  if (version === undefined) throw new Error(`go.mod does not require module '${module}'`);
  return version;
}
