import type {Ipv6Address, NetworkLink, NetworkNamespace} from '../../facts/network/namespace.js'
import type {SysctlAssignment} from '../../facts/sysctl-files.js'
import type {Remediation} from '../../model/finding.js'
import type {SourcePredictor} from '../../models/source-address/predictor.js'
import {coversAddress, prefixText} from './addresses.js'
import type {SourceCase} from './cases.js'
import {keepSetting, setSetting} from './remedies.js'
import {destinationText, routeArgv} from './route-command.js'
import {wording} from './wording.js'

/** The model, of a namespace as it is or as it would be. */
export type Predict = (network: NetworkNamespace) => SourcePredictor

const words = wording['source-off-prefix']
const MOST_ROUTES = 3
const MOST_ASKED = 16

/** Remedies of a source outside of the next hop's prefix; each one that is printed was tried in the model. */
export function fitSource(
  cases: readonly SourceCase[],
  fitting: Ipv6Address,
  {network, predict, files}: {network: NetworkNamespace; predict: Predict; files: readonly SysctlAssignment[]},
): Remediation[] {
  const [first] = cases
  if (!first) return []
  const helps = (changed: NetworkNamespace, some: readonly SourceCase[]): boolean => {
    const predictor = predict(changed)
    return some.slice(0, MOST_ASKED).every(({destination}) => {
      const {source} = predictor.ask({dest: destination.address})
      return source !== null && coversAddress(fitting, source.address)
    })
  }
  return [
    ...routeSource(cases, fitting, network, helps),
    ...noTemporary(first, network, files, (changed) => helps(changed, cases)),
    ...ownLabel(cases, fitting, network, helps),
  ]
}

type Helps = (changed: NetworkNamespace, some: readonly SourceCase[]) => boolean

function routeSource(
  cases: readonly SourceCase[],
  fitting: Ipv6Address,
  network: NetworkNamespace,
  helps: Helps,
): Remediation[] {
  const routes = [...new Set(cases.map(({route}) => route))]
  const commands = routes.slice(0, MOST_ROUTES).flatMap((route): Remediation[] => {
    const argv = routeArgv(route, fitting.address)
    const replaced = {...route, prefsrc: fitting.address}
    const changed = {...network, routes: (network.routes ?? []).map((each) => (each === route ? replaced : each))}
    const ofIt = cases.filter((one) => one.route === route)
    if (!argv || !helps(changed, ofIt)) return []
    const title = words.routeSource(destinationText(route), fitting.address)
    return [{title, kind: 'command', argv, safety: 'safe', persistent: false}]
  })
  const [route] = routes
  if (commands.length === 0 || !route) return []
  const title = words.routeSourceForGood(route.protocol, fitting.address)
  return [...commands, {title, kind: 'manual', safety: 'safe', persistent: true}]
}

/** Only where it is rule 7 that decides. */
function noTemporary(
  {source, dev}: SourceCase,
  network: NetworkNamespace,
  files: readonly SysctlAssignment[],
  helps: (changed: NetworkNamespace) => boolean,
): Remediation[] {
  if (!source?.address.temporary || (dev.settings.useTempaddr ?? 0) < 2) return []
  const without = (link: NetworkLink): NetworkLink =>
    link.name === dev.name ? {...link, settings: {...link.settings, useTempaddr: 0}} : link
  if (!helps({...network, links: network.links.map(without)})) return []
  return [
    setSetting(dev.name, 'use_tempaddr', 0, words.noTemporary(dev.name)),
    keepSetting(dev.name, 'use_tempaddr', 0, files, wording.forGood),
  ]
}

/** Rule 6 comes before rule 7: source and destination get a label that nothing else has, in two commands. */
function ownLabel(
  cases: readonly SourceCase[],
  fitting: Ipv6Address,
  network: NetworkNamespace,
  helps: Helps,
): Remediation[] {
  const [first] = cases
  const labels = network.labels
  if (!first || !labels || cases.some(({route}) => route !== first.route)) return []
  const {dst} = first.route
  const label = Math.max(99, ...labels.map((each) => each.label)) + 1
  const source = prefixText(fitting)
  const [address = '', length = ''] = source.split('/')
  const destination = `${dst.address}/${dst.length}`
  const added = [
    {prefix: address, prefixLength: Number(length), label, dev: null},
    {prefix: dst.address, prefixLength: dst.length, label, dev: null},
  ].slice(0, destination === source ? 1 : 2)
  // To the whole Internet it would be a different policy, not a label of its own.
  if (dst.length === 0 || !helps({...network, labels: [...labels, ...added]}, cases)) return []
  return added.map((each, at) => {
    const prefix = `${each.prefix}/${each.prefixLength}`
    const argv = ['ip', 'addrlabel', 'add', 'prefix', prefix, 'label', String(label)]
    return {title: words.label(prefix, at + 1, added.length), kind: 'command', argv, safety: 'safe', persistent: false}
  })
}
