import type {Remediation} from '../../model/finding.js'

export function manual(title: string): Remediation {
  return {title, kind: 'manual', safety: 'safe', persistent: true}
}

export function edit(title: string, path: string, patch: string): Remediation {
  return {title, kind: 'edit', path, patch, safety: 'safe', persistent: true}
}
