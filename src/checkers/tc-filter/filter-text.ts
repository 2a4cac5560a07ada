import {classIdText, markText, type ShapingFilter} from '../../facts/traffic-filters/filter.js'

/** A filter in the words of tc, as far as they matter here. */
export function filterText({protocol, priority, kind, mark, classId, actions, redirectsTo}: ShapingFilter): string {
  return [
    `protocol ${protocol}`,
    ...(priority === null ? [] : [`pref ${priority}`]),
    kind,
    ...(mark === null ? [] : [`mark ${markText(mark)}`]),
    ...(classId === null ? [] : [`flowid ${classIdText(classId)}`]),
    ...actions.map((action) => (action === 'mirred' && redirectsTo !== null ? `mirred to ${redirectsTo}` : action)),
  ].join(' ')
}
