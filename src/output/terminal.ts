export interface Terminal {
  /** Columns to wrap text at. */
  readonly width: number
  /** Colours as chalk counts them: 0 none, 1 the basic 16. */
  readonly colour: 0 | 1
}

const UNKNOWN_WIDTH = 80
const NARROWEST = 40
/** Longer lines than this are hard to read, however wide the terminal. */
const WIDEST = 110

/** What standard output can show. */
export function describeTerminal(
  stream: {readonly isTTY?: boolean; readonly columns?: number},
  environment: Readonly<Record<string, string | undefined>>,
  allowColour = true,
): Terminal {
  const columns = stream.columns && stream.columns > 0 ? stream.columns : UNKNOWN_WIDTH
  return {
    width: Math.min(Math.max(columns, NARROWEST), WIDEST),
    colour: allowColour && wantsColour(stream.isTTY ?? false, environment) ? 1 : 0,
  }
}

/** FORCE_COLOR goes before NO_COLOR, as in Node itself; see no-color.org and `man node`. */
function wantsColour(isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): boolean {
  const forced = environment.FORCE_COLOR
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if (environment.NO_COLOR) return false
  if (environment.TERM === 'dumb') return false
  return isTerminal
}
