import {forgetLastStat} from './forget-last-stat.js'

/**
 * What kind of machine this is, for a person who reads the report; nothing is judged by it.
 * systeminformation's mem() reads /proc/meminfo and starts nothing; most of its other functions
 * would run a shell.
 */
export async function describeMachine(): Promise<string> {
  forgetLastStat()
  const [{availableParallelism}, {default: systeminformation}] = await Promise.all([
    import('node:os'),
    import('systeminformation'),
  ])
  const {total, available} = await systeminformation.mem()
  return `${availableParallelism()} CPUs, ${gibibytes(total)} GiB of memory, ${gibibytes(available)} GiB available`
}

function gibibytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1)
}
