import type {NetworkNamespace} from '../../../src/facts/network/namespace.js'
import type {Candidate, ChosenRoute, SourceError, SourceQuestion} from '../../../src/models/source-address/answer.js'
import {explore} from '../../../src/models/source-address/assumptions.js'
import {shownRoute, sourceOf} from '../../../src/models/source-address/combine.js'
import {routeGet} from '../../../src/models/source-address/connect.js'
import {createSockets, type SourceOptions} from '../../../src/models/source-address/predictor.js'

export type RouteGet = {readonly error: SourceError} | {readonly route: ChosenRoute; readonly source: Candidate | null}

/** All that `ip -6 route get` may show; one thing, unless something is unknown. */
export type RoutePredictor = (question: SourceQuestion) => readonly RouteGet[]

export function createRoutePredictor(network: NetworkNamespace, options: SourceOptions): RoutePredictor {
  const sockets = createSockets(network, options)
  return (question) => {
    const socket = sockets(question)
    if ('unknowns' in socket) return []
    const bound = question.oif === undefined ? null : socket.devices.named(question.oif)
    if (bound === undefined) return [{error: {code: 'ENODEV', why: ''}}]
    const {first, others} = explore(
      (assume) => routeGet({...socket, assume}, bound),
      () => '',
    )
    return [first, ...others].map((found) => {
      if ('error' in found) return found
      const {route, source} = found
      return {route: shownRoute(route), source: source && sourceOf({route, source})}
    })
  }
}
