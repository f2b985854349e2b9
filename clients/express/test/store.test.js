'use strict'

const assert = require('node:assert/strict')
const { randomBytes } = require('node:crypto')
const { after, before, test } = require('node:test')
const { inspect, promisify } = require('node:util')
const { Cookie } = require('express-session')
const { SessionStore, SessionStoreError } = require('..')
const { KEYS, Server, namespace, until } = require('../support/server')
const { recorder, serveHttp } = require('../support/web')

const HOUR = 3_600_000
const server = new Server()
before(() => server.start())
after(() => server.close())

/** A store on a namespace of its own. */
function open(options = {}) {
  return new SessionStore({ url: server.url, apiKey: KEYS.write, namespace: namespace(), timeout: 30_000, ...options })
}

const id = () => randomBytes(24).toString('base64url')
/** A cookie that never lost a millisecond of `maxAge`. */
const cookie = (maxAge, more) => Object.assign(new Cookie({ maxAge, ...more }), { originalMaxAge: maxAge })
/** The document of a session, untouched. */
async function look(ns, sid) {
  const headers = { authorization: `Bearer ${KEYS.admin}`, 'session-id': sid }
  const response = await fetch(`${server.url}/v1/${ns}/sessions/-?touch=false`, { headers })
  return response.json()
}

test('a session comes back as it was set, by promise and by callback', async () => {
  const store = open()
  const sid = id()
  const data = { user: 'ä€😀', list: [1, 2.5, null, { deep: true }], 'odd name/.': '', cookie: cookie(HOUR) }
  assert.equal(await store.set(sid, data), undefined)
  const { cookie: kept, ...rest } = await store.get(sid)
  assert.deepEqual(rest, { user: 'ä€😀', list: [1, 2.5, null, { deep: true }], 'odd name/.': '' })
  assert.equal(kept.originalMaxAge, HOUR)
  assert.equal(kept.expires.getTime(), data.cookie.expires.getTime())
  const viaCallback = await new Promise((resolve, reject) =>
    store.get(sid, (error, session) => (error ? reject(error) : resolve(session)))
  )
  assert.equal(viaCallback.user, 'ä€😀')
  assert.deepEqual(await new Promise((resolve) => store.destroy(sid, (...all) => resolve(all))), [null, undefined])
  assert.equal(await store.get(sid), undefined)
})

test('an unknown id is not found, whatever its shape, and makes no session', async () => {
  const store = open()
  for (const sid of [id(), 'short', '', '../../admin', 'ä€😀', ' spaces ', 'a\r\nSession-Id: b', 'x'.repeat(5000), '-']) {
    assert.equal(await store.get(sid), undefined)
    assert.equal(await store.touch(sid, { cookie: cookie(HOUR) }), undefined)
    assert.equal(await store.destroy(sid), undefined)
  }
  assert.equal(await store.length(), 0)
})

test('ids of a shape that the service does not take are sessions of their own', async () => {
  const store = open()
  const ids = ['apple', 'Apple', '%', '/foo', 'ä', 'x'.repeat(129)]
  for (const sid of ids) await store.set(sid, { sid, cookie: cookie(HOUR) })
  for (const sid of ids) assert.equal((await store.get(sid)).sid, sid)
  assert.equal(await store.length(), ids.length)
})

test('get does not slide the session', async (t) => {
  const { url, take } = await recorder(t, server.url)
  const store = open({ url, ttl: 1 })
  const sid = id()
  await store.set(sid, { cookie: cookie(null) })
  take()
  await until(async () => (await store.get(sid)) === undefined) // though it is asked for all the time
  assert.ok(take().every((call) => call.method === 'GET' && call.path.endsWith('/sessions/-?touch=false')))
})

test('set sends what changed and no more', async (t) => {
  const { url, calls, take } = await recorder(t, server.url)
  const store = open({ url, principal: 'user' })
  const sid = id()
  await store.set(sid, { a: 1, b: { c: [1] }, gone: true, user: 'me', cookie: cookie(HOUR) })
  const session = await store.get(sid)
  take()
  session.b.c.push(2)
  session.d = 'new'
  delete session.gone
  await store.set(sid, session)
  const [{ method, body }] = take()
  assert.equal(method, 'PATCH')
  assert.deepEqual(body, {
    set: { b: { c: [1, 2] }, d: 'new' },
    remove: ['gone'],
    permanent: true,
    idleTimeoutSeconds: null,
    absoluteTimeoutSeconds: null,
    endsAt: session.cookie.expires.toISOString(),
  })
  await store.set(sid, session)
  assert.deepEqual(calls.map((call) => `${call.method} ${call.path.replace(/.*sessions/, '')}`), ['POST /-/expire'])
})

