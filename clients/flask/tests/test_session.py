"""What flask.session promises, kept in the service."""

import dataclasses
import math
import uuid
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from conftest import Browser, eventually
from flask import flash, get_flashed_messages, session
from flask.json.tag import JSONTag
from markupsafe import Markup

from flask_session_store import SessionStore, SessionStoreError


def put(**items):
    return lambda: session.update(items)


def test_a_session_is_new_until_it_was_stored(make_app):
    ada = Browser(make_app())
    assert ada.see(lambda: session.new)
    ada.visit(put(name="Ada"))
    assert not ada.see(lambda: session.new)


def test_modified_tells_of_writes_to_the_dictionary_alone(make_app):
    ada = Browser(make_app())
    ada.visit(put(cart=["tea"]))

    def change_nested():
        before = session.modified
        session["cart"].append("milk")
        return before or session.modified

    assert not ada.see(change_nested)
    assert ada.see(lambda: session["cart"]) == ["tea"]

    def change_and_say_so():
        session["cart"].append("milk")
        session.modified = True

    ada.visit(change_and_say_so)
    assert ada.see(lambda: session["cart"]) == ["tea", "milk"]


@pytest.mark.parametrize(
    "write",
    [
        lambda: session.__setitem__("a", 2),
        lambda: session.__delitem__("a"),
        lambda: session.pop("a"),
        lambda: session.popitem(),
        lambda: session.setdefault("b", 2),
        lambda: session.update(b=2),
        lambda: session.__ior__({"b": 2}),
    ],
)
def test_every_way_to_write_is_noticed(make_app, write):
    ada = Browser(make_app())
    ada.visit(put(a=1, z=26))

    def view():
        write()
        return dict(session)

    assert ada.see(view) == ada.see(lambda: dict(session)) != {"a": 1, "z": 26}


def test_a_session_that_was_read_varies_by_cookie(make_app):
    ada = Browser(make_app())
    ada.visit(put(name="Ada"))
    assert ada.visit(lambda: session.get("name")).headers["Vary"] == "Cookie"
    assert "Vary" not in ada.visit(lambda: None).headers


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        -0.5,
        1.10,
        10**30,
        "",
        'ünïcödé \U0001f600 \u2028 \x00 \\ " </script>',
        [],
        {},
        (1, (2, [3, (4,)]), ()),
        b"\x00\xff",
        uuid.UUID(int=1),
        datetime(2026, 11, 22, 20, 0, 0, tzinfo=timezone.utc),
        Markup("<b>&amp;</b>"),
        {" t": [1]},
        {" t": 1},
        {" di": {" t__": [1]}},
        {"x": {" b": b"b"}},
        {"deep": [{"tuple": (uuid.UUID(int=2), {"when": datetime(1999, 1, 1, tzinfo=timezone.utc)})}]},
        {"order": 1, "a": 2, "B": 3},
    ],
    ids=repr,
)
def test_values_come_back_as_they_were(make_app, value):
    ada = Browser(make_app())
    ada.visit(put(value=value, kept=1))
    seen = ada.see(lambda: session["value"])
    assert (seen, type(seen)) == (value, type(value))
    if isinstance(value, dict):
        assert list(seen) == list(value)


def test_values_that_json_has_no_type_for_come_back_as_in_flasks_own_sessions(make_app):
    @dataclasses.dataclass
    class Point:
        x: int

    values = {"price": Decimal("1.10"), "point": Point(1), "day": date(2026, 11, 22), "nested": {1: "a", None: "b"}}
    ada = Browser(make_app())
    ada.visit(put(**values))
    assert ada.see(lambda: dict(session)) == {
        "price": "1.10",
        "point": {"x": 1},
        "day": "Sun, 22 Nov 2026 00:00:00 GMT",
        "nested": {"1": "a", "null": "b"},
    }


def test_keys_may_be_whatever_json_makes_a_string_of(make_app):
    ada = Browser(make_app())
    ada.visit(lambda: session.update({2: "a", True: "b", 1.5: "c", None: "d", "": "e", " t": "f", "a/b ü": "g"}))
    assert ada.see(lambda: dict(session)) == {
        "2": "a",
        "true": "b",
        "1.5": "c",
        "null": "d",
        "": "e",
        " t": "f",
        "a/b ü": "g",
    }


