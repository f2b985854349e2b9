"""Settings that make no sense are refused when the application starts."""

import re
import subprocess
import sys

import pytest
from conftest import HERE
from flask import Flask
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from flask_session_store import SessionStore, StoredSession


def app_with(**settings):
    app = Flask("shop")
    app.config.update(settings)
    return app


def test_the_defaults_are_what_the_readme_says():
    app = app_with()
    SessionStore().init_app(app)
    readme = (HERE.parent / "README.md").read_text()
    for name in ("SESSION_STORE_URL", "SESSION_STORE_TIMEOUT", "SESSION_STORE_ROTATION_GRACE", "SESSION_KEY_PREFIX"):
        assert f"| `{name}` | `{app.config[name]}` |" in readme
    assert f"| `SESSION_PERMANENT` | `{app.config['SESSION_PERMANENT']}` |" in readme


@pytest.mark.parametrize(
    "prefix", ["", ":", "Shop:", "-shop:", "my shop:", "shop::", "x" * 64, "admin:", "admin", "shöp:"]
)
def test_a_prefix_that_makes_no_namespace_is_refused(prefix):
    with pytest.raises(ValueError, match=r"SESSION_KEY_PREFIX .* makes no namespace: use 1 to 63 of a-z, 0-9, _ and -"):
        SessionStore(app_with(SESSION_KEY_PREFIX=prefix))


@pytest.mark.parametrize("prefix", ["shop", "shop:", "0-shop_2:", "x" * 63 + ":"])
def test_a_prefix_may_end_in_a_colon(prefix):
    app = app_with(SESSION_KEY_PREFIX=prefix)
    assert app.session_interface is not SessionStore(app)
    assert isinstance(app.session_interface, SessionStore)


@pytest.mark.parametrize("length", [0, 23, 97, "32", 32.5, None])
def test_ids_that_are_too_short_or_long_are_refused(length):
    message = f"SESSION_ID_LENGTH is {length!r}; use a whole number of bytes from 24 to 96"
    with pytest.raises(ValueError, match=re.escape(message)):
        SessionStore(app_with(SESSION_ID_LENGTH=length))


@pytest.mark.parametrize("grace", [-1, 61, "10", 1.5])
def test_a_grace_out_of_range_is_refused(grace):
    message = f"SESSION_STORE_ROTATION_GRACE is {grace!r}; use a whole number of seconds from 0 to 60"
    with pytest.raises(ValueError, match=re.escape(message)):
        SessionStore(app_with(SESSION_STORE_ROTATION_GRACE=grace))


@pytest.mark.parametrize("timeout", ["2.0", "", None, 0, -1, float("nan")])
def test_a_timeout_that_makes_no_sense_is_refused(timeout):
    message = f"SESSION_STORE_TIMEOUT is {timeout!r}; use a number of seconds from 0.01 to 300"
    with pytest.raises(ValueError, match=re.escape(message)):
        SessionStore(app_with(SESSION_STORE_TIMEOUT=timeout))


@pytest.mark.parametrize(
    "url",
    ["", None, 8080, "127.0.0.1:8080", "redis://127.0.0.1", "http://", "http://[::1", "http://localhost:port"]
    + ["http://127.0.0.1:8080\n", " http://127.0.0.1", "http://127.0.0.1?shop", "http://127.0.0.1/#shop"],
)
def test_what_is_no_url_is_refused(url):
    with pytest.raises(ValueError, match="SESSION_STORE_URL is no URL of a service"):
        SessionStore(app_with(SESSION_STORE_URL=url))


@pytest.mark.parametrize("url", ["https://sessions", "HTTP://[::1]:8080/", "http://127.0.0.1:8080/sessions/"])
def test_a_url_may_have_a_path(url):
    SessionStore(app_with(SESSION_STORE_URL=url))


@pytest.mark.parametrize("key", ["secret\n", " secret", "sécret"])
def test_what_is_no_key_is_refused_without_being_repeated(key):
    with pytest.raises(ValueError, match="SESSION_STORE_API_KEY") as e:
        SessionStore(app_with(SESSION_STORE_API_KEY=key))
    assert "cret" not in str(e.value)


def test_a_refused_application_keeps_its_sessions():
    app = app_with(SESSION_ID_LENGTH=1)
    with pytest.raises(ValueError):
        SessionStore(app)
    assert isinstance(app.session_interface, SecureCookieSessionInterface)


def test_flask_login_need_not_be_there(monkeypatch):
    monkeypatch.setitem(sys.modules, "flask_login", None)
    app = app_with()
    assert app.session_interface is not SessionStore(app)


def test_a_signer_needs_a_secret_key(caplog):
    app = app_with(SESSION_USE_SIGNER=True)
    SessionStore(app)
    assert app.test_client().get("/").status_code == 500
    assert "SESSION_USE_SIGNER needs a SECRET_KEY" in caplog.text


def test_the_session_is_one_of_flasks():
    assert issubclass(StoredSession, SessionMixin)


def test_the_types_are_sound():
    source = HERE.parent / "src" / "flask_session_store"
    check = subprocess.run([sys.executable, "-m", "mypy", "--strict", str(source)], capture_output=True, text=True)
    assert check.returncode == 0, check.stdout + check.stderr
