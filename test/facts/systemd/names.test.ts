import {describe, expect, it} from 'vitest'
import {dropInNames} from '../../../src/facts/systemd/drop-ins.js'
import {expandSpecifiers} from '../../../src/facts/systemd/specifiers.js'
import {parseResourceLimit, parseTasksMax} from '../../../src/facts/systemd/values.js'

const infinity = Number.POSITIVE_INFINITY

describe('dropInNames', () => {
  it.each([
    ['cron.service', ['cron.service']],
    ['a-b-c.service', ['a-b-c.service', 'a-b-.service', 'a-.service']],
    ['a@x-y.service', ['a@x-y.service', 'a@.service']],
    ['a-b@x.service', ['a-b@x.service', 'a-b@.service', 'a-.service', 'a-@x.service', 'a-@.service']],
    ['-.slice', ['-.slice']],
    ['-a.service', ['-a.service']],
  ])('%s', (name, expected) => {
    expect([...dropInNames(name)].sort()).toEqual(expected.sort())
    expect(dropInNames(name)[0]).toBe(name)
  })
})

describe('expandSpecifiers', () => {
  it.each([
    ['%i', 'pg@14-main.service', '14-main'],
    ['%I', 'pg@14-main.service', '14/main'],
    ['%I', 'pg@a\\x2db.service', 'a-b'],
    ['%p-%n', 'pg@x.service', 'pg-pg@x.service'],
    ['%N %j', 'a-b.service', 'a-b b'],
    ['100%%', 'a.service', '100%'],
    ['%i', 'a.service', ''],
    ['%H', 'a.service', null],
  ])('%s in %s', (text, unit, expected) => expect(expandSpecifiers(text, unit)).toBe(expected))
})

describe('parseResourceLimit', () => {
  it.each([
    ['3', {soft: 3, hard: 3}],
    ['3:8', {soft: 3, hard: 8}],
    ['infinity', {soft: infinity, hard: infinity}],
    ['4:infinity', {soft: 4, hard: infinity}],
    ['0', {soft: 0, hard: 0}],
    ['0x10', {soft: 16, hard: 16}],
    ['010', {soft: 8, hard: 8}],
    ['0o17', {soft: 15, hard: 15}],
    ['0b11', {soft: 3, hard: 3}],
    ['8: 9', {soft: 8, hard: 9}],
    ['8 :9', null],
    ['0o', null],
    ['08', null],
    ['8:3', null],
    ['', null],
    ['-1', null],
    ['3M', null],
    ['3:', null],
    ['18446744073709551615', null],
    ['Infinity', null],
  ])('%s', (text, expected) => expect(parseResourceLimit(text)).toEqual(expected))
})

describe('parseTasksMax', () => {
  it.each([
    ['12', 1000, 12],
    ['infinity', 1000, infinity],
    ['15%', 1001, 150],
    ['33.33%', 10_000, 3333],
    ['100%', 7, 7],
    ['101%', 1000, 'ignored'],
    ['0%', 1000, 0],
    ['0.001%', 1000, 'ignored'],
    ['15%', null, null],
    ['0', 1000, 'ignored'],
    ['-1', 1000, 'ignored'],
    ['4G', 1000, 'ignored'],
  ] as const)('%s of %s', (text, system, expected) => expect(parseTasksMax(text, system)).toBe(expected))
})
