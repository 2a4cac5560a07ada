import {mkdtemp, rm} from 'node:fs/promises'
import {createServer, type RequestListener} from 'node:http'
import net from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

export interface FakeEngine {
  readonly socket: string
  /** Paths that were asked for, in order. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

/** Path -> what the engine answers there: an object as JSON, or a function that does as it likes. */
export type Answers = Readonly<Record<string, object | RequestListener>>

export const version = {Version: '28.2.2', Components: [{Name: 'Engine'}, {Name: 'containerd'}]}

/** An HTTP server on a Unix socket that plays a container engine. */
export async function fakeEngine(answers: Answers): Promise<FakeEngine> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const answer = answers[path]
    if (typeof answer === 'function') answer(request, response)
    else {
      response.statusCode = answer === undefined ? 404 : 200
      response.end(JSON.stringify(answer ?? {message: 'no such thing'}))
    }
  })
  return {...(await listen(server)), asked}
}

/** A server on a Unix socket that treats its connections as it likes. */
export function rawServer(onConnection: (socket: net.Socket) => void): Promise<FakeEngine> {
  return listen(net.createServer(onConnection))
}

async function listen(server: net.Server): Promise<FakeEngine> {
  const dir = await mkdtemp(join(tmpdir(), 'nd-engine-'))
  const socket = join(dir, 'docker.sock')
  const connections = new Set<net.Socket>()
  server.on('connection', (connection) => {
    connections.add(connection)
    connection.on('error', () => {}).on('close', () => connections.delete(connection))
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return {
    socket,
    asked: [],
    async close() {
      for (const connection of connections) connection.destroy()
      await new Promise((resolve) => server.close(resolve))
      await rm(dir, {recursive: true, force: true})
    },
  }
}
