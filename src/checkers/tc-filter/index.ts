import {defineChecker} from '../../checker.js'
import {classMissing} from './class-missing.js'
import {familyUnshaped} from './family-unshaped.js'
import {markNeverSet} from './mark-never-set.js'
import {rules} from './rules.js'
import {liveDevices} from './shaped-device.js'
import {wording} from './wording.js'

export default defineChecker({
  id: 'tc-filter',
  title: 'Whether the kernel takes the filters of shaping scripts, and whether packets get where filters send them',
  needs: ['firewallMarks', 'deviceFamilies'],
  wants: ['liveTc'],
  rules,
  *check({firewallMarks, deviceFamilies, liveTc}) {
    const namespaces = liveTc.known ? liveTc.value : []
    const devices = namespaces.flatMap(liveDevices)
    if (devices.length === 0) return {skipped: wording.skipped}
    for (const device of devices) {
      yield* classMissing(device)
      const families = deviceFamilies.find(({own, inode}) => own === device.own && inode === device.inode) ?? null
      yield* familyUnshaped(device, families, null)
    }
    yield* markNeverSet(
      devices.filter(({own}) => own),
      firewallMarks,
    )
    return undefined
  },
})
