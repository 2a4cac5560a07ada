import type {Container} from '../../facts/containers.js'
import type {Remediation} from '../../model/finding.js'
import type {OwnerCharge} from '../../models/limited-tasks/owners.js'

/** Gives the container another kernel UID. */
export function ownIdentity(container: Container, kuid: number): Remediation[] {
  const manual = (title: string): Remediation => ({title, kind: 'manual', safety: 'disruptive', persistent: true})
  if (container.usernsOfItsOwn) {
    return [manual(`Map ${container.name} to a range of host IDs that does not hold UID ${kuid}`)]
  }
  switch (container.runtime) {
    case 'docker':
      return [
        manual(
          `Re-create ${container.name} under a UID no host account has (docker run --user), or run dockerd with userns-remap`,
        ),
      ]
    case 'podman':
      return [
        manual(
          `Re-create ${container.name} with podman run --userns=auto, or under a UID no host account has (--user)`,
        ),
      ]
    case 'lxc':
      return [manual(`Give ${container.name} a range of its own with lxc.idmap`)]
    case 'nspawn':
      return [manual(`Run ${container.name} with PrivateUsers=pick (systemd-nspawn --private-users=pick)`)]
    case 'kubernetes':
    case 'containerd':
    case 'crio':
      return [manual(`Run the pod with hostUsers: false, or under a runAsUser that no host account has`)]
    case 'unknown':
      return [manual(`Run ${container.name} in a user namespace, or under a UID no host account has`)]
  }
}

/** Ends the container for now; null where no command would take its name. */
export function stop(container: Container): Remediation | null {
  const argv = stopCommand(container)
  const title = `Stop ${container.name} meanwhile`
  return argv && {title, kind: 'command', argv, safety: 'disruptive', persistent: false}
}

function stopCommand({runtime, name, seenBy, endpoint}: Container): string[] | null {
  switch (runtime) {
    case 'docker':
      if (!seenBy.includes('api')) return null
      return endpoint === null || /^unix:\/\/(\/var)?\/run\/docker\.sock$/.test(endpoint)
        ? ['docker', 'stop', name]
        : ['docker', '--host', endpoint, 'stop', name]
    case 'podman':
      if (!seenBy.includes('api')) return null
      return endpoint === null || endpoint === 'unix:///run/podman/podman.sock'
        ? ['podman', 'stop', name]
        : ['podman', '--url', endpoint, 'stop', name]
    case 'lxc':
      return ['lxc-stop', `--name=${name}`]
    case 'nspawn':
      return ['machinectl', 'poweroff', name]
    default:
      return null
  }
}

/** What gives the foreign tasks another UID, and what ends them meanwhile. */
export function moveContainers(others: readonly OwnerCharge[], kuid: number): Remediation[] {
  const remedies: Remediation[] = []
  for (const {owner} of others.slice(0, 2)) {
    if (owner.kind !== 'container') continue
    const ending = stop(owner.container)
    if (ending) remedies.push(ending)
    remedies.push(...ownIdentity(owner.container, kuid))
  }
  return remedies
}
