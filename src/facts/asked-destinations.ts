import {defineFact, known, unknown} from './define.js'

/** IPv6 addresses of `--dest`. */
export const askedDestinationsFact = defineFact({
  name: 'askedDestinations',
  inputs: ['asked-destinations'],
  derive({'asked-destinations': input}) {
    if (input.status === 'missing') return input.reason === 'absent' ? known<readonly string[]>([]) : unknown(input)
    return known<readonly string[]>(input.text.split('\n').filter((line) => line !== ''))
  },
})
