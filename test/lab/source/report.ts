import type {ConfigurationResult} from './run.js'

/** What all configurations came to. */
export class Summary {
  private configurations = 0
  private compared = 0
  private unknown = 0
  private refused = 0
  private readonly rules = new Map<string, number>()
  private readonly unknowns = new Map<string, number>()
  readonly different: ConfigurationResult[] = []

  add(result: ConfigurationResult): void {
    const {comparison, measured} = result
    this.configurations++
    this.compared += comparison.compared
    this.unknown += comparison.unknown
    this.refused += measured.refused.length
    for (const rule of comparison.rules) count(this.rules, rule)
    for (const text of comparison.unknowns)
      count(this.unknowns, text.replaceAll(/[0-9a-f:.]*[0-9:][0-9a-f:./-]*/g, 'N'))
    if (comparison.differences.length > 0) this.different.push(result)
  }

  get unknownShare(): number {
    return this.unknown / this.compared
  }

  get decidedBy(): ReadonlyMap<string, number> {
    return this.rules
  }

  get text(): string {
    return [
      `${this.configurations} configurations, ${this.compared} answers of connect(), ${this.different.length} configurations differ`,
      `unknown, and the kernel's answer among the possible ones: ${this.unknown}`,
      `refused commands: ${this.refused}`,
      `decided by: ${list(this.rules)}`,
      `unknown: ${list(this.unknowns)}`,
    ].join('\n')
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function list(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([key, number]) => `${key} ${number}`)
    .join(', ')
}

/** For reproducing by hand. */
export function describeResult({index, configuration, measured, comparison}: ConfigurationResult): string {
  return [
    `configuration ${index}:`,
    ...comparison.differences.map((difference) => `  ${difference}`),
    ...configuration.phases.flatMap(({ip, sysctl}) => [
      ...(ip ?? []).map((command) => `  ip -6 ${command}${measured.refused.includes(command) ? '   # refused' : ''}`),
      ...(sysctl ?? []).map(([path, value]) => `  echo ${value} >/proc/sys/net/ipv6/${path}`),
    ]),
  ].join('\n')
}
