import {Chalk, type ChalkInstance} from 'chalk'
import type {Severity} from '../../model/finding.js'
import type {Terminal} from '../../output/terminal.js'

export interface Style {
  readonly width: number
  readonly verbose: boolean
  readonly bold: ChalkInstance
  readonly dim: ChalkInstance
  readonly command: ChalkInstance
  readonly added: ChalkInstance
  readonly removed: ChalkInstance
  readonly severity: {readonly [Name in Severity | 'unknown' | 'ok']: ChalkInstance}
}

export function createStyle(terminal: Terminal, verbose: boolean): Style {
  const chalk = new Chalk({level: terminal.colour})
  return {
    width: terminal.width,
    verbose,
    bold: chalk.bold,
    dim: chalk.dim,
    command: chalk.bold,
    added: chalk.green,
    removed: chalk.red,
    severity: {
      error: chalk.red.bold,
      warning: chalk.yellow.bold,
      notice: chalk.cyan.bold,
      unknown: chalk.magenta.bold,
      ok: chalk.green.bold,
    },
  }
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
