import type {Evaluation} from '../../../src/facts/shell/evaluate.js'
import type {ShellEvent} from '../../../src/facts/shell/recorder.js'

/** A wrong idea of shells. The random scripts are worth something only if they tell it from the right one. */
export interface BrokenEvaluator {
  readonly title: string
  /** Reads another script than there is. */
  readonly text?: (text: string) => string
  /** Makes something else of what was found. */
  readonly change?: (evaluation: Evaluation) => Evaluation
}

export const brokenEvaluators: readonly BrokenEvaluator[] = [
  {
    title: 'variables are never split',
    text: (text) => text.replace(/(?<![\w"'\\$])\$(a|b|DEV|x_1)(?![\w"])/g, '"$$$1"'),
  },
  {title: 'quotes do not keep words together', text: (text) => text.replace(/"\$(a|b|DEV|x_1)"/g, '$$$1')},
  {title: '"$@" is one word', text: (text) => text.replaceAll('"$@"', '"$*"')},
  {title: 'an empty value counts as set', text: (text) => text.replace(/\$\{(\w+):-/g, '${$1-')},
  {title: 'local variables are global', text: (text) => text.replace(/^local /gm, '')},
  {title: 'a subshell changes its parent', text: (text) => text.replace(/^\($/gm, '{').replace(/^\)$/gm, '}')},
  {title: 'break does nothing', text: (text) => text.replace(/\bbreak\b( 2)?/g, 'true')},
  {title: 'break 2 leaves one loop', text: (text) => text.replace(/\bbreak 2/g, 'break')},
  {title: 'continue leaves the loop', text: (text) => text.replace(/\bcontinue\b/g, 'break')},
  {title: 'return does nothing', text: (text) => text.replace(/\breturn [01]?/g, 'true')},
  {title: 'shift does nothing', text: (text) => text.replace(/\bshift\b/g, 'true')},
  {title: 'unset does nothing', text: (text) => text.replace(/^unset /gm, ': ')},
  {title: 'set -e does nothing', text: (text) => text.replace(/^set -e$/m, ':')},
  {title: '## takes the shortest', text: (text) => text.replace(/##(?=[*.?/[a-z])/g, '#')},
  {title: '% is #', text: (text) => text.replace(/\$\{(\w+)%/g, '${$1#')},
  {title: 'case takes the last pattern that matches', text: (text) => text.replace(/^\*\)$/gm, 'nothing)')},
  {title: 'here-documents are not expanded', text: (text) => text.replace(/<<EOF/g, "<<'EOF'")},
  {title: 'a backslash before $ stays', text: (text) => text.replace(/\\\$/g, '\\\\\\$')},
  {title: 'IFS is always blank', text: (text) => text.replace(/IFS=:;/g, '')},
  {
    title: 'a name in an array is a word of its own',
    text: (text) => text.replace(/^list=\(l0 "l 1"/gm, 'list=(l0 l 1'),
  },
  {title: 'namespaces do not matter', text: (text) => text.replace(/ip netns exec n1 /g, '')},
  {
    title: 'everything that stands there runs',
    change: withEvents((event) =>
      event.type === 'command' || event.type === 'loop' || event.type === 'loop-end' ? event : null,
    ),
  },
  {
    title: 'loops run once',
    change: withEvents((event) => (event.type === 'loop' || event.type === 'loop-end' ? null : event)),
  },
  {
    title: 'no early end',
    change: withEvents((event) => (event.type === 'gone' || event.type === 'park' ? null : event)),
  },
]

function withEvents(change: (event: ShellEvent) => ShellEvent | null): (evaluation: Evaluation) => Evaluation {
  return (evaluation) => ({...evaluation, events: evaluation.events.flatMap((event) => change(event) ?? [])})
}
