// What an application in TypeScript writes; it is compiled, not run.
import { Agent } from 'node:https'
import session, { SessionData, Store } from 'express-session'
import { SessionStore, SessionStoreError, SessionStoreOptions } from 'express-session-store'

declare module 'express-session' {
  interface SessionData {
    user: { id: number }
  }
}

const options: SessionStoreOptions = {
  url: 'http://127.0.0.1:8080',
  apiKey: process.env.SESSION_STORE_API_KEY,
  namespace: 'shop',
  ttl: 3600,
  principal: (data) => data.user?.id,
  timeout: 1000,
  agent: new Agent({ keepAlive: true, ca: "" }),
}
const store = new SessionStore(options)
const base: Store = store
session({ store, secret: 'keyboard cat' })
new SessionStore({ principal: 'user' })
new SessionStore()
store.on('disconnect', () => {})

export async function promises(id: string, data: SessionData): Promise<number> {
  const found: SessionData | undefined = await store.get(id)
  const user: number | undefined = found?.user?.id
  await store.set(id, data)
  await store.touch(id, data)
  await store.destroy(id)
  const all: SessionData[] = await store.all()
  await store.clear()
  await store.revokeAll(String(user), { except: id })
  return all.length + (await store.length()) + (await store.revokeAll(42))
}

export function callbacks(id: string, data: SessionData): void {
  store.get(id, (error, found) => console.log(error instanceof SessionStoreError && error.code, found?.user?.id))
  store.set(id, data, (error) => console.log(error))
  store.touch(id, data, () => {})
  store.destroy(id, () => {})
  store.all((error, all) => console.log(error, all?.length))
  store.length((error, length) => console.log(error, length?.toFixed()))
  store.clear(() => {})
  base.get(id, (error, found) => console.log(error, found?.cookie.expires))
}

// @ts-expect-error: no such option
new SessionStore({ prefix: 'sess:' })
// @ts-expect-error: seconds are a number
new SessionStore({ ttl: '3600' })
// @ts-expect-error: of whom?
store.revokeAll()