def test_an_application_may_add_a_tag_of_its_own(make_app):
    class Complex(JSONTag):
        key = " complex"

        def check(self, value):
            return isinstance(value, complex)

        def to_json(self, value):
            return [value.real, value.imag]

        def to_python(self, value):
            return complex(*value)

    class OwnStore(SessionStore):
        serializer = type(SessionStore.serializer)()

    OwnStore.serializer.register(Complex)
    app = make_app()
    OwnStore(app)
    ada = Browser(app)
    ada.visit(put(z=1 + 2j))
    assert ada.see(lambda: session["z"]) == 1 + 2j


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {(1, 2): 3}])
def test_a_value_that_cannot_be_stored_fails_loudly(make_app, value):
    ada = Browser(make_app())
    assert ada.visit(put(value=value)).status_code == 500
    assert ada.cookie is None


def test_flashed_messages_are_shown_once(make_app):
    ada = Browser(make_app())
    ada.visit(lambda: flash("Welcome", "info"))
    ada.visit(lambda: flash("Ada"))
    shown = ada.see(lambda: get_flashed_messages(with_categories=True))
    assert shown == [("info", "Welcome"), ("message", "Ada")]
    assert ada.see(get_flashed_messages) == []
    assert ada.cookie is None  # nothing else was in the session


def test_clearing_deletes_session_and_cookie(make_app, rest):
    ada = Browser(make_app())
    ada.visit(put(name="Ada"))
    sid = ada.cookie
    answer = ada.visit(lambda: session.clear())
    assert "Expires=Thu, 01 Jan 1970 00:00:00 GMT" in answer.headers["Set-Cookie"]
    assert answer.headers["Vary"] == "Cookie"
    assert rest.read(sid) == "deleted"
    assert ada.see(lambda: dict(session)) == {}


def test_what_is_put_in_after_clearing_stays(make_app, rest):
    ada = Browser(make_app())
    ada.visit(put(name="Ada", cart=["tea"]))

    def start_anew():
        session.clear()
        session["name"] = "Bob"

    ada.visit(start_anew)
    assert rest.read(ada.cookie)["attributes"] == {"name": "Bob"}


def test_what_is_put_in_after_clearing_has_a_new_id_that_nobody_planted(make_app, rest):
    ada = Browser(make_app(SESSION_STORE_ROTATION_GRACE=60))
    ada.visit(put(cart=["tea"]))
    planted = Browser(ada.app, ada.cookie)

    def log_in():  # as in Flask's tutorial
        session.clear()
        session["user_id"] = 7
        ada.app.session_interface.save_session(ada.app, session._get_current_object(), ada.app.response_class())
        return session.sid

    assert ada.see(log_in) == ada.cookie != planted.cookie
    assert ada.see(lambda: dict(session)) == {"user_id": 7}
    assert planted.see(lambda: dict(session)) == {}
    assert rest.read(planted.cookie) == "deleted"


def test_removing_the_last_key_deletes_session_and_cookie(make_app, rest):
    ada = Browser(make_app())
    ada.visit(put(name="Ada"))
    sid = ada.cookie
    ada.visit(lambda: session.pop("name"))
    assert ada.cookie is None
    assert rest.read(sid) == "deleted"


def test_permanent_is_stored_and_makes_the_cookie_outlive_the_browser(make_app, rest):
    ada = Browser(make_app(PERMANENT_SESSION_LIFETIME=timedelta(days=2)))
    assert "Expires" not in ada.visit(put(name="Ada")).headers["Set-Cookie"]
    assert not ada.see(lambda: session.permanent)
    assert rest.read(ada.cookie)["permanent"] is False

    def stay():
        session.permanent = True

    assert "Expires" in ada.visit(stay).headers["Set-Cookie"]
    assert ada.see(lambda: (session.permanent, session["_permanent"])) == (True, True)
    document = rest.read(ada.cookie)
    assert (document["permanent"], document["idleTimeoutSeconds"]) == (True, 2 * 86400)
    assert document["attributes"] == {"name": "Ada"}

    def leave():
        session.permanent = False

    assert "Expires" not in ada.visit(leave).headers["Set-Cookie"]
    assert rest.read(ada.cookie)["permanent"] is False


