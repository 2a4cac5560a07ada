const harmless = /^[A-Za-z0-9_@%+=:,./-]+$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are the ones that need another form
const needsAnsiC = /[\u0000-\u001f\u007f]|[^\u0020-\u007e]/

/** An argument list as a line for a POSIX shell; with control or non-ASCII characters, for bash, zsh, ksh and busybox ($'...'). */
export function shellQuote(argv: readonly string[]): string {
  return argv.map(quoteOne).join(' ')
}

function quoteOne(argument: string): string {
  if (harmless.test(argument)) return argument
  if (!needsAnsiC.test(argument)) return `'${argument.replaceAll("'", `'\\''`)}'`
  const bytes = Buffer.from(argument, 'utf8')
  let text = ''
  for (const byte of bytes) {
    const character = String.fromCharCode(byte)
    if (byte < 0x20 || byte > 0x7e) text += `\\${byte.toString(8).padStart(3, '0')}`
    else text += character === '\\' || character === "'" ? `\\${character}` : character
  }
  return `$'${text}'`
}
