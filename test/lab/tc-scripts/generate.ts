import {type Random, randomOf} from '../forks/random.js'

export interface Case {
  readonly index: number
  readonly dialect: 'sh' | 'bash'
  readonly text: string
}

/** A script made up at random of what shaping scripts are made of. The same seed and index give the same script. */
export function generateScript(seed: number, index: number): Case {
  const random = randomOf(seed * 1_000_003 + index)
  const dialect = random.chance(0.35) ? 'bash' : 'sh'
  const head = random.chance(0.2) ? ['set -e'] : []
  const writer = new Writer(random, dialect, head.length > 0)
  const variables = [
    'TC=tc',
    'n=1',
    ...NAMES.filter(() => random.chance(0.8)).map((name) => `${name}=${random.pick(VALUES)}`),
  ]
  if (dialect === 'bash') variables.push('list=(l0 "l 1" l2)')
  const body = writer.block(0, random.between(2, 7))
  for (const index of writer.functions.keys()) if (random.chance(0.7)) body.push(`f${index} one "two 2" $a`)
  return {
    index,
    dialect,
    text: [`#!/bin/${dialect}`, ...head, ...variables, ...writer.functions, ...body, ''].join('\n'),
  }
}

const NAMES = ['a', 'b', 'DEV', 'PRIO', 'x_1']
const VALUES = [
  'eth0',
  '3',
  '7',
  "'two words'",
  '"  pad  ded "',
  "''",
  '1:10',
  'u32',
  'a=b.c.d',
  '/etc/x/y.conf',
  '"a\\$b"',
  'x\\ y',
]
const WORDS = [
  'filter',
  'add',
  'dev',
  'eth0',
  'prio',
  '3',
  'parent',
  '1:',
  "'q q'",
  '"d  d"',
  'x\\ y',
  '""',
  "'*'",
  '10.0.0.0/8',
  'a"b"c',
  '--',
]

class Writer {
  readonly functions: string[] = []
  readonly #errexit: boolean
  #counter = 0
  #inLoop = 0
  #inFunction = 0
  readonly #random: Random
  readonly #bash: boolean

  constructor(random: Random, dialect: 'sh' | 'bash', errexit: boolean) {
    this.#errexit = errexit
    this.#random = random
    this.#bash = dialect === 'bash'
    for (let count = random.between(0, 2); count > 0; count--) this.#defineFunction(`f${this.functions.length}`)
  }

