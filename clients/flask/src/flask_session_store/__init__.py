"""Flask sessions that live in session-store: ``SessionStore(app)`` is all that an application changes."""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import math
import os
import re
import secrets
import weakref
from typing import Any, Callable

import httpx
from flask import Flask, Request, Response, after_this_request, current_app, session as current_session
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSession, SessionInterface
from itsdangerous import BadSignature, Signer
from werkzeug.exceptions import Conflict, HTTPException, ServiceUnavailable

__all__ = ["SessionStore", "SessionStoreError", "StoredSession", "TooManySessions", "UnavailableSession"]

_ID = re.compile(r"[A-Za-z0-9._~-]{32,128}")
_NAMESPACE = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
#: Answers about a session, which are no failure.
_EXPECTED = {"session-not-found", "session-gone", "session-exists", "version-mismatch"}
_WRONG_URL = "is SESSION_STORE_URL that of a session-store?"
_PERMANENT = "_permanent"
_LONGEST_LIFETIME = 3_155_760_000  # seconds: a hundred years
_DEFAULTS = {
    "SESSION_STORE_URL": "http://127.0.0.1:8080",
    "SESSION_STORE_API_KEY": None,
    "SESSION_STORE_TIMEOUT": 2.0,
    "SESSION_STORE_ROTATION_GRACE": 10,
    "SESSION_STORE_PRINCIPAL": None,
    "SESSION_KEY_PREFIX": "session:",
    "SESSION_PERMANENT": False,
    "SESSION_USE_SIGNER": False,
    "SESSION_ID_LENGTH": 32,
}


class SessionStoreError(Exception):
    """What the service refuses: a wrong key, a session that is too large. Names no id and no data."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"session-store answers {status} {code}: {detail}")
        self.status = status
        self.code = code


class TooManySessions(Conflict):
    """A login was refused: the principal has as many sessions as the service allows. Your page for it may read who
    that is from ``session.principal``."""

    description = "You are logged in on too many devices. Please log out on one of them, and try again."


class StoredSession(SecureCookieSession):
    """What ``flask.session`` is: Flask's dictionary, with an id and, if the application says so, an owner."""

    #: The id that the cookie holds.
    sid: str

    def __init__(self, sid: str, permanent: bool, document: dict[str, Any] | None = None, data: Any = None) -> None:
        """
        :param permanent: what a session is that says nothing itself
        :param document: the session as the service told it, or None for a new one
        :param data: its attributes as Python's objects
        """
        super().__init__(data)
        self.sid = sid
        self.new = document is None
        self._permanent = permanent
        self._document = document
        self._stored_sid = None if document is None else sid
        self._principal: str | None = None if document is None else document.get("principal")
        self._cleared = False

    @property
    def permanent(self) -> bool:
        """The ``'_permanent'`` key in the dictionary, as Flask has it; without one, ``SESSION_PERMANENT``."""
        return bool(dict.get(self, _PERMANENT, self._permanent))

    @permanent.setter
    def permanent(self, value: bool) -> None:
        self[_PERMANENT] = bool(value)

    @property
    def principal(self) -> str | None:
        """Whose session it is, as text, for ``revoke_all``; None: nobody's. Another one than before gives the session
        a new id when it is saved."""
        return self._principal

    @principal.setter
    def principal(self, value: Any) -> None:
        self._principal = None if value is None or value == "" else str(value)
        self.modified = True

    def clear(self) -> None:
        """Ends it, with all that parallel requests may put in meanwhile. What is put in afterwards begins another one,
        with a new id."""
        super().clear()
        self._principal = None
        self._cleared = True

    def __bool__(self) -> bool:
        return self._principal is not None or any(name != _PERMANENT for name in self)


class UnavailableSession(SecureCookieSession):
    """What ``flask.session`` is while the service is away: empty to a reader, and 503 to who writes.

    ``permanent`` may be set, as many applications do before each request: nothing would be stored for that alone.
    """

    sid = None
    permanent = False
    _answered = _refused = False

    def _fail(self, *args: Any, **kwargs: Any) -> Any:
        if not self._answered:
            raise _service_unavailable()
        self._refused = True

    def _answer(self, response: Response) -> Response:
        """The view has answered. Flask makes 500 of what is raised from now on, so save_session tells of writes."""
        self._answered = True
        return _vary(response)

    __setitem__ = __delitem__ = clear = pop = popitem = update = setdefault = __ior__ = _fail
    principal = property(lambda self: None, _fail)
    modified = property(lambda self: False, lambda self, value: value and self._fail())


