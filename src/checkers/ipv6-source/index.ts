import {defineChecker} from '../../checker.js'
import type {NetworkNamespace} from '../../facts/network/namespace.js'
import {type Missing, missing} from '../../model/missing.js'
import type {SourceAnswer} from '../../models/source-address/answer.js'
import {createSourcePredictor} from '../../models/source-address/predictor.js'
import {groupBy, listed} from '../shared/lists.js'
import {answeredWays, isAnswered} from './answered.js'
import {casesOf} from './cases.js'
import {lostDefaultRoutes} from './default-route.js'
import {destinationsOf} from './destinations.js'
import {duplicateAddresses} from './duplicates.js'
import {createJudge} from './judge-source.js'
import {unusableRouteSources} from './route-source.js'
import {rules} from './rules.js'
import {sourceFindings} from './source-findings.js'

export default defineChecker({
  id: 'ipv6-source',
  title: 'Whether IPv6 packets leave with a source address to which answers come back',
  needs: ['ownNetwork'],
  wants: ['kernel', 'resolvers', 'peers', 'sysctlFiles', 'dockerDaemon', 'askedDestinations', 'ipv6Translation'],
  rules,
  *check(facts) {
    const network = facts.ownNetwork
    const kernel = facts.kernel.known ? facts.kernel.value : null
    if (!network.links.some(({addresses}) => addresses.length > 0) && network.gaps.length === 0) {
      return {skipped: 'no interface has an IPv6 address'}
    }
    yield* duplicateAddresses(network)
    yield* unusableRouteSources(network)

    const lost = new Set<string>()
    const sysctl = facts.sysctlFiles.known ? facts.sysctlFiles.value : []
    const docker = facts.dockerDaemon.known ? facts.dockerDaemon.value : null
    for (const each of lostDefaultRoutes({network, sysctl, docker})) {
      if ('subject' in each) lost.add(each.subject.name)
      yield each
    }

    const peers = facts.peers.known ? facts.peers.value : []
    const destinations = destinationsOf({
      network,
      peers,
      asked: facts.askedDestinations.known ? facts.askedDestinations.value : [],
      resolvers: facts.resolvers.known ? facts.resolvers.value : [],
    })
    const predict = (given: NetworkNamespace) => createSourcePredictor(given, {kernel})
    const predictor = predict(network)
    const answers = destinations.map((destination) => ({
      destination,
      answer: predictor.ask({dest: destination.address}),
    }))
    for (const unknown of openQuestions(answers.map(({answer}) => answer))) yield {unknown}
    const cases = casesOf(network, answers)
    const translates = facts.ipv6Translation.known ? facts.ipv6Translation.value.translates : null
    const ways = answeredWays(cases, peers)
    const judge = createJudge(network, translates)
    const judged = cases.flatMap((one) => {
      const verdict = isAnswered(one, ways) ? null : judge(one)
      return verdict ? [{one, verdict}] : []
    })
    yield* sourceFindings(judged, {
      network,
      predict,
      files: sysctl,
      translates,
      causeOf: (link) =>
        lost.has(link) ? {id: 'ipv6-source/default-route-lost', subject: {kind: 'interface', name: link}} : null,
    })
    return undefined
  },
})

/** Whose source is not known, one line for each thing that would have to be. */
function openQuestions(answers: readonly SourceAnswer[]): Missing[] {
  const open = answers.flatMap(({dest, unknowns}) => unknowns.map((what) => ({dest, what})))
  return [...groupBy(open, ({what}) => what)].map(([what, those]) =>
    missing('network', 'not-collected', `source address for ${listed(those.map(({dest}) => dest))}: ${what}`),
  )
}