  block(depth: number, length: number): string[] {
    return Array.from({length}, () => this.#statement(depth)).flatMap((text) => text.split('\n'))
  }

  #defineFunction(name: string): void {
    this.#inFunction += 1
    const body = this.block(1, this.#random.between(1, 4))
    if (this.#random.chance(0.4))
      body.unshift(`local ${this.#random.pick(NAMES)}=${this.#random.pick(['$1', '9', '"$2"', 'l'])}`)
    this.#inFunction -= 1
    this.functions.push([`${name}() {`, ...body, 'tc end "$1"', '}'].join('\n'))
  }

  #name(): string {
    return this.#random.pick(NAMES)
  }

  /** A word of a command: anything that expands. */
  #word(depth = 0): string {
    const random = this.#random
    const name = this.#name()
    const simple = [
      () => random.pick(WORDS),
      () => random.pick(WORDS),
      () => `$${name}`,
      () => `"$${name}"`,
      () => `\${${name}}k`,
      () => `"x\${${name}}y"`,
      () =>
        `$((${random.between(0, 9)} ${random.pick(['+', '-', '*', '%', '/', '<', '==', '&&'])} ${random.between(1, 9)}))`,
      () => `$(( ($n + ${random.between(1, 5)}) * 2 ))`,
      () => `\${${name}:-${random.pick(['d', '"d d"', 'd d', '$b'])}}`,
      () => `"\${${name}-none}"`,
      () => `\${${name}:+set}`,
      () =>
        `\${${name}${random.pick(['#', '##', '%', '%%'])}${random.pick(['*.', '.*', '*/', '/*', 'e*', '?', '[a-z]', '*'])}}`,
      () => `\${#${name}}`,
      () => random.pick(['$1', '"$1"', '$#', '"$@"', '$@', '$*', '"$*"', '"${2:-two}"', '${1}']),
      () => random.pick(['$(hostname)', '"$(date +%s)"', '$HOME', '"$UNSET_ANYWHERE"']),
    ]
    const nested = [
      () => `$(echo ${this.#word(1)} ${this.#word(1)})`,
      () => `"$(printf '%s-%s' ${this.#word(1)} z)"`,
      () => `\`expr ${random.between(0, 9)} + ${random.between(0, 9)}\``,
      () => `$(seq ${random.between(1, 3)} ${random.between(1, 4)})`,
    ]
    const bash = [
      () => `{${random.between(0, 3)}..${random.between(1, 4)}}`,
      () => 'p{a,b}s',
      () => `\${${name}:${random.between(0, 2)}:${random.between(0, 3)}}`,
      () => `\${${name}/e/X}`,
      () => `"\${list[@]}"`,
      () => `\${list[${random.between(0, 2)}]}`,
      () => `\${#list[@]}`,
      () => `\${${name}^^}`,
      () => "$'t\\tb'",
    ]
    const all = [...simple, ...(depth === 0 ? nested : []), ...(this.#bash && depth === 0 ? bash : [])]
    return random.pick(all)()
  }

  #words(least: number, most: number): string {
    return Array.from({length: this.#random.between(least, most)}, () => this.#word()).join(' ')
  }

  /** A command that is recorded. */
  #tc(): string {
    const random = this.#random
    const words = this.#words(1, 4)
    const fails = !this.#errexit && random.chance(0.1) ? ' fail' : ''
    const program = random.pick([
      'tc',
      'tc',
      'tc',
      'tc',
      'command tc',
      'env A=1 tc',
      'ip netns exec n1 tc',
      '$TC',
      '${TC:-tc}',
      'A=1 tc',
      'eval tc',
    ])
    if (program === 'eval tc') return `eval "tc ${random.pick(['$a', 'x y', '\\$b', '"q  q"'].slice(0, 3))}"`
    return `${program} ${words}${fails}${random.chance(0.2) ? random.pick([' 2>/dev/null', ' >/dev/null 2>&1']) : ''}`
  }

  #batch(): string {
    const random = this.#random
    const lines = Array.from(
      {length: random.between(1, 3)},
      () => `filter ${random.pick(['$a', '${PRIO}', 'x', '$((1 + 2))', '\\$a', '$(echo in)'])} end`,
    )
    const quoted = random.chance(0.2)
    const text = `${lines.join('\n')}\n`
    return random.pick([
      () => `tc -batch - <<${quoted ? "'EOF'" : 'EOF'}\n${text}EOF`,
      () => `cat <<EOF | tc -b -\n${text}EOF`,
      () => `echo "filter ${this.#plainValue()}" | tc -batch -`,
      () => `{ echo one; echo "two $a"; } | tc -b -`,
      () => `printf 'p %s\\n' ${this.#plainValue()} $PRIO | tc -b -`,
      () => `tc -b - <<-EOF\n\tfilter $a\n\t\tx\n\tEOF`,
    ])()
  }

  #plainValue(): string {
    return this.#random.pick(['$a', '$PRIO', 'x', '"$DEV"', '7'])
  }

