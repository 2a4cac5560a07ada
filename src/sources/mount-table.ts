/** One line of /proc/PID/mountinfo, proc_pid_mountinfo(5), without the device's name and options. */
export interface MountEntry {
  readonly id: string
  readonly parent: string
  /** `major:minor` of the file system. */
  readonly device: string
  /** Folder or file of the file system that is mounted here. */
  readonly root: string
  /** As a process sees it whose root is that of the one whose table this is. */
  readonly point: string
  readonly readOnly: boolean
  /** Owners are others here than where else the file system is mounted, mount_setattr(2). */
  readonly idmapped: boolean
  readonly fsType: string
}

/** The mounts that one process has. */
export interface MountTable {
  readonly entries: readonly MountEntry[]
  /** What is mounted at `/` for it; null where its root is a folder that nothing is mounted on (chroot(2)). */
  readonly root: MountEntry | null
  /** The mount in which a path of its lies; null: that of its root folder, which is not in the table. */
  at(path: string): MountEntry | null
}

export function parseMountTable(text: string): MountTable {
  return createTable(text.split('\n').flatMap((line) => parseLine(line) ?? []))
}

/**
 * The same table with what identifies a mount and nothing else: names of devices and options of file
 * systems can hold addresses and accounts.
 */
export function withoutDevices(mountInfo: string): string {
  const lines = mountInfo.split('\n').flatMap((line) => {
    const parts = split(line)
    if (!parts) return []
    const [fields, [fsType, , options]] = parts
    return `${fields.slice(0, 6).join(' ')} - ${fsType} none ${options?.split(',')[0] ?? 'rw'}\n`
  })
  return lines.join('')
}

/** mangle() in fs/proc_namespace.c writes space, tab, newline and backslash in octal. */
export function unescapeOctal(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}

/** `path` without the folder `above` it (`/` or what begins with one); null: it is not below. */
export function below(path: string, above: string): string | null {
  if (path === above || above === '/') return path === above ? '' : path
  return path.startsWith(`${above}/`) ? path.slice(above.length) : null
}

function split(line: string): [fields: string[], rest: string[]] | null {
  const separator = line.indexOf(' - ')
  return separator < 0 ? null : [line.slice(0, separator).split(' '), line.slice(separator + 3).split(' ')]
}

function parseLine(line: string): MountEntry | null {
  const [fields, rest] = split(line) ?? [[], []]
  const [id, parent, device, root, point, options] = fields
  const [fsType, , superOptions = ''] = rest
  if (id === undefined || parent === undefined || device === undefined || root === undefined) return null
  if (point === undefined || options === undefined || fsType === undefined) return null
  const flags = options.split(',')
  return {
    id,
    parent,
    device,
    root: unescapeOctal(root),
    point: unescapeOctal(point),
    readOnly: flags.includes('ro') || superOptions.split(',')[0] === 'ro',
    idmapped: flags.includes('idmapped'),
    fsType,
  }
}

function createTable(entries: readonly MountEntry[]): MountTable {
  const ids = new Set(entries.map(({id}) => id))
  // The parent of a process's root lies above that root, and is not in its table.
  const parentOf = ({id, parent}: MountEntry) => (parent === id || !ids.has(parent) ? '' : parent)
  const children = new Map(entries.map((entry) => [`${parentOf(entry)} ${entry.point}`, entry]))
  const root = children.get(' /') ?? null
  return {
    entries,
    root,
    // As path_lookup goes: into what is mounted on each folder on the way, and on that, and so on.
    // Only at `/` itself it does not: a process keeps the root it has, whatever is mounted onto it later.
    at(path) {
      let current = root
      for (let end = path.indexOf('/', 1); ; end = path.indexOf('/', end + 1)) {
        const folder = end < 0 ? path : path.slice(0, end)
        if (folder !== '/') current = topmost(current, folder)
        if (end < 0) return current
      }
    },
  }

  function topmost(mount: MountEntry | null, point: string): MountEntry | null {
    let top = mount
    // A recorded table may be anything, a circle too.
    for (let left = entries.length; left > 0; left--) {
      const next = children.get(`${top?.id ?? ''} ${point}`)
      if (next === undefined) break
      top = next
    }
    return top
  }
}
