export interface Names {
  readonly unset: readonly string[]
  readonly invalid: readonly string[]
}

const VALID = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * Names that a word refers to and that its command did not find, by what is in systemd.service(5): a second opinion
 * for versions whose journal is silent, made of the environment that was really there.
 */
export function namesIn(word: string, environment: ReadonlyMap<string, string>, version: number): Names {
  const names = /^\$(?![{$])/.test(word) ? [word.slice(1)] : [...bracedIn(word, version)]
  // Once `$A=b` found what A holds after `b=`.
  const plain = version < 254 ? names.filter((name) => !name.includes('=')) : names
  return {
    unset: plain.filter((name) => VALID.test(name) && !environment.has(name)),
    invalid: plain.filter((name) => !VALID.test(name)),
  }
}

function* bracedIn(word: string, version: number): Generator<string> {
  const reference = version < 233 ? /\$\$|\$\{([^}]*)(\})|\$\{.*/gs : /\$\$|\$\{([^}:]*)([}:])|\$\{.*|\$[^{]/gs
  for (const [, name, end] of word.matchAll(reference)) if (name !== undefined && end === '}') yield name
}