def _service_unavailable() -> ServiceUnavailable:
    return ServiceUnavailable("Your session cannot be saved at the moment. Please try again.", retry_after=1)


class SessionStore(SessionInterface):
    """Keeps the sessions of one application, or of several, in session-store.

    A request costs one call to load, if it brings a cookie, and at most one to save, two if it clears the session and
    puts something in. Thread-safe, and safe to use before a server forks.
    """

    session_class = StoredSession
    #: Its tags may be extended, as those of Flask's own sessions.
    serializer = TaggedJSONSerializer()

    def __init__(
        self, app: Flask | None = None, transport: Callable[[], httpx.BaseTransport] = httpx.HTTPTransport
    ) -> None:
        """:param transport: makes a process's pool of connections, say with a certificate authority of your own"""
        self._make_transport = transport
        self._transports: dict[int, httpx.BaseTransport] = {}
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Makes this the session interface of ``app``.

        :raises ValueError: if a setting makes no sense
        """
        for name, value in _DEFAULTS.items():
            app.config.setdefault(name, value)
        _check(app)
        with contextlib.suppress(ImportError):
            importlib.import_module("flask_login").user_logged_out.connect(_check_logout)
        app.session_interface = self

    def regenerate(self, session: Any) -> None:
        """Gives a session a new id, against fixation: at a login, if ``principal`` does not tell of that.

        The old id is gone when the response is there; for ``SESSION_STORE_ROTATION_GRACE`` seconds it still reads what
        the session was, so that requests that are under way do not log their user out. Where somebody logs out, it does
        not.
        """
        if isinstance(session, UnavailableSession):
            raise _service_unavailable()
        session.sid = self._new_id(current_app)
        session.modified = True

    def revoke_all(self, principal: Any, keep: Any = None) -> int:
        """Ends all sessions of a principal: "log out everywhere".

        :param keep: a session that is to live on, say ``flask.session``, also if it has another id by now
        :return: how many were ended
        """
        if principal is None or principal == "":
            raise ValueError("revoke_all needs a principal")
        if isinstance(keep, UnavailableSession):
            raise _service_unavailable()
        principal = str(principal)
        query = {}
        headers = {}
        if principal.isprintable() and principal == principal.strip():
            headers["Session-Principal"] = principal.encode()  # where no proxy's log holds it
        else:
            query["principal"] = principal
        stored = keep._document if keep is not None else None
        spare = {"except": stored["handle"]} if stored is not None and stored.get("principal") == principal else {}
        while True:
            try:
                answer = self._call(current_app, "DELETE", "/sessions", headers=headers, params={**query, **spare})
                return int(answer.json()["revoked"])
            except SessionStoreError as e:
                if e.code != "invalid-field" or stored is None:
                    raise
                # It has ended, or has another id, and is known by the time of its creation. In doubt, none lives on.
                page = self._call(current_app, "GET", "/sessions", headers=headers, params={**query, "limit": "1000"})
                alike = [each for each in page.json()["sessions"] if each["createdAt"] == stored["createdAt"]]
                refused, spare = spare, {"except": alike[0]["handle"]} if len(alike) == 1 else {}
                if spare == refused:
                    raise

    def open_session(self, app: Flask, request: Request) -> StoredSession | UnavailableSession:
        sid = self._sid(app, request)
        if sid is None:
            return self._new(app)
        slides = {} if app.config["SESSION_REFRESH_EACH_REQUEST"] else {"touch": "false"}
        try:
            answer = self._call(app, "GET", "/sessions/-", sid, params=slides)
        except ServiceUnavailable:
            unavailable = UnavailableSession()
            after_this_request(unavailable._answer)
            return unavailable
        if answer.status_code in (404, 410):
            return self._new(app)
        document = _document(answer)
        try:
            data = {name: self._untagged(value) for name, value in document["attributes"].items()}
        except Exception as e:  # whatever a tag makes of it
            app.logger.warning("the session %s cannot be read: %s", document["handle"], type(e).__name__)
            return self._new(app)
        permanent = app.config["SESSION_PERMANENT"]
        if document["permanent"] or permanent:
            data[_PERMANENT] = document["permanent"]
        return self.session_class(sid, permanent, document, data)

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        if session is None:  # open_session has failed, and this is the page that says so
            return
        if isinstance(session, UnavailableSession):
            if session._refused:
                _refuse(app, response, _service_unavailable())
            return
        if session.accessed:
            _vary(response)
        principal = app.config["SESSION_STORE_PRINCIPAL"]
        if principal is not None and session.modified:
            session.principal = dict.get(session, principal)
        try:
            self._save(app, session, response)
        except (ServiceUnavailable, TooManySessions) as e:
            if session.modified:
                _refuse(app, response, e)

    def _save(self, app: Flask, session: StoredSession, response: Response) -> None:
        if not session and not session.modified:
            return
        fields = ("domain", "path", "secure", "httponly", "samesite", "partitioned")
        cookie: dict[str, Any] = {field: getattr(self, f"get_cookie_{field}")(app) for field in fields}
        cookie["key"] = self.get_cookie_name(app)
        if session._cleared or not session:
            status = self._delete(app, session)
            if session._cleared and session._document is not None:
                session._document, session.sid = None, self._new_id(app)
            if not session and status != 412:
                # Of a session that is not there the cookie is left alone, as in _write; but who logs out, is out.
                if status == 204 or session._cleared:
                    response.delete_cookie(**cookie)
                    _vary(response)
                return
        if self.should_set_cookie(app, session) and self._write(app, session):
            value = self._signer(app).sign(session.sid).decode() if app.config["SESSION_USE_SIGNER"] else session.sid
            response.set_cookie(value=value, expires=self.get_expiration_time(app, session), **cookie)
            _vary(response)

    def _delete(self, app: Flask, session: StoredSession) -> int:
        """The answer's status. 412: a session that ran empty lives on, as a parallel request has put something in."""
        if session._document is None:
            return 404
        condition = {} if session._cleared else {"If-Match": session._document["etag"]}
        return self._call(app, "DELETE", "/sessions/-", session._stored_sid, headers=condition).status_code

    def _write(self, app: Flask, session: StoredSession) -> bool:
        """Tells the service what changed. False if the session is gone by now: its cookie is then left alone, as
        another request has ended it, or given it another id."""
        before = session._document
        if before is not None and before.get("principal") != session.principal and session.sid == session._stored_sid:
            session.sid = self._new_id(app)
        attributes, changes = self._changes(app, session)
        if before is None:
            body = {**changes, "attributes": attributes}
            answer = self._call(app, "PUT", "/sessions/-", session.sid, body, {"If-None-Match": "*"})
        elif session.sid != session._stored_sid:
            logged_out = before.get("principal") not in (None, session.principal)
            grace = 0 if logged_out else app.config["SESSION_STORE_ROTATION_GRACE"]
            body = {"newId": session.sid, "graceSeconds": grace, "changes": changes}
            answer = self._call(app, "POST", "/sessions/-/rotate", session._stored_sid, body)
        elif changes:
            answer = self._call(app, "PATCH", "/sessions/-", session.sid, changes)
        else:
            answer = self._call(app, "POST", "/sessions/-/touch", session.sid)
        if answer.status_code in (200, 201):  # should it be saved once more, without what others have put in meanwhile
            session._document = {**_document(answer), "attributes": attributes}
            session._stored_sid, session._cleared = session.sid, False
        return answer.status_code not in (404, 410)

    def _changes(self, app: Flask, session: StoredSession) -> tuple[dict[str, Any], dict[str, Any]]:
        """The attributes as they are here, and what a PATCH has to say for the service to know the session so."""
        changes: dict[str, Any] = {}
        before = session._document or {}
        attributes = before.get("attributes", {})
        if session.modified:
            tag = self.serializer.tag
            old = {name: _text(app, value) for name, value in attributes.items()}
            now = {_name(name): _text(app, value, tag) for name, value in session.items() if name != _PERMANENT}
            put = {name: json.loads(text) for name, text in now.items() if text != old.get(name)}
            removed = [name for name in old if name not in now]
            attributes = {name: put[name] if name in put else attributes[name] for name in now}
            if put and session._document is not None:
                changes["set"] = put
            if removed:
                changes["remove"] = removed
        if session.principal != before.get("principal"):
            changes["principal"] = session.principal
        lifetime = math.ceil(app.permanent_session_lifetime.total_seconds())
        lifetime = min(max(lifetime, 1), _LONGEST_LIFETIME)
        settings = {"permanent": session.permanent, "idleTimeoutSeconds": lifetime, "absoluteTimeoutSeconds": None}
        if any(before.get(name, ...) != value for name, value in settings.items()):
            changes.update(settings)
        return attributes, changes

    def _untagged(self, value: Any) -> Any:
        if isinstance(value, dict):
            return self.serializer.untag({name: self._untagged(each) for name, each in value.items()})
        if value in (math.inf, -math.inf):
            raise OverflowError("a number that Python does not have")
        return [self._untagged(each) for each in value] if isinstance(value, list) else value

    def _new(self, app: Flask) -> StoredSession:
        return self.session_class(self._new_id(app), app.config["SESSION_PERMANENT"])

    @staticmethod
    def _new_id(app: Flask) -> str:
        return secrets.token_urlsafe(app.config["SESSION_ID_LENGTH"])

    def _sid(self, app: Flask, request: Request) -> str | None:
        """The id that the request brings, if it has an id's shape and the signature is right."""
        value = request.cookies.get(self.get_cookie_name(app), "")
        if app.config["SESSION_USE_SIGNER"]:
            try:
                value = self._signer(app).unsign(value).decode()
            except BadSignature:
                return None
        return value if _ID.fullmatch(value) else None

    @staticmethod
    def _signer(app: Flask) -> Signer:
        if not app.secret_key:
            raise ValueError("SESSION_USE_SIGNER needs a SECRET_KEY: set one, or leave the signer out")
        keys = [*(app.config.get("SECRET_KEY_FALLBACKS") or ()), app.secret_key]
        return Signer(keys, salt="flask-session", key_derivation="hmac")

    def _call(
        self, app: Flask, verb: str, path: str, sid: Any = None, body: Any = None, headers: Any = (), params: Any = ()
    ) -> httpx.Response:
        """One exchange; another one if the connection broke, as each call may be made twice.

        :return: a success, or one of ``_EXPECTED``
        :raises ServiceUnavailable: if there is none, or one that says so
        :raises TooManySessions: if the principal may have no other one
        :raises SessionStoreError: if the service refuses anything else
        """
        config = app.config
        headers = dict(headers)
        content = None
        if config["SESSION_STORE_API_KEY"]:
            headers["Authorization"] = f"Bearer {config['SESSION_STORE_API_KEY']}"
        if sid is not None:
            headers["Session-Id"] = sid
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = _text(app, body)
        url = _url(f"{config['SESSION_STORE_URL'].rstrip('/')}/v1/{_namespace(app)}{path}")
        extensions = {"timeout": httpx.Timeout(config["SESSION_STORE_TIMEOUT"]).as_dict()}
        request = httpx.Request(verb, url, content=content, headers=headers, params=params, extensions=extensions)
        for attempt in (1, 2):
            try:
                answer = self._transport().handle_request(request)
                answer.read()
                break
            except httpx.TransportError as e:
                if attempt == 2 or isinstance(e, httpx.TimeoutException):
                    app.logger.warning("session-store is unavailable: %s at %s", type(e).__name__, url.netloc.decode())
                    raise _service_unavailable() from e
        content_type = answer.headers.get("Content-Type", "")
        if answer.status_code == 204 or (answer.is_success and content_type.startswith("application/json")):
            return answer
        problem = answer.json() if content_type.startswith("application/problem+json") else {}
        code = problem.get("code", "unknown")
        if code in _EXPECTED:
            return answer
        if answer.status_code in (408, 429) or (answer.status_code >= 500 and code != "not-supported"):
            app.logger.warning("session-store is unavailable: it answers %s %s", answer.status_code, code)
            raise _service_unavailable()
        if code == "session-limit":
            raise TooManySessions()
        raise SessionStoreError(answer.status_code, code, problem.get("detail", _WRONG_URL))

    def _transport(self) -> httpx.BaseTransport:
        """This process's: connections are not to be shared with the one that it was forked from."""
        process = os.getpid()
        if process not in self._transports:
            transport = self._make_transport()
            if self._transports.setdefault(process, transport) is transport:  # no other thread was faster
                finalizer = weakref.finalize(self, transport.close)
                finalizer.atexit = False  # type: ignore[misc]  # it would run in a forked process, too
        return self._transports[process]


