/** Program of the lab: reads, as the live source does, files of which some lie on the mount point that it is given. */
import {mkdtempSync, rmSync, symlinkSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createHostFiles} from '../../../src/sources/live/files.js'

const [, , mountPoint = ''] = process.argv
const folder = mkdtempSync(join(tmpdir(), 'netdoctor-test-'))
symlinkSync(mountPoint, join(folder, 'link'))
const files = createHostFiles(1500)
const [hung, through, tree, passwd] = await Promise.all([
  files.file('hung', `${mountPoint}/file`, 1000),
  files.file('through', join(folder, 'link', 'file'), 1000),
  files.tree('tree', {kind: 'tree', roots: [mountPoint], match: /./, depth: 1}),
  files.file('passwd', '/etc/passwd', 1 << 20),
])
const short = (value: {status: string; reason?: string}) => ({
  status: value.status,
  ...(value.reason === undefined ? {} : {reason: value.reason}),
})
const entries = tree.entries.map((entry) => ({
  type: entry.type,
  ...(entry.type === 'unread' ? {reason: entry.missing.reason} : {}),
}))
rmSync(folder, {recursive: true})
process.stdout.write(JSON.stringify({hung: short(hung), through: short(through), tree: entries, passwd: short(passwd)}))
