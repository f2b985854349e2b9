"""The service is away, or is not what it should be."""

import io
import os
import signal
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
from conftest import Browser, Service
from flask import Flask, flash, get_flashed_messages, make_response, redirect, session, stream_with_context
from flask_login import LoginManager, logout_user
from werkzeug.test import create_environ, run_wsgi_app

from flask_session_store import SessionStore, TooManySessions


def log_in():
    session["name"] = "Ada"


@pytest.fixture
def refusing():
    """The address of a port that nobody listens on."""
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{port.getsockname()[1]}"


@pytest.fixture
def ada(make_app):
    ada = Browser(make_app())
    ada.visit(log_in)
    return ada


def check_away(ada):
    """What pages are like while the service is away, for someone with a cookie."""
    app, cookie = ada.app, ada.cookie
    answer = ada.visit(lambda: {"name": session.get("name"), "new": session.new, "sid": session.sid})
    assert answer.json == {"name": None, "new": False, "sid": None}
    assert answer.headers["Vary"] == "Cookie"
    for browser in (ada, Browser(app)):
        answer = browser.visit(log_in)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "1"
        assert "Set-Cookie" not in answer.headers
        assert browser.cookie in (cookie, None)


def test_a_service_that_hangs(ada, service):
    ada.app.config["SESSION_STORE_TIMEOUT"] = 0.1
    service.process.send_signal(signal.SIGSTOP)
    os.waitpid(service.process.pid, os.WUNTRACED)  # until it has stopped
    try:
        check_away(ada)
    finally:
        service.process.send_signal(signal.SIGCONT)
    ada.app.config["SESSION_STORE_TIMEOUT"] = 30
    assert ada.see(lambda: dict(session)) == {"name": "Ada"}


def test_a_service_that_was_never_there(ada, refusing, caplog):
    ada.app.config["SESSION_STORE_URL"] = refusing.replace("//", "//user:password@")
    check_away(ada)
    address = refusing.partition("//")[2]
    warnings = {record.getMessage() for record in caplog.records if record.name == "shop"}
    assert warnings == {f"session-store is unavailable: ConnectError at {address}"}


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_a_restart_of_the_service_loses_nothing_that_is_on_disk(end, ada, make_rest, namespace, tmp_path):
    app = ada.app
    disk = {"SESSION_STORE_DATA_DIR": str(tmp_path / "data")}
    service = Service(**disk)
    try:
        app.config["SESSION_STORE_URL"] = service.url
        bob = Browser(app)
        ada.visit(lambda: session.update(name="Ada", cart=("tea",)))
        bob.visit(log_in)
        ended = bob.cookie
        bob.visit(lambda: session.clear())
        getattr(service, end)()
        check_away(ada)

        service = Service(**disk)
        app.config["SESSION_STORE_URL"] = service.url
        assert ada.see(lambda: dict(session)) == {"name": "Ada", "cart": ("tea",)}
        assert Browser(app, ended).see(lambda: dict(session)) == {}
        assert make_rest(service.url, namespace).read(ended) == "deleted"
    finally:
        service.kill()


@pytest.mark.parametrize(
    "write",
    [
        lambda: session.update(a=1),
        lambda: session.__setitem__("a", 1),
        lambda: session.__ior__({"a": 1}),
        lambda: session.setdefault("a", 1),
        lambda: session.pop("a", None),
        lambda: session.clear(),
        lambda: flash("hello"),
        lambda: setattr(session, "principal", "ada"),
        lambda: setattr(session, "modified", True),
        lambda: session.__delitem__("a"),
        lambda: session.popitem(),
    ],
)
def test_every_write_to_a_session_that_could_not_be_loaded_is_503(ada, refusing, write):
    ada.app.config["SESSION_STORE_URL"] = refusing
    assert ada.visit(write).status_code == 503


@pytest.mark.parametrize(
    "read",
    [
        lambda: session.get("a"),
        lambda: str("a" in session),
        lambda: dict(session),
        lambda: str(session.principal),
        lambda: setattr(session, "modified", False),
        lambda: str(get_flashed_messages()),
    ],
)
def test_reading_a_session_that_could_not_be_loaded_is_free(ada, refusing, read):
    ada.app.config["SESSION_STORE_URL"] = refusing
    assert ada.visit(read).status_code == 200


def test_flask_logins_logout_is_503_while_the_service_is_away(make_app, service, refusing):
    app = make_app(SECRET_KEY="for Flask-Login")
    LoginManager(app).user_loader(lambda name: None)
    ada = Browser(app)
    ada.visit(lambda: session.update(_user_id="ada"))
    app.config["SESSION_STORE_URL"] = refusing
    assert ada.visit(lambda: str(logout_user())).status_code == 503
    assert Browser(app).visit(lambda: str(logout_user())).status_code == 200
    app.config["SESSION_STORE_URL"] = service.url
    assert ada.see(lambda: dict(session)) == {"_user_id": "ada"}
    assert ada.visit(lambda: str(logout_user())).status_code == 200
    assert ada.cookie is None


