import type {Containers} from '../../facts/containers.js'
import type {FindingDraft} from '../../model/finding.js'
import {counted, listed} from './lists.js'
import {wording} from './wording.js'

const words = wording['container-root']

/** One finding for the whole host: it is how most containers are run, and no emergency. */
export function containersAsRoot({containers}: Containers): FindingDraft<'container-root'>[] {
  const rootful = containers.filter(
    ({usernsOfItsOwn, processes}) =>
      usernsOfItsOwn === false && processes.some(({realUid, effectiveUid}) => realUid === 0 || effectiveUid === 0),
  )
  if (rootful.length === 0) return []
  const privileged = rootful.filter((container) => container.privileged === true).map(({name}) => name)
  return [
    {
      rule: 'container-root',
      subject: {kind: 'host', name: 'containers'},
      confidence: 'certain',
      summary: words.summary(rootful.map(({name}) => name).sort()),
      why: words.why,
      evidence: [
        ...rootful.slice(0, 3).map(({name, initPid, ns}) => ({
          source: `/proc/${initPid}/ns/user`,
          excerpt: `${name}: user:[${ns.user ?? 'not known'}], that of the host`,
        })),
        ...(privileged.length === 0
          ? []
          : [
              {
                source: 'container runtime',
                excerpt: `${counted(privileged.length, 'of them is', 'of them are')} privileged: ${listed(privileged)}`,
              },
            ]),
      ],
      remediation: [
        {
          title:
            'Run them with userns-remap, podman run --userns=auto, lxc.idmap, PrivateUsers=pick or hostUsers: false',
          kind: 'manual',
          safety: 'disruptive',
          persistent: true,
        },
      ],
    },
  ]
}
