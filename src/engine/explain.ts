import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {AnyChecker} from '../checker.js'
import {requireKnown, ruleIds} from './select.js'

/**
 * What a checker or rule means, as Markdown: the checker's README, or the part of it about the rule.
 * A checker of a plugin has none; then its own words. Throws a UserError for an unknown `id`.
 * @param root folder of netdoctor's package.json
 */
export async function explain(id: string, checkers: readonly AnyChecker[], root: string): Promise<string> {
  requireKnown(
    id,
    'checker or rule',
    checkers.flatMap((checker) => [checker.id, ...ruleIds(checker)]),
  )
  const [checkerId = '', rule] = id.split('/')
  const checker = checkers.find((candidate) => candidate.id === checkerId)
  const page = await readFile(join(root, 'src/checkers', checkerId, 'README.md'), 'utf8').catch(() => undefined)
  const part = rule === undefined ? page : page && ruleSection(page, rule)
  if (part !== undefined) return part
  const rules = Object.entries(checker?.rules ?? {}).filter(([name]) => rule === undefined || name === rule)
  return [
    `# ${checkerId}`,
    '',
    checker?.title ?? '',
    '',
    ...rules.map(([name, {severity, title}]) => `- ${checkerId}/${name} (${severity}): ${title}`),
  ].join('\n')
}

/** The section under `### <rule>`, up to the next heading of its level or above. */
export function ruleSection(page: string, rule: string): string | undefined {
  const lines = page.split('\n')
  const start = lines.findIndex((line) => /^###\s/.test(line) && line.replaceAll('`', '').slice(3).trim() === rule)
  if (start < 0) return undefined
  const length = lines.slice(start + 1).findIndex((line) => /^#{1,3}\s/.test(line))
  const section = length < 0 ? lines.slice(start) : lines.slice(start, start + 1 + length)
  return section.join('\n').trim()
}
