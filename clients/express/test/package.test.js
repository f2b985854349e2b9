'use strict'

const assert = require('node:assert/strict')
const { execFile } = require('node:child_process')
const http = require('node:http')
const https = require('node:https')
const path = require('node:path')
const { after, before, test } = require('node:test')
const { promisify } = require('node:util')
const { Store } = require('express-session')
const { SessionStore, SessionStoreError } = require('..')
const { KEYS, Server, namespace } = require('../support/server')

const server = new Server()
before(() => server.start())
after(() => server.close())

const root = path.join(__dirname, '..')

/** Runs a script of modules, with `settings` for a store. */
function run(script) {
  const settings = { url: server.url, apiKey: KEYS.write, namespace: namespace(), timeout: 30_000 }
  const head = `import { SessionStore, SessionStoreError } from 'express-session-store'
    const settings = ${JSON.stringify(settings)}`
  const options = { cwd: root, timeout: 60_000 }
  return promisify(execFile)(process.execPath, ['--input-type=module', '-e', head + script], options)
}

test('it is a store of express-session', () => {
  assert.ok(new SessionStore({ url: server.url }) instanceof Store)
  assert.ok(new SessionStoreError('', 'unavailable') instanceof Error)
})

test('ES modules import it, and a process that used it can end', async () => {
  const { stdout } = await run(`
    const store = new SessionStore(settings)
    await Promise.all([
      store.set('x', { a: 1, cookie: {} }),
      new Promise((resolve) => store.on('connect', resolve)),
    ])
    console.log((await store.get('x')).a, typeof SessionStoreError)
    await new Promise(setImmediate)
    const pending = process.getActiveResourcesInfo()
    console.log(pending.filter((name) => name === 'TCPSocketWrap' || name === 'Timeout'))`)
  assert.equal(stdout, '1 function\n[]\n')
})

test('a process whose service is away can end', async () => {
  const { stdout } = await run(`
    const store = new SessionStore({ ...settings, url: 'http://127.0.0.1:1' })
    store.on('disconnect', () => console.log('disconnect'))`)
  assert.equal(stdout, 'disconnect\n')
})

test('what a callback or a listener throws is an uncaught exception', async () => {
  const { stdout } = await run(`
    process.on('uncaughtException', (error, origin) => console.log(origin, error.message))
    const store = new SessionStore(settings)
    store.on('connect', () => { throw new Error('mine') })
    store.get('x', (error) => { throw new Error('ok ' + error) })
    new SessionStore({ ...settings, apiKey: 'wrong' }).get('x', (error) => { throw new Error(error.code) })`)
  const lines = stdout.trim().split('\n').sort()
  assert.deepEqual(lines, ['mine', 'ok null', 'unauthenticated'].map((text) => `uncaughtException ${text}`))
})

test('each option is checked, and undefined is the default', () => {
  const refused = [
    [{ prefix: 'sess:' }, /^SessionStore has no option "prefix"; it has url, apiKey, namespace, ttl, principal, /],
    [{ url: 'localhost:8080' }, /^url is no URL of a service/],
    [{ url: 'redis://localhost' }, /^url is no URL of a service/],
    [{ url: 'http://user:password@localhost' }, /^url is no URL of a service.* apiKey$/],
    [{ url: 'http://localhost/?a' }, /^url is no URL of a service/],
    [{ apiKey: '' }, /^apiKey is empty or has characters that no key has$/],
    [{ apiKey: 'key\n' }, /^apiKey is empty/],
    [{ namespace: 'sess:' }, /^"sess:" is no namespace: use 1 to 63 of a-z, 0-9, _ and -, say "shop", but not "admin"$/],
    [{ namespace: 'admin' }, /^"admin" is no namespace/],
    [{ namespace: '' }, /^"" is no namespace/],
    [{ ttl: 0 }, /^ttl is 0; use whole seconds, say 86400, or leave it out$/],
    [{ ttl: 1.5 }, /^ttl is 1.5/],
    [{ ttl: '60' }, /^ttl is 60/],
    [{ principal: 7 }, /^principal is neither a name in the session nor a function of it$/],
    [{ timeout: 0 }, /^timeout is 0; use whole milliseconds, say 2000$/],
    [{ timeout: Infinity }, /^timeout is Infinity/],
    [{ timeout: 2 ** 31 }, /^timeout is 2147483648/], // a timer of Node's would take it for 1
    [{ agent: {} }, /^agent is no Agent for http:, with which url begins$/],
    [{ agent: new https.Agent() }, /^agent is no Agent for http:/],
    [{ url: 'https://localhost', agent: new http.Agent() }, /^agent is no Agent for https:/],
    [{ url: 'http://localhost:99999' }, /^Invalid URL/],
  ]
  for (const [options, message] of refused) {
    assert.throws(() => new SessionStore(options), { name: 'TypeError', message })
  }
  const names = ['apiKey', 'namespace', 'ttl', 'principal', 'timeout', 'agent']
  const unset = Object.fromEntries(names.map((name) => [name, undefined]))
  const store = new SessionStore({ url: `${server.url}/`, ...unset })
  return assert.rejects(store.length(), { code: 'unauthenticated' })
})

test('the package holds what its users need', async () => {
  const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--json', '--offline'], { cwd: root })
  const packed = JSON.parse(stdout)
  const [{ files }] = Array.isArray(packed) ? packed : Object.values(packed)
  assert.deepEqual(files.map((file) => file.path).sort(), ['README.md', 'index.d.ts', 'index.js', 'package.json'])
})
