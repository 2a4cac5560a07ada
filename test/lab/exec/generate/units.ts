import type {Batch} from '../run.js'
export function randomBatch(_seed: number, _from: number, _count: number): Batch {
  return {files: {}, units: [], triggered: []}
}
