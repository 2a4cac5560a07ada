import {describe, expect, it} from 'vitest'
import {assignmentOf, parseSysctlFile, sysctlFilesFact} from '../../src/facts/sysctl-files.js'
import {missing} from '../../src/model/missing.js'
import {derive, gapsOf, tree, valueOfKnown} from './derive.js'

const keysOf = (text: string) => parseSysctlFile('/x', text).map(({key, value}) => `${key}=${value}`)

describe('a file of sysctl.d', () => {
  it.each([
    ['net.ipv6.conf.all.forwarding=1', ['net/ipv6/conf/all/forwarding=1']],
    ['  net.ipv6.conf.all.forwarding = 1  ', ['net/ipv6/conf/all/forwarding=1']],
    ['net/ipv6/conf/eth0.10/accept_ra = 2', ['net/ipv6/conf/eth0.10/accept_ra=2']],
    ['net.ipv6.conf.eth0/10.accept_ra = 2', ['net/ipv6/conf/eth0.10/accept_ra=2']],
    ['-net.ipv6.conf.eth0.accept_ra = 2', ['net/ipv6/conf/eth0/accept_ra=2']],
    ['-net.ipv6.conf.eth0.accept_ra', ['net/ipv6/conf/eth0/accept_ra=null']],
    ['# net.a = 1\n; net.b = 1\n\nnet.c\n = 1', []],
    ['kernel.core_pattern = |/bin/x a=b', ['kernel/core_pattern=|/bin/x a=b']],
  ])('%j', (text, expected) => {
    expect(keysOf(text)).toEqual(expected)
  })
})

describe('the files of sysctl.d', () => {
  const paths = async (files: Readonly<Record<string, string>>, main?: string) =>
    valueOfKnown(
      await derive(sysctlFilesFact, {
        'sysctl-folders': tree(files),
        ...(main === undefined ? {} : {'sysctl-conf': main}),
      }),
    ).map(({path, key}) => `${path} ${key}`)

  it('are read by name, the first folder wins a name, sysctl.conf comes last', async () => {
    expect(
      await paths(
        {
          '/etc/sysctl.d/50-a.conf': 'a.b = 1',
          '/etc/sysctl.d/20-c.conf': 'a.c = 1',
          '/usr/lib/sysctl.d/50-a.conf': 'a.x = 1',
          '/usr/lib/sysctl.d/10-d.conf': 'a.d = 1',
        },
        'a.e = 1',
      ),
    ).toEqual([
      '/usr/lib/sysctl.d/10-d.conf a/d',
      '/etc/sysctl.d/20-c.conf a/c',
      '/etc/sysctl.d/50-a.conf a/b',
      '/etc/sysctl.conf a/e',
    ])
  })

  it('have sysctl.conf where a link puts it, and a mask hides', async () => {
    const files = {
      '/etc/sysctl.d/50-main.conf': '-> ../sysctl.conf',
      '/etc/sysctl.d/60-z.conf': 'a.z = 1',
      '/etc/sysctl.d/10-hidden.conf': '-> /dev/null',
      '/usr/lib/sysctl.d/10-hidden.conf': 'a.h = 1',
    }
    expect(await paths(files, 'a.e = 1')).toEqual(['/etc/sysctl.conf a/e', '/etc/sysctl.d/60-z.conf a/z'])
    expect(await paths(files)).toEqual(['/etc/sysctl.d/60-z.conf a/z'])
  })

  it('are not known in part where one cannot be read', async () => {
    const denied = missing('sysctl-conf', 'denied', 'EACCES')
    expect(gapsOf(await derive(sysctlFilesFact, {'sysctl-folders': tree({}), 'sysctl-conf': denied}))).toEqual([
      'sysctl-conf: denied',
    ])
    expect(valueOfKnown(await derive(sysctlFilesFact, {}))).toEqual([])
  })
})

describe('the line that decides a setting', () => {
  const of = (text: string, key: string) => assignmentOf(parseSysctlFile('/x', text), key)?.value ?? null

  it.each([
    ['a.b = 1\na.b = 2', 'a/b', '2'],
    ['a.b = 1\na.* = 2', 'a/b', '1'],
    ['a.* = 1\na.? = 2', 'a/b', '2'],
    ['-a.b\na.* = 2', 'a/b', null],
    ['a.* = 1', 'a/b/c', null],
    ['n.*.x = 1', 'n/eth0.10/x', '1'],
  ])('%j: %s', (text, key, value) => {
    expect(of(text, key)).toBe(value)
  })
})
