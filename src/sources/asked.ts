import type {Raw} from './collected.js'
import {readRegular} from './read-regular.js'
import type {Source} from './source.js'
import type {InputName} from './specs.js'

const SCRIPT_BYTES = 8 << 20

/** What the caller names beside the host that is looked at. Scripts are files of the machine netdoctor runs on. */
export interface Asked {
  readonly scripts: readonly string[]
  readonly destinations: readonly string[]
}

/** The same source, which also answers what the caller named. A script that cannot be read is a line that says so. */
export function withAsked(source: Source, {scripts, destinations}: Asked): Source {
  const texts: {readonly [Name in InputName]?: () => string} = {
    ...(scripts.length === 0 ? {} : {'asked-scripts': () => scripts.map((path) => `${scriptLine(path)}\n`).join('')}),
    ...(destinations.length === 0 ? {} : {'asked-destinations': () => `${destinations.join('\n')}\n`}),
  }
  return {
    ...source,
    async collect(name) {
      const text = texts[name]
      return text ? {status: 'raw', origin: name, text: text()} : source.collect(name)
    },
  }
}

export function nothingAsked(name: InputName): Raw {
  return {status: 'raw', origin: name, text: ''}
}

function scriptLine(path: string): string {
  const read = readRegular(path, SCRIPT_BYTES)
  return JSON.stringify('reason' in read ? {path, missing: read} : {path, text: read.text})
}