test('touch moves the end without the data', async (t) => {
  const { url, take } = await recorder(t, server.url)
  const store = open({ url })
  const sid = id()
  await store.set(sid, { secret: 'data', cookie: cookie(HOUR) })
  const session = await store.get(sid)
  take()
  session.cookie.expires = new Date(Date.now() + 2 * HOUR)
  await store.touch(sid, session)
  const [{ path, body }, ...more] = take()
  assert.deepEqual(more, [])
  assert.match(path, /\/expire$/)
  assert.deepEqual(body, { at: session.cookie.expires.toISOString() })
  assert.equal((await store.get(sid)).cookie.expires.getTime(), session.cookie.expires.getTime())
  await store.set('browser', { secret: 'data', cookie: cookie(null) })
  const other = await store.get('browser')
  take()
  await store.touch('browser', other)
  assert.deepEqual(take().map(({ path, body }) => [path.replace(/.*sessions/, ''), body]), [['/-/touch', undefined]])
})

test('touch tells a changed cookie, and only that', async (t) => {
  const { url, take } = await recorder(t, server.url)
  const store = open({ url })
  const sid = id()
  await store.set(sid, { secret: 'data', cookie: cookie(HOUR) })
  const session = await store.get(sid)
  session.cookie = cookie(2 * HOUR, { sameSite: 'lax' })
  take()
  await store.touch(sid, session)
  const [{ method, body }] = take()
  assert.equal(method, 'PATCH')
  assert.deepEqual(Object.keys(body.set), ['cookie'])
  await store.touch(sid, session)
  assert.match(take()[0].path, /\/expire$/)
  const { cookie: kept, secret } = await store.get(sid)
  assert.deepEqual([kept.sameSite, kept.originalMaxAge, secret], ['lax', 2 * HOUR, 'data'])
})

test('two who change different fields of one session lose nothing', async () => {
  const ns = namespace()
  const [one, other] = [open({ namespace: ns }), open({ namespace: ns })]
  const sid = id()
  await one.set(sid, { a: 0, b: 0, c: 0, cookie: cookie(HOUR) })
  const [mine, theirs] = [await one.get(sid), await other.get(sid)]
  mine.a = 1
  theirs.b = 2
  delete theirs.c
  await Promise.all([one.set(sid, mine), other.set(sid, theirs)])
  const { cookie: _, ...rest } = await one.get(sid)
  assert.deepEqual(rest, { a: 1, b: 2 })
})

test('a save that knows of no principal leaves that of a parallel login', async () => {
  const ns = namespace()
  const store = open({ namespace: ns, principal: 'user' })
  const sid = id()
  await store.set(sid, { cookie: cookie(HOUR) })
  const [login, other] = [await store.get(sid), await store.get(sid)]
  login.user = 'me'
  other.theme = 'dark'
  await store.set(sid, login)
  await store.set(sid, other)
  assert.equal((await look(ns, sid)).principal, 'me')
  assert.equal(await store.revokeAll('me'), 1)
})

test('a save beside it leaves the end that a parallel request gave a cookie of the browser', async () => {
  for (const ttl of [undefined, 90]) {
    const ns = namespace()
    const store = open({ namespace: ns, ttl })
    const sid = id()
    await store.set(sid, { cookie: cookie(null) })
    const [remember, other] = [await store.get(sid), await store.get(sid)]
    remember.cookie = cookie(HOUR)
    other.theme = 'dark'
    await store.set(sid, remember)
    await store.set(sid, other)
    const { permanent, idleTimeoutSeconds, endsAt, attributes } = await look(ns, sid)
    assert.deepEqual([permanent, idleTimeoutSeconds, attributes.theme], [true, null, 'dark'])
    assert.equal(endsAt, remember.cookie.expires.toISOString())
  }
})

test('saves of one session in one request go out one after the other', async (t) => {
  let release
  const first = new Promise((resolve) => (release = resolve))
  let writes = 0
  const { url } = await recorder(t, server.url, ({ method }) => (method !== 'GET' && writes++ === 0 ? first : undefined))
  const store = open({ url })
  const sid = id()
  const session = { flash: 'once', cookie: cookie(HOUR) }
  const early = store.set(sid, session)
  delete session.flash
  session.seen = true
  const late = store.set(sid, session)
  release()
  await Promise.all([early, late])
  const { cookie: _, ...rest } = await store.get(sid)
  assert.deepEqual(rest, { seen: true })
})

