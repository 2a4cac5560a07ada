import type {Assignment} from '../../../src/facts/systemd/unit-file.js'
import type {EnvironmentSources, NamedFile} from '../../../src/facts/unit-environment.js'
import type {ExecQuestion} from '../../../src/models/systemd/exec/predict.js'
import type {PredictedCommand, Variable, Word} from '../../../src/models/systemd/exec/prediction.js'
import {type Predict, predict} from './predict.js'

/** A wrong idea of systemd. The units are worth something only if they tell it from the right one. */
export interface BrokenModel {
  readonly title: string
  readonly predict: Predict
}

export const brokenModels: readonly BrokenModel[] = [
  {title: '$NAME inside a word is expanded', predict: withWords(insideToo)},
  {
    title: '$NAME that is not set leaves an empty argument',
    predict: withWords(({fate}) => (fate === 'dropped-unset' ? [''] : null)),
  },
  {
    title: '$NAME that is empty leaves an empty argument',
    predict: withWords(({fate}) => (fate === 'dropped-empty' ? [''] : null)),
  },
  {
    title: '$NAME is not split',
    predict: withWords(({fate, became}) => (fate === 'split' && became ? [became.join(' ')] : null)),
  },
  {
    title: '$NAME is split at blanks, whatever the quotes',
    predict: withWords(({fate, references}, values) =>
      fate === 'split' ? blanks(values.get(references[0]?.name ?? '')) : null,
    ),
  },
  {
    title: '${NAME} is split',
    predict: withWords(({fate, became}) => (fate === 'substituted' && became ? blanks(became[0]) : null)),
  },
  {
    title: '${NAME} alone that is not set drops the word',
    predict: withWords(({text, became}) => (/^\$\{\w+\}$/.test(text) && became?.[0] === '' ? [] : null)),
  },
  {
    title: '$FOO/bin is expanded',
    predict: withWords(({fate, text}, values) => (fate === 'dropped-invalid' ? [expanded(text, values)] : null)),
  },
  {title: '$FOO/bin stays as text', predict: withWords(({fate, text}) => (fate === 'dropped-invalid' ? [text] : null))},
  {
    title: '$$ stays $$',
    predict: withWords(({text, fate}) => (text.includes('$$') && fate === 'literal' ? [text] : null)),
  },
  {
    title: ': does not switch expansion off',
    predict: withWords(({fate, text}, values) => (fate === 'untouched' ? [expanded(text, values)] : null)),
  },
  {
    title: 'argv[0] is always the path',
    predict: withCommands((command) => ({...command, argv: command.argv && [command.path, ...command.argv.slice(1)]})),
  },
  {
    title: 'the journal names a variable each time',
    predict: withCommands((command) => ({...command, unset: namesOf(command)})),
  },
  {
    title: 'names that are none are called unset',
    predict: withCommands((command) => ({...command, unset: [...command.unset, ...command.invalid], invalid: []})),
  },
  {
    title: 'drop-ins do not count',
    predict: withUnit((unit) => ({
      ...unit,
      dropInPaths: [],
      assignments: unit.assignments.filter(({path}) => path === unit.fragmentPath),
    })),
  },
  {
    title: 'drop-ins count by folder, not by name',
    predict: withUnit((unit) => ({...unit, assignments: byPath(unit.assignments, unit.fragmentPath)})),
  },
  {
    title: 'an empty setting resets nothing',
    predict: withAssignments((assignment) => (assignment.value === '' ? [] : [assignment])),
  },
  {
    title: 'Environment= beats environment files',
    predict: withAssignments((assignment) =>
      assignment.key === 'EnvironmentFile' && !assignment.value.includes('nothing') ? [] : [assignment],
    ),
  },
  {
    title: 'UnsetEnvironment= is ignored',
    predict: withAssignments((assignment) => (assignment.key === 'UnsetEnvironment' ? [] : [assignment])),
  },
  {
    title: 'PassEnvironment= is ignored',
    predict: withAssignments((assignment) => (assignment.key === 'PassEnvironment' ? [] : [assignment])),
  },
  {
    title: 'every environment file is optional',
    predict: withAssignments((assignment) => [
      {
        ...assignment,
        value:
          assignment.key === 'EnvironmentFile' && assignment.value.startsWith('/')
            ? `-${assignment.value}`
            : assignment.value,
      },
    ]),
  },
  {
    title: 'EnvironmentFile= may be quoted',
    predict: withAssignments((assignment) => [
      {
        ...assignment,
        value: assignment.key === 'EnvironmentFile' ? assignment.value.replace(/^"(.*)"$/, '$1') : assignment.value,
      },
    ]),
  },
  {
    title: 'DefaultEnvironment= is ignored',
    predict: (question) => predict({...question, units: {...question.units, managerAssignments: []}}),
  },
  {
    title: '%i is unescaped',
    predict: (question) =>
      predict({
        ...question,
        units: {...question.units, specifiers: {...question.units.specifiers, i: instanceOf(question)}},
      }),
  },
  {title: 'export is understood in environment files', predict: withFiles((text) => text.replace(/^export +/gm, ''))},
  {title: 'environment files have comments behind values', predict: withFiles((text) => text.replace(/ #.*$/gm, ''))},
  {
    title: 'variables in environment files are expanded',
    predict: withFiles((text) => text.replace(/\$\{?\w+\}?/g, 'x')),
  },
  {
    title: 'values in environment files keep their quotes',
    predict: withFiles((text) => text.replace(/="([^"\n\\]*)"$/gm, '=\'"$1"\'')),
  },
  {
    title: 'a byte order mark in an environment file is accepted',
    predict: withFiles((text) => text.replace(/^\ufeff/, '')),
  },
  {
    title: 'files that are no UTF-8 are taken',
    predict: withSources((file) => (file.status === 'file' ? {...file, invalidUtf8: false} : file)),
  },
  {
    title: 'HOME is set for root',
    predict: withVariables((variables) => [
      ...variables,
      {name: 'HOME', value: '/root', conditional: false, origin: {path: 'systemd', line: null}},
    ]),
  },
  {
    title: 'every command is told of the main process',
    predict: withVariables((variables) => [
      ...variables.filter(({name}) => name !== 'MAINPID'),
      {name: 'MAINPID', value: null, conditional: false, origin: {path: 'systemd', line: null}},
    ]),
  },
  {title: 'every systemd is 226', predict: withVersion(226)},
  {title: 'every systemd is 232', predict: withVersion(232)},
  {title: 'every systemd is 239', predict: withVersion(239)},
  {title: 'every systemd is 246', predict: withVersion(246)},
  {title: 'every systemd is 252', predict: withVersion(252)},
  {title: 'every systemd is 257', predict: withVersion(257)},
  {title: 'every systemd is 262', predict: withVersion(262)},
]

type Values = ReadonlyMap<string, string | null>

function withVersion(version: number): Predict {
  return (question) => predict({...question, version})
}

function withUnit(change: (unit: ExecQuestion['unit']) => ExecQuestion['unit']): Predict {
  return (question) => predict({...question, unit: change(question.unit)})
}

function withAssignments(change: (assignment: Assignment) => Assignment[]): Predict {
  return withUnit((unit) => ({...unit, assignments: unit.assignments.flatMap(change)}))
}

function withSources(change: (file: NamedFile) => NamedFile): Predict {
  return (question) => {
    const sources: EnvironmentSources = {...question.sources, file: (path) => change(question.sources.file(path))}
    return predict({...question, sources})
  }
}

function withFiles(change: (text: string) => string): Predict {
  return withSources((file) => (file.status === 'file' ? {...file, text: change(file.text)} : file))
}

function withVariables(change: (variables: readonly Variable[]) => readonly Variable[]): Predict {
  return (question) => {
    const answer = predict(question)
    return {...answer, environmentOf: (directive) => change(answer.environmentOf(directive))}
  }
}

function withCommands(change: (command: PredictedCommand) => PredictedCommand): Predict {
  return (question) => {
    const answer = predict(question)
    return {...answer, prediction: {...answer.prediction, commands: answer.prediction.commands.map(change)}}
  }
}

/** @param change gives what a word becomes instead; null: what it really does */
function withWords(change: (word: Word, values: Values) => readonly string[] | null): Predict {
  return (question) => {
    const answer = predict(question)
    const commands = answer.prediction.commands.map((command): PredictedCommand => {
      const values = new Map(answer.environmentOf(command.directive).map(({name, value}) => [name, value]))
      const words = command.words.map((word) => ({...word, became: change(word, values) ?? word.became}))
      const argv = words.some(({became}) => became === null) ? null : words.flatMap(({became}) => became ?? [])
      return {...command, words, argv}
    })
    return {...answer, prediction: {...answer.prediction, commands}}
  }
}

function insideToo({text, fate}: Word, values: Values): readonly string[] | null {
  return fate === 'literal' && /.\$[A-Za-z_]/.test(text) ? [expanded(text, values)] : null
}

function expanded(text: string, values: Values): string {
  return text.replace(/\$\{?(\w+)\}?/g, (_, name: string) => values.get(name) ?? '')
}

function blanks(value: string | null | undefined): readonly string[] {
  return (value ?? '').split(/[ \t\n]+/).filter((word) => word !== '')
}

function namesOf({words}: PredictedCommand): string[] {
  return words.flatMap(({references}) =>
    references.filter(({form, state}) => form !== 'literal' && state === 'unset').map(({name}) => name),
  )
}

function byPath(assignments: readonly Assignment[], first: string | null): readonly Assignment[] {
  const rank = ({path}: Assignment) => (path === first ? '' : path)
  return assignments.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) < rank(b) ? -1 : 1))
}

function instanceOf({unit}: ExecQuestion): string {
  return (/@(.*)\./.exec(unit.name)?.[1] ?? '').replaceAll('-', '/')
}
