/** Something the user can put right: printed without a stack, with next steps. */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly suggestions: readonly string[]

  constructor(message: string, options: {suggestions?: readonly string[]; cause?: unknown} = {}) {
    super(message, {cause: options.cause})
    this.suggestions = options.suggestions ?? []
  }
}