test('a destroy goes out after the creation that nobody waited for, and also if that fails', async (t) => {
  for (const isFailing of [false, true]) {
    let release
    const released = new Promise((resolve) => (release = resolve))
    const { url, calls } = await recorder(t, server.url, async ({ method }) => {
      if (method !== 'PUT') return
      await released
      if (isFailing) throw new Error('the line is cut')
    })
    const store = open({ url })
    const sid = id()
    const creation = store.set(sid, { cookie: cookie(HOUR) })
    const end = store.destroy(sid)
    await until(() => calls.length)
    await store.get(id()) // a destroy that went out at once would have come before it
    assert.deepEqual(calls.map((call) => call.method), ['PUT', 'GET'])
    release()
    await Promise.allSettled([creation, end])
    assert.equal(calls.at(-1).method, 'DELETE')
    assert.equal(await store.get(sid), undefined)
  }
})

test('a save that failed does not keep the next from being done', async (t) => {
  let failing = true
  const { url } = await recorder(t, server.url, ({ method }) => {
    if (method === 'PATCH' && failing) throw new Error('the line is cut')
  })
  const store = open({ url })
  const sid = id()
  await store.set(sid, { cookie: cookie(HOUR) })
  const session = await store.get(sid)
  session.a = 1
  await assert.rejects(store.set(sid, session), SessionStoreError)
  failing = false
  await store.set(sid, session)
  assert.equal((await store.get(sid)).a, 1)
})

test('a call is made again when the connection broke', async (t) => {
  let broken = 0
  const { url } = await recorder(t, server.url, () => {
    if (++broken % 2) throw new Error('the line is cut')
  })
  const store = open({ url })
  const sid = id()
  await store.set(sid, { a: 1, cookie: cookie(HOUR) })
  assert.equal((await store.get(sid)).a, 1)
})

test('a creation whose answer was lost is no conflict', async (t) => {
  let lost = false
  const { url } = await recorder(t, server.url, async ({ method }, forward) => {
    if (method !== 'PUT' || lost) return
    await forward()
    lost = true
    throw new Error('the line is cut')
  })
  const store = open({ url })
  const sid = id()
  await store.set(sid, { a: 1, cookie: cookie(HOUR) })
  assert.ok(lost)
  assert.equal((await store.get(sid)).a, 1)
})

test('data that was read under another id is set whole', async () => {
  const store = open()
  const [from, to] = [id(), id()]
  await store.set(from, { a: 1, cookie: cookie(HOUR) })
  await store.set(to, await store.get(from))
  assert.equal((await store.get(to)).a, 1)
})

test('what was destroyed stays destroyed: no late set, touch or fresh set brings it back', async () => {
  const store = open()
  const sid = id()
  await store.set(sid, { cookie: cookie(HOUR) })
  const late = await store.get(sid)
  await store.destroy(sid)
  late.a = 1
  await store.set(sid, late)
  await store.touch(sid, late)
  await store.set(sid, { cookie: cookie(HOUR) })
  assert.equal(await store.get(sid), undefined)
  assert.equal(await store.length(), 0)
})

test('a session ends with its cookie, to the instant', async () => {
  const store = open()
  const sid = id()
  const session = { cookie: cookie(300) }
  await store.set(sid, session)
  await until(async () => (await store.get(sid)) === undefined)
  assert.ok(Date.now() >= session.cookie.expires.getTime())
  assert.deepEqual(await store.all(), [])
})

test('an end that is past destroys', async () => {
  const store = open()
  const [a, b] = [id(), id()]
  for (const sid of [a, b]) await store.set(sid, { cookie: cookie(HOUR) })
  await store.set(a, { cookie: { expires: new Date(0) } })
  await store.touch(b, { cookie: { expires: '2001-01-01T00:00:00.000Z' } })
  assert.equal(await store.length(), 0)
})

test('maxAge of a plain object counts', async () => {
  const store = open()
  const sid = id()
  const start = Date.now()
  await store.set(sid, { cookie: { maxAge: HOUR } })
  const { expires } = (await store.get(sid)).cookie
  assert.ok(expires.getTime() >= start + HOUR && expires.getTime() <= Date.now() + HOUR)
})

