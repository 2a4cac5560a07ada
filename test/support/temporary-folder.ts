import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {onTestFinished} from 'vitest'

/** A new folder, removed when the running test is finished. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'netdoctor-test-'))
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}))
  return folder
}
