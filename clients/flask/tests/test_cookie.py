"""What the cookie says, and what it cannot make the application do."""

from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

import pytest
from conftest import Browser, eventually
from flask import session
from itsdangerous import Signer


def log_in():
    session["name"] = "Ada"


@pytest.mark.parametrize(
    "made_up",
    [
        "aMade-Up_idOfTheRightLengthAndAlphabet.0123~",
        "x" * 32,
        "~" * 128,
        "",
        "short",
        "x" * 129,
        "x" * 4_000,
        "-",
        "../../../../../../../../../../../../admin",
        "a?b=c&d" + "x" * 40,
        "ü" * 40,
        '"' + "x" * 40 + '"',
        "x" * 40 + "\r\nInjected: yes",
        ".eJyrVsrMS8tXskorzclRqgUAJ4EFTQ.Z0D0mQ.tQmGGjv3MDvdZ0a0g2wTqKkQ1bM",
    ],
)
def test_a_made_up_cookie_is_never_adopted(make_app, rest, made_up):
    ada = Browser(make_app(), made_up)
    assert ada.see(lambda: (session.new, dict(session))) == (True, {})
    assert rest.count() == 0
    ada.visit(log_in)
    assert ada.cookie != made_up and len(ada.cookie) == 43
    assert rest.count() == 1


def test_the_id_of_a_session_that_is_gone_is_never_adopted(make_app, rest):
    ada = Browser(make_app())
    ada.visit(log_in)
    gone = ada.cookie
    rest.call("DELETE", gone)
    ada.visit(log_in)
    assert ada.cookie != gone


def test_the_id_of_another_applications_session_is_never_adopted(make_app, make_rest, service, namespace):
    elsewhere = make_rest(service.url, f"{namespace}-other").client
    theirs = elsewhere.post("/sessions", json={"attributes": {"name": "Eve"}}).json()["id"]
    eve = Browser(make_app(), theirs)
    assert eve.see(lambda: dict(session)) == {}
    eve.visit(log_in)
    assert eve.cookie != theirs


def test_a_handle_is_no_id(make_app, rest):
    app = make_app()
    ada = Browser(app)
    ada.visit(log_in)
    assert Browser(app, rest.read(ada.cookie)["handle"]).see(lambda: dict(session)) == {}


def test_the_cookie_is_as_flasks_settings_say(make_app):
    app = make_app(
        SESSION_COOKIE_NAME="shop",
        SESSION_COOKIE_DOMAIN="localhost",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=False,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_PARTITIONED=True,
    )
    cookie = Browser(app).visit(log_in).headers["Set-Cookie"]
    assert cookie.startswith("shop=")
    rest = cookie.partition("; ")[2]
    assert set(rest.split("; ")) == {"Domain=localhost", "Path=/", "Secure", "SameSite=Strict", "Partitioned"}
    ended = Browser(app).visit(lambda: session.clear()).headers["Set-Cookie"]
    assert set(rest.split("; ")) < set(ended.split("; "))


def test_the_cookie_holds_the_sessions_id_and_its_length_is_a_setting(make_app):
    ada = Browser(make_app(SESSION_ID_LENGTH=48))
    assert ada.see(lambda: (log_in(), session.sid)[1]) == ada.cookie
    assert len(ada.cookie) == 64
    assert ada.see(lambda: session.sid) == ada.cookie


def test_the_id_differs_per_request_while_nothing_is_stored(make_app):
    ada = Browser(make_app())
    assert ada.see(lambda: session.sid) != ada.see(lambda: session.sid)


def test_a_signed_cookie_is_accepted_with_this_key_and_those_before_it_only(make_app):
    settings = {"SESSION_USE_SIGNER": True, "SECRET_KEY": "first"}
    ada = Browser(make_app(**settings))
    ada.visit(log_in)
    sid = ada.see(lambda: session.sid)
    # As Flask-Session signs it, so that its users stay logged in.
    assert ada.cookie == Signer("first", salt="flask-session", key_derivation="hmac").sign(sid).decode()

    rotated = make_app(SESSION_USE_SIGNER=True, SECRET_KEY="second", SECRET_KEY_FALLBACKS=["zeroth", "first"])
    assert Browser(rotated, ada.cookie).see(lambda: dict(session)) == {"name": "Ada"}
    bob = Browser(rotated)
    bob.visit(log_in)
    assert Browser(make_app(**settings), bob.cookie).see(lambda: dict(session)) == {}
    assert Browser(rotated, sid).see(lambda: dict(session)) == {}
    assert Browser(rotated, ada.cookie[:-1] + "~").see(lambda: dict(session)) == {}


@pytest.mark.parametrize(
    ("lifetime", "stored"),
    [(timedelta(hours=1), 3600), (90, 90), (timedelta(milliseconds=1500), 2), (timedelta(milliseconds=1), 1), (0, 1)],
)
def test_the_lifetime_is_stored_and_told_to_the_browser(make_app, rest, lifetime, stored):
    ada = Browser(make_app(PERMANENT_SESSION_LIFETIME=lifetime, SESSION_PERMANENT=True))
    response = ada.visit(log_in)
    sid = response.headers["Set-Cookie"].split(";")[0].partition("=")[2]
    expires = response.headers["Set-Cookie"].partition("Expires=")[2].split(";")[0]
    given = lifetime if isinstance(lifetime, timedelta) else timedelta(seconds=lifetime)
    assert parsedate_to_datetime(expires) <= datetime.now(timezone.utc) + given
    document = rest.read(sid)
    if isinstance(document, dict):  # it may have lived its second already
        assert document["idleTimeoutSeconds"] == stored
        assert document["absoluteTimeoutSeconds"] is None


def test_a_lifetime_longer_than_the_service_knows_is_cut(make_app, rest):
    ada = Browser(make_app(PERMANENT_SESSION_LIFETIME=timedelta(days=100_000)))
    ada.visit(log_in)
    assert rest.read(ada.cookie)["idleTimeoutSeconds"] == 3_155_760_000


def test_a_session_that_was_not_used_for_its_lifetime_is_gone(make_app, rest):
    ada = Browser(make_app(PERMANENT_SESSION_LIFETIME=1))
    ada.visit(log_in)
    sid = ada.cookie
    eventually(lambda: rest.read(sid) == "expired")
    assert ada.see(lambda: dict(session)) == {}
    ada.visit(log_in)
    assert ada.cookie != sid


def test_a_new_lifetime_reaches_living_sessions_when_they_are_saved(make_app, rest):
    ada = Browser(make_app(PERMANENT_SESSION_LIFETIME=60))
    ada.visit(log_in)
    ada.app.config["PERMANENT_SESSION_LIFETIME"] = 120
    ada.visit(lambda: session.update(other=1))
    assert rest.read(ada.cookie)["idleTimeoutSeconds"] == 120
