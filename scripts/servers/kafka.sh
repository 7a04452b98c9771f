# Apache Kafka, broker and controller in one process, from Maven Central. Java 17 or newer runs it.
# needs: java mvn
# inputs: scripts/servers/kafka/pom.xml
mvn -q -B -f scripts/servers/kafka/pom.xml dependency:copy-dependencies "-DoutputDirectory=$TARGET/libs"
