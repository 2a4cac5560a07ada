import {expandWord, type Lookup} from '../../models/systemd/exec/expand.js'
import type {ExecPrediction, PredictedCommand, Word} from '../../models/systemd/exec/prediction.js'

/**
 * The same prediction without the values of variables: where one stands in an argument there is `<NAME>`. Which words
 * there are, and how many, stays as it is.
 */
export function concealValues(prediction: ExecPrediction): ExecPrediction {
  return {
    ...prediction,
    commands: prediction.commands.map((command) => concealCommand(command, prediction.version)),
    environment: prediction.environment.map((variable) => ({...variable, value: null})),
    files: prediction.files.map((file) => ({...file, commented: []})),
  }
}

function concealCommand(command: PredictedCommand, version: number): PredictedCommand {
  const words = command.words.map((word) => concealWord(word, version))
  return {...command, words, argv: command.argv && words.flatMap(({became}) => became ?? [])}
}

function concealWord(word: Word, version: number): Word {
  const [reference] = word.references
  if (word.became === null || !reference) return word
  if (word.fate === 'split') return {...word, became: word.became.map(() => nameOf(reference.name))}
  if (word.fate !== 'substituted') return word
  const states = new Map(word.references.map(({name, state}) => [name, state]))
  const lookup: Lookup = (name) => {
    const state = states.get(name) ?? 'unset'
    return {state, value: state === 'set' || state === 'conditional' ? nameOf(name) : '', origin: null}
  }
  return {...word, became: expandWord(word.text, lookup, version).word.became}
}

function nameOf(name: string): string {
  return `<${name}>`
}
