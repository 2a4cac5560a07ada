// Generated from the folders beside this file by `npm run generate`. Do not edit.
import type {AnyChecker} from '../checker.js'

export const checkers: readonly AnyChecker[] = []