def test_a_write_after_the_view_has_answered_is_503_too(make_app, refusing):
    app = make_app(SECRET_KEY="for Flask-Login", REMEMBER_COOKIE_REFRESH_EACH_REQUEST=True)
    LoginManager(app).user_loader(lambda name: None)  # it writes after each request
    ada = Browser(app)
    ada.visit(log_in)
    app.config["SESSION_STORE_URL"] = refusing
    answer = ada.visit(lambda: session.get("name", "nobody"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert Browser(app).visit(lambda: session.get("name", "nobody")).status_code == 200


def test_a_stream_may_read_a_session_that_could_not_be_loaded(ada, refusing):
    ada.app.config["SESSION_STORE_URL"] = refusing
    answer = ada.visit(lambda: stream_with_context(str(session.get("name")) for _ in range(2)))
    assert (answer.status_code, answer.data) == (200, b"NoneNone")


def test_regenerate_and_revoke_all_are_503_while_the_service_is_away(ada, refusing):
    app, store = ada.app, ada.app.session_interface
    app.config["SESSION_STORE_URL"] = refusing
    assert ada.visit(lambda: store.regenerate(session)).status_code == 503
    assert Browser(app).visit(lambda: str(store.revoke_all("ada"))).status_code == 503
    assert ada.visit(lambda: str(store.revoke_all("ada", keep=session))).status_code == 503


def test_making_each_session_permanent_is_no_write(make_app, refusing):
    app = make_app()

    @app.before_request
    def stay():
        session.permanent = True

    ada = Browser(app)
    ada.visit(log_in)
    app.config["SESSION_STORE_URL"] = refusing
    assert ada.see(lambda: dict(session)) == {}
    assert Browser(app).see(lambda: dict(session)) == {"_permanent": True}
    assert ada.visit(log_in).status_code == 503


def test_the_applications_own_page_for_503_replaces_what_the_view_has_answered(make_app, refusing):
    app = make_app(SESSION_STORE_URL=refusing)

    @app.errorhandler(503)
    def busy(error):
        return "please come back later", {"Retry-After": str(error.retry_after), "Content-Type": "text/plain"}

    def view():
        log_in()
        answer = make_response(redirect("/welcome"))
        answer.set_cookie("welcome", "yes")
        return answer

    answer = Browser(app).visit(view)
    assert answer.data == b"please come back later"
    assert answer.status_code == 200  # its choice
    assert answer.headers["Retry-After"] == "1"
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert "Location" not in answer.headers
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("page_passes_through", [True, False])
def test_a_page_for_503_may_be_streamed_and_replace_a_stream(make_app, refusing, page_passes_through):
    app = make_app(SESSION_STORE_URL=refusing)
    parts = [b"please ", b"come back later"] if page_passes_through else ["please ", "come back later"]

    @app.errorhandler(503)
    def busy(error):
        page = app.response_class((part for part in parts), 503)
        page.direct_passthrough = page_passes_through
        return page

    def view():
        log_in()
        answer = app.response_class(welcome)
        answer.direct_passthrough = not page_passes_through
        return answer

    welcome = io.BytesIO(b"welcome")
    body, status, _ = run_wsgi_app(app, create_environ(environ_overrides={"test.view": view}))
    assert (status, b"".join(body)) == ("503 SERVICE UNAVAILABLE", b"please come back later")
    assert welcome.closed


def test_a_session_that_is_only_kept_alive_is_no_reason_for_503(make_app, service, refusing):
    app = make_app(SESSION_PERMANENT=True)
    ada = Browser(app)
    ada.visit(log_in)

    def read_while_the_service_goes_away():
        app.config["SESSION_STORE_URL"] = refusing
        return session["name"]

    answer = ada.visit(read_while_the_service_goes_away)
    assert (answer.status_code, answer.data) == (200, b"Ada")
    assert "Set-Cookie" not in answer.headers


def test_a_connection_that_breaks_is_replaced(make_app):
    broken = []

    class BreakEachSecond(httpx.HTTPTransport):
        def handle_request(self, call):
            answer = super().handle_request(call)
            if len(broken) % 2 == 0:
                broken.append(call)
                answer.read()
                raise httpx.ReadError("the answer is lost")
            broken.append(None)
            return answer

    app = make_app(BreakEachSecond, SESSION_STORE_PRINCIPAL="user")
    ada = Browser(app)
    ada.visit(log_in)
    ada.visit(lambda: session.update(cart=("tea",)))
    ada.visit(lambda: session.update(user="ada"))
    assert ada.see(lambda: dict(session)) == {"name": "Ada", "cart": ("tea",), "user": "ada"}
    ada.visit(lambda: session.clear())
    assert ada.cookie is None
    assert [call.method for call in broken if call] == ["PUT", "GET", "PATCH", "GET", "POST", "GET", "GET", "DELETE"]


@pytest.fixture
def answering():
    """Makes a server that answers all alike."""
    servers = []

    def make(status, content_type, body=b"", **headers):
        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(status)
                for name, value in {"Content-Type": content_type, "Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_PUT = do_DELETE = answer

            def log_message(self, *args):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


def failures(caplog):
    """What each failure that Flask has logged says."""
    return [str(record.exc_info[1]) for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 507])
def test_a_service_or_proxy_that_says_that_it_cannot_is_away(ada, answering, status):
    ada.app.config["SESSION_STORE_URL"] = answering(status, "text/html", b"<h1>Sorry</h1>")
    check_away(ada)


@pytest.mark.parametrize(
    ("status", "content_type", "body"),
    [
        (200, "text/html", b"<h1>Hello</h1>"),
        (404, "text/html", b"<h1>Not found</h1>"),
        (404, "application/json", b'["not", "found"]'),
        (302, "text/html", b""),
        (200, "application/json", b'{"status": "ok"}'),
        (200, "application/json", b"[]"),
        (200, "application/json", b""),
    ],
)
def test_a_url_of_something_else_is_an_error_that_says_so(ada, answering, caplog, status, content_type, body):
    ada.app.config["SESSION_STORE_URL"] = answering(status, content_type, body, Location="/elsewhere")
    for browser in (ada, Browser(ada.app)):
        assert browser.visit(log_in).status_code == 500
    message = f"session-store answers {status} unknown: is SESSION_STORE_URL that of a session-store?"
    assert set(failures(caplog)) == {message}


def test_a_wrong_path_in_the_url_is_an_error_that_says_so(ada, caplog):
    ada.app.config["SESSION_STORE_URL"] += "/elsewhere"
    assert ada.visit(lambda: None).status_code == 500
    assert {message[:42] for message in failures(caplog)} == {"session-store answers 404 route-not-found:"}


@pytest.mark.parametrize("key", ["a-wrong-key-of-at-least-32-characters", None])
def test_a_wrong_key_is_an_error_and_no_empty_session(ada, caplog, key):
    ada.app.config["SESSION_STORE_API_KEY"] = key
    assert ada.visit(lambda: session.get("name", "nobody")).status_code == 500
    assert Browser(ada.app).visit(log_in).status_code == 500
    assert {message.partition(":")[0] for message in failures(caplog)} == {"session-store answers 401 unauthenticated"}
    assert not any(str(key) in record.getMessage() for record in caplog.records)
    for record in caplog.records:  # a page of Flask's for the error is made without a second failure
        assert "finalizing" not in record.getMessage() or record.exc_info[1].status == 401


def test_a_session_that_is_too_large_is_an_error_that_says_so(ada, caplog, rest):
    before = rest.read(ada.cookie)["attributes"]
    assert ada.visit(lambda: session.update(large="x" * 300_000)).status_code == 500
    assert ada.visit(lambda: session.update(larger="x" * 3_000_000)).status_code == 500
    codes = {message.partition(":")[0] for message in failures(caplog)}
    assert codes == {"session-store answers 413 session-too-large", "session-store answers 413 body-too-large"}
    assert rest.read(ada.cookie)["attributes"] == before


def test_the_application_may_tell_failures_apart(make_app):
    app = make_app(SESSION_STORE_API_KEY="a-wrong-key-of-at-least-32-characters")

    @app.errorhandler(500)
    def failed(error):
        return {"status": error.original_exception.status, "code": error.original_exception.code}, 500

    assert Browser(app).visit(log_in).json == {"status": 401, "code": "unauthenticated"}


def test_a_login_beyond_the_limit_of_a_principals_sessions_is_the_applications_page_for_409(make_app):
    service = Service(SESSION_STORE_MAX_SESSIONS_PER_PRINCIPAL="1", SESSION_STORE_WHEN_EXCEEDED="reject")
    try:
        app = make_app(SESSION_STORE_URL=service.url, SESSION_STORE_PRINCIPAL="user")

        @app.errorhandler(TooManySessions)
        def full(error):
            return f"{session.principal} is logged in elsewhere", error.code

        laptop, phone = Browser(app), Browser(app)
        laptop.visit(lambda: session.update(user="ada"))
        phone.visit(log_in)
        cookie = phone.cookie
        for browser in (phone, Browser(app)):
            answer = browser.visit(lambda: session.update(user="ada"))
            assert (answer.status_code, answer.data) == (409, b"ada is logged in elsewhere")
            assert "Set-Cookie" not in answer.headers
        assert phone.cookie == cookie
        assert phone.see(lambda: dict(session)) == {"name": "Ada"}
        assert laptop.see(lambda: dict(session)) == {"user": "ada"}
        app.error_handler_spec[None].clear()
        assert b"too many devices" in phone.visit(lambda: session.update(user="ada")).data
    finally:
        service.kill()


def test_a_service_without_keys_needs_none(namespace):
    service = Service(SESSION_STORE_API_KEY="")
    try:
        app = Flask("shop")
        app.config.update(SESSION_STORE_URL=f"{service.url}/", SESSION_KEY_PREFIX=namespace)
        SessionStore(app)
        app.get("/")(lambda: (log_in(), "done")[1])
        assert app.test_client().get("/").status_code == 200
    finally:
        service.kill()
