import type {Missing} from '../../model/missing.js'
import type {
  ExecPrediction,
  IgnoredAssignment,
  Place,
  PredictedCommand,
  Word,
} from '../../models/systemd/exec/prediction.js'

/** What `predict exec` says about one unit. Values of variables are in it only where they were asked for. */
export interface ExecAnswer {
  readonly unit: string
  readonly systemdVersion: number | null
  readonly loadState: ExecPrediction['loadState']
  readonly loadError: string | null
  /** Files have changed since PID 1 read them. null: PID 1 is not systemd, has not loaded it, or was not asked. */
  readonly needDaemonReload: boolean | null
  readonly commands: readonly ExecCommand[]
  readonly environment: readonly ExecVariable[]
  /** Assignments that systemd does not take. */
  readonly ignored: readonly IgnoredAssignment[]
  readonly environmentFiles: readonly ExecFile[]
  readonly unknowns: readonly Pick<Missing, 'input' | 'reason' | 'detail'>[]
}

export interface ExecCommand
  extends Pick<PredictedCommand, 'directive' | 'index' | 'at' | 'prefixes' | 'path' | 'blocked' | 'unset' | 'invalid'> {
  /** null: not known. A value that was not asked for stands in it as `<NAME>`. */
  readonly argv: readonly string[] | null
  readonly words: readonly Word[]
}

export interface ExecVariable {
  readonly name: string
  readonly origin: Place
  /** Set only if something happens: $MAINPID, $EXIT_CODE. */
  readonly conditional: boolean
  readonly value?: string | null
}

export interface ExecFile {
  readonly path: string
  readonly optional: boolean
  readonly at: Place
  readonly state: 'read' | 'failed' | 'unknown'
  readonly error: string | null
  readonly sets: readonly string[]
}

export function answerOf(
  prediction: ExecPrediction,
  {showValues, needDaemonReload}: {readonly showValues: boolean; readonly needDaemonReload: boolean | null},
): ExecAnswer {
  return {
    unit: prediction.unit,
    systemdVersion: prediction.version,
    loadState: prediction.loadState,
    loadError: prediction.loadError && `${placeText(prediction.loadError.at)}${prediction.loadError.message}`,
    needDaemonReload,
    commands: prediction.commands,
    environment: prediction.environment.map(({name, origin, conditional, value}) => ({
      name,
      origin,
      conditional,
      ...(showValues ? {value} : {}),
    })),
    ignored: [...prediction.ignored, ...prediction.files.flatMap(({ignored}) => ignored)],
    environmentFiles: prediction.files.map(({path, optional, at, state, error, sets}) => ({
      path,
      optional,
      at,
      state,
      error,
      sets: sets.map(({name}) => name),
    })),
    unknowns: prediction.unknowns.map(({input, reason, detail}) => ({input, reason, detail})),
  }
}

function placeText(at: Place | null): string {
  if (at === null) return ''
  return at.line === null ? `${at.path}: ` : `${at.path}:${at.line}: `
}
