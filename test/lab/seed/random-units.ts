/** A seeded generator (mulberry32), so that a run can be repeated. */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Files of a unit load path: path -> text, or `-> target` for a link. */
export type UnitFiles = Readonly<Record<string, string>>

const folders = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
]

const values: Readonly<Record<string, readonly string[]>> = {
  LimitNPROC: [
    '',
    '3',
    '7:9',
    '9:7',
    '4:infinity',
    'infinity',
    '0x10',
    '010',
    '0b11',
    '+5',
    '-1',
    ' 6',
    '8: 9',
    '8 :9',
    'x',
  ],
  TasksMax: ['', '5', '0', '12%', '33.3%', '100%', '101%', '0%', 'infinity', '0x20', '7 ', '-3', '4G'],
  User: ['', 'daemon', 'root', '1234', '%p', '%i', 'bin'],
  PrivateUsers: ['yes', 'no', '1', 'off', 'maybe', 'T'],
  DynamicUser: ['no', 'false'],
  Slice: ['', 'ndx.slice', 'ndx-%p.slice'],
}

/** Services that are set by files, drop-ins, templates, aliases and masks in every way that the load path has. */
export function randomUnits(seed: number, count: number): {files: UnitFiles; names: readonly string[]} {
  const next = random(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T
  const chance = (p: number) => next() < p
  const files: Record<string, string> = {}
  const names: string[] = []

  const settings = (keys = Object.keys(values)) => {
    const lines = ['[Service]']
    for (let i = Math.floor(next() * 4); i >= 0; i--) {
      const key = pick(keys)
      const value = pick(values[key] ?? [''])
      const layout = pick([`${key}=${value}`, `${key} = ${value}`, `${key}=\\\n${value}`, `  ${key}=${value}  `])
      if (chance(0.2))
        lines.push(pick(['# LimitNPROC=1', '; TasksMax=1', '[Unit]\nLimitNPROC=2\n[Service]', 'rubbish']))
      lines.push(layout)
    }
    return `${lines.join('\n')}\n`
  }
  const main = () => settings().replace('[Service]\n', '[Service]\nType=oneshot\nExecStart=/bin/true\n')
  const dropIns = (owner: string) => {
    for (let i = Math.floor(next() * 3); i > 0; i--) {
      const path = `${pick(folders)}/${owner}.d/${pick(['10-a', '50-b', '70-c'])}.conf`
      // Drop-ins for several units must not decide their users: an invalid one refuses all of them.
      files[path] = chance(0.12)
        ? '-> /dev/null'
        : chance(0.05)
          ? ''
          : settings(['LimitNPROC', 'TasksMax', 'PrivateUsers'])
    }
  }
  for (let i = 0; i < count; i++) {
    const stem = `nd-${pick(['a', 'b', 'c'])}-${i}`
    const instance = chance(0.25) ? pick(['x', 'y-z', 'daemon']) : null
    const name = instance === null ? `${stem}.service` : `${stem}@${instance}.service`
    const file = instance === null ? name : `${stem}@.service`
    files[`${pick(folders)}/${file}`] = main()
    if (chance(0.15)) files[`${pick(folders)}/${file}`] = main()
    if (chance(0.06)) files[`/etc/systemd/system/${file}`] = chance(0.5) ? '-> /dev/null' : ''
    if (instance !== null) {
      files[`/etc/systemd/system/nd.target.wants/${name}`] = `-> ../${file}`
      dropIns(file)
    } else if (chance(0.15)) {
      const alias = `nd-alias-${i}.service`
      files[`/etc/systemd/system/${alias}`] = `-> ${pick([name, `/usr/lib/systemd/system/${name}`])}`
      dropIns(alias)
    }
    dropIns(name)
    names.push(name)
  }
  for (const shared of ['nd-', 'nd-a-', 'nd-b-']) dropIns(`${shared}.service`.replace('-.service', '-.service'))
  dropIns('nd-c-@.service')
  dropIns('service')
  return {files, names}
}
