'use strict'

const assert = require('node:assert/strict')
const path = require('node:path')
const { after, before, test } = require('node:test')
const { SessionStore } = require('..')
const { KEYS, Server, freePort, namespace, until } = require('../support/server')
const { Browser, recorder, serve, serveHttp, shop } = require('../support/web')

/** For tests that leave it alone. */
const server = new Server()
before(() => server.start())
after(() => server.close())

/** A server of the test's own. */
async function start(t, settings = {}) {
  const server = new Server({ PORT: await freePort(), ...settings })
  t.after(() => server.close())
  return server.start()
}

/** A store on it that writes down its events. */
function open(server, options = {}) {
  const settings = { url: server.url, apiKey: KEYS.write, namespace: namespace(), timeout: 30_000 }
  const store = new SessionStore({ ...settings, ...options })
  /** @type {string[]} */
  const events = []
  for (const event of ['connect', 'disconnect']) store.on(event, () => events.push(event))
  return { store, events }
}

/** A shop, and a browser that is logged in there. */
async function login(t, store, options) {
  const web = await serve(store, options)
  t.after(web.close)
  const me = new Browser(web.url)
  await me.post('/login/me')
  return { ...web, me }
}

const html = (status) => (req, res) => res.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>')
const failing = ({ path }) => {
  if (path.startsWith('/v1/')) throw new Error('the line is cut')
}

test('while the server is away requests are served without a session, and go on with it afterwards', async (t) => {
  const server = await start(t)
  const { store, events } = open(server)
  await until(() => events.length)
  const { me } = await login(t, store)
  await server.stop('SIGKILL')
  const failed = await me.get()
  assert.equal(failed.status, 503)
  assert.equal(failed.headers.get('retry-after'), '1')
  await until(() => events.includes('disconnect'))
  const without = await me.get()
  assert.deepEqual([without.status, without.body, without.cookies.length], [200, null, 0])
  await server.start()
  await until(() => events.length === 3)
  assert.deepEqual(events, ['connect', 'disconnect', 'connect'])
  await me.post('/login/me')
  assert.equal((await me.get()).body.user, 'me')
})

test('a store that starts before its server waits for it', async (t) => {
  const port = await freePort()
  const { store, events } = open({ url: `http://127.0.0.1:${port}` })
  await until(() => events.length)
  assert.deepEqual(events, ['disconnect'])
  await start(t, { PORT: port })
  await until(() => events.length === 2)
  assert.deepEqual(events, ['disconnect', 'connect'])
  assert.equal(await store.length(), 0)
})

test('one look at the health that fails disconnects nobody, as while the application starts', async (t) => {
  let probes = 0
  const line = await recorder(t, server.url, () => {
    if (++probes === 1) throw new Error('the line is cut')
  })
  const { events } = open(line)
  await until(() => events.length)
  assert.deepEqual(events, ['connect'])
})

test('many calls that fail ask for the health of the service once a second, not once each', async (t) => {
  let probes = 0
  let isWell = false
  const start = Date.now()
  const line = await serveHttp(t, (request, response) => {
    if (request.url !== '/health/ready') return request.socket.destroy()
    probes++
    response.writeHead(isWell ? 200 : 503).end()
  })
  const { store, events } = open(line)
  const fail = () => assert.rejects(store.get('x'), { code: 'unavailable' })
  await until(() => events.length)
  for (let i = 0; i < 500; i++) await fail()
  await until(async () => (await fail(), probes > 2))
  assert.ok(probes <= 2 + (Date.now() - start) / 990, `${probes} probes`)
  isWell = true
  await until(() => events.includes('connect'))
  assert.deepEqual(events, ['disconnect', 'connect'])
})

for (const [signal, code] of [['SIGKILL', null], ['SIGTERM', 0]]) {
  test(`sessions on disk outlive a server that ends by ${signal}`, async (t) => {
    const server = new Server({ PORT: await freePort() })
    t.after(() => server.close())
    server.set('DATA_DIR', path.join(server.directory, 'data'))
    await server.start()
    const { store, events } = open(server, { principal: 'user' })
    await until(() => events.length)
    const { me, url } = await login(t, store)
    await me.post('/cart/apple')
    const out = new Browser(url)
    await out.post('/login/out')
    const left = out.cookie
    await out.post('/logout')
    assert.equal(await server.stop(signal), code)
    await server.start()
    await until(async () => (await me.get()).body?.user)
    assert.deepEqual((await me.get()).body.cart, ['apple'])
    out.cookie = left
    assert.equal((await out.get()).body.user, undefined)
    assert.equal(await store.revokeAll('me'), 1)
    assert.equal((await me.get()).body.user, undefined)
  })
}

