import type {ArrayValue, Assignment, Word} from 'unbash'
import {expandValue, expandWord} from './expand.js'
import {elementKey} from './parameter.js'
import type {Shell, Variable} from './shell.js'
import {asUnquoted, part, textOf, type Value} from './text.js'

/** `name=value` in all its forms. */
export function assign(shell: Shell, node: Assignment, associative = false): void {
  const {name, value, append, index} = node
  if (value.type === 'ArrayValue') {
    assignArray(shell, name, value, append === true, associative)
    return
  }
  const before = shell.variable(name)
  const given = expandValue(shell, value)
  if (index) {
    const key = elementKey(shell, index, before?.associative ?? false)
    if (key === null || append) shell.set(name, [shell.unknown(`$${name}`)])
    else setElement(shell, name, before, key, given)
    return
  }
  const old = append ? shell.valueOf(name) : []
  for (const piece of old ?? []) shell.recorder.made(piece.text.length)
  shell.set(name, append ? [...(old ?? []), ...given] : given, before?.elements && !append ? keep(before, given) : {})
}

/** `a=x` sets the first element of an array. */
function keep(before: Variable, value: Value): Partial<Variable> {
  return {elements: new Map([...(before.elements ?? []), ['0', asUnquoted(value)]]), associative: before.associative}
}

function setElement(shell: Shell, name: string, before: Variable | undefined, key: string, value: Value): void {
  if (!before || isUnknown(before)) {
    shell.set(name, [shell.unknown(`$${name}`)])
    return
  }
  shell.recorder.step((before.elements?.size ?? 0) / 8)
  const first: [string, Value][] = before.elements ? [...before.elements] : before.value ? [['0', before.value]] : []
  const elements = new Map([...first, [key, asUnquoted(value)] as const])
  shell.set(name, null, {elements, associative: before.associative})
}

function assignArray(shell: Shell, name: string, {elements}: ArrayValue, append: boolean, associative: boolean): void {
  const before = append ? shell.variable(name) : undefined
  if (append && (!before || isUnknown(before))) {
    shell.set(name, [shell.unknown(`$${name}`)])
    return
  }
  const all = new Map<string, Value>(before?.elements ?? [])
  let next = all.size
  for (const word of elements) {
    const keyed = associative || before?.associative ? keyedElement(shell, word) : undefined
    if (keyed) {
      all.set(keyed.key, asUnquoted(keyed.value))
      continue
    }
    for (const field of /^\[/.test(word.text) ? [null] : expandWord(shell, word)) {
      if (!field || field.maySplit || field.glob) {
        shell.set(name, [shell.unknown(`$${name}`)])
        return
      }
      all.set(String(next++), asUnquoted(field.pieces))
    }
  }
  shell.set(name, null, {elements: all, associative: associative || before?.associative === true})
}

/** It may be an array of any length. */
function isUnknown({value}: Variable): boolean {
  return value?.some(({unknown}) => unknown !== null) === true
}

/** `[key]=value` of an associative array. */
function keyedElement(shell: Shell, word: Word): {readonly key: string; readonly value: Value} | null {
  const key = /^\[([\w.-]+)\]=/.exec(word.text)?.[1]
  if (key === undefined) return null
  let left = key.length + 3
  const value = expandValue(shell, word).flatMap((piece) => {
    const cut = Math.min(left, piece.text.length)
    left -= cut
    return cut === piece.text.length ? [] : [cut === 0 ? piece : part(piece, cut, piece.text.length)]
  })
  return textOf(value) === null ? null : {key, value}
}
