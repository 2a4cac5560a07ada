import {isIPv6} from 'node:net'
import type {Prefix} from './namespace.js'

/** `2001:db8::/32`, or an address alone. `default` and `all` are `::/0`. */
export function prefixOf(value: unknown): Prefix | undefined {
  if (typeof value !== 'string') return undefined
  if (value === 'default' || value === 'all') return {address: '::', length: 0}
  const slash = value.indexOf('/')
  if (slash < 0) return withLength(value, 128)
  const length = value.slice(slash + 1)
  return /^\d{1,3}$/.test(length) ? withLength(value.slice(0, slash), Number(length)) : undefined
}

/** An address and the length that stands beside it; without one it is a host. */
export function withLength(address: unknown, length: unknown): Prefix | undefined {
  const bits = length === undefined ? 128 : length
  if (!isAddress(address) || typeof bits !== 'number') return undefined
  return Number.isInteger(bits) && bits >= 0 && bits <= 128 ? {address, length: bits} : undefined
}

/** An IPv6 address without a zone. */
export function isAddress(value: unknown): value is string {
  return typeof value === 'string' && isIPv6(value) && !value.includes('%')
}
