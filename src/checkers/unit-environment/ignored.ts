import type {ExecPrediction, IgnoredAssignment} from '../../models/systemd/exec/prediction.js'
import {bySource, type Draft, placeText, severityOf} from './draft.js'
import {manual, withoutExport} from './edits.js'
import {bareName} from './names.js'
import {list, wording} from './wording.js'

/** Assignments of a unit and its environment files that systemd ignores, without those that do no harm. */
export function ignoredOf(prediction: ExecPrediction): IgnoredAssignment[] {
  const ofFiles = prediction.files.flatMap(({ignored}) => ignored)
  if (prediction.ignored.length === 0 && ofFiles.length === 0) return []
  const set = new Set(prediction.environment.map(({name}) => name))
  const key = ({at}: IgnoredAssignment) => `${at.line} ${at.path}`
  const known = new Set(ofFiles.map(key))
  return [
    ...prediction.ignored.filter((each) => !known.has(key(each))),
    ...ofFiles.filter((each) => isMeant(each) && !set.has(bareName(each.name))),
  ]
}

/** A file that shells read as well has lines that mean something to them alone. */
function isMeant({name, why}: IgnoredAssignment): boolean {
  if (/\s/.test(bareName(name)) || !/^[\w.+-]+$/.test(bareName(name))) return false
  return why !== 'no ='
}

/** As many of one file are told. */
const MOST = 10

/** By file, since several units may read it. */
export class IgnoredByFile {
  readonly #files = new Map<string, {all: Map<string, IgnoredAssignment>; lowered: number; environment: boolean}>()

  add(ignored: readonly IgnoredAssignment[], lowered: number, environmentFiles: ReadonlySet<string>): void {
    for (const each of ignored) {
      const {path} = each.at
      const file = this.#files.get(path) ?? {all: new Map(), lowered, environment: environmentFiles.has(path)}
      file.all.set(`${each.at.line} ${each.name}`, each)
      file.lowered = Math.min(file.lowered, lowered)
      this.#files.set(path, file)
    }
  }

  *drafts(): Generator<Draft> {
    for (const [path, {all, lowered, environment}] of this.#files) {
      const list = [...all.values()]
      yield draftOf(path, list, lowered, environment)
    }
  }
}

function draftOf(path: string, all: readonly IgnoredAssignment[], lowered: number, environment: boolean): Draft {
  const words = wording['assignment-ignored']
  const names = [...new Set(all.map(({name}) => nameOf(name)))]
  const [first] = all
  return {
    rule: 'assignment-ignored',
    subject: {kind: 'file', name: path},
    severity: severityOf(2 - lowered),
    confidence: 'certain',
    summary:
      all.length === 1 && first
        ? words.one(path, nameOf(first.name), first.why)
        : words.more(path, list(names), all.length),
    why: environment ? words.whyFile : words.whyUnit,
    evidence: bySource(
      all.slice(0, MOST).map(({at, name, why}) => ({source: placeText(at), excerpt: `${shown(name)}: ${why}`})),
    ),
    remediation: all.slice(0, MOST).map(remedyOf),
  }
}

function remedyOf({at, name, why}: IgnoredAssignment): Draft['remediation'][number] {
  if (/^export\s/.test(name)) return withoutExport(at, bareName(name))
  if (name === 'EnvironmentFile') return manual(`Write EnvironmentFile=/PATH without quotes in ${placeText(at)}`)
  if (name.endsWith('+'))
    return manual(`Write the whole value of ${bareName(name)} into one line ${bareName(name)}=...`)
  if (why.startsWith('it belongs to the comment'))
    return manual(`Take the backslash away from the end of the comment above ${placeText(at)}`)
  return manual(`Correct ${nameOf(name)} in ${placeText(at)}`)
}

/** A word without a name is not shown: it may be the rest of a value. */
function nameOf(name: string): string {
  return name.startsWith('(') ? 'a word without a name' : name
}

function shown(name: string): string {
  return name.startsWith('(') ? nameOf(name) : `${name}=...`
}