test('an end that was moved elsewhere shows in cookie.expires', async () => {
  const ns = namespace()
  const store = open({ namespace: ns })
  const sid = id()
  await store.set(sid, { cookie: cookie(HOUR) })
  const at = new Date(Date.now() + HOUR / 2).toISOString()
  const moved = await fetch(`${server.url}/v1/${ns}/sessions/-/expire`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEYS.admin}`, 'session-id': sid, 'content-type': 'application/json' },
    body: JSON.stringify({ at }),
  })
  assert.equal(moved.status, 204)
  const session = await store.get(sid)
  assert.equal(session.cookie.expires.toISOString(), at)
  assert.equal((await store.all())[0].cookie.expires.toISOString(), at)
  assert.equal(session.cookie.originalMaxAge, HOUR)
})

test('an end far away is an end', async () => {
  const store = open()
  const sid = id()
  await store.set(sid, { cookie: { expires: new Date(8.64e15) } })
  assert.equal((await store.get(sid)).cookie.expires.getUTCFullYear(), 9999)
})

test('a cookie of the browser has no end, and lives as the namespace says', async () => {
  const ns = namespace()
  const store = open({ namespace: ns })
  const sid = id()
  await store.set(sid, { cookie: cookie(null) })
  assert.equal((await store.get(sid)).cookie.expires, null)
  const { permanent, idleTimeoutSeconds, absoluteTimeoutSeconds, endsAt } = await look(ns, sid)
  assert.deepEqual([permanent, idleTimeoutSeconds, absoluteTimeoutSeconds, endsAt], [false, 1800, 86400, null])
})

test('with ttl, a cookie of the browser lives that long after its last use', async () => {
  const ns = namespace()
  const store = open({ namespace: ns, ttl: 90 })
  const sid = id()
  await store.set(sid, { cookie: cookie(null) })
  const { idleTimeoutSeconds, absoluteTimeoutSeconds } = await look(ns, sid)
  assert.deepEqual([idleTimeoutSeconds, absoluteTimeoutSeconds], [90, null])
})

for (const write of ['set', 'touch']) {
  test(`${write} switches between a cookie of the browser and one with an end`, async () => {
    const ns = namespace()
    const store = open({ namespace: ns })
    const sid = id()
    await store.set(sid, { a: 1, cookie: cookie(null) })
    for (const [maxAge, permanent] of [[HOUR, true], [null, false], [50_000, true], [null, false]]) {
      const session = await store.get(sid)
      session.cookie = cookie(maxAge)
      await store[write](sid, session)
      const document = await look(ns, sid)
      const end = maxAge && session.cookie.expires.toISOString()
      assert.deepEqual([document.permanent, document.endsAt], [permanent, end])
      assert.equal(document.idleTimeoutSeconds, permanent ? null : 1800)
      assert.equal(document.attributes.cookie.originalMaxAge, session.cookie.originalMaxAge)
      assert.equal(document.attributes.a, 1)
    }
  })
}

test('maxAge may change by little, also to a short one', async () => {
  const store = open()
  const sid = id()
  await store.set(sid, { cookie: cookie(null) })
  for (const [maxAge, kept] of [[20_000, 20_000], [19_998, 20_000], [20_500, 20_500], [null, null]]) {
    const session = await store.get(sid)
    session.cookie = cookie(maxAge)
    await store.touch(sid, session)
    assert.equal((await store.get(sid)).cookie.originalMaxAge, kept)
  }
})

test('an end that somebody set for a cookie of the browser stays', async () => {
  const ns = namespace()
  const store = open({ namespace: ns })
  const sid = id()
  await store.set(sid, { cookie: cookie(null) })
  await fetch(`${server.url}/v1/${ns}/sessions/-/expire`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEYS.admin}`, 'session-id': sid, 'content-type': 'application/json' },
    body: '{"inSeconds": 600}',
  })
  const { endsAt } = await look(ns, sid)
  const session = await store.get(sid)
  session.a = 1
  await store.set(sid, session)
  await store.touch(sid, session)
  assert.ok(endsAt)
  assert.equal((await look(ns, sid)).endsAt, endsAt)
})

