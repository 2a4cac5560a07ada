import {homedir} from 'node:os'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import type {Finding} from '../../src/model/finding.js'
import {compareWithSystemd} from './against-systemd.js'
import {type Judgement, judgeRoot} from './judge.js'
import {packageList, readNames} from './packages.js'
import {type Corpus, INSTANCE, ownersOf, prepare} from './prepare.js'
import {byRule, countsOf, inFull, listed, tally} from './summary.js'
import {verdicts} from './verdicts.js'

const usage = `npm run lab -- corpus [--packages FILE] [--keep DIR] [--only PACKAGE] [--severity error,warning] [--against-systemd]`

/**
 * Holds netdoctor to the units of hundreds of Debian packages: everything must load, nothing may break, and what is
 * called an error is printed in full. Gives the exit code.
 */
export async function corpusLab(argv: readonly string[]): Promise<number> {
  const {values} = parseArgs({
    args: [...argv],
    options: {
      packages: {type: 'string', default: packageList},
      keep: {type: 'string', default: defaultCache()},
      only: {type: 'string', multiple: true, default: []},
      severity: {type: 'string', default: 'error'},
      'against-systemd': {type: 'boolean', default: false},
      help: {type: 'boolean', default: false},
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const corpus = await prepare(readNames(values.packages), values.keep, console.log)
  if (corpus.unavailable.length > 0) console.log(`not in this release: ${corpus.unavailable.join(', ')}`)
  if (values['against-systemd']) return againstSystemd(corpus)
  const severities = values.severity.split(',')
  if (values.only.length > 0) {
    for (const name of values.only) show(name, await judgeRoot(corpus.rootOf(name), INSTANCE), severities)
    return 0
  }
  const faults = [
    ...(await eachAlone(corpus)),
    ...show('all in one root, as unpacked', await judgeRoot(corpus.merged, INSTANCE), severities),
    ...show('all in one root, all enabled', await judgeRoot(corpus.enabled, INSTANCE), severities),
  ]
  for (const fault of faults) console.log(`FAULT ${fault}`)
  return faults.length === 0 ? 0 : 1
}

async function againstSystemd(corpus: Corpus): Promise<number> {
  const comparisons = await compareWithSystemd(corpus)
  for (const {title, units, commands, differences} of comparisons) {
    console.log(`\n== ${title}: ${units} units, ${commands} commands, ${differences.length} differences`)
    for (const {unit, about, ours, theirs} of differences) {
      console.log(`${unit}: ${about}\n  ours   ${JSON.stringify(ours)}\n  theirs ${JSON.stringify(theirs)}`)
    }
  }
  return comparisons.every(({differences}) => differences.length === 0) ? 0 : 1
}

export function defaultCache(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'netdoctor-lab', 'corpus')
}

/** Each package by itself: what depends on the files of others shows here. */
async function eachAlone(corpus: Corpus): Promise<string[]> {
  const owners = ownersOf(corpus)
  const faults: string[] = []
  const rules: string[] = []
  for (const {name} of corpus.packages) {
    const judgement = await judgeRoot(corpus.rootOf(name), INSTANCE)
    faults.push(...faultsOf(judgement).map((fault) => `${name}: ${fault}`))
    rules.push(...judgement.report.findings.map(({severity, id}) => `${severity} ${id}`))
  }
  const withUnits = new Set([...owners.values()].flat()).size
  console.log(`\n== ${corpus.packages.length} packages, each in a root of its own; ${withUnits} of them have units`)
  console.log(listed(tally(rules)))
  return faults
}

function show(title: string, judgement: Judgement, severities: readonly string[]): string[] {
  const {report} = judgement
  const counts = countsOf(judgement)
  console.log(`\n== ${title}`)
  console.log(`${counts.unitFiles} units, of them ${counts.services} services, ${counts.templates} templates; \
${counts.commands} commands`)
  console.log(`\n-- EnvironmentFile=\n${listed(counts.environmentFiles)}`)
  console.log(`\n-- references\n${listed(counts.references)}`)
  for (const {id, status, missing} of report.checkers) {
    console.log(`\n-- ${id}: ${status}`)
    console.log(listed(tally((missing ?? []).map(({input, reason, detail}) => `${input}: ${reason}: ${detail}`))))
  }
  console.log(`\n-- findings\n${listed(byRule(report.findings))}`)
  for (const finding of report.findings) {
    if (!severities.includes(finding.severity)) continue
    console.log(`\n${inFull(finding)}`)
    const verdict = verdicts.get(`${finding.id} ${finding.subject.name}`)
    if (verdict) console.log(`  by hand: ${verdict.is}: ${verdict.why}`)
  }
  return [...faultsOf(judgement), ...unjudged(report.findings)].map((fault) => `${title}: ${fault}`)
}

/** Each error has to be looked into by hand, and be right. */
function unjudged(findings: readonly Finding[]): string[] {
  return findings.flatMap(({severity, id, subject}) => {
    if (severity !== 'error') return []
    const verdict = verdicts.get(`${id} ${subject.name}`)
    if (verdict === undefined) return [`nobody has looked into ${id} ${subject.name}`]
    return verdict.is === 'wrong' ? [`${id} ${subject.name} is a false alarm: ${verdict.why}`] : []
  })
}

/** What must not be: our code breaks, or it refuses a unit that nobody else refuses. */
function faultsOf({broken, units, predictions}: Judgement): string[] {
  return [
    ...broken.map(({unit, stack}) => `${unit}: ${stack}`),
    ...units.units
      .filter(({loadState}) => loadState === 'refused')
      .map(({name, loadError}) => `${name} is refused: ${loadError}`),
    ...predictions
      .filter(({loadState}) => loadState === 'bad-setting' || loadState === 'error')
      .map(({unit, loadError}) => `${unit}: ${loadError?.at?.path}:${loadError?.at?.line}: ${loadError?.message}`),
  ]
}
