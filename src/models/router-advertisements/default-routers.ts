import {isPurgedByForwarding, learnsDefaultRouter} from './acceptance.js'

export interface RaLink {
  readonly name: string
  readonly forwarding: number
  readonly acceptRa: number
  readonly acceptRaDefrtr: number
}

/** A default route that the kernel made of an advertisement. */
export interface RaRoute {
  readonly dev: string
  /** Link-local address of the router. */
  readonly via: string
}

/** What the kernel knows of default routers in the main table of one network namespace. */
export interface RaState {
  /** What links that are made later begin with: conf/default. */
  readonly defaults: Omit<RaLink, 'name'>
  readonly links: readonly RaLink[]
  readonly routes: readonly RaRoute[]
  /**
   * RT6_TABLE_HAS_DFLT_ROUTER of the table, which no program can see. A purge clears it also where routes of links with
   * accept_ra=2 stay, and what stays is passed over by later purges until a router is added.
   */
  readonly hasDefaultRouter: boolean
}

export type RaEvent =
  | {
      readonly t: 'write'
      readonly setting: 'forwarding' | 'acceptRa' | 'acceptRaDefrtr'
      /** `all`, `default`, or a link. */
      readonly of: string
      readonly value: number
    }
  /** A router advertisement arrives; `lifetime` is that of the router, in seconds, 0: it is none any more. */
  | {readonly t: 'advertise'; readonly dev: string; readonly router: string; readonly lifetime: number}
  | {readonly t: 'add-link'; readonly name: string}

/**
 * The state after an event: addrconf_fixup_forwarding() and ndisc_router_discovery() of net/ipv6. `conf/all` has an
 * effect for `forwarding` alone. Knows of no VRFs, and of no time: a route stays until something removes it.
 */
export function afterEvent(state: RaState, event: RaEvent): RaState {
  switch (event.t) {
    case 'write':
      return afterWrite(state, event)
    case 'advertise':
      return afterAdvertisement(state, event)
    case 'add-link':
      return {...state, links: [...state.links, {...state.defaults, name: event.name}]}
  }
}

function afterWrite(state: RaState, {setting, of, value}: RaEvent & {t: 'write'}): RaState {
  const set = <T>(values: T): T => ({...values, [setting]: value})
  if (of === 'default') return {...state, defaults: set(state.defaults)}
  const everyLink = of === 'all' && setting === 'forwarding'
  const written = {
    ...state,
    links: state.links.map((link) => (everyLink || link.name === of ? set(link) : link)),
    defaults: everyLink ? set(state.defaults) : state.defaults,
  }
  // Each write counts, also one that changes nothing.
  return setting === 'forwarding' && value !== 0 ? purged(written) : written
}

function purged(state: RaState): RaState {
  if (!state.hasDefaultRouter) return state
  const stays = ({dev}: RaRoute): boolean => {
    const link = state.links.find(({name}) => name === dev)
    return link !== undefined && isPurgedByForwarding(link) === false
  }
  return {...state, routes: state.routes.filter(stays), hasDefaultRouter: false}
}

function afterAdvertisement(state: RaState, {dev, router, lifetime}: RaEvent & {t: 'advertise'}): RaState {
  const link = state.links.find(({name}) => name === dev)
  if (!link || learnsDefaultRouter(link) !== true) return state
  const isIt = (route: RaRoute): boolean => route.dev === dev && route.via === router
  if (lifetime === 0) return {...state, routes: state.routes.filter((route) => !isIt(route))}
  // One that is known is renewed in place, and the table's flag stays as it is.
  if (state.routes.some(isIt)) return state
  return {...state, routes: [...state.routes, {dev, via: router}], hasDefaultRouter: true}
}
