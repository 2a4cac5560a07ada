/** All wording of the checker, by rule. Strings of the host are untrusted and escaped when printed. */
export const wording = {
  'environment-file-missing': {
    missing: (unit: string, path: string) => `${unit} cannot start: its environment file ${path} is not there`,
    failed: (unit: string, path: string, error: string) =>
      `${unit} cannot start: systemd cannot load its environment file ${path} (${error})`,
    why: (error: string) =>
      `Without a “-” before the path systemd executes nothing of the unit when the file cannot be loaded. The journal says “Failed to load environment files: ${error}”, and not which file (Result=resources).`,
    maker: (unit: string) => `${unit} has a command about that file, and may make it.`,
    whyUtf8: 'systemd takes nothing of an environment file that has bytes which are no UTF-8 (systemd.exec(5)).',
  },
  'executable-variable': {
    summary: (unit: string, directive: string, names: string) =>
      `${unit} cannot run its ${directive}=: ${names} in the path of the executable is not expanded`,
    why: 'systemd expands variables in arguments, never in the first word of a command (systemd.service(5), “Command lines”).',
  },
  'variable-name-invalid': {
    summary: (unit: string, directive: string, words: string) =>
      `${unit} loses ${words} of its ${directive}=: what follows the $ is no name of a variable`,
    why: (names: string) =>
      `Of a word that begins with $ systemd takes all the rest for the name, and drops the word when that is none: ${names}. It does so even if a variable of the first part is set (replace_env_argv()).`,
    whyBraced: (names: string) =>
      `systemd knows \${NAME} and no other syntax of shells inside of the braces: ${names} is no name, and nothing is put in for it.`,
  },
  'variable-not-expanded': {
    unset: (unit: string, names: string, one: boolean, script: boolean) =>
      `${unit} passes ${names} on unexpanded, and ${one ? 'it is not' : 'none of them is'} set${script ? ', so its wrapper script finds nothing for it either' : ''}`,
    commented: (unit: string, names: string, one: boolean, files: string) =>
      `${unit} passes ${names} on unexpanded, and ${one ? 'it is' : 'all of them are'} set only in comments of ${files}`,
    set: (unit: string, names: string) => `${unit} passes ${names} as text to a program that does not expand it`,
    perhaps: (unit: string, names: string) =>
      `${unit} passes ${names} as text to a script, which does not seem to expand it`,
    why: 'systemd expands $NAME only if it is a whole word, and ${NAME} anywhere. Elsewhere the program gets the dollar sign and the name (systemd.service(5), “Command lines”).',
    whyScript: (path: string) =>
      `A script that looks at its arguments twice, as with eval, puts in what the environment has: nothing. ${path} is such a script, or may be.`,
  },
  'substitution-empty': {
    summary: (unit: string, names: string, one: boolean) =>
      `${unit} gets empty arguments, or parts of them: ${names} ${one ? 'is' : 'are'} not set`,
    alone: (unit: string, names: string, one: boolean) =>
      `${unit} is passed an empty argument: ${names} ${one ? 'is' : 'are'} not set`,
    inScript: (unit: string, names: string, one: boolean) =>
      `${unit} runs a shell script in which nothing is put in for ${names}: ${one ? 'it is' : 'they are'} not set`,
    why: 'systemd replaces ${NAME} by nothing when NAME is not set. As a word of its own it stays as an empty argument, where $NAME would vanish.',
  },
  'argument-dropped': {
    summary: (unit: string, names: string, one: boolean) =>
      `${unit} loses arguments: ${names} ${one ? 'is' : 'are'} not set`,
    after: (unit: string, name: string, option: string) =>
      `${unit} gives ${option} the wrong argument, or none: ${name} is not set`,
    why: 'systemd drops a word that is $NAME when NAME is not set. An option before it then takes the next word for its value.',
  },
  'shell-variable-eaten': {
    summary: (unit: string, directive: string, names: string) =>
      `${unit} runs a shell script whose ${names} systemd replaces by nothing (${directive}=)`,
    why: 'systemd expands ${NAME} also inside of quotes, before it starts the shell that would set NAME. $${NAME} leaves it to the shell, and so does $NAME.',
  },
  'variable-wrong-phase': {
    summary: (unit: string, directive: string, names: string) =>
      `${unit} uses ${names} in ${directive}=, where systemd never sets it`,
    why: 'systemd sets some variables only for some commands: MAINPID from ExecStartPost= on, SERVICE_RESULT for ExecStop= and ExecStopPost= (systemd.exec(5), “Environment variables in spawned processes”).',
  },
  'assignment-ignored': {
    one: (path: string, name: string, why: string) => `${path}: systemd ignores ${name}: ${why}`,
    more: (path: string, names: string, count: number) => `${path}: systemd ignores ${count} assignments: ${names}`,
    whyFile:
      'An environment file is no shell script: systemd takes NAME=value on a line of its own, ignores other lines, and says so in the journal only when a command of the unit is run (systemd.exec(5), EnvironmentFile=).',
    whyUnit:
      'systemd goes on without a setting that it cannot take, and says so once in the journal when it reads the file.',
  },
  'unit-files-changed': {
    one: (unit: string) =>
      `systemd has not read the files of ${unit} since they changed: what it runs is not what they say`,
    more: (count: number, names: string) =>
      `systemd has not read the files of ${count} units since they changed: ${names}`,
    why: 'PID 1 reads unit files once and keeps what they said until systemctl daemon-reload (NeedDaemonReload=yes). What is said here of these units is about the files.',
  },
  'defaults-file-unread': {
    summary: (path: string, unit: string, names: string) =>
      `${path} sets ${names}, and neither ${unit} nor anything it starts reads that file`,
    why: (shadowed: string | null) =>
      shadowed === null
        ? 'A service sees the files that its EnvironmentFile= names, and no others. Files in /etc/default and /etc/sysconfig have no meaning of their own.'
        : `${shadowed} would read it, and is not run: a unit of the same name takes the place of an init script.`,
  },
  'optional-variable-unset': {
    summary: (unit: string, names: string, one: boolean) =>
      `${unit}: ${names} ${one ? 'is' : 'are'} not set; by ${one ? 'its name it is' : 'their names they are'} for further options`,
    why: 'systemd drops a word that is $NAME when NAME is not set, and replaces ${NAME} by nothing. For further options that is meant so.',
  },
} as const

/** What is added where a finding counts less than it would. */
export function loweredWhy(because: string): string {
  return `It counts less than it would, because ${because}.`
}

export const outputHidden = 'What the program says of it is thrown away'

/** Names that are told one by one, and how much of one. */
const MOST_NAMES = 12
const LONGEST_NAME = 120

/** `A`, `A and B`, `A, B and C`. */
export function list(names: readonly string[]): string {
  const shown = names
    .slice(0, MOST_NAMES)
    .map((name) => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name))
  if (names.length > MOST_NAMES) shown.push(`${names.length - MOST_NAMES} more`)
  if (shown.length <= 1) return shown.join('')
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}
