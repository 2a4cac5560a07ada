/** A file of its own in the build: code that V8 takes from its cache cannot import (scripts/build/program.ts). */
export function importModule(url: string): Promise<{readonly default?: unknown}> {
  return import(url)
}
