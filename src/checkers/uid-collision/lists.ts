export {counted, groupBy, listed} from '../shared/lists.js'
