# pw-iso20022, a Java model of ISO 20022 messages made by others, from Maven Central: reads our reports and makes replies for tests.
# needs: java javac mvn
# inputs: scripts/servers/iso20022/pom.xml
mvn -q -B -f scripts/servers/iso20022/pom.xml dependency:copy-dependencies "-DoutputDirectory=$TARGET/libs"
