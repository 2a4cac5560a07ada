import * as v from 'valibot'

/** /etc/netdoctor/config.yaml, or what `--config` names. */
export const configSchema = v.strictObject({
  plugins: v.optional(v.array(v.pipe(v.string(), v.nonEmpty('is empty'))), []),
})

export type Config = v.InferOutput<typeof configSchema>

const isoDate = v.pipe(
  v.string(),
  v.isoDate('is not a date like 2026-12-31'),
  v.check(isRealDate, 'is no day of the calendar'),
)

/** An `--accepted` file: findings the administrator knows of, why, and until when. */
export const acceptedSchema = v.array(
  v.strictObject({
    id: v.pipe(v.string(), v.regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, 'is not <checker>/<rule>')),
    subject: v.optional(v.string()),
    reason: v.pipe(v.string(), v.trim(), v.nonEmpty('is empty: say why the finding is accepted')),
    until: isoDate,
  }),
)

/** One entry of it. */
export interface AcceptedEntry {
  readonly id: string
  readonly subject?: string
  readonly reason: string
  readonly until: string
}

function isRealDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}