test('all, length and clear see more sessions than a page holds', async () => {
  const store = open({ apiKey: KEYS.admin })
  const ids = Array.from({ length: 1100 }, id)
  for (let i = 0; i < ids.length; i += 50) {
    await Promise.all(ids.slice(i, i + 50).map((sid, k) => store.set(sid, { n: i + k, cookie: cookie(HOUR) })))
  }
  assert.equal(await store.length(), 1100)
  const all = await store.all()
  assert.deepEqual(all.map(({ n }) => n).sort((a, b) => a - b), ids.map((_, n) => n))
  assert.ok(all.every(({ cookie }) => cookie.expires instanceof Date))
  assert.deepEqual(await new Promise((resolve) => store.length((...answer) => resolve(answer))), [null, 1100])
  await store.clear()
  assert.equal(await store.length(), 0)
  assert.equal(await store.get(ids[0]), undefined)
})

test('length counts where the service does not', async (t) => {
  const stats = { sessions: null, bytes: null, store: 'redis', capabilities: [] }
  const isStats = ({ path }) => path.endsWith('/stats')
  const { url } = await recorder(t, server.url, (call) => (isStats(call) ? Response.json(stats) : undefined))
  const store = open({ url })
  for (let i = 0; i < 3; i++) await store.set(id(), { cookie: cookie(HOUR) })
  assert.equal(await store.length(), 3)
})

test('clear needs a key of role admin, and says so', async () => {
  const store = open()
  await store.set(id(), { cookie: cookie(HOUR) })
  await assert.rejects(store.clear(), { name: 'SessionStoreError', code: 'forbidden', message: /403 forbidden: ./ })
  assert.equal(await store.length(), 1)
})

test('revokeAll ends the sessions of one principal and nobody else', async () => {
  const store = open({ principal: 'user' })
  const users = [42, 'me', 'a b', 'ünï côdé 😀', ' leading', 'trailing ', 'nbsp\u00a0', 'à', 'plus+and&=%', '#?/']
  const ids = new Map()
  for (const user of users) {
    ids.set(user, [id(), id()])
    for (const sid of ids.get(user)) await store.set(sid, { user, cookie: cookie(HOUR) })
  }
  let left = 2 * users.length
  for (const user of users) {
    assert.equal(await store.revokeAll(user), 2)
    left -= 2
    assert.equal(await store.length(), left)
    for (const sid of ids.get(user)) assert.equal(await store.get(sid), undefined)
  }
  assert.equal(await store.revokeAll('nobody'), 0)
  for (const nobody of [undefined, null, {}]) await assert.rejects(store.revokeAll(nobody), TypeError)
  await assert.rejects(store.revokeAll(''), { name: 'SessionStoreError' })
})

test('a principal is text or a number, as JSON gives it; empty is nobody', async () => {
  const ns = namespace()
  const objectId = { toJSON: () => '507f1f77' }
  for (const [user, kept] of [[objectId, '507f1f77'], [0, '0'], ['', undefined], [false, undefined]]) {
    for (const principal of ['user', (session) => session.user]) {
      const sid = id()
      await open({ namespace: ns, principal }).set(sid, { user, cookie: cookie(HOUR) })
      assert.equal((await look(ns, sid)).principal, kept)
    }
  }
  for (const user of [{ id: 1 }, [1], true]) {
    const store = open({ principal: 'user' })
    const refused = { name: 'TypeError', message: /^a principal is a string or a number, not (object|boolean)$/ }
    await assert.rejects(store.set(id(), { user, cookie: cookie(HOUR) }), refused)
  }
})

test('revokeAll spares the session that it is told to', async () => {
  const store = open({ principal: (session) => session.account?.id })
  const [mine, others, foreign] = [id(), id(), id()]
  for (const sid of [mine, others]) await store.set(sid, { account: { id: 7 }, cookie: cookie(HOUR) })
  await store.set(foreign, { account: { id: 8 }, cookie: cookie(HOUR) })
  await assert.rejects(store.revokeAll('7', { except: foreign }), { code: 'invalid-field' })
  assert.equal(await store.length(), 3)
  assert.equal(await store.revokeAll('7', { except: mine }), 1)
  assert.ok(await store.get(mine))
  assert.equal(await store.get(others), undefined)
  assert.equal(await store.revokeAll('7', { except: id() }), 1)
  assert.equal(await store.length(), 1)
})

test('the principal follows the session, and logout without destroy leaves nobody', async () => {
  const ns = namespace()
  const store = open({ namespace: ns, principal: 'user' })
  const sid = id()
  await store.set(sid, { user: 'one', cookie: cookie(HOUR) })
  const session = await store.get(sid)
  session.user = 'two'
  await store.set(sid, session)
  assert.equal((await look(ns, sid)).principal, 'two')
  delete session.user
  await store.set(sid, session)
  assert.equal((await look(ns, sid)).principal, undefined)
})

