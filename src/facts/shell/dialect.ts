import type {Dialect} from './shell.js'

/** Which shell a script is for by its first line; null: another interpreter. */
export function dialectOf(text: string): Dialect | null {
  const line = /^#!([^\n]{0,300})/.exec(text)?.[1]
  if (line === undefined) return 'sh'
  const [program = '', ...rest] = line.trim().split(/[ \t]+/)
  const words = [program, ...rest].map((word) => word.slice(word.lastIndexOf('/') + 1))
  const name =
    words[0] === 'env'
      ? words.slice(1).find((word) => !/^-|=/.test(word))
      : words[0] === 'busybox'
        ? words[1]
        : words[0]
  if (name === 'bash') return 'bash'
  return name !== undefined && /^(sh|dash|ash)$/.test(name) ? 'sh' : null
}