def test_a_session_that_is_only_permanent_is_not_stored(make_app, rest):
    app = make_app()

    @app.before_request
    def stay():
        session.permanent = True

    ada = Browser(app)
    assert "Set-Cookie" not in ada.visit(lambda: None).headers
    assert rest.count() == 0
    ada.visit(put(name="Ada"))
    gone = Browser(app, ada.cookie)
    ada.visit(lambda: session.pop("name"))
    assert rest.count() == 0
    assert ada.cookie is None
    # It may come after the answer of a login, and must not take its cookie away.
    assert "Set-Cookie" not in gone.visit(lambda: None).headers


@pytest.mark.parametrize("change", [put(other=1), lambda: session.clear()])
def test_a_principal_gives_a_new_id_and_leaves_with_clear(make_app, rest, change):
    ada = Browser(make_app(SESSION_STORE_ROTATION_GRACE=0))
    ada.visit(put(cart=["tea"]))
    before = ada.cookie

    def login():
        session.principal = 42

    ada.visit(login)
    assert ada.cookie != before
    assert rest.read(before) == "rotated"
    assert rest.read(ada.cookie)["principal"] == "42"
    assert ada.see(lambda: (session.principal, session.sid)) == ("42", ada.cookie)
    sid = ada.cookie
    ada.visit(change)
    assert ada.cookie in (sid, None)
    assert ada.see(lambda: session.principal) == (None if ada.cookie is None else "42")


def test_an_old_id_reads_what_the_session_was_before_a_login_but_nothing_after_a_logout(make_app):
    app = make_app(SESSION_STORE_PRINCIPAL="user", SESSION_STORE_ROTATION_GRACE=60)
    ada = Browser(app)
    ada.visit(put(cart=["tea"]))
    visitor = ada.cookie
    ada.visit(put(user=42))
    customer = ada.cookie
    assert Browser(app, visitor).see(lambda: dict(session)) == {"cart": ["tea"]}
    ada.visit(lambda: session.pop("user"))
    assert Browser(app, customer).see(lambda: dict(session)) == {}
    assert ada.see(lambda: dict(session)) == {"cart": ["tea"]}
    ada.visit(put(user=43))
    other = ada.cookie
    ada.visit(put(user=44))
    assert Browser(app, other).see(lambda: dict(session)) == {}


def test_an_old_id_is_gone_once_the_grace_has_passed(make_app):
    app = make_app(SESSION_STORE_ROTATION_GRACE=1)
    ada = Browser(app)
    ada.visit(put(name="Ada"))
    old = ada.cookie
    ada.visit(lambda: app.session_interface.regenerate(session))
    late = Browser(app, old)
    eventually(lambda: late.see(lambda: dict(session)) == {})
    assert ada.see(lambda: dict(session)) == {"name": "Ada"}


def test_regenerate_changes_the_id_and_keeps_the_rest(make_app, rest):
    app = make_app(SESSION_STORE_ROTATION_GRACE=0)
    ada = Browser(app)
    ada.visit(put(name="Ada"))
    before = ada.cookie

    def regenerate():
        app.session_interface.regenerate(session)
        session["again"] = True
        app.session_interface.regenerate(session)
        session.principal = "ada"
        return session.sid

    assert ada.see(regenerate) == ada.cookie != before
    assert rest.read(before) == "rotated"
    assert ada.see(lambda: dict(session)) == {"name": "Ada", "again": True}


