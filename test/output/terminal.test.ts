import {describe, expect, it} from 'vitest'
import {describeTerminal} from '../../src/output/terminal.js'

describe('describeTerminal', () => {
  it.each([
    ['a terminal', {isTTY: true}, {}, true, 1],
    ['a pipe', {}, {}, true, 0],
    ['NO_COLOR', {isTTY: true}, {NO_COLOR: '1'}, true, 0],
    ['an empty NO_COLOR, which means nothing', {isTTY: true}, {NO_COLOR: ''}, true, 1],
    ['FORCE_COLOR in a pipe', {}, {FORCE_COLOR: '1'}, true, 1],
    ['FORCE_COLOR before NO_COLOR', {}, {FORCE_COLOR: '1', NO_COLOR: '1'}, true, 1],
    ['FORCE_COLOR=0', {isTTY: true}, {FORCE_COLOR: '0'}, true, 0],
    ['TERM=dumb', {isTTY: true}, {TERM: 'dumb'}, true, 0],
    ['--no-color before FORCE_COLOR', {isTTY: true}, {FORCE_COLOR: '1'}, false, 0],
  ] as const)('%s', (_, stream, environment, allowed, colour) => {
    expect(describeTerminal(stream, environment, allowed).colour).toBe(colour)
  })

  it.each([
    [{}, 80],
    [{columns: 0}, 80],
    [{columns: 60}, 60],
    [{columns: 10}, 40],
    [{columns: 300}, 110],
  ])('%j is %i columns wide', (stream, width) => {
    expect(describeTerminal(stream, {}).width).toBe(width)
  })
})
