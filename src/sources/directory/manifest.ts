import * as v from 'valibot'
import {missingReasons} from '../../model/missing.js'

export const BUNDLE_FORMAT = 'netdoctor-bundle'
export const BUNDLE_VERSION = 1

const Missing = v.object({
  status: v.literal('missing'),
  input: v.string(),
  reason: v.picklist(missingReasons),
  detail: v.string(),
})

const Entry = v.variant('type', [
  v.object({
    type: v.literal('file'),
    path: v.string(),
    text: v.string(),
    invalidUtf8: v.exactOptional(v.literal(true)),
  }),
  v.object({type: v.literal('symlink'), path: v.string(), target: v.string()}),
  v.object({type: v.literal('unread'), path: v.string(), missing: Missing}),
  v.object({type: v.literal('present'), path: v.string()}),
  v.object({type: v.literal('absent'), path: v.string()}),
  v.object({type: v.literal('glob'), path: v.string(), matches: v.pipe(v.array(v.string()), v.readonly())}),
])

const Input = v.variant('status', [
  v.object({status: v.literal('missing'), reason: v.picklist(missingReasons), detail: v.optional(v.string(), '')}),
  v.object({
    status: v.literal('ok'),
    origin: v.optional(v.string()),
    exitCode: v.optional(v.number()),
    gaps: v.optional(v.array(Missing)),
    /** Of the file; of a tree over all of its entries (digest.ts). */
    sha256: v.optional(v.string()),
    bytes: v.optional(v.number()),
    durationMs: v.optional(v.number()),
    /** Content that could not be laid down as a file. */
    text: v.optional(v.string()),
    /** Of files that were asked for by name: those that lie below `root`. */
    files: v.optional(v.array(v.string())),
    /** Of a tree: what could not be laid down as files, and what was not read. They win over files. */
    entries: v.optional(v.array(Entry)),
  }),
])

/** manifest.json of an unpacked bundle. Fields that are not known here are ignored. */
export const Manifest = v.object({
  format: v.literal(BUNDLE_FORMAT),
  version: v.literal(BUNDLE_VERSION),
  tool: v.optional(v.object({name: v.string(), version: v.string()})),
  collectedAt: v.pipe(v.string(), v.isoTimestamp()),
  /** What an input is that is neither listed nor there as a file: the host had none, or nobody looked. */
  unlisted: v.optional(v.picklist(['absent', 'not-collected']), 'not-collected'),
  inputs: v.optional(v.record(v.string(), Input), {}),
})

export type RecordedInput = Extract<v.InferOutput<typeof Input>, {status: 'ok'}>
export type Manifest = v.InferOutput<typeof Manifest>
export type ManifestInput = v.InferInput<typeof Input>
export type ManifestJson = v.InferInput<typeof Manifest>
