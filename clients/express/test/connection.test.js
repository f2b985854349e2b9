'use strict'

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const { once } = require('node:events')
const fs = require('node:fs')
const http = require('node:http')
const https = require('node:https')
const os = require('node:os')
const path = require('node:path')
const { after, before, test } = require('node:test')
const { promisify } = require('node:util')
const { SessionStore } = require('..')
const { KEYS, Server, namespace, until } = require('../support/server')
const { recorder, serveHttp } = require('../support/web')

const server = new Server()
before(() => server.start())
after(() => server.close())

const DOCUMENT = '{"attributes": {"text": "ä€😀"}, "permanent": false}'
/** Lets the sockets have their turn. */
const turn = () => new Promise(setImmediate)

/** A store on a namespace of its own. */
function open({ url }, options = {}) {
  return new SessionStore({ url, apiKey: KEYS.write, namespace: namespace(), timeout: 30_000, ...options })
}

/** A service that has each session; `answer` may do something else than to `tell`, by the number of the call. */
async function fake(t, answer = (request, response, tell) => tell()) {
  const connections = new Set()
  /** @type {http.IncomingMessage[]} */
  const calls = []
  const { server, url } = await serveHttp(t, (request, response) => {
    const tell = () => response.writeHead(200, { 'content-type': 'application/json' }).end(DOCUMENT)
    if (request.url.endsWith('/health/ready')) return response.end()
    connections.add(request.socket)
    calls.push(request)
    answer(request, response, tell, calls.length)
  })
  server.keepAliveTimeout = 60_000
  return { url, connections, calls }
}

test('calls one after the other share a connection', async (t) => {
  const service = await fake(t)
  const store = open(service)
  await once(store, 'connect') // the look at the service's health took one, too
  for (let i = 0; i < 20; i++) assert.equal((await store.get('x')).text, 'ä€😀')
  assert.equal(service.connections.size, 1)
})

test('many calls at once are all answered, on no more than 256 connections', async (t) => {
  const waiting = []
  const service = await fake(t, (request, response, tell) => waiting.push(tell))
  const store = open(service)
  const gets = Promise.all(Array.from({ length: 600 }, () => store.get('x')))
  await until(() => waiting.length >= 256)
  for (let answered = 0; answered < 600; await turn()) {
    for (const tell of waiting.splice(0)) {
      tell()
      answered++
    }
  }
  assert.ok((await gets).every(({ text }) => text === 'ä€😀'))
  assert.equal(service.connections.size, 256)
})

test('an idle connection is closed by the store, after seconds', async (t) => {
  const service = await fake(t)
  await open(service).get('x')
  const [socket] = service.connections
  await until(() => socket.destroyed)
})

test('idle connections that the service closes fail no call, however many there are', async (t) => {
  const waiting = []
  const service = await fake(t, (request, response, tell) => waiting.push(tell))
  const store = open(service)
  for (let round = 0; round < 20; round++) {
    const gets = Array.from({ length: 4 }, () => store.get('x'))
    await until(() => waiting.length === 4)
    for (const tell of waiting.splice(0)) tell()
    await Promise.all(gets)
    await turn()
    for (const socket of [...service.connections].reverse()) socket.destroy()
    service.connections.clear()
    const get = store.get('x') // the store could not see yet that they are closed
    await until(() => waiting.length)
    waiting.pop()()
    assert.equal((await get).text, 'ä€😀')
  }
})

test('an answer that breaks off is asked for again, once', async (t) => {
  for (const broken of [1, 2]) {
    const service = await fake(t, (request, response, tell, number) => {
      if (number > broken) return tell()
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 })
      response.write(DOCUMENT, () => request.socket.destroy())
    })
    const get = open(service).get('x')
    if (broken === 1) assert.equal((await get).text, 'ä€😀')
    else await assert.rejects(get, { code: 'unavailable', status: 503 })
    assert.equal(service.calls.length, 2)
  }
})

test('an answer that comes byte by byte and ends with the connection is whole', async (t) => {
  const service = await fake(t, async (request, response) => {
    response.removeHeader('transfer-encoding')
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' })
    for (const byte of Buffer.from(DOCUMENT)) await promisify(response.write.bind(response))(Buffer.of(byte))
    response.end()
  })
  assert.equal((await open(service).get('x')).text, 'ä€😀')
})

for (const [part, begin] of [
  ['head', 'HTTP/1.1 200 OK\r\nX-'],
  ['body', 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n'],
]) {
  test(`the timeout ends a call whose answer trickles in, the ${part} of it, and its connection`, async (t) => {
    const service = await fake(t, ({ socket }) => {
      socket.write(begin)
      const trickle = setInterval(() => socket.write('x'), 20)
      socket.on('error', () => {}).on('close', () => clearInterval(trickle))
    })
    const { code, status, message, cause } = await open(service, { timeout: 300 }).get('x').catch((error) => error)
    assert.deepEqual([code, status, message], ['unavailable', 503, `session-store at ${service.url} does not answer`])
    assert.equal(cause.message, 'no whole answer within 300 ms')
    const [socket] = service.connections
    await until(() => socket.destroyed)
    assert.equal(service.calls.length, 1) // who waited once is not to wait twice
  })
}

test('a call that waits for a connection ends within the timeout', async (t) => {
  const service = await fake(t, () => {})
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const store = open(service, { agent, timeout: 300 })
  for (const get of [store.get('x'), store.get('y')]) await assert.rejects(get, { code: 'unavailable' })
})

test('data that is refused before it was read whole is an error, and no more', async () => {
  const store = open(server)
  for (let i = 0; i < 20; i++) {
    const save = store.set('x', { data: 'x'.repeat(8 * 1024 * 1024), cookie: {} })
    await assert.rejects(save, ({ code }) => code === 'body-too-large' || code === 'unavailable') // by who is faster
  }
  assert.equal(await store.length(), 0)
})

test('a URL with a path', async (t) => {
  const service = await fake(t)
  await open({ url: `${service.url}/sessions%20of/all/` }, { namespace: 'shop' }).get('x')
  assert.equal(service.calls[0].url, '/sessions%20of/all/v1/shop/sessions/-?touch=false')
})

test('a service whose certificate a private authority has signed, by an agent that knows it', async (t) => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'session-store-'))
  t.after(() => fs.rmSync(directory, { recursive: true }))
  const file = path.join(directory, 'made.p12')
  const keytool = process.env.JAVA_HOME ? path.join(process.env.JAVA_HOME, 'bin/keytool') : 'keytool'
  const passphrase = 'password'
  const kept = ['-alias', 'a', '-storetype', 'PKCS12', '-storepass', passphrase, '-keystore', file]
  const subject = ['-dname', 'CN=localhost', '-ext', 'SAN=ip:127.0.0.1', '-keyalg', 'EC']
  execFileSync(keytool, ['-genkeypair', ...kept, ...subject], { stdio: 'pipe' })
  const ca = execFileSync(keytool, ['-exportcert', '-rfc', ...kept], { stdio: 'pipe' })
  const service = await recorder(t, server.url, undefined, { pfx: fs.readFileSync(file), passphrase })
  const agent = new https.Agent({ ca, keepAlive: true })
  t.after(() => agent.destroy())
  const store = open(service, { agent })
  await store.set('x', { a: 1, cookie: {} })
  assert.equal((await store.get('x')).a, 1)
  const refused = { code: 'unavailable', message: `session-store at ${service.url} does not answer` }
  await assert.rejects(open(service).get('x'), refused)
})