def test_revoke_all_ends_the_sessions_of_a_principal_but_one(make_app):
    app = make_app()
    store = app.session_interface

    def login(name):
        def view():
            session["name"] = name
            session.principal = name

        browser = Browser(app)
        browser.visit(view)
        return browser

    laptop, phone, stranger = login("Ada ünïcödé"), login("Ada ünïcödé"), login("Bob")
    assert laptop.see(lambda: store.revoke_all("Ada ünïcödé", keep=session)) == 1
    assert [len(b.see(lambda: dict(session))) for b in (laptop, phone, stranger)] == [1, 0, 1]
    # A session that is not (yet) the principal's lives on, too.
    assert stranger.see(lambda: store.revoke_all("Ada ünïcödé", keep=session)) == 1
    assert Browser(app).see(lambda: store.revoke_all("nobody", keep=session)) == 0
    assert [len(b.see(lambda: dict(session))) for b in (laptop, phone, stranger)] == [0, 0, 1]
    for nobody in (None, ""):
        with pytest.raises(ValueError, match="revoke_all needs a principal"):
            store.revoke_all(nobody)
    with pytest.raises(SessionStoreError, match="400 malformed-request.* without control characters"), app.app_context():
        store.revoke_all("line\nbreak")
    spaced = login(" 7 ")
    assert stranger.see(lambda: store.revoke_all(7)) == 0
    assert stranger.see(lambda: store.revoke_all(" 7 ")) == 1
    assert spaced.see(lambda: dict(session)) == {}


def test_what_a_session_transaction_of_flasks_test_client_writes_is_stored(make_app):
    ada = Browser(make_app())
    with ada.client.session_transaction() as transaction:
        transaction["name"] = "Ada"
    with ada.client.session_transaction() as transaction:
        assert transaction["name"] == "Ada"
        transaction["cart"] = ("tea",)
    assert ada.see(lambda: dict(session)) == {"name": "Ada", "cart": ("tea",)}
    with ada.client.session_transaction() as transaction:
        transaction.clear()
    assert ada.cookie is None


def test_a_session_may_be_saved_in_the_middle_of_a_request(make_app):
    app = make_app()

    def save_twice():
        session["first"] = 1
        app.session_interface.save_session(app, session._get_current_object(), app.response_class())
        session["second"] = 2

    ada = Browser(app)
    ada.visit(save_twice)
    assert ada.see(lambda: dict(session)) == {"first": 1, "second": 2}


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "items",
    [
        {"x": math.nan},
        {"x": [math.inf]},
        {"x": {math.nan: 1}},
        {"x": "s3cr3t \ud800"},
        {"s3cr3t \ud800": 1},
        {"x": 10**5000},
        {"x": nested(5000)},
    ],
    ids=["nan", "infinity", "key", "surrogate", "name", "digits", "depth"],
)
def test_a_value_that_cannot_be_stored_is_an_error_that_says_so_without_secrets(make_app, caplog, items):
    ada = Browser(make_app())
    ada.visit(put(name="Ada"))
    assert ada.visit(put(**items)).status_code == 500
    errors = {repr(record.exc_info[1]) for record in caplog.records if record.exc_info}
    message = "the session holds NaN, infinity, half a surrogate pair, or numbers or a nesting that have no end"
    assert errors == {repr(ValueError(message))}
    assert "s3cr3t" not in caplog.text
    assert ada.see(lambda: dict(session)) == {"name": "Ada"}


def test_a_value_that_is_nested_deeper_than_the_service_takes_is_an_error_that_says_so(make_app, caplog):
    ada = Browser(make_app())
    assert ada.visit(put(x=nested(100))).status_code == 500
    assert "session-store answers 400 malformed-json: nested deeper than 64" in caplog.text


@pytest.mark.parametrize(
    "value",
    ['{" u": "no-uuid-at-all"}', "1e400", "[-1e400]", '{"x": 1e400}', "1" * 5000, '{" di": {}}'],
    ids=["uuid", "infinity", "list", "dictionary", "digits", "tag"],
)
def test_data_that_cannot_be_read_gives_a_new_session_and_a_warning_without_secrets(make_app, rest, caplog, value):
    ada = Browser(make_app())
    ada.visit(put(name="Ada"))
    old = ada.cookie
    handle = rest.read(old)["handle"]
    assert rest.call("PATCH", old, content=f'{{"set": {{"id": {value}}}}}').status_code == 200
    assert ada.see(lambda: (session.new, dict(session))) == (True, {})
    (warning,) = [record.getMessage() for record in caplog.records if record.name == "shop"]
    assert handle in warning
    assert old not in warning and value not in warning and "no-uuid" not in warning
    ada.visit(put(name="Bob"))
    assert ada.cookie != old
    assert ada.see(lambda: dict(session)) == {"name": "Bob"}
