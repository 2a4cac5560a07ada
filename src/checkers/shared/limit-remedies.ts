import type {Origin} from '../../facts/services.js'
import type {Remediation} from '../../model/finding.js'
import type {LimitedStart} from '../../models/limited-tasks/starts.js'

/** What lifts the limit of a start. */
export function liftLimit({by, origin, name, kind}: LimitedStart): Remediation[] {
  switch (by) {
    case 'avahi':
      return [
        edit('Set no rlimit-nproc, as avahi itself does since version 0.7', origin, `#${origin.text.trimStart()}`),
      ]
    case 'systemd':
      return [serviceLimit(name, origin)]
    case 'runtime':
      return [
        manual(
          `Re-create ${name} with --pids-limit, which counts its own tasks, instead of --ulimit nproc`,
          'disruptive',
        ),
      ]
    case 'pam':
      return [manual(`Raise or remove the nproc limit of ${name} in ${origin.path}:${origin.line}`, 'safe')]
    default:
      return [manual(`Raise the task limit of this ${kind}`, 'safe')]
  }
}

/** TasksMax= counts the tasks of the service alone. A vendor's file is not edited but overridden. */
function serviceLimit(name: string, origin: Origin): Remediation {
  const title = `Limit ${name} by TasksMax=, which counts its own tasks, instead of LimitNPROC=`
  if (origin.line !== null && origin.path.startsWith('/etc/') && /^\s*LimitNPROC=/.test(origin.text)) {
    return edit(title, origin, origin.text.replace('LimitNPROC=', 'TasksMax='))
  }
  return dropIn(title, name, ['LimitNPROC=infinity'])
}

export function dropIn(title: string, unit: string, lines: readonly string[]): Remediation {
  const path = `/etc/systemd/system/${unit}.d/90-task-limit.conf`
  const section = unit.endsWith('.slice') ? '[Slice]' : unit.endsWith('.scope') ? '[Scope]' : '[Service]'
  const added = [section, ...lines].map((line) => `+${line}\n`).join('')
  const patch = `--- /dev/null\n+++ ${path}\n@@ -0,0 +1,${lines.length + 1} @@\n${added}`
  return {title, kind: 'edit', path, patch, safety: 'safe', persistent: true}
}

/** A patch of that very line, without context: `patch -p0` takes it. */
function edit(title: string, {path, line, text}: Origin, replacement: string): Remediation {
  const patch = `--- ${path}\n+++ ${path}\n@@ -${line} +${line} @@\n-${text}\n+${replacement}\n`
  return {title, kind: 'edit', path, patch, safety: 'safe', persistent: true}
}

export function manual(title: string, safety: Remediation['safety']): Remediation {
  return {title, kind: 'manual', safety, persistent: true}
}
