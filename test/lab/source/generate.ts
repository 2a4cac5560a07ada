import {randomOf} from '../forks/random.js'
import type {Configuration, Phase} from './configuration.js'
import {addressCommands, makeAddresses} from './generate/addresses.js'
import {makeDevices, settingsOf} from './generate/devices.js'
import {labelCommands} from './generate/labels.js'
import {makeQuestions} from './generate/questions.js'
import {neighbourCommands, nexthopObjects, routeCommands} from './generate/routes.js'
import {ruleCommands} from './generate/rules.js'

/** The configuration of this number: the same for the same seed, on every machine. */
export function generate(seed: number, index: number): Configuration {
  const random = randomOf(Math.imul(seed, 2_654_435_761) ^ Math.imul(index + 1, 40_503))
  const devices = makeDevices(random)
  const addresses = makeAddresses(random, devices)
  const objects = nexthopObjects(random, devices)
  const phases: Phase[] = [
    {ip: devices.flatMap(({create}) => create)},
    {sysctl: devices.flatMap((device) => device.before)},
    {ip: devices.flatMap(({bringUp}) => bringUp)},
    {ip: addressCommands(addresses)},
    {sysctl: settingsOf(random, devices)},
    {ip: [...labelCommands(random, devices), ...routeCommands(random, devices, addresses)]},
    {ip: objects.single},
    {anyFamily: objects.group},
    {ip: objects.routes},
    {ip: [...neighbourCommands(random, devices), ...ruleCommands(random, devices, addresses)]},
  ]
  const waits = addresses.some(({fails}) => fails)
  const needed = phases.filter(({ip, sysctl, anyFamily}) => [ip, sysctl, anyFamily].some((part) => part?.length))
  return {phases: waits ? [...needed, {sleep: 1.3}] : needed, questions: makeQuestions(random, devices, addresses)}
}
