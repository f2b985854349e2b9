import { SessionData, Store } from 'express-session'
import { Agent } from 'node:http'

type Session = SessionData & Record<string, any>

export interface SessionStoreOptions {
  /** Where the service is. Default: `http://127.0.0.1:8080`. */
  url?: string
  /** A key of role `write`; `clear` needs `admin`. */
  apiKey?: string
  /** Whose sessions: `[a-z0-9][a-z0-9_-]{0,62}`. Default: `sess`. */
  namespace?: string
  /** Seconds that a session without `cookie.expires` lives after its last use. Default: as the namespace says. */
  ttl?: number
  /**
   * Whose session it is, for `revokeAll`: the name of a field, or a function of the session as JSON. Null, undefined and
   * empty: nobody's.
   */
  principal?: string | ((session: Session) => string | number | null | undefined)
  /** Milliseconds for one exchange. Default: 2000. */
  timeout?: number
  /**
   * Connections in place of the store's own, say with a certificate authority of yours:
   * `new https.Agent({ ca, keepAlive: true })`.
   */
  agent?: Agent
}

/** Sessions of express-session that live in session-store. Each method takes a callback, or returns a promise. */
export class SessionStore extends Store {
  constructor(options?: SessionStoreOptions)
  get(sid: string, callback: (error: any, session?: SessionData | null) => void): void
  get(sid: string): Promise<SessionData | undefined>
  /** Tells what changed since `get`; a session that has ended stays ended. */
  set(sid: string, session: SessionData, callback: (error?: any) => void): void
  set(sid: string, session: SessionData): Promise<void>
  /** Moves the end of the session as its cookie says, without its data. */
  touch(sid: string, session: SessionData, callback: (error?: any) => void): void
  touch(sid: string, session: SessionData): Promise<void>
  destroy(sid: string, callback: (error?: any) => void): void
  destroy(sid: string): Promise<void>
  /** Live sessions, without their ids. */
  all(callback: (error: any, sessions?: SessionData[]) => void): void
  all(): Promise<SessionData[]>
  length(callback: (error: any, length?: number) => void): void
  length(): Promise<number>
  /** Ends all sessions of the namespace. */
  clear(callback: (error?: any) => void): void
  clear(): Promise<void>
  /**
   * Ends all sessions of a principal: "log out everywhere". `except`: the id of one that is to live on.
   * @returns how many were ended
   */
  revokeAll(principal: string | number, options?: { except?: string }): Promise<number>
}

/** What the service refuses, or that it is away: then `code` is `unavailable`. `status` is 503 then, or as it is full. */
export class SessionStoreError extends Error {
  constructor(message: string, code: string, cause?: unknown)
  code: string
  status?: number
  headers?: Record<string, string>
}
