import type {ExecPrediction, PredictedCommand, Word} from '../../models/systemd/exec/prediction.js'

/**
 * The same prediction without the values of variables: where one stands in an argument there is `<NAME>`. Which words
 * there are, and how many, stays as it is.
 */
export function concealValues(prediction: ExecPrediction): ExecPrediction {
  return {
    ...prediction,
    commands: prediction.commands.map(concealCommand),
    environment: prediction.environment.map((variable) => ({...variable, value: null})),
    files: prediction.files.map((file) => ({...file, commented: []})),
  }
}

function concealCommand(command: PredictedCommand): PredictedCommand {
  const words = command.words.map(concealWord)
  return {...command, words, argv: command.argv && words.flatMap(({became}) => became ?? [])}
}

function concealWord(word: Word): Word {
  if (word.became === null) return word
  const [reference] = word.references
  if (word.fate === 'split' && reference) return {...word, became: word.became.map(() => `<${reference.name}>`)}
  if (word.fate !== 'substituted') return word
  const set = new Set(word.references.filter(({state}) => state === 'set').map(({name}) => name))
  return {...word, became: [substituteNames(word.text, set)]}
}
