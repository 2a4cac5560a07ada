import {expect, test} from 'vitest'
import {cgroupNames, judgeCgroups} from '../../../src/checkers/fork-limit/pids-cgroups.js'
import type {PidsCgroups} from '../../../src/facts/pids-cgroups.js'

function full(path: string): PidsCgroups {
  const cgroup = {path, max: 5, current: 5, refused: 4, refusedLocal: null, parent: null}
  return {version: 2, byPath: new Map([[path, cgroup]])}
}

function judge(path: string) {
  const cgroups = full(path)
  return [...judgeCgroups(cgroups, null, cgroupNames(cgroups, {containers: []}, {byPid: new Map()}))]
}

test('a unit of the host is named, and gets a drop-in', () => {
  const [finding] = judge('/system.slice/mine.service')
  expect(finding?.subject).toEqual({kind: 'service', name: 'mine.service'})
  expect(finding?.remediation).toMatchObject([{path: '/etc/systemd/system/mine.service.d/90-task-limit.conf'}])
})

test('a unit of a user is not the one of the host that has its name', () => {
  const path = '/user.slice/user-1000.slice/user@1000.service/app.slice/mine.service'
  const [finding] = judge(path)
  expect(finding?.subject).toEqual({kind: 'cgroup', name: path})
  expect(finding?.remediation).toMatchObject([
    {kind: 'manual', title: 'Raise TasksMax= of mine.service (now 5), a unit of the systemd --user of UID 1000'},
  ])
})
