import type {NamespaceIds, Process} from '../processes.js'
import type {UserNamespaces} from '../user-namespaces.js'

/**
 * Is this a sandbox (Flatpak, bubblewrap, `unshare`) rather than a container? It runs an application
 * of one user as that same user: no kernel UID is in it but that of who started it. Its user
 * namespace maps a single ID, or it has none.
 *
 * @param starter parent of `init`; undefined where it is gone
 */
export function isSandbox(
  init: Process,
  processes: readonly Process[],
  starter: Process | undefined,
  namespaces: UserNamespaces | null,
  host: NamespaceIds,
): boolean {
  if (init.userns !== null && init.userns !== host.user) {
    const namespace = namespaces?.get(init.userns)
    const [range, ...others] = namespace?.uidMap ?? []
    const creator = namespace?.ownerUid ?? starter?.realUid
    return range?.count === 1 && others.length === 0 && range.outside === creator
  }
  const uid = init.realUid
  return uid !== 0 && starter?.realUid === uid && processes.every((process) => process.realUid === uid)
}
