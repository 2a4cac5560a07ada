import type {Runtime} from '../containers.js'
import type {CgroupMembership} from '../processes.js'
import {unescapeUnitName} from '../systemd/unit-name.js'

/** What a part of a cgroup path says about the container that its processes are in. */
export interface Marker {
  readonly runtime: Runtime
  /** The runtime's ID. */
  readonly id: string | null
  /** The runtime's name. Of neither ID nor name, the marker says what it is, but not which. */
  readonly name: string | null
}

const ID = '[0-9a-f]{64}'

/** Unit and folder names by which runtimes call the cgroup of one container. */
const byId: readonly (readonly [RegExp, Runtime])[] = [
  [new RegExp(`^docker-(${ID})\\.scope$`), 'docker'],
  [new RegExp(`^libpod-(${ID})(?:\\.scope)?$`), 'podman'],
  [new RegExp(`^crio-(${ID})(?:\\.scope)?$`), 'crio'],
  [new RegExp(`(?:^cri-containerd-|:cri-containerd:)(${ID})(?:\\.scope)?$`), 'containerd'],
  [new RegExp(`^nerdctl-(${ID})\\.scope$`), 'containerd'],
  [new RegExp(`^(${ID})$`), 'unknown'],
]

/** The folder that runtimes without systemd put their containers' folders into. */
const byFolder: Readonly<Record<string, Runtime>> = {
  docker: 'docker',
  // Namespaces of containerd that its own tools use.
  default: 'containerd',
  'k8s.io': 'containerd',
  moby: 'docker',
}

/** Containers that a process is in by its cgroup paths, the outermost first. */
export function markersOf(cgroups: readonly CgroupMembership[]): readonly Marker[] {
  // A hierarchy may know less than another: one that a runtime inside a container cannot write to, say.
  let most: readonly Marker[] = []
  for (const {path} of cgroups) {
    const markers = markersOfPath(path)
    if (markers.length > most.length || (markers.length === most.length && identities(markers) > identities(most))) {
      most = markers
    }
  }
  return most
}

export function markersOfPath(path: string): readonly Marker[] {
  const parts = path.split('/').filter((part) => part !== '')
  const inPod = parts.some((part) => part.startsWith('kubepods'))
  const markers: Marker[] = []
  for (const [index, part] of parts.entries()) {
    const marker = markerOf(part, parts[index - 1] ?? '', inPod)
    // nspawn puts its payload below the unit that already named it.
    const isPayload = marker?.runtime === 'nspawn' && marker.name === null
    if (marker && !(isPayload && markers.at(-1)?.runtime === 'nspawn')) markers.push(marker)
  }
  return markers
}

function markerOf(part: string, folder: string, inPod: boolean): Marker | null {
  for (const [pattern, runtime] of byId) {
    const id = pattern.exec(part)?.[1]
    if (id === undefined) continue
    const said = runtime === 'unknown' ? (byFolder[folder] ?? runtime) : runtime
    return {runtime: inPod && said !== 'docker' && said !== 'podman' ? 'kubernetes' : said, id, name: null}
  }
  const lxc =
    /^lxc\.payload\.(.+)$/.exec(part)?.[1] ?? (folder === 'lxc' || folder === 'lxc.payload' ? part : undefined)
  if (lxc !== undefined) return {runtime: 'lxc', id: null, name: lxc}
  const machine = /^(?:machine-|systemd-nspawn@)(.+)\.(?:scope|service)$/.exec(part)?.[1]
  if (machine !== undefined) {
    const name = unescapeUnitName(machine)
    return {runtime: /^lxc-\d+-/.test(name) ? 'lxc' : 'nspawn', id: null, name}
  }
  return part === 'payload' ? {runtime: 'nspawn', id: null, name: null} : null
}

function identities(markers: readonly Marker[]): number {
  return markers.filter(({id, name}) => id !== null || name !== null).length
}
