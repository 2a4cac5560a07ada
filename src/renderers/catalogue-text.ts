import type {AnyChecker} from '../checker.js'
import {visible} from '../output/escape.js'
import type {Terminal} from '../output/terminal.js'
import {wrap} from '../output/wrap.js'
import {createStyle} from './text/style.js'

/** Checkers, their rules and what they need, for a person. */
export function renderCatalogue(checkers: readonly AnyChecker[], terminal: Terminal): string {
  const style = createStyle(terminal, false)
  const parts = checkers.map((checker) => {
    const facts = [...checker.needs, ...checker.wants.map((name: string) => `${name} (optional)`)].join(', ')
    const width = Math.max(...Object.keys(checker.rules).map((rule) => `${checker.id}/${rule}`.length))
    const rules = Object.entries(checker.rules).map(([rule, {severity, title}]) => {
      const id = `${checker.id}/${rule}`.padEnd(width)
      return `  ${id}  ${style.severity[severity](severity.padEnd(7))}  ${visible(title)}`
    })
    return [
      `${style.bold(checker.id)}: ${visible(checker.title)}`,
      ...rules,
      ...wrap(`needs ${facts}`, terminal.width, '    ', '  ').map((line) => style.dim(line)),
    ].join('\n')
  })
  return `${parts.join('\n\n')}\n\n${style.dim('More on a rule: netdoctor explain <checker>/<rule>')}\n`
}

/** The same for other programs. */
export function catalogueData(checkers: readonly AnyChecker[]): unknown {
  return checkers.map((checker) => ({
    id: checker.id,
    title: checker.title,
    needs: checker.needs,
    wants: checker.wants,
    rules: Object.entries(checker.rules).map(([rule, {severity, title}]) => ({
      id: `${checker.id}/${rule}`,
      severity,
      title,
    })),
  }))
}
