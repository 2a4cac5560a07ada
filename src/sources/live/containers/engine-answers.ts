import * as v from 'valibot'
import type {ContainerUpkeep, EngineContainerRecord, EngineRecord} from '../../records.js'

const text = v.nullish(v.string(), '')
const list = <T extends v.GenericSchema>(item: T) => v.nullish(v.array(item), [])
const limit = v.nullish(v.number(), null)

const Version = v.object({Version: text, Components: list(v.object({Name: text}))})

const Info = v.object({SecurityOptions: list(v.string())})

const Listed = v.array(v.object({Id: v.string(), State: text, Names: list(v.string())}))

const Inspected = v.object({
  Id: v.string(),
  Name: text,
  State: v.object({Pid: v.nullish(v.number(), 0)}),
  Config: v.object({
    Image: text,
    User: text,
    Tty: v.nullish(v.boolean(), false),
    OpenStdin: v.nullish(v.boolean(), false),
    Labels: v.nullish(v.record(v.string(), v.string()), {}),
  }),
  HostConfig: v.object({
    Privileged: v.nullish(v.boolean(), false),
    AutoRemove: v.nullish(v.boolean(), false),
    UsernsMode: text,
    PidMode: text,
    IpcMode: text,
    NetworkMode: text,
    PidsLimit: limit,
    Ulimits: list(v.object({Name: v.string(), Soft: v.number(), Hard: v.number()})),
    RestartPolicy: v.nullish(v.object({Name: text}), {Name: ''}),
  }),
  Mounts: list(v.object({Type: text, Source: text, Destination: text, RW: v.nullish(v.boolean(), true)})),
})

/** `created`, `exited`, `dead`, `removing` have no tasks; what a later engine may add is looked at. */
const WITHOUT_TASKS = new Set(['created', 'exited', 'stopped', 'dead', 'removing', 'configured', 'initialized'])

/** GET /version; null: this is no container engine. */
export function readVersion(answer: unknown): Pick<EngineRecord, 'product' | 'version'> | null {
  const version = v.safeParse(Version, answer)
  if (!version.success) return null
  const names = version.output.Components.map(({Name}) => Name)
  const product = names.includes('Podman Engine') ? 'podman' : names.includes('Engine') ? 'docker' : 'unknown'
  return {product, version: version.output.Version}
}

/** GET /info */
export function readInfo(answer: unknown): Pick<EngineRecord, 'rootless' | 'usernsRemap'> | null {
  const info = v.safeParse(Info, answer)
  if (!info.success) return null
  const names = info.output.SecurityOptions.flatMap((option) => option.split(','))
  return {rootless: names.includes('name=rootless'), usernsRemap: names.includes('name=userns')}
}

/** GET /containers/json: those that have tasks, or will have again. */
export function readList(answer: unknown): {readonly id: string; readonly name: string}[] | null {
  const listed = v.safeParse(Listed, answer)
  if (!listed.success) return null
  return listed.output
    .filter(({State}) => !WITHOUT_TASKS.has(State.toLowerCase()))
    .map(({Id, Names}) => ({id: Id, name: bare(Names[0] ?? Id)}))
}

/** GET /containers/ID/json, without what may hold secrets: environment, command line, labels. */
export function readContainer(answer: unknown): EngineContainerRecord | null {
  const inspected = v.safeParse(Inspected, answer)
  if (!inspected.success) return null
  const {Id, Name, State, Config, HostConfig, Mounts} = inspected.output
  return {
    id: Id,
    name: bare(Name),
    image: Config.Image,
    pid: State.Pid,
    user: Config.User,
    privileged: HostConfig.Privileged,
    usernsMode: HostConfig.UsernsMode,
    pidMode: HostConfig.PidMode,
    ipcMode: HostConfig.IpcMode,
    networkMode: HostConfig.NetworkMode,
    // Docker takes 0 and -1 for "no limit".
    pidsLimit: HostConfig.PidsLimit !== null && HostConfig.PidsLimit > 0 ? HostConfig.PidsLimit : null,
    // Podman calls them RLIMIT_NPROC, Docker nproc.
    ulimits: HostConfig.Ulimits.map(({Name, Soft, Hard}) => ({
      name: Name.replace(/^RLIMIT_/, '').toLowerCase(),
      soft: Soft,
      hard: Hard,
    })),
    restartPolicy: HostConfig.RestartPolicy.Name,
    upkeep: {
      oneOff: HostConfig.AutoRemove || Config.Labels['com.docker.compose.oneoff'] === 'True',
      interactive: Config.Tty && Config.OpenStdin,
      composeProject: Config.Labels['com.docker.compose.project'] ?? Config.Labels['io.podman.compose.project'] ?? null,
      managedBy: managerOf(Config.Labels),
    },
    mounts: Mounts.map(({Type, Source, Destination, RW}) => ({
      type: Type,
      source: Source,
      destination: Destination,
      rw: RW,
    })),
  }
}

/** Who starts the container again, by the label that it leaves. */
function managerOf(labels: Readonly<Record<string, string>>): ContainerUpkeep['managedBy'] {
  if (labels['com.docker.swarm.service.name'] !== undefined) return 'swarm'
  if (labels['io.kubernetes.pod.name'] !== undefined) return 'kubernetes'
  if (labels['com.hashicorp.nomad.alloc_id'] !== undefined) return 'nomad'
  return labels.PODMAN_SYSTEMD_UNIT ?? null
}

/** Docker writes names with a slash in front. */
function bare(name: string): string {
  return name.startsWith('/') ? name.slice(1) : name
}
