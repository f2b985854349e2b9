# Made where JDK and Maven are; only the runnable jar goes on.
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY pom.xml openapi.yaml ./
COPY src/main ./src/main
# The cache keeps what Maven fetched from build to build, outside of the image. Tests, format and coverage are the
# business of `mvn verify`, which has run before anybody makes an image.
RUN --mount=type=cache,target=/m2 \
    mvn -q -B -Dmaven.repo.local=/m2 -DskipTests -Dmaven.test.skip=true -Dspotless.check.skip=true -Djacoco.skip=true package

FROM eclipse-temurin:25-jre

ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="session-store" \
      org.opencontainers.image.description="A standalone HTTP service that keeps web sessions for other applications." \
      org.opencontainers.image.version="${VERSION}"

# By number, so that an orchestrator can see that it is not root. The program is root's: its own user cannot change it.
# Sessions on disk are for their own user alone: the service refuses a directory that others can enter.
RUN install -d -m 0700 -o 10001 -g 10001 /data
COPY --from=build /build/target/session-store-server.jar /app/session-store-server.jar
# What a start loads, made by the runtime that will use it and for the flags below; without the second line an archive that
# does not fit would only show in slower starts. G1's fits the other collectors too, but not ZGC.
RUN java -XX:+UseCompactObjectHeaders -XX:+UseG1GC -Xlog:aot=error -XX:AOTCacheOutput=/app/session-store.aot \
        -jar /app/session-store-server.jar train \
    && java -XX:+UseCompactObjectHeaders -XX:AOTMode=on -XX:AOTCache=/app/session-store.aot \
        -jar /app/session-store-server.jar --version
USER 10001:10001
WORKDIR /app
VOLUME /data

# Reachable from outside of the container, therefore not without a key: see docs/containers.md.
ENV SESSION_STORE_HOST=0.0.0.0
EXPOSE 8080

# A JVM of its own, as small as it goes: the archive would save it a quarter of its processor time, for 20 MiB.
HEALTHCHECK --interval=15s --timeout=5s --retries=3 \
    CMD ["java", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData", "-Xmx16m", "-jar", "/app/session-store-server.jar", "health"]

# The service drains and exits 0 by itself; it is process 1, no shell stands between.
STOPSIGNAL SIGTERM
# The heap gets 60 % of the container's memory limit. The rest is not spare: of 512 MiB the JVM takes 110 MiB beside its
# heap and each health check 45, and past the limit the kernel kills the service (seen with 75 %).
# UsePerfData would write to /tmp, which may not be there.
ENTRYPOINT ["java", "-XX:AOTCache=/app/session-store.aot", "-XX:+UseCompactObjectHeaders", "-XX:MaxRAMPercentage=60", "-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData", "-jar", "/app/session-store-server.jar"]
