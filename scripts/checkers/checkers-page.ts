import type {AnyChecker} from '../../src/checker.js'

/** Text of `docs/checkers.md`: every checker, its rules, the facts it reads. */
export function checkersPage(checkers: readonly AnyChecker[]): string {
  return [
    '<!-- Generated from src/checkers by `npm run generate`. Do not edit. -->\n',
    '# Checkers\n',
    '`netdoctor explain <rule>` prints the text behind each link.\n',
    ...checkers.map(section),
  ].join('\n')
}

function section(checker: AnyChecker): string {
  const page = `../src/checkers/${checker.id}/README.md`
  const rules = Object.entries(checker.rules).map(
    ([rule, {severity, title}]) => `| [\`${checker.id}/${rule}\`](${page}#${rule}) | ${severity} | ${title} |`,
  )
  return [
    `## [${checker.id}](${page})\n`,
    `${checker.title}\n`,
    '| rule | severity | what is wrong |',
    '|---|---|---|',
    ...rules,
    '',
    `Needs: ${facts(checker.needs)}. Uses where it can: ${facts(checker.wants)}.\n`,
  ].join('\n')
}

function facts(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.map((name) => `\`${name}\``).join(', ')
}
