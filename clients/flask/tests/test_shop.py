"""A shop that runs in processes of its own, over HTTP."""

from concurrent.futures import ThreadPoolExecutor

import httpx


def browser(shop):
    # A connection that lay idle may be closed by gunicorn in the moment that it is used again.
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.Client(base_url=shop.url, follow_redirects=True, limits=limits, timeout=60)


def test_login_cart_logout(run_shop, rest):
    with browser(run_shop()) as ada:
        assert ada.get("/cart").json() == {}
        assert "session" not in ada.cookies

        ada.post("/cart/tea")
        visitor = ada.cookies["session"]
        assert ada.post("/cart/tea").json() == {"tea": 2}
        assert ada.cookies["session"] == visitor
        assert "principal" not in rest.read(visitor)

        assert ada.post("/login", data={"name": "ada"}).json()["user"] == "ada"
        customer = ada.cookies["session"]
        assert customer != visitor
        assert rest.read(customer)["principal"] == "ada"
        assert ada.get("/cart").json() == {"tea": 2}

        assert ada.post("/logout").json()["user"] is None
        assert ada.cookies["session"] != customer
        assert rest.read(customer) == "rotated"
        assert "principal" not in rest.read(ada.cookies["session"])
        assert ada.get("/cart").json() == {"tea": 2}


def test_logging_out_everywhere_ends_the_sessions_of_all_devices(run_shop):
    shop = run_shop()
    with browser(shop) as laptop, browser(shop) as phone, browser(shop) as stranger:
        laptop.post("/login", data={"name": "ada"})
        phone.post("/login", data={"name": "ada"})
        stranger.post("/login", data={"name": "bob"})
        assert laptop.post("/logout-everywhere").json() == {"ended": 2}
        assert laptop.get("/").json()["user"] is None
        assert phone.get("/").json()["user"] is None
        assert stranger.get("/").json()["user"] == "bob"


def test_parallel_requests_that_change_different_keys_lose_nothing(run_shop):
    shop = run_shop()
    with browser(shop) as ada:
        ada.post("/login", data={"name": "ada"})
        items = [f"item-{i}" for i in range(60)]
        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda item: ada.post(f"/cart/{item}", follow_redirects=False), items))
        assert {answer.status_code for answer in answers} == {302}
        assert ada.get("/cart").json() == dict.fromkeys(items, 1)
        assert ada.get("/").json()["user"] == "ada"


def test_a_restart_of_the_application_leaves_everyone_logged_in(run_shop):
    shop = run_shop()
    with browser(shop) as ada:
        ada.post("/login", data={"name": "ada"})
        ada.post("/cart/tea")
        before = ada.get("/").json()["process"]
        shop.kill()
        with browser(run_shop()) as again:
            again.cookies = ada.cookies
            assert again.get("/").json()["user"] == "ada"
            assert again.get("/").json()["process"] != before
            assert again.get("/cart").json() == {"tea": 1}