def _check(app: Flask) -> None:
    config = app.config
    prefix = config["SESSION_KEY_PREFIX"]
    if not _NAMESPACE.fullmatch(_namespace(app)) or _namespace(app) == "admin":
        raise ValueError(
            f"SESSION_KEY_PREFIX {prefix!r} makes no namespace: "
            "use 1 to 63 of a-z, 0-9, _ and -, say 'shop:', but not 'admin'"
        )
    for name, kinds, unit, least, most in (
        ("SESSION_ID_LENGTH", int, "a whole number of bytes", 24, 96),
        ("SESSION_STORE_ROTATION_GRACE", int, "a whole number of seconds", 0, 60),
        ("SESSION_STORE_TIMEOUT", (int, float), "a number of seconds", 0.01, 300),
    ):
        if not isinstance(config[name], kinds) or not least <= config[name] <= most:
            raise ValueError(f"{name} is {config[name]!r}; use {unit} from {least} to {most}")
    if not _is_url(config["SESSION_STORE_URL"]):
        raise ValueError("SESSION_STORE_URL is no URL of a service: use one like 'http://127.0.0.1:8080'")
    if not re.fullmatch(r"[!-~]*", config["SESSION_STORE_API_KEY"] or ""):
        raise ValueError("SESSION_STORE_API_KEY holds what no key does: is white space, or a line's end, around it?")


