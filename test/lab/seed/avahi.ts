import type {PrivateHost} from './private-host.js'

/** avahi-daemon.conf with the limit that was the default until version 0.7. */
export const avahiConf = (nproc: number) => `[server]
enable-dbus=no
allow-interfaces=v0

[publish]
publish-workstation=no

[rlimits]
rlimit-nproc=${nproc}
`

const START = `set -e
mount -t tmpfs tmpfs /run
ip link set lo up
ip link add v0 type veth peer name v1
ip addr add 192.0.2.1/24 dev v0
ip link set v0 up
ip link set v1 up
exec timeout "$1" avahi-daemon`

export interface AvahiStart {
  readonly started: boolean
  /** What it said, without time stamps. */
  readonly log: string
}

/** Starts Debian's avahi-daemon in a network of its own and lets it run for a while. */
export async function startAvahi(host: PrivateHost, seconds = 3): Promise<AvahiStart> {
  const {stderr, stdout} = await host.run(['unshare', '--net', 'sh', '-c', START, 'sh', String(seconds)])
  const log = `${stdout}${stderr}`
  return {started: /Server startup complete/.test(log), log}
}
