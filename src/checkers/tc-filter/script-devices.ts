import type {TcScriptTexts} from '../../facts/tc-script-texts.js'
import type {ScriptCommand} from '../../facts/tc-scripts/script.js'
import {filterOfWords} from '../../facts/traffic-filters/script-filter.js'
import {
  CLSACT_EGRESS,
  type ClassCommand,
  type FilterCommand,
  PROTOCOL_ALL,
  type QdiscCommand,
  ROOT,
} from '../../models/traffic-control/types.js'
import {groupBy} from '../shared/lists.js'
import {commandText, type JudgedCommand, type JudgedScript, placeOf} from './judged-script.js'
import type {PlacedFilter, ShapedDevice, ShapedQdisc} from './shaped-device.js'
import {wording} from './wording.js'

const INGRESS_MAJOR = 0xffff

/** Names that the rules here know apart; others stand as numbers. */
const protocolNames = new Map([
  [PROTOCOL_ALL, 'all'],
  [0x0800, 'ip'],
  [0x86dd, 'ipv6'],
  [0x0806, 'arp'],
  [0x8100, '802.1Q'],
  [0x88a8, '802.1ad'],
])

/**
 * The devices of the script's own network namespace as it leaves them, if nothing is configured before. Devices on
 * which it deletes filters, or adds some whose words only its run would tell, are left out.
 */
export function scriptDevices({script, commands}: JudgedScript, texts: TcScriptTexts): ShapedDevice[] {
  const marksToo = /\b(ip6?tables|nft|ebtables)\b/.test(texts.textOf(script.path) ?? 'nft')
  const ours = commands.filter(({command, fresh}) => command.netns === null && fresh.run !== 'never')
  const byDevice = groupBy(
    ours.flatMap((each) => {
      const dev = deviceOf(each)
      return dev === null ? [] : [{dev, each}]
    }),
    ({dev}) => dev,
  )
  return [...byDevice].flatMap(([dev, all]) => {
    const state = new DeviceState(dev)
    for (const {each} of all) state.see(each)
    if (state.unsure || state.filters.length === 0) return []
    const certain = script.assumptions.length === 0 && script.unfollowed.length === 0
    const filters = marksToo ? state.filters.map(withoutMark) : state.filters
    const anew = state.madeAnew && certain && all.every(({each}) => each.fresh.run === 'always')
    const confidence = anew ? 'likely' : 'possible'
    const name = `${dev} (${script.path})`
    const filtersOf = wording.filtersByScript(script.path, dev)
    return [
      {name, filtersOf, dev, script: script.path, confidence, inode: null, own: true, qdiscs: state.qdiscs, filters},
    ]
  })
}

/** What sets marks may be set up by the same script, and be nowhere yet. */
function withoutMark(placed: PlacedFilter): PlacedFilter {
  return {...placed, filter: {...placed.filter, mark: null}}
}

function deviceOf({parsed, fresh}: JudgedCommand): string | null {
  if (parsed.type === 'undecided') return parsed.dev
  if (fresh.admission.verdict === 'rejected') return null
  if (parsed.type === 'filter') return parsed.place.on === 'dev' ? parsed.place.dev : null
  return parsed.type === 'qdisc' || parsed.type === 'class' ? parsed.dev : null
}

interface ClassSeen {
  readonly id: number
  readonly parent: number
}

class DeviceState {
  readonly #dev: string
  #root: QdiscCommand | null = null
  #classes: ClassSeen[] = []
  #filters: {readonly command: ScriptCommand; readonly parsed: FilterCommand}[] = []
  /** What it ends with is not known. */
  unsure = false
  /** The script makes the root itself. */
  madeAnew = false

  constructor(dev: string) {
    this.#dev = dev
  }

  see({command, parsed}: JudgedCommand): void {
    switch (parsed.type) {
      case 'undecided':
        this.unsure = true
        return
      case 'qdisc':
        this.#qdisc(parsed)
        return
      case 'class':
        this.#class(parsed)
        return
      case 'filter':
        if (parsed.verb === 'delete') this.unsure = true
        else this.#filters.push({command, parsed})
    }
  }

  #qdisc(parsed: QdiscCommand): void {
    if (parsed.parent === ROOT) {
      this.#root = parsed.verb === 'delete' ? null : parsed
      this.madeAnew = true
      this.#classes = []
      this.#filters = this.#filters.filter(({parsed: {place}}) => isIngress(place.parent))
    } else if (isIngress(parsed.parent) && parsed.verb === 'delete') {
      this.#filters = this.#filters.filter(({parsed: {place}}) => !isIngress(place.parent))
    }
  }

  #class({verb, classId, parent}: ClassCommand): void {
    if (verb === 'delete') this.#classes = this.#classes.filter(({id}) => id !== classId)
    else this.#classes.push({id: classId, parent})
  }

  get qdiscs(): readonly ShapedQdisc[] {
    const root = this.#root
    if (root === null || root.kind === null) return []
    const {kind, handle, options} = root
    const own = this.#classes.filter(({id}) => Math.floor(id / 0x10000) * 0x10000 === handle)
    const fallback = kind === 'htb' ? 0 : null
    return [
      {
        kind,
        handle,
        defaultMinor: options.defaultClass ?? fallback,
        bands: options.bands,
        text: `${kind} on ${this.#dev}`,
        root: true,
        classes: new Set(own.map(({id}) => id)),
        inner: new Set(own.map(({parent}) => parent)),
        classesKnown: true,
      },
    ]
  }

  get filters(): readonly PlacedFilter[] {
    const [root = null] = this.qdiscs
    return this.#filters.flatMap(({command, parsed}): PlacedFilter[] => {
      const filter = filterOf(command, parsed)
      if (filter === null) return []
      const {parent} = parsed.place
      const inRoot = root !== null && (parent === 0 || Math.floor(parent / 0x10000) * 0x10000 === root.handle)
      const ingress = isIngress(parent) && parent !== CLSACT_EGRESS
      const evidence = {source: placeOf(command), excerpt: commandText(command)}
      return [{filter, qdisc: inRoot ? root : null, ingress, evidence}]
    })
  }
}

function filterOf({words}: ScriptCommand, parsed: FilterCommand) {
  const {kind, prio, protocol, chain, handle} = parsed
  if (kind === null) return null
  const all = words.map(({word}) => word)
  const at = all.findIndex(
    (word, index) => word === kind && !['dev', 'parent', 'handle'].includes(String(all[index - 1])),
  )
  if (at < 0) return null
  const given = all.indexOf('handle')
  const mark = given >= 0 && given < at ? all[given + 1] : null
  return filterOfWords({
    protocol: protocolNames.get(protocol) ?? `[${protocol}]`,
    priority: prio === 0 ? null : prio,
    kind,
    chain: chain ?? 0,
    handle: typeof mark === 'string' ? mark : handle === 0 ? null : String(handle),
    words: all.slice(at + 1),
  })
}

function isIngress(parent: number): boolean {
  return Math.floor(parent / 0x10000) === INGRESS_MAJOR && parent !== ROOT
}
