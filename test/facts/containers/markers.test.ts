import {expect, it} from 'vitest'
import {markersOf, markersOfPath} from '../../../src/facts/containers/markers.js'

const a = 'a'.repeat(64)
const b = 'b'.repeat(64)

it.each([
  ['/', ''],
  ['/system.slice/cron.service', ''],
  ['/user.slice/user-1000.slice/user@1000.service/app.slice/app-flatpak-org.example.Web-123.scope', ''],
  [`/docker/${a}`, `docker ${a}`],
  [`/system.slice/docker-${a}.scope`, `docker ${a}`],
  [`/system.slice/docker-${a}.scope/init.scope`, `docker ${a}`],
  [`/user.slice/user-1000.slice/user@1000.service/docker.slice/docker-${a}.scope`, `docker ${a}`],
  [`/libpod_parent/libpod-${a}`, `podman ${a}`],
  [`/machine.slice/libpod-${a}.scope/container`, `podman ${a}`],
  [`/machine.slice/libpod-conmon-${a}.scope`, ''],
  [`/libpod_parent/conmon`, ''],
  [`/kubepods/burstable/pod1234/${a}`, `kubernetes ${a}`],
  [`/kubepods.slice/kubepods-pod1.slice/cri-containerd-${a}.scope`, `kubernetes ${a}`],
  [`/kubepods.slice/kubepods-pod1.slice/crio-${a}.scope`, `kubernetes ${a}`],
  [`/kubepods.slice/kubepods-pod1.slice/crio-conmon-${a}.scope`, ''],
  [`/system.slice/kubepods-besteffort-pod1.slice:cri-containerd:${a}`, `kubernetes ${a}`],
  [`/system.slice/crio-${a}.scope`, `crio ${a}`],
  [`/system.slice/nerdctl-${a}.scope`, `containerd ${a}`],
  [`/default/${a}`, `containerd ${a}`],
  [`/mine/${a}`, `unknown ${a}`],
  ['/lxc.payload.web', 'lxc web'],
  ['/lxc.payload.web/system.slice/ssh.service', 'lxc web'],
  ['/lxc.monitor.web', ''],
  ['/lxc/web', 'lxc web'],
  ['/machine.slice/machine-web\\x2d1.scope/payload/system.slice/ssh.service', 'nspawn web-1'],
  ['/machine.slice/systemd-nspawn@web.service/payload', 'nspawn web'],
  ['/payload', 'nspawn '],
  [`/payload/docker/${a}`, `nspawn  > docker ${a}`],
  [`/lxc.payload.web/docker/${a}`, `lxc web > docker ${a}`],
  [`/docker/${a}/docker/${b}`, `docker ${a} > docker ${b}`],
  [`/docker/${a.slice(1)}`, ''],
  [`/docker/${a}.old`, ''],
])('%s is the cgroup of: %s', (path, expected) => {
  const markers = markersOfPath(path).map(({runtime, id, name}) => `${runtime} ${id ?? name ?? ''}`)
  expect(markers.join(' > ')).toBe(expected)
})

it('believes the hierarchy that knows most', () => {
  const cgroups = [
    {hierarchy: 2, controllers: ['pids'], path: `/docker/${a}`},
    {hierarchy: 1, controllers: ['name=systemd'], path: `/payload/docker/${a}`},
    {hierarchy: 0, controllers: [], path: '/'},
  ]
  expect(markersOf(cgroups).map(({runtime}) => runtime)).toEqual(['nspawn', 'docker'])
})