def _is_url(value: Any) -> bool:
    try:
        url = httpx.URL(value)
    except (TypeError, httpx.InvalidURL):
        return False
    return url.scheme in ("http", "https") and bool(url.host) and not url.query and not url.fragment


def _namespace(app: Flask) -> str:
    return str(app.config["SESSION_KEY_PREFIX"]).removesuffix(":")


def _name(key: Any) -> str:
    """What JSON makes of a key that is no string: ``1`` is ``"1"``, ``None`` is ``"null"``."""
    return key if isinstance(key, str) else next(iter(json.loads(json.dumps({key: 0}))))


def _text(app: Flask, value: Any, tag: Callable[[Any], Any] = lambda value: value) -> bytes:
    """JSON, of whatever Flask's own sessions take; but a ValueError of what the service would not."""
    try:
        return _encoder(getattr(app.json, "default", None)).encode(tag(value)).encode()
    except (ValueError, RecursionError):  # they may name a key, and hold data
        message = "the session holds NaN, infinity, half a surrogate pair, or numbers or a nesting that have no end"
        raise ValueError(message) from None


@functools.lru_cache(maxsize=8)
def _encoder(default: Callable[[Any], Any] | None) -> json.JSONEncoder:
    return json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=default)


_url = functools.lru_cache(maxsize=64)(httpx.URL)


def _document(answer: httpx.Response) -> dict[str, Any]:
    try:
        document = json.loads(answer.content, parse_int=lambda text: int(text) if len(text) <= 4300 else math.inf)
        return {**document, "etag": answer.headers["ETag"]}
    except (KeyError, TypeError, ValueError) as e:
        raise SessionStoreError(answer.status_code, "unknown", _WRONG_URL) from e


def _check_logout(app: Flask, **_: Any) -> None:
    """Flask-Login removes only what it finds in the session, and in one that could not be loaded it finds nothing."""
    if isinstance(current_session, UnavailableSession):
        raise _service_unavailable()


def _vary(response: Response) -> Response:
    response.vary.add("Cookie")
    return response


def _refuse(app: Flask, response: Response, error: HTTPException) -> None:
    """Makes a response the application's page for an error: what its view has answered did not happen."""
    page = app.make_response(app.handle_user_exception(error))
    if hasattr(response.response, "close"):
        response.response.close()
    response.status = page.status
    response.headers = page.headers
    response.response = page.response
    response.direct_passthrough = page.direct_passthrough
