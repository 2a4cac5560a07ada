import {expect, it} from 'vitest'
import {localTcpEngine} from '../../../../src/sources/live/containers/sockets.js'

it.each([
  ['tcp://localhost:2375', 'tcp://localhost:2375'],
  ['tcp://127.0.0.1:2375', 'tcp://127.0.0.1:2375'],
  ['tcp://user:secret@127.0.0.1:2375', 'tcp://127.0.0.1:2375'],
  ['tcp://[::1]:2376/', 'tcp://[::1]:2376'],
  ['tcp://build.example:2375', null],
  ['tcp://127.0.0.1.example:2375', null],
  ['ssh://localhost', null],
  ['unix:///run/docker.sock', null],
  [undefined, null],
])('of DOCKER_HOST=%s, %s is an engine of this host that is not asked', (dockerHost, endpoint) => {
  expect(localTcpEngine(dockerHost)).toBe(endpoint)
})
