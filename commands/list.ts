import {Command} from '@oclif/core/command'
import {configFlag, isJson, outputFlags} from '../src/cli/flags.js'
import {loadCheckers} from '../src/engine/catalogue.js'
import {describeTerminal} from '../src/output/terminal.js'
import {write} from '../src/output/write.js'
import {catalogueData, renderCatalogue} from '../src/renderers/catalogue-text.js'
import {renderJson} from '../src/renderers/json.js'

export default class List extends Command {
  static override summary = 'List the checkers, their rules and what each needs.'
  static override flags = {...outputFlags, config: configFlag}

  async run(): Promise<void> {
    const {flags} = await this.parse(List)
    const checkers = await loadCheckers(this.config.root, flags.config)
    const terminal = describeTerminal(process.stdout, process.env, flags.color)
    await write(isJson(flags) ? renderJson(catalogueData(checkers)) : renderCatalogue(checkers, terminal))
  }
}
