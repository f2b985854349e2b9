"""What a request costs: the calls to the service, and what they carry."""

import gc
import json
import logging

import httpx
import pytest
from conftest import API_KEY, Browser
from flask import session


@pytest.fixture
def calls(make_app):
    """The application, and the list of calls that it makes."""

    def make(**settings):
        made = []

        class Noting(httpx.HTTPTransport):
            def handle_request(self, call):
                made.append(call)
                return super().handle_request(call)

        return make_app(Noting, **settings), made

    return make


def told(made):
    """Verb, last part of the path, and body of each call, which are then forgotten."""
    told = [(c.method, c.url.path.rpartition("/")[2], json.loads(c.content or "null")) for c in made]
    made.clear()
    return told


def test_requests_without_a_cookie_cost_nothing_and_store_nothing(calls, rest):
    app, made = calls(SESSION_PERMANENT=True)
    for view in (lambda: None, lambda: session.get("name"), lambda: session.pop("name", None), lambda: session.clear()):
        assert Browser(app).visit(view).status_code == 200
    assert Browser(app, "malformed").visit(lambda: session.get("name")).status_code == 200
    assert made == []
    assert rest.count() == 0


def test_a_new_session_costs_one_call_and_a_page_that_reads_one(calls):
    app, made = calls(PERMANENT_SESSION_LIFETIME=60)
    ada = Browser(app)
    ada.visit(lambda: session.update(cart=("tea",)))
    settings = {"permanent": False, "idleTimeoutSeconds": 60, "absoluteTimeoutSeconds": None}
    assert told(made) == [("PUT", "-", {"attributes": {"cart": {" t": ["tea"]}}, **settings})]
    ada.visit(lambda: session["cart"])
    assert told(made) == [("GET", "-", None)]


def test_a_write_carries_only_what_changed(calls):
    app, made = calls()
    ada = Browser(app)
    ada.visit(lambda: session.update(cart=("tea",), name="Ada", when="today", big="x" * 1000))
    made.clear()

    def change():
        session["name"] = "Bob"
        session["cart"] = ("tea",)
        session["new"] = {1: b"2"}
        del session["when"]

    ada.visit(change)
    assert told(made)[1:] == [
        ("PATCH", "-", {"set": {"name": "Bob", "new": {"1": {" b": "Mg=="}}}, "remove": ["when"]})
    ]


def test_a_session_that_was_marked_modified_but_is_as_it_was_is_only_touched(calls):
    app, made = calls()
    ada = Browser(app)
    ada.visit(lambda: session.update(name="Ada", nested={1: (2, b"3")}))
    made.clear()
    ada.visit(lambda: session.update(name="Ada"))
    assert told(made)[1:] == [("POST", "touch", None)]


@pytest.mark.parametrize("permanent", [True, False])
@pytest.mark.parametrize("refresh", [True, False])
def test_refresh_each_request_decides_what_slides(calls, permanent, refresh):
    app, made = calls(SESSION_REFRESH_EACH_REQUEST=refresh, SESSION_PERMANENT=permanent)
    ada = Browser(app)
    ada.visit(lambda: session.update(name="Ada"))
    made.clear()
    response = ada.visit(lambda: session["name"])
    assert made[0].url.params.get("touch", "true") == ("true" if refresh else "false")
    assert told(made)[1:] == ([("POST", "touch", None)] if refresh and permanent else [])
    assert ("Set-Cookie" in response.headers) == (refresh and permanent)


def test_login_costs_one_call_that_changes_id_and_data_at_once(calls):
    app, made = calls(SESSION_STORE_PRINCIPAL="user", SESSION_STORE_ROTATION_GRACE=7)
    ada = Browser(app)
    ada.visit(lambda: session.update(cart=1))
    made.clear()
    ada.visit(lambda: session.update(user=42))
    changes = {"set": {"user": 42}, "principal": "42"}
    assert told(made)[1:] == [("POST", "rotate", {"newId": ada.cookie, "graceSeconds": 7, "changes": changes})]
    ada.visit(lambda: session.clear())
    assert told(made)[1:] == [("DELETE", "-", None)]


def test_clearing_and_putting_in_costs_two_calls_that_end_one_session_and_begin_another(calls):
    app, made = calls()
    ada = Browser(app)
    ada.visit(lambda: session.update(user=1))

    def log_in():
        session.clear()
        session["user"] = 2

    made.clear()
    ada.visit(log_in)
    assert [(verb, body and body["attributes"]) for verb, _, body in told(made)] == [
        ("GET", None),
        ("DELETE", None),
        ("PUT", {"user": 2}),
    ]
    made.clear()
    unknown = Browser(app)
    assert unknown.see(lambda: (log_in(), session.sid)[1]) == unknown.cookie
    assert [verb for verb, _, _ in told(made)] == ["PUT"]


def test_a_forked_process_makes_connections_of_its_own(make_app, monkeypatch):
    made = []

    def transport():
        made.append(httpx.HTTPTransport())
        return made[-1]

    ada = Browser(make_app(transport))
    ada.visit(lambda: session.update(name="Ada"))
    assert ada.see(lambda: session["name"]) == "Ada"
    assert len(made) == 1
    monkeypatch.setattr("os.getpid", lambda: 0)
    assert ada.see(lambda: session["name"]) == "Ada"
    assert len(made) == 2


def test_connections_are_closed_with_their_store(make_app):
    closed = []

    class Closing(httpx.HTTPTransport):
        def close(self):
            closed.append(self)
            super().close()

    app = make_app(Closing)
    Browser(app).visit(lambda: session.update(name="Ada"))
    assert closed == []
    app.session_interface = None
    gc.collect()
    assert len(closed) == 1


def test_several_applications_may_share_one_store(make_app, calls):
    app, made = calls()
    other = make_app(SESSION_KEY_PREFIX=f"{app.config['SESSION_KEY_PREFIX'][:-1]}-other:")
    app.session_interface.init_app(other)
    ada = Browser(other)
    ada.visit(lambda: session.update(name="Ada"))
    assert ada.see(lambda: session["name"]) == "Ada"
    assert Browser(app, ada.cookie).see(lambda: dict(session)) == {}
    assert len(made) == 3


def test_no_log_at_any_level_holds_a_secret(make_app, caplog):
    caplog.set_level(logging.DEBUG, logger="")
    app = make_app(SESSION_STORE_PRINCIPAL="user", SESSION_STORE_ROTATION_GRACE=0)
    ada = Browser(app)
    ada.visit(lambda: session.update(secret="s3cr3t"))
    first = ada.cookie
    ada.visit(lambda: session.update(user="somebody"))
    ada.visit(lambda: session.update(secret="s4cr4t"))
    assert Browser(app, first).see(lambda: dict(session)) == {}
    ada.visit(lambda: app.session_interface.revoke_all("somebody", keep=session))
    second = ada.cookie
    ada.visit(lambda: session.clear())
    log = "\n".join(record.getMessage() for record in caplog.records)
    assert "httpcore" in {record.name.partition(".")[0] for record in caplog.records}
    for secret in (first, second, API_KEY, "s3cr3t", "s4cr4t", "somebody"):
        assert secret not in log