test('what is too large is refused, and the session stays as it was', async () => {
  const store = open()
  const sid = id()
  await store.set(sid, { a: 1, cookie: cookie(HOUR) })
  const session = await store.get(sid)
  session.a = 'x'.repeat(300 * 1024)
  const message = /^session-store answers 413 session-too-large: /
  await assert.rejects(store.set(sid, session), { code: 'session-too-large', message })
  session.a = 'x'.repeat(2 * 1024 * 1024)
  await assert.rejects(store.set(sid, session), { code: 'body-too-large' })
  assert.equal((await store.get(sid)).a, 1)
})

test('a session that is no object is refused, by promise and by callback', async () => {
  const store = open()
  for (const [session, kind] of [['text', 'string'], [7, 'number'], [true, 'boolean'], [null, 'null'], [undefined, 'undefined']]) {
    const refused = { name: 'TypeError', message: `a session is an object, not ${kind}` }
    for (const method of ['set', 'touch']) {
      await assert.rejects(store[method](id(), session), refused)
      await assert.rejects(promisify(store[method].bind(store))(id(), session), refused)
    }
  }
  assert.equal(await store.length(), 0)
})

test('a store that is full says so, and is not away', async (t) => {
  const full = new Server({ MAX_SESSIONS: '1' })
  t.after(() => full.close())
  const { url } = await full.start()
  const store = open({ url })
  const events = []
  store.on('connect', () => events.push('connect')).on('disconnect', () => events.push('disconnect'))
  const sid = id()
  await store.set(sid, { a: 1, cookie: cookie(HOUR) })
  await until(() => events.length)
  const message = /^session-store answers 507 store-full: ./
  await assert.rejects(store.set(id(), { cookie: cookie(HOUR) }), (error) => {
    assert.deepEqual([error.name, error.code, error.status, error.headers], ['SessionStoreError', 'store-full', 503, undefined])
    assert.match(error.message, message)
    return true
  })
  assert.equal((await store.get(sid)).a, 1)
  assert.deepEqual(events, ['connect'])
})

test('data that is no JSON is refused', async () => {
  const store = open()
  await assert.rejects(store.set(id(), { n: 1n, cookie: cookie(HOUR) }), TypeError)
  assert.equal(await store.length(), 0)
})

test('a wrong key, and none, are clear errors', async () => {
  for (const apiKey of ['wrong-key-'.repeat(4), undefined]) {
    const store = open({ apiKey })
    const refused = { code: 'unauthenticated', message: /^session-store answers 401 unauthenticated: / }
    const calls = [store.get('x'), store.set('x', {}), store.touch('x', {}), store.destroy('x'), store.all()]
    for (const call of [...calls, store.length()]) {
      await assert.rejects(call, refused)
    }
  }
})

test('no error repeats an id, a key, a principal or data', async (t) => {
  const [sid, apiKey] = ['secretid'.repeat(5), 'secretkey'.repeat(5)]
  const secrets = { sid, apiKey, user: 'secretuser\u0001', data: 'secretdata' }
  const session = { user: secrets.user, data: secrets.data, cookie: cookie(HOUR) }
  const headers = { 'content-type': 'application/json' }
  const answers = [
    (req) => req.socket.destroy(),
    (req) => req.socket.end(`HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n${secrets.data}`),
    (req) => req.socket.end(secrets.data),
    (req, res) => res.writeHead(200, headers).end(`{"attributes": "${secrets.data}`),
    (req, res) => res.writeHead(500).end(secrets.data),
  ]
  const services = await Promise.all(answers.map((answer) => serveHttp(t, answer)))
  for (const { url } of [server, ...services]) {
    for (const apiKey of [secrets.apiKey, KEYS.write]) {
      const store = open({ url, apiKey, principal: 'user' })
      const { sid, user } = secrets
      const calls = [store.get(sid), store.set(sid, session), store.touch(sid, session), store.all()]
      calls.push(store.revokeAll(user), store.revokeAll('', { except: sid }))
      for (const { status, reason } of await Promise.allSettled(calls)) {
        if (status === 'fulfilled') continue
        const { rawPacket } = reason.cause ?? {}
        const text = `${inspect(reason)} ${JSON.stringify(reason)} ${rawPacket}`
        for (const secret of [...Object.values(secrets), KEYS.write]) assert.ok(!text.includes(secret.slice(0, 9)), text)
      }
    }
  }
})
