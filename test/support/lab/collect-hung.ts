/** Program of the lab: reads, as the live source does, files of which some lie on the mount point that it is given. */
import {mkdtempSync, rmSync, symlinkSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import type {Collected} from '../../../src/sources/collected.js'
import {createHostFiles} from '../../../src/sources/live/files.js'
import {createRootSource} from '../../../src/sources/root/index.js'

const [, , mountPoint = ''] = process.argv
const folder = mkdtempSync(join(tmpdir(), 'netdoctor-test-'))
symlinkSync(mountPoint, join(folder, 'link'))
const files = createHostFiles(1500)
const paths = [join(mountPoint, 'env'), join(folder, 'link', 'env'), join(mountPoint, '*.env'), '/etc/passwd']
const root = await createRootSource(dirname(mountPoint), {timeoutMs: 1500})
const [hung, through, tree, passwd, named, below, hungRoot] = await Promise.all([
  files.file('hung', `${mountPoint}/file`, 1000),
  files.file('through', join(folder, 'link', 'file'), 1000),
  files.tree('tree', {kind: 'tree', roots: [mountPoint], match: /./, depth: 1}),
  files.file('passwd', '/etc/passwd', 1 << 20),
  files.named('named', {kind: 'named-files', from: [], paths: () => paths, content: 'text'}, []),
  root.collect('environment-files'),
  createRootSource(mountPoint, {timeoutMs: 1500}).then(
    () => 'opened',
    (error) => error.name,
  ),
])
const short = (value: {status: string; reason?: string}) => ({
  status: value.status,
  ...(value.reason === undefined ? {} : {reason: value.reason}),
})
const brief = (collected: Collected) =>
  collected.status !== 'tree'
    ? collected
    : collected.entries.map((entry) => ({
        type: entry.type,
        ...(entry.type === 'unread' ? {reason: entry.missing.reason} : {}),
      }))
rmSync(folder, {recursive: true})
process.stdout.write(
  JSON.stringify({
    hung: short(hung),
    through: short(through),
    tree: brief(tree),
    passwd: short(passwd),
    named: brief(named),
    root: brief(below),
    hungRoot,
  }),
)