test('a server that hangs is an error within the timeout', async (t) => {
  t.after(() => server.kill('SIGCONT'))
  const { store, events } = open(server, { timeout: 300 })
  await until(() => events.includes('connect'))
  server.kill('SIGSTOP')
  const refused = { code: 'unavailable', status: 503, message: `session-store at ${server.url} does not answer` }
  await assert.rejects(store.get('x'), refused)
  await assert.rejects(store.set('x', { cookie: {} }), refused)
  await until(() => events.includes('disconnect'))
  server.kill('SIGCONT')
  await until(() => events.at(-1) === 'connect')
  await until(async () => (await store.length().catch(() => undefined)) !== undefined)
})

test('one call that fails while the service is well disconnects nobody', async (t) => {
  let isFailing = false
  let probes = 0
  const line = await recorder(t, server.url, (call) => {
    if (call.path === '/health/ready') probes++
    else if (isFailing) failing(call)
  })
  const { store, events } = open(line)
  await until(() => events.length)
  const { me, app } = await login(t, store)
  isFailing = true
  const { status, headers } = await me.get()
  isFailing = false
  assert.deepEqual([status, headers.get('retry-after')], [503, '1'])
  assert.equal(app.locals.errors[0].code, 'unavailable')
  await until(() => probes === 2)
  assert.equal((await me.get()).body.user, 'me')
  assert.deepEqual(events, ['connect'])
})

test('a save or a touch that fails reaches the error handler, and ends neither process nor session', async (t) => {
  let isFailing = false
  const line = await recorder(t, server.url, (call) => {
    if (isFailing && call.method !== 'GET') failing(call)
  })
  const { store } = open(line)
  const { me, app } = await login(t, store, {
    routes: (app) => {
      app.use((req, res, next) => {
        res.set('Connection', 'close') // no request is to meet a connection that was cut off
        next()
      })
      shop(app)
    },
  })
  isFailing = true
  for (const go of [() => me.post('/set/a/1'), () => me.get()]) {
    app.locals.errors = []
    await go().catch(() => {}) // the headers are out already: the answer is cut off
    await until(() => app.locals.errors.length)
    assert.equal(app.locals.errors[0].code, 'unavailable')
  }
  assert.equal((await me.post('/logout')).status, 503)
  isFailing = false
  assert.equal((await me.get()).body.user, 'me')
})

test('a logout that nobody waits for does not end the process when it fails', async (t) => {
  let isFailing = false
  const line = await recorder(t, server.url, (call) => {
    if (isFailing && call.method === 'DELETE') failing(call)
  })
  const { store } = open(line)
  const { me } = await login(t, store, {
    routes: (app) => {
      shop(app)
      app.post('/leave', (req, res) => {
        req.session.destroy()
        res.json('bye')
      })
    },
  })
  isFailing = true
  assert.equal((await me.post('/leave')).body, 'bye')
  assert.equal((await me.get()).body.user, 'me')
})

for (const status of [200, 404, 301]) {
  test(`a URL of something else, which answers ${status}, is a clear error and no lost session`, async (t) => {
    const { store } = open(await serveHttp(t, html(status)))
    const message = new RegExp(`answers ${status} .*is this the URL of a session-store`)
    const refused = { name: 'SessionStoreError', message }
    const calls = [store.get('x'), store.set('x', {}), store.touch('x', {}), store.destroy('x'), store.all()]
    for (const call of [...calls, store.length()]) {
      await assert.rejects(call, refused)
    }
  })
}

for (const status of [429, 502]) {
  test(`a proxy that answers ${status} for the service counts as its being away`, async (t) => {
    const { store, events } = open(await serveHttp(t, html(status)))
    const message = new RegExp(`^session-store answers ${status}`)
    await assert.rejects(store.get('x'), { code: 'unavailable', status: 503, message })
    await until(() => events.length)
    assert.deepEqual(events, ['disconnect'])
  })
}
