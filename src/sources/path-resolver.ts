import type {NamedFilesReader} from './named-files.js'

/** As many as the kernel follows: MAXSYMLINKS, include/linux/namei.h. */
const MAX_LINKS = 40

/** Where a link leads, as an absolute path without `..`; links on the way stay as they are. */
export type PathResolver = (link: string, target: string) => Promise<string>

/** The folder of `link` and its target, with each `..` undone in the text: true where no link comes before one. */
export function resolveLexically(link: string, target: string): string {
  const parts: string[] = []
  for (const part of (target.startsWith('/') ? target : `${link}/../${target}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/** Resolves as the kernel does: `..` leads out of the folder that is really meant, not of the link to it. */
export function createPathResolver(reader: Pick<NamedFilesReader, 'look'>): PathResolver {
  const links = new Map<string, Promise<string | null>>()

  return async (link, target) => {
    const full = target.startsWith('/') ? target : `${link.slice(0, link.lastIndexOf('/'))}/${target}`
    const up = `${full}/`.lastIndexOf('/../')
    if (up < 0) return resolveLexically(link, target)
    const folder = await realPath(full.slice(0, up + 3))
    return folder === null ? resolveLexically(link, target) : resolveLexically('/', `${folder}${full.slice(up + 3)}`)
  }

  /** `path` with every link in it followed; what is not there stays. null: too many links. */
  async function realPath(path: string): Promise<string | null> {
    let current = ''
    let followed = 0
    const todo = path.split('/').reverse()
    for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
      if (name === '' || name === '.') continue
      if (name === '..') {
        current = current.slice(0, Math.max(0, current.lastIndexOf('/')))
        continue
      }
      const target = await targetOf(`${current}/${name}`)
      if (target === null) {
        current = `${current}/${name}`
        continue
      }
      followed += 1
      if (followed > MAX_LINKS) return null
      if (target.startsWith('/')) current = ''
      todo.push(...target.split('/').reverse())
    }
    return current || '/'
  }

  function targetOf(path: string): Promise<string | null> {
    let pending = links.get(path)
    if (!pending) {
      pending = Promise.resolve(reader.look(path, {content: 'names', maxBytes: 0})).then((found) =>
        'type' in found && found.type === 'symlink' ? found.target : null,
      )
      links.set(path, pending)
    }
    return pending
  }
}
