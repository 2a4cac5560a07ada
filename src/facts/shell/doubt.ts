import type {Statement, SyntaxNode} from 'unbash'
import type {Shell} from './shell.js'

/** Nodes of one statement that are looked at. */
const MOST = 1_000_000

/** What dash has no syntax for, so that it ends the script there; bash as sh goes on. */
const SYNTAX: Readonly<Record<string, string>> = {
  ArrayValue: 'an array',
  ProcessSubstitution: 'process substitution',
  ArithmeticFor: 'for ((...))',
  Select: 'select',
  Coproc: 'coproc',
  HereString: '<<<',
  TestCommand: '[[ ]]',
  ArithmeticCommand: '((...))',
  ExtendedGlob: 'an extended pattern',
}

/** Without one of these there is nothing to look for: most statements are plain commands. */
const SUSPECT = /\(\(|\[\[|[<>=?*+@!]\(|<<<|&>|\|&|\+=|;&|\b(?:select|coproc|function)\b/

/** The first thing in a statement that is no POSIX shell syntax; null: there is none. */
export function doubtIn(statement: Statement, {parser, source}: Shell): string | null {
  if (!SUSPECT.test(source.text.slice(statement.pos, statement.end))) return null
  let left = MOST
  const stack: SyntaxNode[] = [statement]
  for (let node = stack.pop(); node; node = stack.pop()) {
    left -= 1
    if (left < 0) return 'more than is looked at'
    const found = SYNTAX[node.type] ?? otherDoubt(node, source.text)
    if (found !== null) return found
    parser.forEachChild(node, (child) => stack.push(child))
  }
  return null
}

function otherDoubt(node: SyntaxNode, text: string): string | null {
  if (node.type === 'Redirect' && node.operator.startsWith('&>')) return node.operator
  if (node.type === 'Assignment' && node.append) return '+='
  if (node.type === 'Pipeline' && node.operators.includes('|&')) return '|&'
  if (node.type === 'CaseItem' && (node.terminator === ';&' || node.terminator === ';;&')) return node.terminator
  if (node.type === 'Function' && text.startsWith('function', node.pos)) return 'function'
  return null
}
