import {execFileSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {dirname} from 'node:path'
import fc from 'fast-check'
import {expect, test} from 'vitest'
import {createHostFiles} from '../../src/sources/live/files.js'
import {describeLab} from '../support/lab/requirements.js'

/** glob(3) as systemd calls it: no flags, but without `.` and `..` (safe_glob() of src/basic/glob-util.c). */
const GLOB = `
import ctypes, json, sys
libc = ctypes.CDLL(None)
class Glob(ctypes.Structure):
    _fields_ = [('count', ctypes.c_size_t), ('paths', ctypes.POINTER(ctypes.c_char_p)), ('rest', ctypes.c_char * 128)]
answers = []
for pattern in json.load(sys.stdin.buffer):
    found = Glob()
    code = libc.glob(pattern.encode(), 0, None, ctypes.byref(found))
    paths = [found.paths[i].decode() for i in range(found.count)] if code == 0 else []
    answers.append([path for path in paths if not {'.', '..'} & set(path.split('/'))])
print(json.dumps(answers))
`
const letters = ['a', 'b', 'c', '-', '.', '[', ']', '!', '\\', '\u00e9', ' ']
const name = fc.array(fc.constantFrom(...letters), {minLength: 1, maxLength: 4}).map((parts) => parts.join(''))
const fileName = name.filter((text) => text !== '.' && text !== '..')
const wild = fc
  .array(
    fc.oneof(fc.constantFrom(...letters), fc.constantFrom('*', '?', '[ab]', '[!a]', '[a-c]', '[[:alpha:]]', '**')),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((parts) => parts.join(''))
// `.` and `..`, quoted or not, name folders by themselves.
const component = fc.oneof(wild, fileName).filter((text) => !/^\\?\.\\?\.?$/.test(text) && !text.endsWith('\\'))
const pattern = fc.array(component, {minLength: 1, maxLength: 3})
const thing = fc.record({path: fc.array(fileName, {minLength: 1, maxLength: 3}), link: fc.boolean()})

describeLab('a pattern', ['python3'], () => {
  test('property: matches what it matches for glob(3), in the same order', async () => {
    const files = createHostFiles(20_000)
    const seed = process.env.NETDOCTOR_SEED
    let matched = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(thing, {maxLength: 12}),
        fc.array(pattern, {minLength: 10, maxLength: 30}),
        async (things, all) => {
          const folder = mkdtempSync('/tmp/nd-glob-')
          try {
            for (const {path, link} of things) make(`${folder}/${path.join('/')}`, link)
            const patterns = [...new Set(all.map((parts) => `${folder}/${parts.join('/')}`))]
            const {entries} = await files.named(
              'it',
              {kind: 'named-files', from: [], paths: () => patterns, content: 'text'},
              [],
            )
            const ours = patterns.map((each) => {
              const entry = entries.find(({path, type}) => path === each && type === 'glob')
              if (entry?.type === 'glob') return entry.matches
              // No pattern for us: then it is a name.
              return entries.some(({path, type}) => path === each && type !== 'absent') ? [each] : []
            })
            const theirs: string[][] = JSON.parse(
              execFileSync('python3', ['-c', GLOB], {
                input: JSON.stringify(patterns),
                encoding: 'utf8',
                env: {LC_ALL: 'C', PYTHONCOERCECLOCALE: '0', PATH: '/usr/bin:/bin'},
              }),
            )
            matched += theirs.flat().length
            for (const [at, each] of patterns.entries()) expect(ours[at], each).toEqual(theirs[at])
          } finally {
            rmSync(folder, {recursive: true})
          }
        },
      ),
      {numRuns: 200, ...(seed === undefined ? {} : {seed: Number(seed)})},
    )
    expect(matched).toBeGreaterThan(100)
  })
})

function make(path: string, link: boolean): void {
  try {
    mkdirSync(dirname(path), {recursive: true})
    if (link) symlinkSync('nowhere', path)
    else writeFileSync(path, '')
  } catch {
    // Something else has that name.
  }
}
