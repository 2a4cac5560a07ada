import type {CaseResult, NameResult} from './run.js'

/** What all cases came to. */
export class Summary {
  #configurations = 0
  #refused = 0
  #crashes = 0
  readonly #verdicts = new Map<string, number>()
  readonly #rules = new Map<string, number>()
  readonly different: CaseResult[] = []

  add(result: CaseResult): void {
    const {names, measured} = result
    this.#configurations++
    this.#refused += measured.refused.length
    if (measured.crashed) this.#crashes++
    for (const {verdict, answer} of names) {
      count(this.#verdicts, verdict)
      for (const {rule} of answer.decisions) count(this.#rules, String(rule))
    }
    if (names.some(({verdict}) => verdict === 'different')) this.different.push(result)
  }

  get decidedBy(): ReadonlyMap<string, number> {
    return this.#rules
  }

  get verdicts(): ReadonlyMap<string, number> {
    return this.#verdicts
  }

  get text(): string {
    return [
      `${this.#configurations} configurations, ${this.#refused} refused commands, ${this.#crashes} crashes by lines without a length; names: ${list(this.#verdicts)}`,
      `neighbours decided by: ${list(this.#rules)}`,
    ].join('\n')
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function list(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([key, number]) => `${key} ${number}`).join(', ')
}

/** For reproducing by hand. */
export function describeResult({index, configuration, measured, names}: CaseResult): string {
  const {tunnels, links, sysctl, ip, gai} = configuration
  return [
    `configuration ${index}:`,
    ...tunnels.map(([name, kind]) => `  tun device ${name} of hardware type ${kind}`),
    ...[...links, ...ip].map((command) => `  ip ${command}${measured.refused.includes(command) ? '   # refused' : ''}`),
    ...sysctl.map(([path, value]) => `  echo ${value} >/proc/sys/net/${path}`),
    gai === null ? '  no gai.conf' : `  gai.conf ${JSON.stringify(gai)}`,
    ...names.filter(({verdict}) => verdict !== 'same').flatMap(describeName),
  ].join('\n')
}

function describeName({name, destinations, real, answer, verdict}: NameResult): readonly string[] {
  const shown = answer.order?.map((index) => destinations[index]?.address) ?? ['not known:', ...answer.unknowns]
  return [
    `  ${name}: ${verdict}`,
    ...destinations.map(({address, source}) => `    ${address} from ${JSON.stringify(source)}`),
    `    real      ${real.join(' ')}`,
    `    predicted ${shown.join(' ')}`,
    `    rules     ${answer.decisions.map(({rule}) => rule).join(' ')}`,
  ]
}
