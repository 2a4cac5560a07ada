/**
 * Entry of the child process that reads in place of netdoctor what might never return. One JSON
 * request a line on standard input, one JSON answer a line on standard output, in the same order.
 * Ends with its input, and so with the process that started it.
 */
import {createInterface} from 'node:readline'
import {listConfined, lookConfined, ownerConfined, readConfined, readlinkConfined} from '../confined.js'
import type {ChildRequest} from './expendable-reader.js'

process.stdout.write('"ready"\n')
for await (const line of createInterface({input: process.stdin})) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`)
}

function answer(request: ChildRequest) {
  switch (request.op) {
    case 'read':
      return readConfined(request.root, request.path, request)
    case 'look':
      return lookConfined(request.root, request.path, request)
    case 'list':
      return listConfined(request.root, request.path)
    case 'readlink':
      return readlinkConfined(request.root, request.path)
    case 'owner':
      return ownerConfined(request.root, request.path)
  }
}
