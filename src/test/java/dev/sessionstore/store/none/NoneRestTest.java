package dev.sessionstore.store.none;

import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.sessionstore.http.TestServer;
import io.restassured.specification.RequestSpecification;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a service answers that keeps nothing. */
class NoneRestTest {
    @Test
    void sessionsAreTakenAndNeverSeenAgain() {
        try (TestServer server = TestServer.start(Map.of("backend", "none"))) {
            String id = call(server)
                    .body("{\"attributes\": {\"a\": 1}}")
                    .post("/v1/shop/sessions")
                    .then()
                    .statusCode(201)
                    .body("attributes.a", equalTo(1))
                    .extract()
                    .path("id");
            String path = "/v1/shop/sessions/" + id;
            call(server).get(path).then().statusCode(404).body("code", equalTo("session-not-found"));
            call(server).body("{\"attributes\": {}}").put(path).then().statusCode(404);
            call(server)
                    .header("If-None-Match", "*")
                    .body("{\"attributes\": {}}")
                    .put(path)
                    .then()
                    .statusCode(201);
            call(server).body("{\"set\": {\"a\": 2}}").patch(path).then().statusCode(404);
            server.given().post(path + "/touch").then().statusCode(404);
            server.given().post(path + "/rotate").then().statusCode(404);
            server.given().delete(path).then().statusCode(404);
            server.given().get("/v1/shop/sessions").then().statusCode(501).body("code", equalTo("not-supported"));
            server.given()
                    .get("/v1/shop/stats")
                    .then()
                    .statusCode(200)
                    .body("store", equalTo("none"))
                    .body("sessions", nullValue())
                    .body("capabilities", empty());
            server.given().get("/health/ready").then().statusCode(200);
        }
    }

    private static RequestSpecification call(TestServer server) {
        return server.given().contentType("application/json");
    }
}
