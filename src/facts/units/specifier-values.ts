import type {Missing} from '../../model/missing.js'
import type {Raw} from '../../sources/collected.js'
import {parseEnvironmentFile} from '../systemd/environment-file.js'
import type {SpecifierValues} from '../systemd/specifiers.js'

type Input = Raw | Missing

interface SpecifierInputs {
  readonly hostname: Input
  readonly 'os-release': Input
  readonly 'kernel-release': Input
  readonly 'machine-id': Input
  readonly 'boot-id': Input
}

/** Letters that stand for a field of os-release(5). */
const OS_FIELDS = {o: 'ID', w: 'VERSION_ID', W: 'VARIANT_ID', B: 'BUILD_ID', A: 'IMAGE_VERSION', M: 'IMAGE_ID'} as const

/** What `%H` and its like stand for on a host (systemd.unit(5), specifier_*() of systemd's src/shared/specifier.c). */
export function specifierValues(inputs: SpecifierInputs): SpecifierValues {
  const hostname = match(inputs.hostname, /^(?!\(none\)$)\S+$/)
  return {
    H: hostname,
    l: hostname === null ? null : hostname.replace(/\..*$/s, ''),
    m: match(inputs['machine-id'], /^[0-9a-fA-F]{32}$/)?.toLowerCase() ?? null,
    b: match(inputs['boot-id'], /^[0-9a-fA-F-]{36}$/)?.replaceAll('-', '') ?? null,
    v: match(inputs['kernel-release'], /^\S+$/),
    ...osRelease(inputs['os-release']),
    // From /etc/machine-info and uname(2), of which nothing is collected.
    q: null,
    a: null,
  }
}

function osRelease(input: Input): SpecifierValues {
  const fields = new Map<string, string>()
  if (input.status === 'raw') {
    // The grammar of this file is the one that environment files have now.
    const {assignments} = parseEnvironmentFile(input.text, {version: 254, invalidUtf8: false})
    for (const {name, value} of assignments) fields.set(name, value)
  }
  // A field that is not there is empty; a file that is not there is an error.
  const valueOfField = (field: string) => (input.status === 'raw' ? (fields.get(field) ?? '') : null)
  return Object.fromEntries(Object.entries(OS_FIELDS).map(([letter, field]) => [letter, valueOfField(field)]))
}

function match(input: Input, pattern: RegExp): string | null {
  return input.status === 'raw' ? (pattern.exec(input.text.trim())?.[0] ?? null) : null
}
