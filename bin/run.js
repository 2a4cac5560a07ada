#!/usr/bin/env node
import module from 'node:module'

// Node 22.1 and later keep the compiled code between runs.
module.enableCompileCache?.()

const {main} = await import('../dist/src/main.js')
await main()
