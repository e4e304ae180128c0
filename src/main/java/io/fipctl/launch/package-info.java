/** What the {@code fipctl} script runs to make the JVM start faster next time. */
package io.fipctl.launch;
