import {execFileSync, spawn} from 'node:child_process'
import {existsSync, readFileSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {guard} from '../../support/lab/guard.js'

const builder = fileURLToPath(new URL('../../../scripts/lab/qemu-image.sh', import.meta.url))

/** Folder of what the virtual Debian boots from: built once, in minutes, and kept in the cache folder. */
export function virtualImage(): string {
  const release = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'stable'
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  const image = join(cache, 'netdoctor-lab', `virtual-${release}`)
  if (!existsSync(join(image, 'root.img'))) {
    console.log(`building ${image}, which takes a minute or more`)
    execFileSync('sh', [builder, image], {stdio: ['ignore', 'ignore', 'inherit']})
  }
  return image
}

/**
 * Boots it without KVM, so that it runs everywhere, slowly: `init` is its first process, `folder` is
 * /lab inside, and it ends by powering off. Gives what it wrote on its console.
 *
 * @param seconds after which it is stopped, which rejects
 */
export async function bootVirtual(folder: string, init: string, seconds: number): Promise<string> {
  const image = virtualImage()
  // biome-ignore format: an option and its value read better on one line
  const options = [
    '-accel', 'tcg,thread=multi', '-M', 'q35', '-cpu', 'qemu64', '-smp', '2', '-m', '2560',
    '-nodefaults', '-no-reboot', '-display', 'none', '-serial', 'stdio', '-device', 'virtio-rng-pci',
    '-kernel', `${image}/vmlinux`, '-initrd', `${image}/initrd.gz`,
    '-append', `console=ttyS0 quiet loglevel=4 panic=-1 systemd.unit=lab.service systemd.show_status=0 mitigations=off nokaslr no_timer_check apparmor=0 tsc=reliable labinit=${init}`,
    '-drive', `file=${image}/root.img,format=raw,if=virtio,readonly=on`,
    '-virtfs', `local,path=${folder},mount_tag=lab,security_model=none`,
  ]
  const child = spawn('nice', ['-n', '10', 'qemu-system-x86_64', ...options], {stdio: ['ignore', 'pipe', 'pipe']})
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? -1))
  })
  const {release} = guard('kill -KILL "$1" 2>/dev/null', String(child.pid))
  const deadline = setTimeout(() => child.kill('SIGKILL'), seconds * 1000)
  let console = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      console += text
    })
  }
  const code = await ended
  clearTimeout(deadline)
  await release()
  if (code !== 0) throw new Error(`the virtual machine ended with ${code}, or not within ${seconds} s:\n${console}`)
  return console
}
