import type {TcUndecided, TcUsageError, TcVerb} from './types.js'
import type {TcWord} from './word.js'

/** Ends the reading of a command; caught by parseTc(). */
export class Stop {
  constructor(readonly result: TcUsageError | TcUndecided) {}
}

/** What is known of a command when a word of it turns out not to be. */
export interface Known {
  object: TcUndecided['object']
  verb: TcVerb | null
  dev: string | null
}

/** tc's walk through its arguments, and its ways to refuse them. */
export class Reader {
  readonly assumes: string[] = []
  /** Lines that tc has printed before it refuses. */
  readonly said: string[] = []
  readonly known: Known = {object: null, verb: null, dev: null}
  #at = 0
  #doubt: {readonly word: string; readonly role: string} | null = null
  readonly #words: readonly TcWord[]

  constructor(words: readonly TcWord[]) {
    this.#words = words
  }

  get done(): boolean {
    return this.#at >= this.#words.length
  }

  /** The word in turn, where it decides what the others mean. */
  keyword(role = 'keyword'): string {
    const word = this.#words[this.#at]
    if (word === undefined) throw new Error('no word is left')
    if (typeof word === 'string') return word
    // It may be several words once the script runs, and anything.
    this.known.dev = this.#doubt ? null : this.known.dev
    throw new Stop(this.#undecided({word: word.unknown, role}))
  }

  get peek(): TcWord | undefined {
    return this.#words[this.#at]
  }

  /** The word after next. */
  get following(): TcWord | undefined {
    return this.#words[this.#at + 1]
  }

  skip(): void {
    this.#at += 1
  }

  /** NEXT_ARG(): one more word must be there. */
  next(): void {
    this.#at += 1
    if (this.done) this.exit('Command line is not complete. Try option "help"')
  }

  /** The value in turn. null: it is not known, so the command is undecided in the end; reading goes on. */
  value(role: string): string | null {
    const word = this.#words[this.#at]
    if (word === undefined) throw new Error('no word is left')
    if (typeof word === 'string') return word
    this.#doubt ??= {word: word.unknown, role}
    return null
  }

  /** The value in turn, of which only whether tc takes it would matter. null: not known, taken for valid. */
  lesser(): string | null {
    const word = this.#words[this.#at]
    if (word === undefined) throw new Error('no word is left')
    if (typeof word === 'string') return word
    this.assumes.push(word.unknown)
    return null
  }

  rest(): readonly TcWord[] {
    return this.#words.slice(this.#at)
  }

  skipAll(): void {
    this.#at = this.#words.length
  }

  /** Throws if a word that decides was not known. */
  settle(): void {
    if (this.#doubt) throw new Stop(this.#undecided(this.#doubt))
  }

  /** exit(-1): invarg(), duparg(), missarg(), incomplete_command(). */
  exit(text: string): never {
    throw this.#refusal({type: 'usage-error', text, exit: 255, endsBatch: true})
  }

  /** `return -1` up to main(). */
  fail(text: string, exit: 1 | 255 = 255): never {
    throw this.#refusal({type: 'usage-error', text: [...this.said, text].join('\n'), exit, endsBatch: false})
  }

  wrong(message: string, word: string): never {
    this.exit(`Error: argument "${word}" is wrong: ${message}`)
  }

  duplicate(key: string, word: TcWord | undefined): never {
    const second = typeof word === 'string' ? word : (word?.unknown ?? '')
    this.exit(`Error: duplicate "${key}": "${second}" is the second value.`)
  }

  #refusal(error: TcUsageError): Stop {
    return new Stop(this.#doubt ? this.#undecided(this.#doubt) : error)
  }

  #undecided(doubt: {readonly word: string; readonly role: string}): TcUndecided {
    return {type: 'undecided', ...doubt, ...this.known}
  }
}

/** matches() of iproute2: a prefix that is not empty. */
export function matches(word: string, of: string): boolean {
  return word !== '' && of.startsWith(word)
}
