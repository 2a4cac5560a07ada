import {string} from '@oclif/core/args'
import {Command} from '@oclif/core/command'
import {configFlag, outputFlags} from '../src/cli/flags.js'
import {loadCheckers} from '../src/engine/catalogue.js'
import {explain} from '../src/engine/explain.js'
import {describeTerminal} from '../src/output/terminal.js'
import {write} from '../src/output/write.js'
import {renderMarkdown} from '../src/renderers/markdown-text.js'

export default class Explain extends Command {
  static override summary = 'Explain a rule or a checker.'
  static override examples = ['<%= config.bin %> explain fork-limit/start-blocked']
  static override args = {
    rule: string({description: 'A checker or <checker>/<rule>, as `netdoctor list` shows them.', required: true}),
  }
  static override flags = {color: outputFlags.color, config: configFlag}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Explain)
    const checkers = await loadCheckers(this.config.root, flags.config)
    const page = await explain(args.rule, checkers, this.config.root)
    await write(renderMarkdown(page, describeTerminal(process.stdout, process.env, flags.color)))
  }
}