  #assign(): string {
    const random = this.#random
    const name = this.#name()
    const plain = [
      () => `${name}=${random.pick(VALUES)}`,
      () => `${name}=${random.pick(VALUES)}`,
      () => `${name}="$${this.#name()} ${random.pick(['z', '$b', ''])}"`,
      () => `${name}=$${this.#name()}`,
      () => `n=$((n + ${random.between(1, 3)}))`,
      () => `n=\`expr $n + 1\``,
      () => `${name}=$(echo ${this.#word(1)})`,
      () => `${name}=\${${this.#name()}:-dflt}`,
      () => `export ${name}=${random.pick(['ex', '"$a"'])}`,
      () => `unset ${name}`,
      () => `${name}=one b=two`,
      () => `: \${${name}:=assigned}`,
      () => `set -- ${this.#words(0, 3)}`,
      () => `${name}=1:2:3\nIFS=:; set -- $${name}; unset IFS\ntc split "$1" "$2" $#`,
      () => `${name}=1:2:3`,
    ]
    const bash = [
      () => `list=(${this.#words(0, 3)})`,
      () => `${name}+=more`,
      () => `((n += 2)) || true`,
      () => `list[1]=el`,
      () => `read -r a b <<< "here string  c"`,
    ]
    return random.pick([...plain, ...(this.#bash ? bash : [])])()
  }

  #test(): string {
    const random = this.#random
    const name = this.#name()
    const plain = [
      () => `[ "$${name}" = ${random.pick(['eth0', '3', '""'])} ]`,
      () => `[ -n "$${name}" ]`,
      () => `[ -z "$${name}" ]`,
      () => `[ $n -lt ${random.between(0, 4)} ]`,
      () => `test "$${name}" != u32`,
      () => `[ -e /nonexistent ]`,
      () => `[ -d / ]`,
      () => `[ "$(hostname)" = x ]`,
      () => `! [ -n "$${name}" ]`,
      () => random.pick(['true', 'false']),
      () => (this.#errexit ? 'tc q t' : random.pick(['tc q t', 'tc q fail', '! tc q fail'])),
      () => `[ -n "$${name}" ] && [ "$${name}" != 3 ]`,
      () => `[ "$#" -gt ${random.between(0, 2)} ]`,
      () => `[ "$a" = x -o "$b" = two ]`,
      () => `grep -q x /dev/null`,
    ]
    const bash = [() => `[[ $${name} == e* ]]`, () => `[[ -n $${name} && $n -lt 3 ]]`, () => `(( n > 1 ))`]
    return random.pick([...plain, ...(this.#bash ? bash : [])])()
  }

  #statement(depth: number): string {
    const random = this.#random
    const leaf = depth >= 2 || (depth === 1 && random.chance(0.5))
    const kind = random.between(0, leaf ? 9 : 23)
    if (kind <= 4) return this.#tc()
    if (kind <= 7) return this.#assign()
    if (kind === 8)
      return random.chance(0.5) && this.functions.length > 0 ? `${this.#call()} ${this.#words(0, 3)}` : this.#tc()
    if (kind === 9) return this.#jump()
    const inner = (length = random.between(1, 3)) => this.block(depth + 1, length).join('\n')
    switch (kind) {
      case 10:
        return this.#batch()
      case 11:
      case 12: {
        const other = random.chance(0.3) ? `elif ${this.#test()}; then\n${inner(1)}\n` : ''
        return `if ${this.#test()}; then\n${inner()}\n${other}${random.chance(0.5) ? `else\n${inner()}\n` : ''}fi`
      }
      case 13: {
        const items = random.pick(['eth0)', '3|7)', 'e*)', '?)', '"$b")', '[0-9]*)'])
        return `case ${random.pick(['$a', '"$DEV"', 'eth0', '$1', '"$(hostname)"'])} in\n${items}\n${inner(1)}\n;;\n${random.pick(['*)', '1:*)', '"two words")'])}\n${inner(1)}\n;;\nesac`
      }
      case 14:
      case 15:
        return this.#looped(
          () => `for ${random.pick(['i', 'a', 'PRIO'])} in ${this.#words(0, 3)}; do\n${inner()}\ndone`,
        )
      case 16: {
        const counter = `c${this.#counter++}`
        const most = random.between(1, 3)
        return this.#looped(
          () => `${counter}=0\nwhile [ $${counter} -lt ${most} ]; do\n${counter}=$((${counter} + 1))\n${inner()}\ndone`,
        )
      }
      case 17:
        return this.#looped(() => `while read -r a b; do\n${inner()}\ndone <<EOF\n1 x y\n$PRIO  z\nlast\nEOF`)
      case 18: {
        const loops = this.#inLoop
        this.#inLoop = 0
        const text = `(\n${inner()}\n)`
        this.#inLoop = loops
        return text
      }
      case 19:
        return `{\n${inner()}\n}`
      case 20:
        return `${this.#test()} ${random.pick(['&&', '||'])} ${random.pick([this.#tc(), '{\ntc grp $a\nb=grp\n}', this.#assign()])}${random.chance(0.3) ? ` || ${this.#tc()}` : ''}`
      case 21: {
        const text = random.pick([
          'tc sub $a',
          'tc sub "$1" $2',
          'x=1; tc $x',
          'for i in 1 2; do tc $i; done',
          'export a=in; tc "$a"',
        ])
        return random.pick([
          () => `sh -c '${text}' name ${this.#words(0, 2)}`,
          () => `eval '${text}'`,
          () => `cat > ./src${this.#counter} <<'EOF'\n${text}\nb=sourced\nEOF\n. ./src${this.#counter++}`,
        ])()
      }
      case 22: {
        const bash = [
          () => this.#looped(() => `for ((j = 0; j < ${random.between(0, 3)}; j++)); do\n${inner()}\ntc $j\ndone`),
          () => `function g${this.#counter} {\ntc $1 "$@"\n}\ng${this.#counter++} ${this.#words(0, 2)}`,
        ]
        return this.#bash ? random.pick(bash)() : this.#tc()
      }
      default:
        return this.#looped(() => `echo "p q\nr" | while read a; do\n${inner()}\ndone`)
    }
  }

  #looped(write: () => string): string {
    this.#inLoop += 1
    const text = write()
    this.#inLoop -= 1
    return text
  }

  #call(): string {
    // Only functions that are there already: none calls itself.
    return this.#random.pick(this.functions.map((_, index) => `f${index}`))
  }

  #jump(): string {
    const random = this.#random
    const guard = random.chance(0.6) ? `${this.#test()} && ` : ''
    if (this.#inLoop > 0) return `${guard}${random.pick(['break', 'continue', 'break 2'])}`
    if (this.#inFunction > 0) return random.chance(0.5) ? `${guard}return ${random.pick(['', '0', '1'])}` : 'shift || :'
    return random.chance(0.15) ? `${guard}exit ${random.pick(['0', '3'])}` : this.#tc()
  }
}
